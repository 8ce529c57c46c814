// Two studies side by side: in, their files; out, what was asked differently, and which answers moved by more than the
// sampling error.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "lab/streaming.h"
#include "study/archive.h"

namespace casus::study {

// Something that was asked differently: "seed: 1, now 2"; "the text of 'x.casus' has changed in 3 lines".
struct Difference {
  std::string what, before, after;
};

// A measure under a policy in both studies.
struct MovedMeasure {
  std::string measure, policy;
  uint32_t round = 0;  // from 1; 0: it has one value
  bool probability = false;
  double before = 0, after = 0;  // means over the worlds
  double change = 0;             // after less before; of pairs: the mean of the differences
  double half_width = 0;         // 95 % interval of `change`
  double grid = 0;               // mean size of what refining the belief grid moved, both studies together
  size_t worlds = 0;             // pairs, or the smaller of the two samples
  bool beyond = false;           // 0 lies outside the interval at 5 % shared among all comparisons
};

struct MovedClaim {
  std::string claim, text;
  lab::Share before, after;
  // Pairs: worlds in which only the first, or only the second holds; p of McNemar's exact test. Else p of the
  // difference of two shares (normal, pooled).
  uint64_t only_before = 0, only_after = 0;
  double p_value = 1;
  bool beyond = false;
};

struct Comparison {
  std::vector<Difference> asked;
  std::vector<std::string> only_before, only_after;  // "policy x", "measure y", "claim z", "parameter w"
  bool paired = false;                               // the same worlds: equal numbers and equal shared parameters
  uint64_t worlds_before = 0, worlds_after = 0;
  uint64_t pairs = 0;
  std::vector<MovedMeasure> measures;  // all that both have, in the order of the first
  std::vector<MovedClaim> claims;
};

base::Result<Comparison> compare(const std::string& before, const std::string& after);

}  // namespace casus::study
