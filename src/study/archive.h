// A stored study read without its case: in, its file; out, the names in it, and its worlds as columns of numbers.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/table.h"
#include "study/derived.h"
#include "study/store.h"

namespace casus::study {

struct Named {
  std::string name, description, source;
};
struct StoredParam : Named {
  bool uncertain = false;
};
struct StoredPolicy : Named {
  bool counterfactual = false;
};
struct StoredMeasure : Named {
  bool probability = false;
  uint32_t rounds = 1;
  uint32_t number = 0;  // in Catalogue::rows
};

// The names in a study, in the order of its rows.
struct Catalogue {
  std::string title, design, version, state;
  uint64_t seed = 0, planned = 0;  // worlds that the design has
  std::vector<StoredParam> params;
  std::vector<StoredPolicy> policies;
  std::vector<StoredMeasure> measures;  // those asked for, which stand first in a row
  MeasureRows rows;                     // with those that these are reckoned from
  std::vector<Named> claims;
  std::vector<std::vector<std::string>> profiles;  // the "Actor.type" of each profile
  size_t values() const { return rows.size; }      // numbers in a row of values

  std::vector<uint32_t> uncertain() const;  // places in `params`
};

// A study open for reading.
struct Archive {
  Store store;
  Catalogue names;
  static base::Result<Archive> open(const std::string& path);
};

// What is looked at: a measure, in one of its rounds, whatever the types or given some.
struct Outcome {
  uint32_t measure = 0, round = 0;     // round from 0
  std::vector<uint8_t> profiles = {};  // 1 for each profile that counts; empty: all
  std::string name;                    // as asked for
};
// "lost", "lost[Russia.open_ended]", "attack[round 2]". Fails with a near name.
base::Result<Outcome> outcome_named(const Catalogue& names, std::string_view text);
// The first measure with a single value, if there is one.
std::optional<Outcome> first_outcome(const Catalogue& names);
base::Result<uint32_t> policy_named(const Catalogue& names, std::string_view text);
base::Result<uint32_t> claim_named(const Catalogue& names, std::string_view text);

// Given the profiles that count, and how far off that is (measured, measured_change).
double outcome_value(const Catalogue& names, const Outcome& outcome, const PolicyResult& r);
double outcome_change(const Catalogue& names, const Outcome& outcome, const PolicyResult& r);

// Worlds as columns. Numbers are NaN where a policy has no solution.
struct Sample {
  uint64_t in_study = 0;                                  // worlds in the file
  std::vector<int64_t> worlds;                            // those read, increasing
  lab::Table parameters;                                  // the uncertain ones
  std::vector<std::vector<std::vector<double>>> values;   // [outcome][policy][row]
  std::vector<std::vector<std::vector<double>>> changes;  // the same: how far the grid's refinement moved it
  std::vector<std::vector<Verdict>> claims;               // [claim][row]
  // Set where the rows are a Saltelli design in its order, in whole blocks; it then says whether with second order.
  std::optional<bool> saltelli;
};

// At most `most` worlds, evenly spaced over the study (of a Saltelli design: the first whole blocks).
base::Result<Sample> read_sample(const Archive& archive, const std::vector<Outcome>& outcomes, size_t most);

}  // namespace casus::study
