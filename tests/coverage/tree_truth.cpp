#include "coverage/tree_truth.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "solve/lanes/row_reader.h"

namespace casus::testing {

namespace {

using game::NodeId;
using game::none;

// Where a situation of the tree stands: its history, mover and type.
using Place = std::pair<std::vector<uint32_t>, std::pair<uint32_t, uint32_t>>;

std::map<Place, size_t> places(const std::vector<verify::Situation>& situations) {
  std::map<Place, size_t> out;
  for (size_t i = 0; i < situations.size(); ++i)
    out[{situations[i].path, {situations[i].mover, situations[i].type}}] = i;
  return out;
}

// Goes through all histories, reading choices between the points of belief grids.
class GridReader {
 public:
  GridReader(const game::Game& g, const solve::World& w, const solve::GridEquilibrium& solved,
             const std::vector<verify::Situation>& situations)
      : g_(g),
        w_(w),
        solved_(solved),
        next_(solved.continuation()),
        place_(places(situations)),
        out_(situations.size()) {
    visit(g.start().node, w.prior_log_odds);
  }
  Choices take() { return std::move(out_); }

 private:
  void visit(NodeId n, const std::vector<double>& log_odds) {
    const auto& node = g_.nodes[n];
    const auto& shape = g_.shapes[node.shape];
    const auto chosen = read(n, log_odds);
    for (uint32_t m = 0; m < shape.movers.size(); ++m)
      for (uint32_t t = 0; shape.movers[m].options.size() > 1 && t < chosen[m].size(); ++t)
        out_[place_.at({path_, {m, t}})] = chosen[m][t];
    for (uint32_t e = 0; e < node.edges; ++e) {
      auto after = log_odds;
      uint32_t rest = e;
      for (size_t m = shape.movers.size(); m-- > 0;) {
        const auto options = static_cast<uint32_t>(shape.movers[m].options.size());
        const uint32_t o = rest % options, k = g_.informed_index[shape.movers[m].actor];
        rest /= options;
        if (k == none) continue;
        for (uint32_t t = 1; t < g_.informed[k].types; ++t)
          after[g_.informed[k].first_axis + t - 1] += chosen[m][t][o] - chosen[m][0][o];
      }
      if (shape.kind == game::NodeKind::chance && shape.informer != none) {
        const auto odds = [&](uint32_t t) {
          return w_.slots[g_.probability_tables[g_.edges[node.first_edge + e].probability + t]];
        };
        for (uint32_t t = 1; t < g_.informed[shape.informer].types; ++t)
          after[g_.informed[shape.informer].first_axis + t - 1] += std::log(odds(t)) - std::log(odds(0));
      }
      path_.push_back(e);
      visit(g_.edges[node.first_edge + e].target, after);
      path_.pop_back();
    }
  }

  // [mover][type][option].
  std::vector<Choices> read(NodeId n, const std::vector<double>& log_odds) const {
    const auto& movers = g_.shapes[g_.nodes[n].shape].movers;
    std::vector<Choices> out;
    if (movers.empty()) return out;
    // As particles read them (solve/particles/node.h): eight times the same belief.
    constexpr size_t side = solve::batch_lanes;
    const solve::GridChoices rows = solved_.played(n);
    size_t width = 0;
    for (const auto& mover : movers) width += g_.types(mover.actor) * mover.options.size();
    width = (width + 3) / 4 * 4;
    solve::Block beliefs(std::max<size_t>(log_odds.size(), 1) * side), row(width * side);
    for (size_t i = 0; i < log_odds.size() * side; ++i) beliefs.data()[i] = log_odds[i / side];
    solve::RowReader reader(g_);
    reader.lay_out(next_.layouts[n], next_.grids[g_.nodes[n].round - 1]);
    reader.locate(beliefs.data());
    reader.read(rows.first, rows.per_point, static_cast<uint32_t>(width), row.data());
    if (const auto* more = solved_.corrections(); more && more->any(n))
      more->correct(n, beliefs.data(), row.data(), side);
    size_t at = 0;
    for (const auto& mover : movers) {
      auto& own = out.emplace_back();
      for (uint32_t t = 0; t < g_.types(mover.actor); ++t) {
        auto& log_sigma = own.emplace_back();
        for (size_t o = 0; o < mover.options.size(); ++o, ++at) log_sigma.push_back(row.data()[at * side]);
        const double top = *std::max_element(log_sigma.begin(), log_sigma.end());
        double sum = 0;
        for (const double y : log_sigma) sum += std::exp(y - top);
        for (double& y : log_sigma) y -= top + std::log(sum);
      }
    }
    return out;
  }

  const game::Game& g_;
  const solve::World& w_;
  const solve::GridEquilibrium& solved_;
  solve::Continuation next_;
  std::map<Place, size_t> place_;
  Choices out_;
  std::vector<uint32_t> path_;
};

}  // namespace

Choices reported_choices(const game::Game& g, const solve::World& w, const solve::Equilibrium& solved,
                         const solve::SolveOptions& options, const std::vector<verify::Situation>& situations) {
  if (const auto* grid = dynamic_cast<const solve::GridEquilibrium*>(&solved))
    return GridReader(g, w, *grid, situations).take();
  Choices out;
  std::unique_ptr<solve::Walk> walk;
  const std::vector<uint32_t>* walked = nullptr;
  for (const auto& s : situations) {
    if (!walked || *walked != s.path) {
      walk = solved.walk(g, w, options);
      for (const uint32_t e : s.path) walk->take(e);
      walked = &s.path;
    }
    const auto& mover = walk->here().movers[s.mover];
    const auto first = mover.log_sigma.begin() + static_cast<std::ptrdiff_t>(size_t{s.type} * mover.options);
    out.emplace_back(first, first + mover.options);
  }
  return out;
}

TreeTruth judge_on_tree(const game::Game& g, const solve::World& w, const verify::Unrolled& unrolled,
                        const Choices& choices) {
  const tree::Tree& tree = unrolled.tree;
  const auto players = static_cast<size_t>(tree.player_count());
  std::vector<int> situation(tree.info_sets.size(), -1);
  for (size_t i = 0; i < choices.size(); ++i) situation[unrolled.situations[i].info_set] = static_cast<int>(i);
  const auto probability = [&](int set, int action) {
    return situation[set] < 0 ? tree.actions[tree.info_sets[set].first_action + action].probability.value
                              : std::exp(choices[situation[set]][action]);
  };
  std::vector<double> reach(tree.nodes.size(), 1.0), value(tree.nodes.size() * players, 0.0);
  for (size_t n = 1; n < tree.nodes.size(); ++n) {
    const int parent = tree.nodes[n].parent;
    reach[n] = reach[parent] * probability(tree.nodes[parent].info_set, tree.action_into(static_cast<int>(n)));
  }
  for (size_t n = tree.nodes.size(); n-- > 0;) {
    const auto& node = tree.nodes[n];
    for (size_t p = 0; p < players; ++p) {
      double sum = node.outcome < 0 ? 0 : tree.outcomes[node.outcome].payoffs[p].value;
      for (int a = 0; a < tree.action_count(static_cast<int>(n)); ++a)
        sum += probability(node.info_set, a) * value[static_cast<size_t>(node.first_child + a) * players + p];
      value[n * players + p] = sum;
    }
  }
  TreeTruth out;
  for (size_t i = 0; i < choices.size(); ++i) {
    const auto& set = tree.info_sets[unrolled.situations[i].info_set];
    const auto player = static_cast<size_t>(set.player);
    const auto actor = static_cast<uint32_t>(player / static_cast<size_t>(g.horizon));
    double met = 0;
    std::vector<double> worth(choices[i].size(), 0.0);
    for (const int n : set.nodes) {
      met += reach[n];
      for (size_t a = 0; a < worth.size(); ++a)
        worth[a] += reach[n] * value[(static_cast<size_t>(tree.nodes[n].first_child) + a) * players + player];
    }
    const uint32_t k = g.informed_index[actor];
    out.reach.push_back(met / (k == none ? 1 : w.prior[k][unrolled.situations[i].type]));
    out.reply.push_back(choices[i]);
    if (!(met > 0)) continue;
    const double top = *std::max_element(worth.begin(), worth.end()) / met;
    double sum = 0, divergence = 0, distance = 0;
    for (const double x : worth) sum += std::exp(x / met - top);
    for (size_t a = 0; a < worth.size(); ++a) {
      const double reply = worth[a] / met - top - std::log(sum), sigma = std::exp(choices[i][a]);
      out.reply.back()[a] = reply;
      distance = std::max(distance, std::fabs(sigma - std::exp(reply)));
      divergence += sigma * (choices[i][a] - reply);
    }
    out.distance_anywhere = std::max(out.distance_anywhere, distance);
    if (out.reach.back() < 1e-3) continue;
    out.distance = std::max(out.distance, distance);
    out.regret = std::max(out.regret, divergence / w.precision[actor]);
  }
  return out;
}

std::optional<Choices> settle(const game::Game& g, const solve::World& w, const verify::Unrolled& unrolled,
                              const Choices& from) {
  constexpr double settled = 1e-9;
  // Replies at high precision overshoot unless they are slow.
  for (const auto& [step, most_steps] : {std::pair{0.2, 400}, {0.05, 1000}, {0.01, 4000}}) {
    Choices choices = from;
    for (int k = 0; k < most_steps; ++k) {
      const TreeTruth truth = judge_on_tree(g, w, unrolled, choices);
      if (truth.distance_anywhere < settled) return choices;
      for (size_t i = 0; i < choices.size(); ++i) {
        double sum = 0;
        for (size_t a = 0; a < choices[i].size(); ++a)
          sum += std::exp(choices[i][a] += step * (truth.reply[i][a] - choices[i][a]));
        for (double& x : choices[i]) x -= std::log(sum);
      }
    }
  }
  return std::nullopt;
}

}  // namespace casus::testing
