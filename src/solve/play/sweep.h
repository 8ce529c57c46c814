// Play followed by particles, made one of replies: in, a graph of particles and how their movers choose; out, choices
// that are logit replies to what truly follows, at exact beliefs.
//
// One sweep from the last node to the first works out what every particle is truly worth, how that moves with beliefs,
// and how all choices would move to be replies; so the linearised equations of all particles are eliminated one by one
// and a step is one of Newton's method for the whole of play. Nothing is read between grid points. A particle that
// several came to is worth to each what its slopes say of the difference between their beliefs and its own.
#pragma once
#include <span>
#include <vector>

#include "solve/judge/grid_judge.h"
#include "solve/judge/reply_effect.h"
#include "solve/lanes/block.h"
#include "solve/particles/graph.h"
#include "solve/play/reply.h"

namespace casus::solve {

class PlaySweep {
 public:
  // Choices as `field` has them. No type may be bound.
  PlaySweep(const ParticlePlan& plan, const World& w, const GridField& field, const ParticleGraph& graph,
            game::NodeId start, const std::atomic<bool>* stop = nullptr);

  // Moves all choices, each by at most so many log-odds, and play with them. Returns the expected number of times that
  // somebody did otherwise than reply to what followed.
  // `precision_scale` multiplies every precision.
  double step(double most_log_odds, double precision_scale = 1);
  // The choices as they are, held against replies. Before any step, so that play is that of the choices. `likeliest`:
  // decisions to be told.
  Judged judge(size_t likeliest);
  // How often, by the last step, somebody was to choose where the linear model says nothing (ReplySystem::solve).
  double strained() const { return strained_; }
  // The most that anybody lost, by the last step, against the logit reply where particles are looked at, in payoff.
  double regret() const { return regret_; }
  // What was worked out last: worth of the start [actor][profile].
  std::span<const double> start_worth() const { return start_worth_; }
  // By how much choices differ from what is read between grid points, and what options are worth (log-odds and payoffs,
  // [mover][type][option] each).
  void tell(Corrections& out) const;

 private:
  uint32_t unknowns(game::NodeId n) const { return plan_.movers[g_.nodes[n].shape].count; }
  size_t choice(game::NodeId n, uint32_t i) const { return choice_at_[n] + size_t{i} * unknowns(n); }
  size_t piece(game::NodeId n) const { return (1 + axes_at_[n].size()) * rows_; }
  void backward(double most_log_odds, Judged* judged);
  void look(game::NodeId n, uint32_t i, double most_log_odds, Judged* judged);
  void find_edges(game::NodeId n, const double* log_sigma);
  void find_worth(game::NodeId n, uint32_t i, const double* log_odds);
  void add_to_edge(uint32_t e, double by, const double* slope);
  void move(game::NodeId n, uint32_t i, double most_log_odds);
  void carry(game::NodeId n, uint32_t i);
  void note(game::NodeId n, uint32_t i, Judged* judged);
  void forward(double most_log_odds);
  void believe(game::NodeId n, size_t particle);
  void normalise(game::NodeId n, double* log_sigma) const;

  const ParticlePlan& plan_;
  const game::Game& g_;
  const World& w_;
  const GridField& field_;
  const ParticleGraph& graph_;
  game::NodeId start_;
  const std::atomic<bool>* stop_;
  uint32_t profiles_, axes_;
  size_t rows_, likeliest_ = 0;
  Block log_odds_, mass_;                        // of particles, as the graph has them
  std::vector<std::vector<uint32_t>> axes_at_;   // per node: those that values depend on
  std::vector<std::vector<uint32_t>> place_at_;  // per node and axis of the game: its place among these, or none
  std::vector<size_t> choice_at_;                // per node: its first choice
  Block log_sigma_, value_;                      // [particle][unknown]
  Block response_;                               // of log_sigma_, [particle][axis of the game][unknown]
  std::vector<Block> worth_;                     // per node [particle][1 + axis][actor][profile]; none: not now
  std::vector<double> pay_;                      // as Game::payoff_tables
  std::vector<double> start_worth_;
  double scale_ = 1, drift_ = 0, strained_ = 0, regret_ = 0;
  ReplyShares replies_;
  // Of the particle that is looked at.
  ReplySystem system_;
  std::vector<EdgeWorth> edge_;
  std::vector<double> share_, shift_, before_, edge_value_, discount_, tilt_, moved_, reply_, of_type_;
  std::vector<CarryJob::Axis> carried_;
};

}  // namespace casus::solve
