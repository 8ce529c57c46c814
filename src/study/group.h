// Policies solved together: in, the policies of a study; out, groups whose games share sub-games, and their solutions.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "game/join.h"
#include "solve/solver.h"

namespace casus::study {

struct Compared;

struct Group {
  std::vector<uint32_t> places;        // in Plan::policies
  std::optional<game::Joined> joined;  // none: one policy alone
};

// What eight worlds of a joined game may take at most: more would shut machines out that can solve one policy after
// the other.
inline constexpr double most_joined_bytes = 1e9;

// Policies that leave the parameters as they are and are solved on belief grids go together if that spares a tenth of
// the nodes or more and fits; every other policy is a group of its own. The largest group comes first. The machine has
// no say in it, so that a study has the same answers everywhere.
std::vector<Group> group_policies(std::span<const Compared> policies, const solve::SolveOptions& options);

// Up to eight worlds under a group's policies, in the order of its places.
std::vector<solve::Walkable> solve_group(std::span<const Compared> policies, const Group& group,
                                         std::span<const std::vector<double>> worlds,
                                         const solve::SolveOptions& options, bool walkable, unsigned threads = 1);

// The game that a group solves.
const game::Game& game_of(std::span<const Compared> policies, const Group& group);

}  // namespace casus::study
