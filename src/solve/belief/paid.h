// What is paid that hangs on beliefs (game::BeliefPay): in, a node and what is believed there; out, payments.
//
// Beliefs are then part of what play is worth, as in psychological games (Geanakoplos, Pearce & Stacchetti 1989) and
// where a market pays what it expects (Spence 1973); they are those of the equilibrium, at every history.
#pragma once
#include <span>
#include <vector>

#include "solve/belief/grid.h"
#include "solve/world.h"

namespace casus::solve {

// Adds to rows[(actor * profiles + profile) * stride] what the node pays at log-odds (axis a at log_odds[a * apart]).
// Nothing where it pays nothing of the kind.
void add_belief_pay(const game::Game& g, const World& w, game::NodeId n, const double* log_odds, size_t apart,
                    double* rows, size_t stride = 1);

// The same at probabilities of types, [informed][type], into rows [actor][profile].
void add_belief_pay(const game::Game& g, const World& w, game::NodeId n,
                    const std::vector<std::vector<double>>& believed, double* rows);

// For the sweeps over histories (exact/sweep.h): several worlds side by side.
struct BeliefPayments {
  const game::Game* game = nullptr;
  std::vector<const World*> worlds;  // per lane
  // What node n pays at `log_odds` [axis of `axes`][lanes], where others stand at the prior: [actor][profile] and for
  // each of the axes its derivative, [row][1 + axes][lanes], into `out`.
  void find(game::NodeId n, std::span<const uint32_t> axes, const double* log_odds, double* out) const;
};

}  // namespace casus::solve
