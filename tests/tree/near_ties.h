// Random games whose branches pass close by others: coordination games that nearly tie, and games with several
// equilibria; in, a seed; out, a game in strategic form.
#pragma once
#include <fmt/format.h>

#include <cmath>
#include <random>

#include "tree/nfg.h"
#include "tree/pure.h"

namespace casus::tree::testing {

class GameDraw {
 public:
  explicit GameDraw(unsigned seed) : random_(seed) {}
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  double between(double low, double high) { return low + (high - low) * random_() / 4294967296.0; }

 private:
  std::mt19937 random_;
};

// A game of `options` choices for each player; `pays(choices, payoffs)` fills in the payoffs of each contingency.
template <class Pays>
StrategicGame strategic_game(const std::string& title, int players, int options, Pays pays) {
  StrategicGame game;
  game.title = title;
  size_t cells = 1;
  for (int i = 0; i < players; ++i) {
    game.players.push_back(fmt::format("P{}", i + 1));
    auto& names = game.strategies.emplace_back();
    for (int k = 0; k < options; ++k) names.push_back(std::to_string(k + 1));
    cells *= static_cast<size_t>(options);
  }
  std::vector<int> choices(players);
  std::vector<double> payoffs(players);
  for (size_t cell = 0; cell < cells; ++cell) {
    size_t rest = cell;
    for (int& c : choices) {
      c = static_cast<int>(rest % static_cast<size_t>(options));
      rest /= static_cast<size_t>(options);
    }
    pays(choices, payoffs);
    Outcome outcome;
    outcome.number = static_cast<int>(cell) + 1;
    for (double p : payoffs) outcome.payoffs.push_back(number_from(p));
    game.outcomes.push_back(outcome);
    game.contingencies.push_back(static_cast<int>(cell));
  }
  return game;
}

inline bool all_alike(const std::vector<int>& choices) {
  for (int c : choices)
    if (c != choices.front()) return false;
  return true;
}

// Those who all choose alike get about 1, the others nothing. What each place is worth differs by 10^least to 10^most,
// for all players alike or for each by another amount; in every other game all payoffs are disturbed by as little.
inline StrategicGame near_tied_game(unsigned seed, double least = -6, double most = -1) {
  GameDraw draw(seed);
  const int players = 2 + draw.below(2), options = 2 + draw.below(4);
  const double size = std::pow(10, draw.between(least, most)), noise = std::pow(10, draw.between(least, most));
  const bool own = draw.below(2) > 0, disturbed = draw.below(2) > 0;
  std::vector<std::vector<double>> worth(players, std::vector<double>(options));
  for (auto& row : worth)
    for (double& w : row) w = 1 + size * draw.between(-1, 1);
  return strategic_game(fmt::format("near tie {}", seed), players, options, [&](const auto& choices, auto& payoffs) {
    for (size_t i = 0; i < payoffs.size(); ++i) {
      payoffs[i] = all_alike(choices) ? worth[own ? i : 0][static_cast<size_t>(choices[i])] : 0.0;
      if (disturbed) payoffs[i] += noise * draw.between(-1, 1);
    }
  });
}

// Payoffs are drawn from [0, 1], with up to 1 more where all choose alike; at least two pure equilibria.
inline StrategicGame game_of_several_equilibria(unsigned seed) {
  GameDraw draw(seed);
  while (true) {
    const int players = 2 + draw.below(2), options = 2 + draw.below(players == 2 ? 4 : 3);
    const double more = draw.between(0, 1);
    auto game = strategic_game(fmt::format("several equilibria {}", seed), players, options,
                               [&](const auto& choices, auto& payoffs) {
                                 for (double& p : payoffs) p = draw.between(0, 1) + (all_alike(choices) ? more : 0.0);
                               });
    const auto form = reduced_form(Layout(*to_tree(game, 10000)), 10000);
    if (pure_equilibria(*form).size() > 1) return game;
  }
}

}  // namespace casus::tree::testing
