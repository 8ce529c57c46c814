// Whether an answer is good enough: in, certificates; out, grids on which it is, or what is wrong.
#pragma once
#include <array>
#include <optional>
#include <string>

#include "solve/belief/stencil.h"
#include "study/median.h"

namespace casus::study {

// What measures may be off by: of a study, and of one world alone.
inline constexpr double study_accuracy = 1e-3, world_accuracy = 1e-4;
// A world of a study has no answer where measures would change by so many times the accuracy if everybody replied, or
// somebody loses so much of the stakes against the logit reply, also off the path: what is threatened there may rule
// what is done before.
inline constexpr double wrong_measure = 10, wrong_regret = 0.01;
// One world alone shows its choices, too: they may be off by so many times what its measures may.
inline constexpr double choice_per_measure = 10;

// What an answer lacks, as the end of a sentence; empty: nothing. `strict`: it is to be as accurate as was asked for,
// else it is only not to be wrong.
std::string shortfall(const solve::Certificate& c, double accuracy, bool strict);

// How far an answer is from what was asked for, 1 being just enough; `alone`: choices count too.
double excess(const solve::Certificate& c, double accuracy, bool alone);

// The points that are tried where the grid is left to the solver.
inline constexpr std::array<uint32_t, 9> ladder{solve::least_points, 7, 9, 13, 17, 25, 33, 49, 65};

// As solve_median, on finer and finer grids until the median world is as accurate under every policy as the plan asks
// for, as far as memory and `most` fixed points (by default about ten minutes' work) allow; the plan then has the
// points of the best of them. Only where the plan leaves the grid to the solver. Nothing if it was stopped.
inline constexpr double most_fixed_points = 2e7;
std::optional<Median> solve_accurately(Plan& plan, const MedianControl& control, double most = most_fixed_points);

}  // namespace casus::study
