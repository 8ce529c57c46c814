// What a study finds in one world: the form in which results travel from the solver to the store and back.
#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "solve/solution.h"

namespace casus::study {

// The world whose uncertain parameters all stand at their medians is kept beside the others under this number.
inline constexpr int64_t median_world = -1;
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct PolicyResult {
  std::string error = {};                  // what is wrong in this world; then the rest is empty
  std::vector<double> profile_prior = {};  // per profile of types
  std::vector<double> values = {};         // as ValueLayout says
  std::vector<double> change = {};         // the same: fine grid minus coarse grid
  std::vector<double> payoffs = {};        // expected total payoff, per actor
  solve::Certificate certificate = {};
  // Whether other equilibria were looked for, and what was found, as solve::OtherEquilibria has it.
  bool looked = false;
  uint32_t starts = 0;
  solve::SearchCount decisions = {};
  std::vector<PolicyResult> others = {};
  bool ok() const { return error.empty(); }
};

enum class Truth : int8_t { fails = 0, holds = 1, unknown = 2 };

// A claim in one world.
struct Verdict {
  Truth truth = Truth::unknown;  // unknown: a policy it speaks of has no solution here, or its value is no number
  double margin = 0;             // how far it holds (above 0) or fails (below); NaN where unknown
  double uncertainty = 0;        // how far the margin moves when each measure moves by its grid change
  // Whether other equilibria were looked for in that world, and whether one of them turns it.
  bool looked = false, turned = false;
  bool too_close() const { return truth != Truth::unknown && (margin < 0 ? -margin : margin) < uncertainty; }
};

struct WorldRecord {
  int64_t world = 0;
  std::vector<double> params;          // in the order of Case::params
  std::vector<PolicyResult> policies;  // in the order of Plan::policies
  std::vector<Verdict> claims;         // in the order of Plan::claims
};

}  // namespace casus::study
