// Distributions as texts give them: in, their numbers; out, what is wrong with these, and where there is weight.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "model/case_model.h"

namespace casus::language {

struct Fault {
  size_t number;  // which of them
  std::string message, hint;
};

// Of any but a discrete one.
std::optional<Fault> fault_of(model::Distribution distribution, const std::vector<double>& x);
// For the truncation's sake; of a normal where it has any weight to speak of.
std::pair<double, double> support_of(model::Distribution distribution, const std::vector<double>& x);

}  // namespace casus::language
