// One world's numbers in a game: in, parameters; out, every slot's value, checked. Errors say in which state.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "game/game.h"

namespace casus::solve {

struct World {
  std::vector<double> slots;                // per slot of the game's program
  std::vector<double> precision, discount;  // per actor
  std::vector<std::vector<double>> prior;   // per informed actor, per type, whatever others are: sums to 1
  std::vector<double> prior_log_odds;       // per axis
  std::vector<double> profile_prior;        // per profile
  // Where types tell of each other (Game::related), per profile: log of how much likelier it is than if they did not.
  // Public beliefs are followed by what was seen of each actor alone; what is believed of a profile is their product
  // times this (beliefs.h), since whatever is seen tells of one actor's type.
  std::vector<double> together;
  std::vector<double> apart;  // the same profiles' probability if they did not; empty as `together`
  double ends = 0;            // without a last round: the chance after each that it was the last
  double payoff_range = 0;    // largest minus smallest single payment, over all actors: the unit of precision

  // Probability of each profile if types told nothing of each other: what makes beliefs of likelihoods.
  const std::vector<double>& by_itself() const { return apart.empty() ? profile_prior : apart; }
  // What a measure gains at an entry that reads no beliefs, given a profile.
  double gain(const game::Game& g, const game::TallyEntry& t, uint32_t profile) const {
    return t.row == game::none ? t.value : slots[g.tally_rows[t.row + profile]];
  }
  // Whether somebody's precision is infinite: the limit of ever higher precision is asked for (limit.h).
  bool has_limit() const;
  // Log-odds of a belief that chance has made certain: more than choices can tell.
  double certainty() const;
  // Log probability of what a type that a policy binds does not do: as good as none, and finite, so that what nobody
  // can have done leaves a belief too. Less than a free choice can come to, and a small part of certainty.
  double barred() const { return -certainty() / 4; }
};

struct WorldResult {
  std::optional<World> value;
  std::string error;  // "the odds of 'Order.quelled' are 1.2 when uprising = revolt, tied = 2"
};

// Largest minus smallest single payment at those nodes; 0 is among them.
double payoff_range(const game::Game& g, const World& w, const std::vector<bool>& nodes);

// Why a game that is solved on belief grids cannot be solved in that world; empty if it can.
std::string limit_on_grids(const game::Game& g, const World& w);

// `params` holds every parameter of the case in the order of Case::params.
WorldResult evaluate_world(const game::Game& g, std::span<const double> params);

}  // namespace casus::solve
