// Probabilities as decimals that sum to 1 exactly: in, doubles that sum to 1 within rounding; out, their texts.
#pragma once
#include <span>
#include <vector>

#include "tree/tree.h"

namespace casus::verify {

// Readers that compute in rational numbers (Gambit's) refuse 0.3333333333333333 three times. Each probability is
// written, without an exponent, with the shortest text that reads back the same; the largest takes what is left of 1,
// which changes it by less than the sum of the others' last digits. The doubles must be at least 0 and finite.
std::vector<tree::Number> exact_decimals(std::span<const double> probabilities);

}  // namespace casus::verify
