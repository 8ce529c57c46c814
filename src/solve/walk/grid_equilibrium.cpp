#include "solve/walk/grid_equilibrium.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "solve/particles/node.h"

namespace casus::solve {

namespace {

// Choices as they were measured: read between grid points, and corrected.
class Played {
 public:
  Played(const game::Game& g, const World& w, const GridEquilibrium& solved)
      : plan_(g, false), corrections_(solved.corrections()), next_(solved.continuation()) {
    for (game::NodeId n = 0; n < g.nodes.size(); ++n) choices_.push_back(solved.played(n));
    field_ = {choices_, next_.layouts, next_.grids, corrections_};
    node_.emplace(plan_, w, field_);
  }
  // Log probabilities and what options are worth at a node where something is corrected, [mover][type][option]; whether
  // there is anything.
  bool look(game::NodeId n, const Belief& belief, std::span<double> log_sigma, std::span<double> value) {
    if (!corrections_->any(n)) return false;
    node_->enter(n);
    node_->load(belief.log_odds.data(), 0, 1);
    node_->choose();
    const double* worth = corrections_->value(n, belief.log_odds.data());
    for (size_t c = 0; c < log_sigma.size(); ++c) {
      log_sigma[c] = node_->log_sigma()[c * ParticleNode::side];
      value[c] = worth[c];
    }
    return true;
  }

 private:
  ParticlePlan plan_;
  const Corrections* corrections_;
  Continuation next_;
  std::vector<GridChoices> choices_;
  GridField field_;
  std::optional<ParticleNode> node_;
};

class GridWalk : public Walk {
 public:
  GridWalk(const game::Game& g, const World& w, const SolveOptions& options, const GridEquilibrium& solved,
           game::NodeId node, Belief belief)
      : g_(g), w_(w), options_(options), solved_(solved), problem_(g, w, solved.continuation()) {
    if (solved.corrections()) played_ = std::make_unique<Played>(g, w, solved);
    arrive(node, std::move(belief));
  }
  const Situation& here() const override { return here_; }
  void take(uint32_t edge) override {
    Belief after = problem_.posterior(edge, answer_.log_sigma);
    std::fill(after.index.begin(), after.index.end(), -1);
    arrive(g_.edges[g_.nodes[here_.node].first_edge + edge].target, std::move(after));
  }
  std::unique_ptr<Walk> copy() const override {
    return std::make_unique<GridWalk>(g_, w_, options_, solved_, here_.node, here_.belief);
  }

 private:
  void arrive(game::NodeId node, Belief belief) {
    problem_.set(node, belief);
    answer_ = {};
    std::vector<double> value(problem_.unknowns());
    answer_.log_sigma.resize(value.size());
    if (!value.empty() && !(played_ && played_->look(node, belief, answer_.log_sigma, value))) {
      answer_ = problem_.solve({}, options_.tolerance);
      problem_.option_values(answer_.log_sigma, value);
    }
    here_ = {.node = node, .belief = std::move(belief), .movers = {}, .residual = answer_.residual};
    const auto& movers = g_.shapes[g_.nodes[node].shape].movers;
    for (size_t m = 0; m < movers.size(); ++m) {
      auto& mover = here_.movers.emplace_back();
      mover.types = problem_.mover_types(m);
      mover.options = static_cast<uint32_t>(movers[m].options.size());
      const size_t first = problem_.offset(m), last = first + size_t{mover.types} * mover.options;
      for (size_t i = first; i < last; ++i) {
        mover.log_sigma.push_back(answer_.log_sigma[i]);
        mover.value.push_back(value[i]);
      }
    }
  }

  const game::Game& g_;
  const World& w_;
  SolveOptions options_;
  const GridEquilibrium& solved_;
  NodeProblem problem_;
  NodeAnswer answer_;
  std::unique_ptr<Played> played_;
  Situation here_;
};

}  // namespace

std::unique_ptr<Walk> GridEquilibrium::walk(const game::Game& g, const World& w, const SolveOptions& options) const {
  return std::make_unique<GridWalk>(g, w, options, *this, g.start().node, prior());
}

}  // namespace casus::solve
