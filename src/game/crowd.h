// Actors who differ in nothing but their name, as a game that counts them knows them: in, a state; out, the same with
// its members in order, and how many of those who are alike do what.
//
// A state's members stand in the order of what they are in (their own variables), so states that differ only in who is
// who are one. Those who stand together are alike: they have one choice, and what many of them do at once is told by
// numbers, not by names.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/case_model.h"

namespace casus::game {

inline constexpr uint32_t none = 0xFFFFFFFF;

// Whom a game counts, and what is asked about them (found by find_crowd, symmetry.h).
struct Crowd {
  std::string family;                           // "Citizen"
  std::vector<uint32_t> members;                // actors of the case
  std::vector<std::vector<uint32_t>> own;       // [variable][member]: the states of each
  std::vector<std::vector<uint32_t>> decision;  // [stage][member]: of the stage; none where they do not choose there
  // Per measure: the one whose value it has, which is itself or speaks of another member in the same words; and the
  // place of the member that it speaks of, none if it speaks of all alike.
  std::vector<uint32_t> as, about;

  // Whether an actor is one of them, but not the first.
  bool like_another(uint32_t actor) const {
    return std::find(members.begin() + 1, members.end(), actor) != members.end();
  }
  bool owns(uint32_t state) const {  // whether a state is one of theirs
    return std::any_of(own.begin(), own.end(),
                       [&](const auto& v) { return std::find(v.begin(), v.end(), state) != v.end(); });
  }
  // The number of an actor among them, or none.
  uint32_t number(uint32_t actor) const {
    const auto at = std::find(members.begin(), members.end(), actor);
    return at == members.end() ? none : static_cast<uint32_t>(at - members.begin());
  }
  uint32_t size() const { return static_cast<uint32_t>(members.size()); }
  // Whether a measure says of another of them what one before it says.
  bool says_again(const model::Case& c, uint32_t measure) const {
    const auto& m = c.measures[measure];
    return m.kind == model::MeasureKind::payoff ? like_another(m.actor) : as[measure] != measure;
  }
  // What the member at a place is in: a number that grows with its variables, below `conditions`.
  uint32_t condition(const model::Case& c, const std::vector<int>& state, uint32_t place) const;
  uint64_t conditions(const model::Case& c) const;
  // Puts the member of a condition at a place.
  void put(const model::Case& c, std::vector<int>& state, uint32_t place, uint32_t condition) const;
  // Puts members in order.
  void sort(const model::Case& c, std::vector<int>& state) const;
  // As model::describe_state, but for how many of them are in what: "heat = 2, out = 41 no, 9 yes".
  std::string describe(const model::Case& c, const std::vector<int>& state) const;
  // Exchanges what the members at two places are in.
  void exchange(std::vector<int>& state, uint32_t a, uint32_t b) const;
};

// The ways in which `alike` actors may share out over `options`: (alike + options - 1 choose alike), at most 2^63.
double shares(uint32_t alike, uint32_t options);
// The share with a number, from 0: how many take each option. The first share has all at the last option; with one
// actor share k is option k.
void share_of(uint32_t alike, uint32_t number, std::span<uint32_t> counts);
uint32_t number_of(std::span<const uint32_t> counts);

}  // namespace casus::game
