// Small trees for the tests, as texts or from generators: published games written by our own code, and random trees.
#pragma once
#include <fmt/format.h>

#include <functional>
#include <random>
#include <string>

#include "tree/tree.h"

namespace casus::tree::testing {

// A random tree: chance and `players` players move at random, information sets join nodes of equal depth and equal own
// past (perfect recall), payoffs are in [-1, 1].
inline Tree random_tree(unsigned seed, int players, int depth, int most_actions) {
  std::mt19937 random(seed);
  auto uniform = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<std::string> names;
  for (int i = 0; i < players; ++i) names.push_back(fmt::format("P{}", i + 1));
  TreeBuilder builder(fmt::format("random {}", seed), names, 100000);
  // Open nodes of one depth, each with the last own (set, action) of every player.
  struct Open {
    int node;
    std::vector<std::pair<int, int>> past;
  };
  std::vector<Open> layer{{0, std::vector<std::pair<int, int>>(players, {-1, -1})}};
  for (int d = 0; d < depth; ++d) {
    std::vector<Open> next;
    struct Known {
      int player;
      std::pair<int, int> past;
      int set;
    };
    std::vector<Known> known;
    for (auto& open : layer) {
      if (d > 0 && uniform(6) == 0) continue;  // a terminal node
      const int mover = d == 0 ? -1 : uniform(players);
      int set = -1;
      if (mover < 0) {
        set = builder.add_chance_set("", {"a", "b", "c"}, {number_from(0.5), number_from(0.25), number_from(0.25)});
      } else {
        if (uniform(3) > 0)
          for (const auto& k : known)
            if (k.player == mover && k.past == open.past[mover]) set = k.set;
        if (set < 0) {
          std::vector<std::string> actions;
          const int count = 2 + uniform(most_actions - 1);
          for (int a = 0; a < count; ++a) actions.push_back(fmt::format("{}", a));
          set = builder.add_info_set(mover, "", actions);
          known.push_back({mover, open.past[mover], set});
        }
      }
      const int first = *builder.expand(open.node, set);
      for (int a = 0; a < builder.tree().info_sets[set].action_count; ++a) {
        Open child{first + a, open.past};
        if (mover >= 0) child.past[mover] = {set, a};
        next.push_back(child);
      }
    }
    layer = std::move(next);
  }
  for (size_t n = 0; n < builder.node_count(); ++n)
    if (builder.tree().nodes[n].info_set < 0) {
      std::vector<double> payoffs;
      for (int i = 0; i < players; ++i) payoffs.push_back((uniform(2001) - 1000) / 1000.0);
      builder.set_outcome(static_cast<int>(n), builder.add_outcome("", payoffs));
    }
  return builder.finish();
}

// The N-round demand / resist / fight game with two types a side of the reference folder's crisis trees, with the
// payoffs of its generator; 4 (3^(N+1) - 2) + 3 nodes.
inline Tree crisis_tree(int rounds) {
  TreeBuilder b("crisis", {"Challenger", "Defender"}, 1000000);
  const double value1[] = {1.0, 0.8}, value2[] = {0.95, 0.12}, audience[] = {0.31, 0.22}, war_cost[] = {0.42, 1.37};
  const double war_cost_d[] = {0.33, 1.61}, war_value[] = {1.0, 0.55};
  std::vector<std::pair<std::string, int>> sets;
  auto set = [&](int player, const std::string& key, const std::vector<std::string>& actions) {
    const std::string full = fmt::format("{}{}", player, key);
    for (const auto& [name, id] : sets)
      if (name == full) return id;
    sets.emplace_back(full, b.add_info_set(player, key, actions));
    return sets.back().second;
  };
  std::function<void(int, int, int, int, std::string, int, double, double)> play =
      [&](int node, int tc, int td, int round, std::string history, int conceded, double uc, double ud) {
        if (round > rounds) {
          const double payoffs[] = {uc, ud};
          b.set_outcome(node, b.add_outcome("", payoffs));
          return;
        }
        const double g = std::pow(0.93, round - 1);
        const int demand = *b.expand(node, set(0, fmt::format("{}|{}", tc, history), {"Demand", "Wait"}));
        const int reply = *b.expand(demand, set(1, fmt::format("{}|{}D", td, history), {"Concede", "Resist"}));
        play(reply, tc, td, round + 1, history + "C", conceded + 1, uc + g * (conceded == 0 ? value1[tc] : value2[tc]),
             ud - g);
        const int last = *b.expand(reply + 1, set(0, fmt::format("{}|{}R", tc, history), {"BackDown", "Fight"}));
        play(last, tc, td, round + 1, history + "B", conceded, uc - g * audience[tc], ud + g * 0.15);
        const double slices = rounds - (round - 1);
        const double war[] = {uc + g * (0.52 * slices * war_value[tc] - war_cost[tc]),
                              ud + g * (-0.52 * slices - war_cost_d[td])};
        b.set_outcome(last + 1, b.add_outcome("", war));
        play(demand + 1, tc, td, round + 1, history + "W", conceded, uc, ud);
      };
  const int types =
      *b.expand(0, b.add_chance_set("", {"opportunist", "limited"}, {number_from(0.37), number_from(0.63)}));
  for (int tc = 0; tc < 2; ++tc) {
    const int first =
        *b.expand(types + tc, b.add_chance_set("", {"resolute", "irresolute"}, {number_from(0.58), number_from(0.42)}));
    for (int td = 0; td < 2; ++td) play(first + td, tc, td, 1, "", 0, 0, 0);
  }
  return b.finish();
}

}  // namespace casus::tree::testing
