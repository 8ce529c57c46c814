// Small games solved by enumeration: in, a tree; out, its subgame perfect play, its pure and its mixed Nash equilibria.
#pragma once
#include <optional>
#include <vector>

#include "tree/certificate.h"

namespace casus::tree {

// Backward induction for games of perfect information (Kuhn 1953). Ties go to the first of the best actions; `tied`
// tells whether there were any, in which case other subgame perfect equilibria exist. Empty for other games.
struct BackwardInduction {
  Assessment assessment;
  bool tied = false;
};
std::optional<BackwardInduction> backward_induction(const Layout& layout, const Recall& recall);

// The reduced strategic form: a strategy says what to do at every information set that it does not itself keep from
// being reached (-1 elsewhere). Payoffs are expected over chance.
struct ReducedForm {
  std::vector<std::vector<std::vector<int>>> strategies;  // by player, strategy and agent: local action or -1
  std::vector<double> payoffs;                            // by contingency (first player fastest) and player
  size_t cells() const;
};
// Empty when there would be more than `most_cells` contingencies.
std::optional<ReducedForm> reduced_form(const Layout& layout, size_t most_cells);

// A mixed profile over reduced strategies, by player.
using MixedProfile = std::vector<std::vector<double>>;

// All Nash equilibria in pure reduced strategies; gains up to `tolerance` times the payoff range count as none.
std::vector<MixedProfile> pure_equilibria(const ReducedForm& form, double tolerance = 1e-12);

// The most that a player gains by another pure reduced strategy against a profile of pure ones, scaled.
double pure_gain(const ReducedForm& form, const MixedProfile& profile, int player);

// All Nash equilibria of a two-player game whose two supports have the same size (in a game without degeneracy: all),
// by solving for each pair of supports (Dickhaut & Kaplan 1991). Empty when there would be more than `most_pairs`.
std::optional<std::vector<MixedProfile>> support_enumeration(const ReducedForm& form, double most_pairs = 2e6);

// Behaviour strategies with the same play; uniform at information sets that the player's own strategy never reaches.
Assessment behaviour_of(const Layout& layout, const ReducedForm& form, const MixedProfile& profile);

}  // namespace casus::tree
