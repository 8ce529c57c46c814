#include "study/group.h"

#include <algorithm>

#include "solve/batch/work.h"
#include "study/plan.h"

namespace casus::study {

namespace {

std::vector<const game::Game*> games_of(std::span<const Compared> policies, const Group& group) {
  std::vector<const game::Game*> games;
  games.reserve(group.places.size());
  for (const uint32_t p : group.places) games.push_back(&policies[p].game);
  return games;
}

}  // namespace

std::vector<Group> group_policies(std::span<const Compared> policies, const solve::SolveOptions& options) {
  std::vector<Group> groups;
  Group together;
  size_t nodes = 0;
  for (uint32_t p = 0; p < policies.size(); ++p) {
    const game::Game& g = policies[p].game;
    // What types are bound to, or become, takes windows as far as certainty, which others should not have to share.
    if (!policies[p].exact && !g.binds && !g.secret && g.belief_pays.empty() && !g.open() && !g.stands_for_endless &&
        g.source->policies[policies[p].policy].params.empty()) {
      together.places.push_back(p);
      nodes += g.nodes.size();
    } else {
      groups.push_back({{p}, {}});
    }
  }
  if (together.places.size() > 1) together.joined = game::join(games_of(policies, together));
  if (together.joined && 10 * together.joined->game.nodes.size() <= 9 * nodes &&
      solve::grid_memory_estimate(together.joined->game, options) <= most_joined_bytes)
    groups.push_back(std::move(together));
  else
    for (const uint32_t p : together.places) groups.push_back({{p}, {}});
  std::stable_sort(groups.begin(), groups.end(), [&](const Group& a, const Group& b) {
    return game_of(policies, a).nodes.size() > game_of(policies, b).nodes.size();
  });
  return groups;
}

const game::Game& game_of(std::span<const Compared> policies, const Group& group) {
  return group.joined ? group.joined->game : policies[group.places.front()].game;
}

std::vector<solve::Walkable> solve_group(std::span<const Compared> policies, const Group& group,
                                         std::span<const std::vector<double>> worlds,
                                         const solve::SolveOptions& options, bool walkable, unsigned threads) {
  if (group.joined)
    return solve::solve_joined(*group.joined, games_of(policies, group), worlds, options, walkable, threads);
  std::vector<solve::Walkable> out(1);
  const auto prepared = policies[group.places.front()].prepared();
  if (walkable)
    out[0] = solve::solve_walkable(prepared, worlds, options, threads);
  else
    out[0].outcomes = solve::solve_batch(prepared, worlds, options, threads);
  return out;
}

}  // namespace casus::study
