// What a solved world says: values, measures and their certificate.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "solve/selection.h"

namespace casus::solve {

// Histories with a choice up to which one world alone is solved exactly by default: it may take seconds.
inline constexpr size_t exact_alone = 250'000;

struct Meter;
struct Work;

// How other equilibria are looked for: in the first world of a batch.
struct OthersSearch {
  // Of a game on its graph of histories (solve/exact/others.h): most starts, 0: nobody looks; and most sweeps with
  // eight of them side by side, or as many as make up `work`, histories times sweeps, if that is more.
  uint32_t starts = 0, sweeps = 0;
  double work = 0;
  // Of a game on belief grids: so many of its likeliest decisions are looked at one by one (solve/judge/grid_others.h).
  uint32_t decisions = 0;
  uint64_t seed = 1;
};

// How good one world alone is to be, where its grid may be mended for that (solve/play/mend.h): what measures may be
// off by, likely choices, in probability, and what anybody may lose, in units of the stakes. No accuracy: it is left as
// it is.
struct Mend {
  double accuracy = 0, distance = 0, regret = 0;
};

struct SolveOptions {
  // Histories with a choice up to which a game is solved on the graph of them, with exact beliefs
  // (solve/exact/exact.h); a larger one is on belief grids. 0: on grids always.
  size_t exact_up_to = 50'000;
  bool alone = false;    // no more than one world is asked for: what is large is worked on for it alone
  uint32_t points = 17;  // grid points per belief axis; the certificate compares with three quarters of them
  // Beliefs that have one point, the prior (bit k: about informed[k]): what is done there is worked out as if they
  // never moved. Choices are judged at exact beliefs all the same. Nothing is then compared with a coarser grid.
  uint32_t held = 0;
  bool compare = true;  // with a coarser grid
  // Whether choices on grids are judged at exact beliefs (solve/judge/grid_judge.h): of the first world of a batch.
  bool judge = true;
  double judge_least = 1e-4;  // what is as likely as this is looked at
  Mend mend = {};
  double tolerance = 1e-12;  // of a node's fixed point, relative
  Selection selection = Selection::recursive;
  uint32_t rungs = 40;  // of the ladder, for `global`
  double scale = 1;     // of the asinh spacing, in log-odds
  // Above 1: branches are followed in steps shorter by about that factor, on grids from precision 0 at every node, by
  // the reference solver: to hold other answers to.
  double caution = 1;
  OthersSearch others = {};
  // Set from anywhere: whoever solves throws base::Stopped soon after, and gives no answer.
  const std::atomic<bool>* stop = nullptr;
  Meter* meter = nullptr;  // solve/meter.h
  // Where what is done is counted (solve/work.h), by a solve on one thread.
  Work* work = nullptr;
};

// How a world was solved.
enum class Method : uint8_t { exact, grid };
inline const char* method_name(Method m) {
  return m == Method::exact ? "exact" : "grid";
}

// How good a solution is; every number shown to a user comes with it.
struct Certificate {
  Method method = Method::grid;
  bool judged = false;  // whether choices were held against replies; else the next few numbers say nothing
  // Of the choices at exact beliefs and with what follows as it is played, where the mover's type gets with a
  // probability of at least 0.001: the largest distance from a logit reply, in probability; the most that anybody loses
  // against that reply; and the most that the best option is worth more than the choice, in units of payoff_range.
  double distance = 0, regret = 0, best_reply = 0;
  double distance_anywhere = 0, regret_anywhere = 0;  // the same at every history looked at
  double seen = 1;          // of all decisions, weighed by their probability: the share that was looked at
  double effect = 0;        // largest change of any measure if everybody replied, payoffs in units of payoff_range
  double drift = 0;         // expected number of times that somebody does otherwise than the logit reply would
  uint64_t crossings = 0;   // points passed where branches meet to within rounding
  double left_at = 1;       // share of the precision up to which the principal branch was followed
  double ended_at = 0;      // precision to which infinite ones were followed; 0 where all are finite
  double gain_at_end = 0;   // most that the best option is worth more there than the choice of an actor of infinite
                            // precision, at any history, in units of payoff_range
  double residual = 0;      // largest |y / lambda - Q| of any node's fixed point, in units of payoff
  double payoff_range = 0;  // largest minus smallest payment: the unit of the precision
  bool compared = true;     // with a coarser grid; else grid_change says nothing
  // Largest change of any measure when the grid was refined, payoffs in units of payoff_range; where beliefs were held,
  // the effect.
  double grid_change = 0;
  uint32_t rounds = 0;     // without a last round: those of backward induction, before Newton's method
  uint64_t corrected = 0;  // beliefs at which choices on the grid were corrected
  uint64_t nodes = 0;      // fixed points solved on the final grid
  uint64_t traced = 0;     // of these, found by following the branch from precision 0
  uint64_t folds = 0;      // turning points met on such branches
  uint64_t unstable = 0;   // nodes whose solution is not on the first stretch of its branch
  uint64_t failed = 0;     // nodes where no fixed point was found to the tolerance
};

// Adds the counts of one certificate to another's.
inline void add_counts(const Certificate& one, Certificate& all) {
  all.nodes += one.nodes;
  all.traced += one.traced;
  all.folds += one.folds;
  all.unstable += one.unstable;
  all.failed += one.failed;
  all.crossings += one.crossings;
  all.corrected += one.corrected;
}
// Adds what a certificate says of one node to one of many nodes of the same world.
inline void add_node(const Certificate& node, Certificate& all) {
  all.residual = std::max(all.residual, node.residual);
  add_counts(node, all);
}

// A measure, given each profile of types: by_profile[round_index * profiles + profile]; one round unless it is `in
// round`.
struct MeasureValue {
  std::vector<double> by_profile;
  // The same, fine grid minus coarse grid; where beliefs were held, what replies would change.
  std::vector<double> change;
};

// How much replies at exact beliefs would change if a belief that was held were the prior: summed over all decisions
// looked at, weighed by how likely they are (as `drift`), and the most of any likely one (as `distance`).
struct Sway {
  double drift = 0, distance = 0;
};

struct Solution;
class Equilibrium;

// Other equilibria of a world, as far as anybody looked.
struct OtherEquilibria {
  bool looked = false;
  uint32_t starts = 0;          // of each search; 0: no choice bears on itself, so there is no other
  SearchCount decisions = {};   // of a game on belief grids: what was found at single decisions
  std::vector<Solution> found;  // of a game on its histories
  std::vector<std::shared_ptr<const Equilibrium>> kept;  // of these, to be walked through; empty if nobody asked
  bool any() const;
};

struct Solution {
  std::vector<double> values;          // expected total payoff at the start, [actor * profiles + profile]
  std::vector<double> profile_prior;   // probability of each profile
  std::vector<MeasureValue> measures;  // per measure of the case
  Certificate certificate;
  OtherEquilibria others = {};
  std::vector<Sway> sway = {};  // per informed actor, where beliefs were held and choices judged; else empty
};

inline bool OtherEquilibria::any() const {
  return decisions.several > 0 || !found.empty();
}

}  // namespace casus::solve
