// What choices read between grid points lack where play goes: in, for some beliefs at every node how its movers choose
// there; out, corrected choices at any belief, from the nearest of those that are known.
#pragma once
#include <cstdint>
#include <vector>

#include "game/game.h"

namespace casus::solve {

class Corrections {
 public:
  explicit Corrections(const game::Game& g);

  // What is known at one belief (log-odds on the game's axes), rows of `count` numbers for [mover][type][option].
  struct Known {
    const double* log_odds = nullptr;
    uint32_t count = 0;
    const double* log_sigma = nullptr;
    const double* on_grid = nullptr;   // what is read there between grid points
    const double* value = nullptr;     // what options are worth, in payoff
    const double* response = nullptr;  // of log_sigma by log-odds, [axis of the game][count]
  };
  void add(game::NodeId n, const Known& known);
  // Once all are known, before the first is asked for.
  void sort();
  size_t size() const;  // beliefs
  bool any(game::NodeId n) const { return !nodes_[n].order.empty(); }
  // Corrects log probabilities that were read between grid points (right but for a constant of each type). Near a known
  // belief choices are those known there, moved along their slopes; further away what was read is off by as much as
  // there. Log-odds and choices stand `stride` apart.
  void correct(game::NodeId n, const double* log_odds, double* choice, size_t stride) const;
  // What options are worth at the nearest known belief.
  const double* value(game::NodeId n, const double* log_odds) const;

 private:
  struct Node {
    std::vector<uint32_t> axes;           // of the game: those that values depend on
    std::vector<double> log_odds, place;  // [belief][axis]; place: even near even odds, as grids are
    std::vector<double> rows;  // [belief][what the grid lacks, log_sigma, value, a slope for each axis][count]
    // A tree of beliefs: that in the middle of a stretch parts it on one axis, the halves are parted on the next.
    std::vector<uint32_t> order;
    uint32_t count = 0;
    size_t width() const { return (3 + axes.size()) * count; }
  };
  struct Search {
    const Node& node;
    const double* at;
    double best;  // square of the distance
    uint32_t found;
  };
  static uint32_t nearest(const Node& node, const double* log_odds, size_t stride);
  static void sort(Node& node, uint32_t first, uint32_t last, uint32_t axis);
  static void search(Search& s, uint32_t first, uint32_t last, uint32_t axis);

  std::vector<Node> nodes_;
};

}  // namespace casus::solve
