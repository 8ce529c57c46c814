// Several equilibria: in, a plan and some of its worlds; out, the same worlds read by other equilibria, so that a
// reader sees which numbers hang on the choice. A game on its graph of histories is searched as a whole; one on belief
// grids is solved with other selections wherever a node has more than one equilibrium.
#pragma once
#include <string>
#include <vector>

#include "solve/selection.h"
#include "study/run.h"

namespace casus::study {

// One way of choosing among several equilibria, the same at every node.
struct Reading {
  std::string name;  // "the worst for West"
  solve::Selection selection = solve::Selection::recursive;
  solve::NodeSearch search = {};
};

struct BranchOptions {
  uint32_t starts = 16;         // of Newton's method, at each node and belief of a grid
  uint32_t whole_starts = 512;  // of a whole game on its histories
  uint64_t seed = 1;
};

// One world under one policy.
struct BranchPolicy {
  bool whole = false;   // searched as one: `found` is of the game, not of nodes and beliefs
  uint32_t starts = 0;  // of that search; 0: no choice bears on itself
  solve::SearchCount found;
  std::vector<PolicyResult> readings;  // as BranchAnswer::readings; only the first where no node has several equilibria
  const PolicyResult& at(size_t reading) const { return readings[readings.size() == 1 ? 0 : reading]; }
};

struct BranchWorld {
  int64_t world = 0;
  std::vector<BranchPolicy> policies;          // in the order of Plan::policies
  std::vector<std::vector<Verdict>> verdicts;  // [reading][claim], every policy read alike
};

struct BranchAnswer {
  std::vector<Reading> readings;  // the first is the one that the study uses
  BranchOptions options;
  uint64_t folding = 0;  // of `worlds`: taken because the run met folds in them
  std::vector<BranchWorld> worlds;
};

// Searches these worlds (median_world too) on the reference solver. A policy is solved with every reading only if its
// first search finds a node with several equilibria: where each node has one, so has the game. Nothing if stopped.
std::optional<BranchAnswer> search_branches(const Plan& plan, const std::vector<int64_t>& worlds,
                                            const BranchOptions& options, const RunControl& control);

// What the selection does to a measure (in one of its rounds) under a policy, over the worlds searched.
struct BranchSpread {
  uint32_t policy_place = 0, measure = 0, round = 0;
  double mean = 0, low = 0, high = 0;  // means over the worlds: of the study's reading, of each world's extremes
  double most = 0;                     // the largest distance between two readings in one world
  int64_t world = 0;                   // that world,
  size_t lowest = 0, highest = 0;      // and the readings that give its extremes
  double change = 0;                   // the most that refining the grid moved any of these numbers
};
// Those that move by more than `least`, the most moved first. The numbers of solver noise are left out: `least` is
// 1e-6 for a probability.
std::vector<BranchSpread> branch_spreads(const Plan& plan, const BranchAnswer& answer);

}  // namespace casus::study
