// Measures that are reckoned from others: in, a row of what was counted given each profile of types; out, a measure's
// value given some profiles. The one place where profiles are averaged: of what is counted a mean, of what is reckoned
// the formula of its parts' values given the same profiles, which is no mean of it over profiles.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/case_model.h"

namespace casus::study {

// 1 for each profile that counts; empty: all.
using Profiles = std::vector<uint8_t>;

// A measure's formula.
struct Derived {
  struct Part {
    uint32_t measure = 0, round = 0;  // round from 1; 0: the measure has one value, or that of the round asked for
    Profiles profiles = {};           // to which it is restricted
    bool operator==(const Part&) const = default;
  };
  std::vector<model::Expr>
      nodes;  // constants, operators and `measure` leaves, numbers of `parts`; the last is the root
  std::vector<Part> parts;
  bool counted() const { return nodes.empty(); }
};

// A formula of the case; `profile_type` as ValueLayout has it.
Derived derived_of(const model::Case& c, const model::Measure& m, uint32_t profiles, uint32_t actors,
                   const std::vector<uint32_t>& profile_type);

// As it is stored: "2.0.* 0.3.01 | div m0 m1" is measure 2 over measure 0 in round 3 given the second of two profiles.
std::string text_of(const Derived& d);
Derived read_derived(std::string_view text);  // of a text that text_of made; else something empty

// Where the values of measures stand in a row: [measure][round][profile].
struct MeasureRows {
  uint32_t profiles = 1;
  std::vector<uint32_t> rounds;  // per measure
  std::vector<size_t> first;     // per measure
  std::vector<Derived> derived;  // per measure
  size_t size = 0;               // of a row

  void add(uint32_t its_rounds, Derived formula);
  size_t at(uint32_t measure, uint32_t round, uint32_t profile) const {
    return first[measure] + size_t{round} * profiles + profile;
  }
};

// `round` counts from 0. NaN where those profiles have no prior weight, or where the formula has no value: what is
// given never happens.
double measured(const MeasureRows& rows, const std::vector<double>& values, const std::vector<double>& prior,
                uint32_t measure, uint32_t round, const Profiles& profiles = {});
// How far off that is: of what is counted the mean of `change`, of what is reckoned, to first order, what the changes
// of its parts make of it, added up; infinite where they leave it without a value.
double measured_change(const MeasureRows& rows, const std::vector<double>& values, const std::vector<double>& change,
                       const std::vector<double>& prior, uint32_t measure, uint32_t round,
                       const Profiles& profiles = {});

// Puts what is reckoned, given each profile alone, into rows in which only what is counted stands.
void fill_derived(const MeasureRows& rows, std::vector<double>& values, std::vector<double>& change,
                  const std::vector<double>& prior);

}  // namespace casus::study
