#include "solve/solver.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/stop.h"
#include "solve/batch/batch.h"
#include "solve/batch/work.h"
#include "solve/counted/counted.h"
#include "solve/exact/exact.h"
#include "solve/scalar/reference.h"
#include "solve/stationary/stationary.h"
#include "solve/work.h"

namespace casus::solve {

namespace {

// The worlds whose numbers are in order, and their places among all.
struct Numbers {
  std::vector<World> worlds;
  std::vector<size_t> place;
};

// Why a game whose actors are counted cannot be solved in that world; empty if it can.
std::string limit_where_counted(const game::Game& g, const World& w, const SolveOptions& options) {
  if (w.has_limit())
    return fmt::format(
        "a precision is infinite, and the limit is not followed where every {} is counted; give a finite one",
        g.counted->crowd.family);
  if (options.selection == Selection::global)
    return fmt::format(
        "every {} is counted, and then each decision has its own principal branch: there is no global "
        "selection",
        g.counted->crowd.family);
  return {};
}

Numbers evaluate(const game::Game& g, std::span<const std::vector<double>> worlds, bool exactly,
                 const SolveOptions& options, std::vector<Outcome>& out) {
  Numbers numbers;
  out.resize(worlds.size());
  for (size_t w = 0; w < worlds.size(); ++w) {
    base::stop_if(options.stop);
    WorldResult r = evaluate_world(g, worlds[w]);
    if (r.value && g.counted)
      r.error = limit_where_counted(g, *r.value, options);
    else if (r.value && !exactly && !g.endless)
      r.error = limit_on_grids(g, *r.value);
    if (r.error.empty()) {
      numbers.worlds.push_back(std::move(*r.value));
      numbers.place.push_back(w);
    } else {
      out[w].error = std::move(r.error);
    }
  }
  return numbers;
}

// The equilibrium of a batch's first world in a game that was solved as it is, or joined with others.
class FirstWorld : public GridEquilibrium {
 public:
  // `node`: where each of the game's nodes stands in the field.
  FirstWorld(const World& w, std::shared_ptr<const KeptField> field, std::span<const game::NodeId> node)
      : field_(std::move(field)), node_(node.begin(), node.end()) {
    prior_ = {w.prior_log_odds, std::vector<int>(w.prior_log_odds.size(), -1)};
    const auto views = field_->views();
    for (const game::NodeId k : node) {
      views_.push_back(views[k]);
      layouts_.push_back(field_->layouts[k]);
    }
  }
  Continuation continuation() const override { return {views_, layouts_, field_->grids}; }
  GridChoices played(game::NodeId n) const override { return field_->played(node_[n]); }
  const Corrections* corrections() const override { return field_->corrections.get(); }
  Belief prior() const override { return prior_; }

 private:
  std::shared_ptr<const KeptField> field_;
  std::vector<game::NodeId> node_;
  Belief prior_;
  std::vector<NodeValues> views_;
  std::vector<Layout> layouts_;
};

// Solves the worlds `together` at a time and gives each its answer by `hand_out` (start of the game, place among all,
// solution); the first world's field to `first`, where that is there.
template <class HandOut>
void solve_together(const game::Game& g, const Numbers& numbers, const SolveOptions& options, unsigned threads,
                    KeptField* first, HandOut hand_out) {
  const size_t together = worlds_together(g, options), count = numbers.worlds.size();
  SolveOptions rest = options;
  rest.judge = false;  // the first of eight is judged, however many are together
  for (size_t from = 0; from < count; from += together) {
    std::array<const World*, batch_lanes> lanes;
    for (size_t l = 0; l < batch_lanes; ++l)
      lanes[l] = &numbers.worlds[std::min(from + std::min(l, together - 1), count - 1)];
    const size_t here = std::min(together, count - from);
    auto solutions = Batch(g, lanes, together, from % batch_lanes == 0 ? options : rest)
                         .solve(here, threads, from == 0 ? first : nullptr);
    for (size_t k = 0; k < solutions.size(); ++k)
      for (size_t l = 0; l < here; ++l) hand_out(k, numbers.place[from + l], std::move(solutions[k][l]));
  }
}

// The reference solver with the world that it refers to.
class OwnedReference : public GridEquilibrium {
 public:
  OwnedReference(const game::Game& g, World world, const SolveOptions& options)
      : world_(std::move(world)), reference_(g, world_, options) {}
  Solution solve() { return reference_.solve(); }
  Continuation continuation() const override { return reference_.continuation(); }
  GridChoices played(game::NodeId n) const override { return reference_.played(n); }
  Belief prior() const override { return reference_.prior(); }

 private:
  World world_;
  Reference reference_;
};

// Solves the worlds exactly, as many together as fit into a batch; the first's equilibrium where it is kept.
std::unique_ptr<Equilibrium> solve_histories(const Prepared& p, const Numbers& numbers, const SolveOptions& options,
                                             bool keep, std::vector<Outcome>& out) {
  std::unique_ptr<Equilibrium> first;
  SolveOptions rest = options;
  rest.others.starts = 0;
  for (size_t from = 0; from < numbers.worlds.size(); from += batch_lanes) {
    std::vector<const World*> together;
    for (size_t w = from; w < std::min(from + batch_lanes, numbers.worlds.size()); ++w)
      together.push_back(&numbers.worlds[w]);
    auto answer = solve_exactly(p.exact, together, from == 0 ? options : rest, keep && from == 0);
    base::stop_if(options.stop);  // the branch may have been left half way
    for (size_t w = 0; w < together.size(); ++w) {
      const Certificate& c = answer.solutions[w].certificate;
      Outcome& outcome = out[numbers.place[from + w]];
      // Without types every decision has a branch of its own, which may be there where that of all together is lost.
      if (c.failed > 0 && p.game->informed.empty() && !together[w]->has_limit() &&
          options.selection == Selection::recursive) {
        const bool kept = keep && from == 0 && w == 0;
        if (auto solved = solve_round_by_round(*p.game, *together[w], options, kept); solved.solution) {
          outcome.solution = std::move(solved.solution);
          if (kept) first = std::move(solved.equilibrium);
          continue;
        }
      }
      if (c.failed == 0 || !together[w]->has_limit())
        outcome.solution = std::move(answer.solutions[w]);
      else
        outcome.error = fmt::format(
            "the limit of ever higher precision was not found: the branch could be followed only up to precision "
            "{:.3g}; give a finite one",
            c.ended_at);
      if (from == 0 && w == 0 && outcome.solution) first = std::move(answer.first);
    }
  }
  return first;
}

// Solves worlds of a game whose actors are counted; the first's equilibrium where it is kept.
std::unique_ptr<Equilibrium> solve_by_counts(const game::Game& g, const Numbers& numbers, const SolveOptions& options,
                                             bool keep, std::vector<Outcome>& out) {
  std::unique_ptr<Equilibrium> first;
  SolveOptions rest = options;
  rest.others.starts = 0;
  for (size_t w = 0; w < numbers.worlds.size(); ++w) {
    const auto begin = std::chrono::steady_clock::now();
    auto answer = solve_counted(g, numbers.worlds[w], w == 0 ? options : rest, keep && w == 0);
    out[numbers.place[w]].solution = std::move(answer.solution);
    if (w == 0) first = std::move(answer.equilibrium);
    if (options.work) options.work->by_point.add(1, begin);
  }
  return first;
}

// The worlds of a game without a last round, one by one; the first's equilibrium where it is kept.
std::unique_ptr<Equilibrium> solve_endless(const game::Game& g, const Numbers& numbers, const SolveOptions& options,
                                           bool keep, std::vector<Outcome>& out) {
  std::unique_ptr<Equilibrium> first;
  SolveOptions rest = options;
  rest.others.starts = 0;
  for (size_t i = 0; i < numbers.worlds.size(); ++i) {
    const auto begin = std::chrono::steady_clock::now();
    auto solved = solve_stationary(g, numbers.worlds[i], i == 0 ? options : rest, keep && i == 0);
    out[numbers.place[i]] = {std::move(solved.solution), std::move(solved.error)};
    if (i == 0) first = std::move(solved.equilibrium);
    if (options.work) options.work->by_point.add(1, begin);
  }
  return first;
}

}  // namespace

Prepared::Prepared(const game::Game& g, const SolveOptions& options) : game(&g) {
  if (options.exact_up_to == 0 || g.starts.size() != 1 || g.counted || g.endless) return;
  HistoryLimit limit;
  limit.decisions = options.exact_up_to;
  limit.histories = 8 * options.exact_up_to;
  if (auto histories = unfold(g, limit)) exact = std::make_shared<SweepPlan>(g, std::move(*histories));
}

namespace {

Walkable walkable_as_it_is(const Prepared& p, std::span<const std::vector<double>> worlds, const SolveOptions& options,
                           unsigned threads);

std::vector<Outcome> solve_as_it_is(const Prepared& p, std::span<const std::vector<double>> worlds,
                                    const SolveOptions& options, unsigned threads) {
  const game::Game& g = *p.game;
  std::vector<Outcome> out;
  const Numbers numbers = evaluate(g, worlds, p.exact != nullptr, options, out);
  if (g.counted) {
    solve_by_counts(g, numbers, options, false, out);
  } else if (g.endless) {
    solve_endless(g, numbers, options, false, out);
  } else if (p.exact) {
    solve_histories(p, numbers, options, false, out);
  } else if (in_batches(g, options)) {
    solve_together(g, numbers, options, threads, nullptr,
                   [&](size_t, size_t world, Solution&& s) { out[world].solution = std::move(s); });
  } else {
    for (size_t i = 0; i < numbers.worlds.size(); ++i)
      out[numbers.place[i]].solution = Reference(g, numbers.worlds[i], options).solve();
  }
  return out;
}

// So many rounds stand for a game without a last one if a round less leaves the same answer: what differs is an effect
// of the horizon, and counts as one of the certificate's. No more is told than of the endless game.
void hold_to_shorter(const Prepared& p, std::span<const std::vector<double>> worlds, const SolveOptions& options,
                     unsigned threads, std::vector<Outcome>& out) {
  constexpr double leads_nowhere = 0.01;
  const game::Game& g = *p.game;
  if (!g.stands_for_endless) return;
  const auto trim = [&](Solution& s) {
    for (size_t m = 0; m < s.measures.size(); ++m)
      if (g.source->measures[m].kind == model::MeasureKind::in_round)
        for (auto* list : {&s.measures[m].by_profile, &s.measures[m].change})
          list->resize(std::min(list->size(), static_cast<size_t>(g.source->horizon) * g.profiles));
  };
  std::vector<Outcome> beside;
  if (g.shorter) {
    SolveOptions rest = options;
    rest.others = {};
    rest.meter = nullptr;
    rest.work = nullptr;
    beside =
        solve_as_it_is(p.exact ? Prepared(*g.shorter, options) : Prepared(*g.shorter, nullptr), worlds, rest, threads);
  }
  for (size_t w = 0; w < out.size(); ++w) {
    if (!out[w].solution) continue;
    Solution& s = *out[w].solution;
    trim(s);
    for (auto& other : s.others.found) trim(other);
    if (beside.empty()) continue;
    if (!beside[w].solution) {
      out[w] = {{}, beside[w].error};
      continue;
    }
    const Solution& less = *beside[w].solution;
    const double stakes = s.certificate.payoff_range > 0 ? s.certificate.payoff_range : 1;
    double most = 0;
    for (size_t k = 0; k < s.values.size(); ++k)
      most = std::max(most, std::fabs(s.values[k] - less.values[k]) / stakes);
    for (size_t m = 0; m < s.measures.size(); ++m) {
      const double unit = g.source->measures[m].kind == model::MeasureKind::payoff ? stakes : 1;
      for (size_t k = 0; k < s.measures[m].by_profile.size(); ++k)
        most = std::max(most, std::fabs(s.measures[m].by_profile[k] - less.measures[m].by_profile[k]) / unit);
    }
    s.certificate.effect = std::max(s.certificate.effect, most);
    if (most <= leads_nowhere) continue;
    out[w] = {
        {},
        fmt::format("longer horizons lead nowhere: {} rounds and {} differ by up to {:.2g}; with private types no "
                    "other stationary equilibrium is looked for",
                    g.horizon, g.horizon - 1, most)};
  }
}

}  // namespace

std::vector<Outcome> solve_batch(const Prepared& p, std::span<const std::vector<double>> worlds,
                                 const SolveOptions& options, unsigned threads) {
  auto out = solve_as_it_is(p, worlds, options, threads);
  hold_to_shorter(p, worlds, options, threads, out);
  return out;
}

std::vector<Outcome> solve_batch(const game::Game& g, std::span<const std::vector<double>> worlds,
                                 const SolveOptions& options, unsigned threads) {
  return solve_batch(Prepared(g, options), worlds, options, threads);
}

Walkable solve_walkable(const Prepared& p, std::span<const std::vector<double>> worlds, const SolveOptions& options,
                        unsigned threads) {
  Walkable out = walkable_as_it_is(p, worlds, options, threads);
  hold_to_shorter(p, worlds, options, threads, out.outcomes);
  if (!out.outcomes.empty() && !out.outcomes.front().solution) out.first = nullptr;
  return out;
}

namespace {

Walkable walkable_as_it_is(const Prepared& p, std::span<const std::vector<double>> worlds, const SolveOptions& options,
                           unsigned threads) {
  const game::Game& g = *p.game;
  Walkable out;
  Numbers numbers = evaluate(g, worlds, p.exact != nullptr, options, out.outcomes);
  if (numbers.worlds.empty()) return out;
  const bool first_is_good = numbers.place[0] == 0;
  if (g.counted) {
    out.first = solve_by_counts(g, numbers, options, first_is_good, out.outcomes);
    return out;
  }
  if (g.endless) {
    out.first = solve_endless(g, numbers, options, first_is_good, out.outcomes);
    return out;
  }
  if (p.exact) {
    out.first = solve_histories(p, numbers, options, first_is_good, out.outcomes);
    return out;
  }
  if (in_batches(g, options)) {
    auto field = std::make_shared<KeptField>();
    solve_together(g, numbers, options, threads, first_is_good ? field.get() : nullptr,
                   [&](size_t, size_t world, Solution&& s) { out.outcomes[world].solution = std::move(s); });
    std::vector<game::NodeId> same(g.nodes.size());
    std::iota(same.begin(), same.end(), 0);
    if (first_is_good) out.first = std::make_unique<FirstWorld>(numbers.worlds[0], std::move(field), same);
    return out;
  }
  for (size_t i = 0; i < numbers.worlds.size(); ++i) {
    auto reference = std::make_unique<OwnedReference>(g, std::move(numbers.worlds[i]), options);
    out.outcomes[numbers.place[i]].solution = reference->solve();
    if (i == 0 && first_is_good) out.first = std::move(reference);
  }
  return out;
}

}  // namespace

Walkable solve_walkable(const game::Game& g, std::span<const std::vector<double>> worlds, const SolveOptions& options,
                        unsigned threads) {
  return solve_walkable(Prepared(g, options), worlds, options, threads);
}

std::vector<Walkable> solve_joined(const game::Joined& joined, std::span<const game::Game* const> games,
                                   std::span<const std::vector<double>> worlds, const SolveOptions& options,
                                   bool walkable, unsigned threads) {
  std::vector<Walkable> out(games.size());
  for (auto& of_game : out) of_game.outcomes.resize(worlds.size());
  std::vector<Outcome> joint;
  const Numbers numbers = evaluate(joined.game, worlds, false, options, joint);
  const bool together = in_batches(joined.game, options);
  const bool first_is_good = together && !numbers.place.empty() && numbers.place[0] == 0;
  if (together && !numbers.worlds.empty()) {
    auto field = std::make_shared<KeptField>();
    const bool keep = walkable && first_is_good;
    solve_together(joined.game, numbers, options, threads, keep ? field.get() : nullptr,
                   [&](size_t k, size_t world, Solution&& s) { out[k].outcomes[world].solution = std::move(s); });
    for (size_t k = 0; keep && k < games.size(); ++k)
      out[k].first = std::make_unique<FirstWorld>(numbers.worlds[0], field, joined.node[k]);
  }
  // A world whose numbers are out of order under some policies is solved under the others one by one.
  for (size_t k = 0; k < games.size(); ++k)
    for (size_t w = 0; w < worlds.size(); ++w) {
      if (out[k].outcomes[w].solution) continue;
      Walkable alone = solve_walkable(Prepared(*games[k], nullptr), worlds.subspan(w, 1), options, threads);
      out[k].outcomes[w] = std::move(alone.outcomes[0]);
      if (walkable && w == 0) out[k].first = std::move(alone.first);
    }
  return out;
}

double memory_estimate(const Prepared& p, const SolveOptions& options) {
  if (p.game->open()) return sizeof(double) * static_cast<double>(p.game->nodes.size() * (p.game->actors() + 8));
  return p.exact ? histories_memory(*p.exact, options) : grid_memory(*p.game, options);
}

}  // namespace casus::solve
