// The analyses of a stored study: in, its worlds as columns and a question; out, what an outcome hangs on, where
// something is so, and what to do. Nothing is solved. Definitions: docs/laboratory.md.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "lab/decision.h"
#include "lab/prim.h"
#include "lab/sensitivity.h"
#include "lab/streaming.h"
#include "study/archive.h"

namespace casus::study {

// ---- what does it hang on ----
struct SensitivityAnswer {
  Outcome outcome;
  uint32_t policy = 0;
  std::optional<uint32_t> minus;     // then the difference: under `policy` less under `minus`
  size_t worlds = 0;                 // where it has a value
  double mean = 0, deviation = 0;    // of the outcome over these
  double correlation = 0;            // the largest between two parameters, in size: indices suppose none
  lab::SensitivityTable table = {};  // columns of Sample::parameters
  bool never_varies = false;         // then the table is empty
};
// `outcome` is a place in Sample::values.
base::Result<SensitivityAnswer> analyse_sensitivity(const Sample& sample, const std::vector<Outcome>& outcomes,
                                                    size_t outcome, uint32_t policy, std::optional<uint32_t> minus);

// ---- where is it so ----
enum class Where { claim_fails, claim_holds, policy_is_best, regret_above };

struct DiscoveryAnswer {
  Where where = Where::claim_fails;
  uint32_t claim = 0, policy = 0;          // as `where` asks
  double threshold = 0;                    // of the regret
  lab::Share share = {};                   // worlds where it is so, of those where it can be told
  size_t unknown = 0;                      // worlds where it cannot
  bool too_few = false;                    // fewer than `least_worlds` of either kind: nothing is looked for
  lab::Table parameters = {};              // of the worlds where it can be told
  std::vector<lab::Discovery> boxes = {};  // PRIM
  std::vector<lab::BoxCount> leaves = {};  // CART: leaves 1.5 times as dense and beyond chance, densest first
  size_t all_leaves = 0;
};
inline constexpr size_t least_worlds = 5;

// Where a claim fails; where it holds, if it fails in more than half of the worlds and `rarer` is wanted.
DiscoveryAnswer discover_claim(const Sample& sample, uint32_t claim, bool rarer);

// ---- what to do ----
// What 'best' means for a stored study.
struct Goal {
  size_t outcome = 0;  // place in Sample::values
  bool minimise = true;
};

// Where a policy is the best of those that can be chosen, or its regret is above a threshold.
DiscoveryAnswer discover_best(const Catalogue& names, const Sample& sample, const Goal& goal, uint32_t policy);
DiscoveryAnswer discover_regret(const Catalogue& names, const Sample& sample, const Goal& goal, uint32_t policy,
                                double threshold);

// The policies that can be chosen; all where fewer than two can.
std::vector<uint32_t> choices(const Catalogue& names);

struct Demand {
  size_t outcome = 0;
  double threshold = 0;
  bool at_least = true;
};
struct Aim {
  size_t outcome = 0;
  bool minimise = true;
};

struct DecisionOrder {
  Goal goal;
  double weight_of_worst = 0.5;
  std::vector<Demand> demands = {};  // satisficing: all of them together
  std::vector<Aim> front = {};       // Pareto, on means over the worlds
};

struct KnowingParam {
  size_t column = 0;  // of Sample::parameters
  lab::Information worth = {};
  bool beyond_chance = false;  // above the floor by more than chance brings at 5 %, shared among the parameters
};

struct DecisionAnswer {
  DecisionOrder order;
  std::vector<uint32_t> policies = {};                // compared
  size_t worlds = 0, left_out = 0;                    // left out: some policy has no solution there
  std::vector<lab::Criterion> criteria = {};          // on yields: the goal's value, or minus it where it is minimised
  std::vector<double> half_width = {};                // of each policy's mean, 95 %
  std::vector<lab::Share> best_in = {};               // worlds where each is the best, of equals the first
  size_t close = 0;                                   // worlds in which the best leads by less than the grid's change
  size_t best = 0, next = 0;                          // by expected value; places in `policies`
  double lead = 0, lead_half_width = 0;               // of the best's mean over the next's, paired, 95 %
  std::vector<lab::Share> meets = {};                 // satisficing
  std::vector<std::vector<double>> front_means = {};  // [policy][aim]
  std::vector<size_t> front = {};                     // places in `policies`
  lab::Information perfect = {};
  std::vector<KnowingParam> partial = {};  // largest first
  size_t classes = 0;                      // into which a parameter's values were cut
};
base::Result<DecisionAnswer> analyse_decision(const Catalogue& names, const Sample& sample, const DecisionOrder& order);

}  // namespace casus::study
