// A game played from a seat, in words: in, what happens and what was chosen; out, what the player reads at each turn,
// the debrief, and the whole game as JSON.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "report/answer.h"
#include "study/seat.h"

namespace casus::report {

// What a policy would have led to, expected at the start given everybody's true types.
struct PlayedPolicy {
  uint32_t place = 0;      // in Plan::policies
  std::string error = {};  // then the rest is empty
  double payoff = 0;       // the player's
  double objective = 0;
};

struct PlayAnswer {
  const study::Plan* plan = nullptr;
  uint32_t place = 0;  // the policy that was played under
  std::string case_file = {}, version = {};
  study::Seat seat = {};
  const study::Played* played = nullptr;
  std::vector<std::vector<double>> start_belief = {};
  std::vector<double> start_profiles = {};  // see solve::CourseStep::profiles
  std::optional<uint32_t> objective = {};   // a measure with one value
  std::vector<PlayedPolicy> policies = {};
};

// Who you are, and what you believe before anything has happened.
std::string welcome_text(const PlayAnswer& a, const std::vector<uint32_t>& types, const Style& style);
// What everybody sees and believes, and the options, numbered from 1.
std::string turn_text(const PlayAnswer& a, const solve::CourseStep& step, const study::Choice& choice,
                      const Style& style);
// What each option is worth to the player, and how often an equilibrium player takes it.
std::string hint_text(const PlayAnswer& a, const study::Choice& choice, const Style& style);
// A step as everybody saw it; empty if nothing can be said of it.
std::string seen_text(const PlayAnswer& a, const solve::CourseStep& step, const Style& style);
std::string debrief_text(const PlayAnswer& a, const Style& style);
// Everything, for --json and --transcript; `path` in it is what `casus solve --along` and `casus play --replay` read.
std::string json_text(const PlayAnswer& a);

}  // namespace casus::report
