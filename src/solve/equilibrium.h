// A solved world that can be walked through: out, what any node is worth on its belief grid, and where play begins.
#pragma once
#include "solve/node_problem.h"

namespace casus::solve {

class Equilibrium {
 public:
  Equilibrium() = default;
  Equilibrium(const Equilibrium&) = delete;
  Equilibrium& operator=(const Equilibrium&) = delete;
  virtual ~Equilibrium() = default;
  // Every node's values; valid while this lives.
  virtual Continuation continuation() const = 0;
  // The starting belief.
  virtual Belief prior() const = 0;
};

}  // namespace casus::solve
