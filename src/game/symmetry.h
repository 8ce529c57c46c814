// Whether actors of one index set differ in nothing but their name: in, a case under a policy; out, those to be
// counted, or why they cannot be.
#pragma once
#include <optional>
#include <string>

#include "game/crowd.h"

namespace casus::game {

struct Symmetry {
  std::optional<Crowd> crowd;
  std::string why_not;  // "Citizen[p0] and Citizen[p1] are paid differently"; empty where nobody is to be counted
};

// The largest family of actors who choose at once at some stage with more than `most_joint` joint choices among them,
// if exchanging any two of them changes neither the rules nor the payoffs nor the policy, and if every measure speaks
// of all alike or of one of them. Rules are compared as they are written, but for the order of sums, products, minima,
// maxima and conditions joined by `and` and `or`.
Symmetry find_crowd(const model::Case& c, uint32_t policy, double most_joint);

}  // namespace casus::game
