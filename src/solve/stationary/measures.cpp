#include "solve/stationary/measures.h"

#include <Eigen/Dense>
#include <algorithm>
#include <limits>
#include <utility>

#include "base/stop.h"

namespace casus::solve {

using game::NodeId;
using game::none;
using model::MeasureKind;

namespace {

bool lists(const std::vector<uint32_t>& list, uint32_t m) {
  return std::find(list.begin(), list.end(), m) != list.end();
}

// Follows a round from one beginning: `arrive` at every node with the mass there, `take` for every step; where that
// says so the step's mass goes no further.
class RoundWalk {
 public:
  explicit RoundWalk(const Strategies& game) : game_(game), mass_(game.plan().game->nodes.size(), 0.0) {}

  template <class Arrive, class Take>
  void from(size_t begin, Arrive arrive, Take take) {
    const auto& g = *game_.plan().game;
    mass_[game_.plan().begins[begin]] = 1;
    for (const NodeId n : game_.plan().met[begin]) {
      const double here = std::exchange(mass_[n], 0.0);
      if (here == 0) continue;
      arrive(n, here);
      const auto& node = g.nodes[n];
      for (uint32_t e = 0; e < node.edges; ++e) {
        const auto& edge = g.edges[node.first_edge + e];
        const double step = here * game_.probability(n, e);
        if (step > 0 && !take(edge, step)) mass_[edge.target] += step;
      }
    }
  }

 private:
  const Strategies& game_;
  std::vector<double> mass_;
};

// What a round from each beginning adds to each measure that looks at rounds or at the end, [beginning][measure]; at
// the end: if the game ends after it.
std::vector<double> by_round(const Strategies& game) {
  const auto& plan = game.plan();
  const auto& g = *plan.game;
  const size_t measures = g.source->measures.size();
  std::vector<double> out(plan.begins.size() * measures, 0.0);
  RoundWalk walk(game);
  for (size_t b = 0; b < plan.begins.size(); ++b)
    walk.from(
        b,
        [&](NodeId n, double mass) {
          for (const auto& t : g.tallies[g.nodes[n].tally])
            out[b * measures + t.measure] += mass * game.world().gain(g, t, 0);
        },
        [&](const game::Edge& e, double mass) {
          for (const uint32_t m : g.events[e.event])
            if (model::looks_at_rounds(g.source->measures[m].kind)) out[b * measures + m] += mass;
          return false;
        });
  return out;
}

// Expected rounds from each beginning in a game that ends; no number in a world in which it does not.
std::vector<double> rounds_from(const Strategies& game) {
  if (game.world().ends == 0)
    return std::vector<double>(game.plan().begins.size(), std::numeric_limits<double>::quiet_NaN());
  const auto count = static_cast<Eigen::Index>(game.plan().begins.size());
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const Rows> kernel(game.kernel().data(), count, count);
  Eigen::MatrixXd system = -(1 - game.world().ends) * kernel.transpose();
  system.diagonal().array() += 1;
  Eigen::VectorXd start = Eigen::VectorXd::Zero(count);
  start[0] = 1;
  const Eigen::VectorXd visits = system.partialPivLu().solve(start);
  return {visits.begin(), visits.end()};
}

}  // namespace

Hit stationary_hit(const Strategies& game, uint32_t measure, const std::atomic<bool>* stop) {
  const auto& plan = game.plan();
  const auto& g = *plan.game;
  // No measure has the number of no rival.
  const auto too_late = [&](const auto& events) { return lists(events, g.source->measures[measure].rival); };
  if (too_late(g.start().events)) return {0, 0};
  if (lists(g.start().events, measure)) return {1, 1};
  const size_t count = plan.begins.size();
  const double ends = game.world().ends;
  OpenChain chain{count, std::vector<double>(count * count, 0.0), std::vector<double>(count, 0.0),
                  std::vector<double>(count, 0.0)};
  RoundWalk walk(game);
  for (size_t b = 0; b < count; ++b) {
    base::stop_if(stop);
    walk.from(
        b,
        [&](NodeId n, double mass) {
          if (g.nodes[n].edges > 0) return;
          if (plan.next[n] == none) {
            chain.lost[b] += mass;
            return;
          }
          chain.step[b * count + plan.next[n]] += (1 - ends) * mass;
          chain.lost[b] += ends * mass;
        },
        [&](const game::Edge& e, double mass) {
          const bool late = too_late(g.events[e.event]);
          if (!late && !lists(g.events[e.event], measure)) return false;
          (late ? chain.lost : chain.hit)[b] += mass;
          return true;
        });
  }
  return hitting(std::move(chain), 0, stop);
}

std::vector<bool> stationary_reach(const Strategies& game) {
  const auto& plan = game.plan();
  std::vector<bool> reached(plan.game->nodes.size(), false), begun(plan.begins.size(), false);
  std::vector<size_t> todo{0};
  begun[0] = true;
  RoundWalk walk(game);
  while (!todo.empty()) {
    const size_t b = todo.back();
    todo.pop_back();
    walk.from(
        b,
        [&](NodeId n, double) {
          reached[n] = true;
          if (const uint32_t next = plan.next[n]; next != none && game.world().ends < 1 && !begun[next]) {
            begun[next] = true;
            todo.push_back(next);
          }
        },
        [](const game::Edge&, double) { return false; });
  }
  return reached;
}

namespace {

// With a last round: all of play is gone through once.
Tally finite_measures(const Strategies& game, const std::atomic<bool>* stop) {
  const auto& g = *game.plan().game;
  const auto& measures = g.source->measures;
  Tally out;
  for (const auto& m : measures)
    out.emplace_back(m.kind == MeasureKind::in_round ? static_cast<size_t>(g.horizon) : 1, 0.0);
  NodeId here = 0;
  const auto total = [&](uint32_t m) -> double& {
    return out[m][measures[m].kind == MeasureKind::in_round ? g.nodes[here].round - 1 : 0];
  };
  RoundWalk(game).from(
      0,
      [&](NodeId n, double mass) {
        here = n;
        for (const auto& t : g.tallies[g.nodes[n].tally]) total(t.measure) += mass * game.world().gain(g, t, 0);
      },
      [&](const game::Edge& e, double mass) {
        for (const uint32_t m : g.events[e.event])
          if (measures[m].kind == MeasureKind::in_round) total(m) += mass;
        return false;
      });
  for (uint32_t m = 0; m < measures.size(); ++m) {
    if (measures[m].kind == MeasureKind::ever) out[m][0] = stationary_hit(game, m, stop).probability;
    if (measures[m].kind == MeasureKind::payoff) out[m][0] = game.value(g.start().node, measures[m].actor);
  }
  return out;
}

}  // namespace

Tally stationary_measures(const Strategies& game, const std::atomic<bool>* stop) {
  if (!game.plan().game->endless) return finite_measures(game, stop);
  const auto& plan = game.plan();
  const auto& g = *plan.game;
  const auto& measures = g.source->measures;
  const size_t count = plan.begins.size(), width = measures.size();
  const double ends = game.world().ends;
  const auto asked = [&](MeasureKind kind) {
    return std::any_of(measures.begin(), measures.end(), [&](const auto& m) {
      return m.kind == kind && m.formula == model::no_expr && !model::is_a_parameter(*g.source, m);
    });
  };
  const auto each = by_round(game);
  std::vector<double> share, visits;
  if (asked(MeasureKind::long_run)) share = long_run(game.kernel(), count, 0, stop);
  if (asked(MeasureKind::at_end) || asked(MeasureKind::lasting)) visits = rounds_from(game);

  std::vector<std::vector<double>> mass;  // per round that is told: where it begins
  if (asked(MeasureKind::in_round)) {
    mass.emplace_back(count, 0.0);
    mass.front()[0] = 1;
    for (int t = 1; t < g.horizon; ++t) {
      std::vector<double> next(count, 0.0);
      for (size_t b = 0; b < count; ++b)
        for (size_t k = 0; mass.back()[b] > 0 && k < count; ++k)
          next[k] += (1 - ends) * mass.back()[b] * game.kernel()[b * count + k];
      mass.push_back(std::move(next));
    }
  }
  Tally out;
  for (uint32_t m = 0; m < width; ++m) {
    const auto over = [&](const std::vector<double>& weights) {
      double sum = 0;
      for (size_t b = 0; b < count; ++b) sum += weights[b] * each[b * width + m];
      return sum;
    };
    auto& values = out.emplace_back();
    if (measures[m].formula != model::no_expr) {  // it is reckoned from others
      values.assign(measures[m].kind == MeasureKind::in_round ? static_cast<size_t>(g.horizon) : 1, 0.0);
      continue;
    }
    switch (measures[m].kind) {
      case MeasureKind::ever:
        values.push_back(stationary_hit(game, m, stop).probability);
        break;
      case MeasureKind::awaited:
        values.push_back(stationary_hit(game, m, stop).rounds);
        break;
      case MeasureKind::payoff:
        values.push_back(game.value(g.start().node, measures[m].actor));
        break;
      case MeasureKind::at_end:
        values.push_back(visits.empty() ? each[m] : ends * over(visits));  // a parameter is the same after any round
        break;
      case MeasureKind::lasting:
        values.push_back(over(visits));
        break;
      case MeasureKind::long_run:
        values.push_back(over(share));
        break;
      case MeasureKind::in_round:
        for (const auto& now : mass) values.push_back(over(now));
        break;
    }
  }
  return out;
}

}  // namespace casus::solve
