// Other equilibria of a study's worlds: in, a plan and what was found; out, where to look and how hard, which verdicts
// another equilibrium turns, and what all of it comes to.
#pragma once
#include <vector>

#include "study/plan.h"
#include "study/results.h"

namespace casus::study {

// How other equilibria are looked for in the first world of a batch, which is the median world's in batch 0: in up to
// eight batches, evenly spaced, by about a tenth of the work that the plan's worlds take. It depends on the plan alone.
solve::OthersSearch others_search(const Plan& plan, uint64_t batch);

// Marks the verdicts of a world as looked at, and as turned where another equilibrium under some policies turns them.
void judge_others(const Plan& plan, const std::vector<double>& params, const std::vector<PolicyResult>& results,
                  std::vector<Verdict>& verdicts);

// What was found in some worlds.
struct OtherSummary {
  std::vector<int64_t> worlds, with_others;    // looked at; of these, with another equilibrium under some policy
  bool possible = false;                       // some choice bears on itself
  uint32_t least_starts = 0, most_starts = 0;  // of the whole game, under one policy
  uint64_t most_others = 0;                    // under one policy
  uint32_t decision_starts = 0;                // on grids, of each decision
  uint64_t decisions = 0, several = 0;         // on grids: looked at; with more than one equilibrium
  // The largest difference that an equilibrium found makes to a measure; of several alike ('p[x]') to one of them.
  struct Move {
    int64_t world = 0;
    uint32_t policy_place = 0, measure = 0, round = 0;
    double here = 0, there = 0;
  };
  std::vector<Move> moves;

  // `r`: of one world where they were looked for; worlds come one after the other.
  void add(const Plan& plan, int64_t world, uint32_t policy_place, const PolicyResult& r);

 private:
  void note(const Plan& plan, const Move& move);
};

}  // namespace casus::study
