// A solved world that can be walked through: out, at every public history what its movers choose and what that is
// worth, with exact beliefs.
#pragma once
#include <memory>

#include "game/game.h"
#include "solve/belief/belief.h"

namespace casus::solve {

struct SolveOptions;
struct World;

// Where a walk stands.
struct Situation {
  game::NodeId node = 0;
  Belief belief;
  struct Mover {
    uint32_t types = 1, options = 1;
    std::vector<double> log_sigma, value;  // [type][option]: log probabilities, and what an option is worth
  };
  std::vector<Mover> movers;  // as the node's shape has them
  double residual = 0;        // of the node's fixed point, in units of payoff
  uint32_t round = 0;         // where the node does not say it: without a last round
};

class Walk {
 public:
  virtual ~Walk() = default;
  virtual const Situation& here() const = 0;
  virtual void take(uint32_t edge) = 0;  // of the node's
  // Another walk that stands where this one does.
  virtual std::unique_ptr<Walk> copy() const = 0;
};

class Equilibrium {
 public:
  Equilibrium() = default;
  Equilibrium(const Equilibrium&) = delete;
  Equilibrium& operator=(const Equilibrium&) = delete;
  virtual ~Equilibrium() = default;
  // A walk from the start of `g`; game, world and this must outlive it.
  virtual std::unique_ptr<Walk> walk(const game::Game& g, const World& w, const SolveOptions& options) const = 0;
  // The starting belief.
  virtual Belief prior() const = 0;
};

}  // namespace casus::solve
