// Courses of events drawn at random: in, a world under a policy and a seed; out, what happens how often, and how
// beliefs move. Types are drawn and hidden, everybody plays the equilibrium; beliefs are exact, not on the grid.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "solve/walk/course.h"
#include "study/solved.h"

namespace casus::study {

// Draws an edge at a step as it comes about when the actors' types are `types` (per actor): each mover by its own
// type's probabilities, chance by the informer's. `uniform` gives numbers in [0, 1).
uint32_t draw_edge(const game::Game& g, const solve::CourseStep& step, const std::vector<uint32_t>& types,
                   base::RandomStream& uniform);
// The same, option by option (positions in CourseMover::options): per mover of each of its actors, who are `whose`.
std::vector<std::vector<uint32_t>> draw_options(const game::Game& g, const solve::CourseStep& step,
                                                const std::vector<uint32_t>& types,
                                                const std::vector<std::vector<uint32_t>>& whose,
                                                base::RandomStream& uniform);
// Draws anew what is seen of a hidden step, given what is done; nothing where nothing is seen.
void draw_signal(const game::Game& g, const solve::CourseStep& step, const std::vector<uint32_t>& types,
                 std::vector<std::vector<uint32_t>>& options, base::RandomStream& uniform);
// What becomes of everybody's type at an edge of a step.
void draw_turn(const solve::CourseStep& step, uint32_t edge, std::vector<uint32_t>& types, base::RandomStream& uniform);
// A profile of types by the prior, as a type per actor; of some it is known (per actor, -1: drawn; empty: of nobody).
std::vector<uint32_t> draw_types(const game::Game& g, const solve::World& w, base::RandomStream& uniform,
                                 const std::vector<int>& known = {});

// The distribution of a belief over courses: mean and quantiles.
struct BeliefBand {
  double mean = 0, low = 0, lower = 0, middle = 0, upper = 0, high = 0;  // 5, 25, 50, 75, 95 %
};

// The belief that an actor has a type, at the start and after each round.
struct BeliefPath {
  uint32_t actor = 0, type = 0;
  int given_type = -1;            // of the same actor, in truth; -1: whatever it is
  std::vector<BeliefBand> after;  // [0]: the start; [t]: after round t
};

// How often a decision (or a chance stage) is reached in a round, and what happens there: expected counts over the
// courses, with each option weighted by its public probability where the course came by.
struct StageTally {
  uint32_t stage = 0;
  uint32_t decision = game::none;  // none: chance
  uint32_t round = 1;
  double reached = 0;                // share of courses
  std::vector<double> options = {};  // per option of the list: share of courses; sums to `reached`
};

struct CourseSample {
  std::string error;  // what is wrong in this world; then the rest is empty
  uint32_t courses = 0;
  std::vector<BeliefPath> beliefs;
  std::vector<StageTally> stages;  // in order of round, stage, decision
};

// `courses` draws; the same seed gives the same sample, whatever the machine.
CourseSample sample_courses(const SolvedWorld& solved, uint32_t courses, uint64_t seed);

}  // namespace casus::study
