// What choices are truly worth, found on the unrolled tree in plain recursion: in, a game's tree (by round) and
// everybody's choices at every public history; out, how far they are from the logit reply. Nothing of the solver's or
// of its certificate's code is used, so that it can be held against them.
#pragma once
#include <optional>
#include <vector>

#include "solve/walk/grid_equilibrium.h"
#include "verify/unroll.h"

namespace casus::testing {

// Log probabilities, parallel to Unrolled::situations.
using Choices = std::vector<std::vector<double>>;

// The choices that an answer reports: of an exact one those at its histories, of one on belief grids those read between
// grid points at the exact belief, on which its measures rest.
Choices reported_choices(const game::Game& g, const solve::World& w, const solve::Equilibrium& solved,
                         const solve::SolveOptions& options, const std::vector<verify::Situation>& situations);

struct TreeTruth {
  // Of decisions that the mover's type gets to with a probability of 0.001 or more: distance from the logit reply in
  // probability; Kullback-Leibler divergence from it by precision, in payoff.
  double distance = 0, regret = 0;
  double distance_anywhere = 0;  // the same wherever anybody ever gets
  std::vector<double> reach;     // per situation: probability that its type gets there
  // The logit reply everywhere, as log probabilities; where nobody ever gets, what is chosen.
  Choices reply;
};
TreeTruth judge_on_tree(const game::Game& g, const solve::World& w, const verify::Unrolled& unrolled,
                        const Choices& choices);

// Where the logit dynamics, slow replies, lead from these choices: an equilibrium, or nothing where they do not settle.
std::optional<Choices> settle(const game::Game& g, const solve::World& w, const verify::Unrolled& unrolled,
                              const Choices& from);

}  // namespace casus::testing
