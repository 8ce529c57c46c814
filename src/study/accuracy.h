// Whether an answer is good enough: in, certificates; out, grids on which it is, or what is wrong.
#pragma once
#include <array>
#include <optional>
#include <span>
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
// Whatever accuracy is asked for, a likely choice that is off by more is none that could be shown.
inline constexpr double wrong_choice = 0.05;

// What an answer lacks, as the end of a sentence; empty: nothing. `strict`: it is to be as accurate as was asked for,
// else it is only not to be wrong.
std::string shortfall(const solve::Certificate& c, double accuracy, bool strict);

// How far answers on grids are from what was asked for, 1 being just enough.
struct Lack {
  double all = 0, measures = 0;   // measures: were choices left aside
  std::vector<double> held = {};  // per informed actor: what holding the belief about it comes to

  // `alone`: choices count too. An answer that was not judged, or is not on grids, lacks nothing.
  void add(const solve::Certificate& c, std::span<const solve::Sway> sway, double accuracy, bool alone);
  void add(const Lack& other);
};

// What is left to the solver of how beliefs are resolved (solve::SolveOptions): points an axis, and who has any.
struct Resolution {
  uint32_t points = 0, held = 0;
};
Resolution resolution(const solve::SolveOptions& options);
void resolve(solve::SolveOptions& options, const Resolution& by);
// To begin with, and finer than that; none: there is no finer one, or measures are as accurate as was asked for and to
// have choices so, too, would take more than `most_for_choices` fixed points. Where a solve is dear, beliefs are held
// at first, and those that replies hang on let go. `before`: Lack::all with fewer points and the same held; 0: unknown.
inline constexpr double most_for_choices = 1e6;
Resolution first_resolution(const std::vector<Compared>& policies, const solve::SolveOptions& options);
std::optional<Resolution> finer(const Plan& plan, const Resolution& than, const Lack& lack, double before);
// The actors about whom beliefs are held.
std::vector<std::string> held_names(const Plan& plan, uint32_t held);

// The points that are tried where the grid is left to the solver.
inline constexpr std::array<uint32_t, 9> ladder{solve::least_points, 7, 9, 13, 17, 25, 33, 49, 65};

// As solve_median, on finer and finer grids until the median world is as accurate under every policy as the plan asks
// for, as far as memory and `most` fixed points (by default about ten minutes' work) allow; the plan then has the
// resolution of the best of them. Only where the plan leaves the grid to the solver. Nothing if it was stopped.
inline constexpr double most_fixed_points = 2e7;
std::optional<Median> solve_accurately(Plan& plan, const MedianControl& control, double most = most_fixed_points);
// The same of one world under one policy, begun with `options`: the best of the answers.
std::shared_ptr<const SolvedWorld> solve_accurately(const Plan& plan, uint32_t place, const std::vector<double>& params,
                                                    solve::SolveOptions options, unsigned threads, double most);

}  // namespace casus::study
