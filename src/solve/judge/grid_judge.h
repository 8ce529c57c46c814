// How good an answer on belief grids is: in, one world's choices and values on its grids; out, what everybody could
// gain by choosing otherwise, at exact beliefs and given what truly follows.
//
// Play is walked through by particles (particles.h). Where a particle stands, the grid's value is compared with one
// step of lookahead: the payments, and the grid's values at the exact posteriors. What a course of play is truly worth
// under the choices reported is the grid's value plus all of these differences along it (they telescope; Kakade &
// Langford 2002, lemma 6.1), so carrying them back along the particles' ways gives the true worth of every option. With
// that the choice is compared: with the logit reply to it, and with the best.
#pragma once
#include <algorithm>
#include <span>
#include <vector>

#include "solve/node/problem.h"
#include "solve/particles/graph.h"
#include "solve/particles/particles.h"
#include "solve/regrets.h"
#include "solve/solution.h"

namespace casus::solve {

// A decision and how likely it is that anybody gets there.
struct LikelyDecision {
  double probability = 0;
  game::NodeId node = 0;
  Belief belief;
  std::vector<double> log_sigma;  // of its movers [mover][type][option], as the grid has them
};

inline bool likelier(const LikelyDecision& a, const LikelyDecision& b) {
  return a.probability > b.probability;
}
// Keeps a particle's decision if it is among the `most` likeliest; the least likely of those kept is on top of the
// heap. `choose` fills in what its movers do.
template <class Choose>
void keep_likeliest(const game::Game& g, const ParticleGraph& graph, game::NodeId n, uint32_t i, size_t most,
                    std::vector<LikelyDecision>& kept, Choose&& choose) {
  const size_t particle = graph.first(n) + i;
  double probability = 0;
  for (size_t k = 0; k < graph.prior().size(); ++k) probability += graph.prior()[k] * graph.mass(particle)[k];
  if (most == 0 || (kept.size() == most && probability <= kept.front().probability)) return;
  if (kept.size() == most) {
    std::pop_heap(kept.begin(), kept.end(), likelier);
    kept.pop_back();
  }
  const double* at = graph.log_odds(particle);
  kept.push_back({probability, n, {std::vector<double>(at, at + g.axes), std::vector<int>(g.axes, -1)}, {}});
  choose(kept.back());
  std::push_heap(kept.begin(), kept.end(), likelier);
}

struct Judged {
  Regrets anywhere, likely;  // of the decisions looked at; `likely`: where the type gets with likely_reach or more
  // Expected number of times that somebody does otherwise than the logit reply would: no probability of a course of
  // events would change by more if everybody replied.
  double drift = 0;
  double effect = 0;  // the largest change of any measure if everybody replied, payoffs in units of the stakes
  std::vector<std::vector<double>> changes;  // of every measure [round index][profile] if everybody replied
  double seen = 1;                           // of all decisions, weighed by their probability: the share looked at
  uint64_t looked = 0;                       // particles looked at
  std::vector<LikelyDecision> likeliest;     // of these, the likeliest first
  std::vector<Sway> sway;                    // per informed actor, of the beliefs held
};

struct JudgeOptions {
  // Particles that are as likely as this are looked at, types counting as for windows, and what one step leads to from
  // them.
  double least = 1e-4;
  // Those as likely as this stand for one belief each: a joined one chooses at the mean of several, and what it lacks
  // may be less than what one of these does.
  double whole = likely_reach / 4;
  Pooling pooling;
  size_t likeliest = 0;                     // decisions to be told
  uint32_t held = 0;                        // beliefs whose sway is told
  const std::atomic<bool>* stop = nullptr;  // once it is set: throws base::Stopped
  Meter* meter = nullptr;                   // `units` of it are added
  uint64_t units = 0;
};

// `next`: the values on the same grids, of every node. Rows of both are padded to a multiple of 4.
Judged judge(const ParticlePlan& plan, const World& w, const GridField& field, const Continuation& next,
             const game::Start& start, const JudgeOptions& options);

// As a solver is asked for: pooled no finer than nine points ask for, since corrections are small and smooth.
JudgeOptions judge_options(const SolveOptions& options);
// Writes it into a solution whose certificate holds the payoff range. Where beliefs were held, points are few or
// choices were corrected, measures change by what they would if everybody replied: there is no coarser grid to compare
// with.
void certify(Judged&& judged, const SolveOptions& options, Solution& out);

}  // namespace casus::solve
