// A world solved on belief grids, as a walk and the judge of its choices read it.
#pragma once
#include "solve/node/problem.h"
#include "solve/particles/particles.h"
#include "solve/walk/equilibrium.h"

namespace casus::solve {

// One on belief grids: choices are solved for where the walk stands, given what the grids say of what follows.
class GridEquilibrium : public Equilibrium {
 public:
  // Every node's values; valid while this lives.
  virtual Continuation continuation() const = 0;
  // How a node's movers choose at grid points; measures rest on what is read between them (particles.h). Valid as long.
  virtual GridChoices played(game::NodeId n) const = 0;
  // Where choices read between grid points were corrected: with these they are what was judged and measured, and a walk
  // takes them as they are. Null: nowhere. Valid as long.
  virtual const Corrections* corrections() const { return nullptr; }
  std::unique_ptr<Walk> walk(const game::Game& g, const World& w, const SolveOptions& options) const override;
};

}  // namespace casus::solve
