#include "solve/walk/grid_equilibrium.h"

#include <algorithm>

namespace casus::solve {

namespace {

class GridWalk : public Walk {
 public:
  GridWalk(const game::Game& g, const World& w, const SolveOptions& options, const GridEquilibrium& solved,
           game::NodeId node, Belief belief)
      : g_(g), w_(w), options_(options), solved_(solved), problem_(g, w, solved.continuation()) {
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
    if (!value.empty()) {
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
  Situation here_;
};

}  // namespace

std::unique_ptr<Walk> GridEquilibrium::walk(const game::Game& g, const World& w, const SolveOptions& options) const {
  return std::make_unique<GridWalk>(g, w, options, *this, g.start().node, prior());
}

}  // namespace casus::solve
