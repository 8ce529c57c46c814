// What a study says: in, a store; out, policies side by side, the best of them, and a verdict on each claim. Memory
// does not grow with the number of worlds beyond a fixed budget.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "lab/prim.h"
#include "lab/separate.h"
#include "lab/streaming.h"
#include "study/others.h"
#include "study/plan.h"
#include "study/store.h"

namespace casus::study {

// What 'best' means.
struct Objective {
  uint32_t measure = 0;
  bool minimise = true;
  bool by_default = true;  // not asked for
};
// Without a name: the case's first measure that has one value (not one for each round). Without a direction: a
// probability is minimised (what people put first is what they fear), anything else is maximised. Nothing if the case
// has no such measure.
base::Result<std::optional<Objective>> choose_objective(const model::Case& c, const std::string& measure,
                                                        std::optional<bool> minimise);

// Over the worlds: mean and the values below which 5 % and 95 % of the worlds lie (linear interpolation; with more than
// eight million numbers in all, those of a sketch whose ranks are within about 1 %).
struct Spread {
  double mean = 0, low = 0, high = 0;
  uint64_t without = 0;  // worlds that count in none of these: what is given never happens there
};

struct MeasureSummary {
  std::vector<Spread> rounds;  // one for each round, or one
  double change = 0;           // largest change of any of them in any world when the grid was refined
};

struct PolicySummary {
  uint32_t policy = 0;  // in Case::policies
  std::vector<MeasureSummary> measures;
  uint64_t failed = 0;                    // worlds without a solution
  std::vector<std::string> first_errors;  // of these, with the world's number
  solve::Certificate worst;               // what is off: the most; seen: the least; counts: sums
  lab::QuantileSketch grid_change;        // over the worlds that were compared with a coarser grid
  uint64_t followed = 0;           // without a last round: of `exact`, along the whole game's branch from precision 0
  uint64_t exact = 0, judged = 0;  // worlds solved exactly; on grids, with choices held against replies
  lab::QuantileSketch effect, regret;  // over the worlds judged, as solve::Certificate has them
  // Among the policies that can be chosen, by the objective; NaN and 0 for the others.
  bool compared = false;
  double best_share = 0;    // of the worlds in which it is the best (of equals the first)
  double mean_regret = 0;   // distance to the best policy of a world
  double worst_regret = 0;  // the largest over worlds
  double worst_value = 0;   // of the objective, over worlds
};

// Whether some measure has no value in some worlds.
bool lacks_values(const PolicySummary& p);

struct ClaimSummary {
  uint32_t claim = 0;  // in Case::claims
  uint64_t worlds = 0, holds = 0, unknown = 0, too_close = 0;
  double share = 0, low = 0, high = 0;  // of the worlds where it can be judged; 95 % Wilson interval
  uint64_t looked = 0, turned = 0;      // worlds where other equilibria were looked for; where one turns the verdict
  std::optional<Verdict> median;
  std::vector<lab::Separation> separations;  // of the worlds where it fails from the others, columns of `parameters`
  std::vector<lab::Discovery> rules;         // where it fails, or where it holds if it fails in most worlds:
  bool rules_of_holding = false;
};

struct Summary {
  uint64_t worlds = 0;  // in the store
  std::optional<Objective> objective;
  uint64_t ranked = 0;       // worlds in which every compared policy has a solution
  uint64_t lead_unsure = 0;  // of these, where the best leads the next by less than the grid's change
  std::vector<PolicySummary> policies;
  std::vector<ClaimSummary> claims;
  OtherSummary others;
  lab::Table parameters;  // the uncertain parameters of (at most 20,000 of) the worlds
};

base::Result<Summary> summarise(const Plan& plan, const Store& store, const std::optional<Objective>& objective);

// The Wilson score interval of a share (Wilson 1927): its ends lie in [0, 1]; {0, 1} for no trials.
std::pair<double, double> wilson(uint64_t successes, uint64_t trials);

// "holds" in at least 95 % of the worlds, "fails" in at least 95 %, else "depends"; "unknown" without any world.
std::string_view verdict_word(const ClaimSummary& claim);

}  // namespace casus::study
