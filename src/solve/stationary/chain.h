// A finite Markov chain: in, the probabilities of its steps; out, with what probability something is ever met, how long
// that takes, and where it is in the long run.
//
// States are eliminated one after the other without a single subtraction (Grassmann, Taksar & Heyman 1985), so that
// what comes out is right to its last digits however rare a step is.
#pragma once
#include <atomic>
#include <cstddef>
#include <vector>

namespace casus::solve {

struct Hit {
  double probability = 0;
  double rounds = 0;  // expected number of the step at which it is met, from 1; 0 where it never is
};

// A chain that may leave its states: from each for what is looked for (`hit`), or for good (`lost`); step, hit and lost
// of a state sum to 1. `step` is [from * states + to].
struct OpenChain {
  size_t states = 0;
  std::vector<double> step, hit, lost;
};
Hit hitting(OpenChain chain, size_t from, const std::atomic<bool>* stop = nullptr);

// The share of time that a chain which never ends spends in each state, on average over ever more steps from `from` on.
std::vector<double> long_run(const std::vector<double>& step, size_t states, size_t from,
                             const std::atomic<bool>* stop = nullptr);

}  // namespace casus::solve
