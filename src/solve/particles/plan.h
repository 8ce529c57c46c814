// What every count by particles on one game shares: in, a compiled game; out, what is kept of a particle at each node.
#pragma once
#include <cstdint>
#include <vector>

#include "game/game.h"
#include "game/tracks.h"

namespace casus::solve {

// How the numbers of a node's movers stand in a row, [mover][type][option].
struct MoverNumbers {
  std::vector<uint32_t> offset;   // per mover: its first
  std::vector<uint32_t> type;     // [mover][profile]
  uint32_t count = 0, width = 0;  // of all; padded to a multiple of 4
};

// A particle's mass stands in channels, [channel][track]: given who everybody was at the start, and as they are now
// (game/tracks.h; where no type changes tracks are profiles). Channel 0 is all of it. A measure that recurs counts the
// mass that has not met it; that needs a channel of its own only where it may still come true, and where some ways to
// the node have made it true and some have not.
class ParticlePlan {
 public:
  // Without `measures` nothing is counted but how far beliefs reach.
  explicit ParticlePlan(const game::Game& g, bool measures = true);

  static constexpr uint16_t nothing = 0xFFFF;

  const game::Game& game;
  const bool measures;
  const game::Tracks tracks;
  const bool turns;                     // some type may change
  std::vector<MoverNumbers> movers;     // per shape
  std::vector<uint32_t> recurring;      // measures
  std::vector<uint16_t> recurs_as;      // per measure: its place among these, or nothing
  std::vector<uint16_t> channels;       // per node
  std::vector<uint16_t> type;           // [informed][profile]
  std::vector<uint8_t> mixes;           // per node: game::mixes
  std::vector<uint8_t> reading;         // per node: whether what is believed there is counted
  std::vector<uint32_t> axis_informed;  // per axis: index of its actor

  // The channel of a node where the mass stands that has not met a recurring measure; nothing: there is none left.
  uint16_t unmet_at(game::NodeId n, size_t place) const { return unmet_at_[n * recurring.size() + place]; }
  // So many different things may be seen of what is done at a node; after edges as far apart the same is seen.
  uint32_t seen_at(game::NodeId n) const {
    const auto& shape = game.shapes[game.nodes[n].shape];
    return shape.hidden ? shape.signals() : game.nodes[n].edges;
  }
  bool read_at(game::NodeId n, uint32_t axis) const { return game.nodes[n].mass_mask >> axis_informed[axis] & 1; }
  // Whether expectations of beliefs change there.
  bool lifting(game::NodeId n) const { return measures && game.nodes[n].telling != 0 && !game.lifted.empty(); }

 private:
  void lay_channels();

  std::vector<uint16_t> unmet_at_;  // [node][recurring]
};

// What joined mass says of an actor's types where the first of them is out of the question, which log-odds against it
// do not tell: they are kept, and the others set right to the first that is left. `log_of`: log mass by type, of which
// as little as `none_left` is none.
inline void believe_without_first(uint32_t types, const double* log_of, double none_left, double* log_odds) {
  uint32_t first = 0;
  for (uint32_t t = 1; t < types; ++t) {
    if (!(log_of[t] > none_left)) continue;
    if (first == 0) first = t;
    log_odds[t - 1] = log_odds[first - 1] + log_of[t] - log_of[first];
  }
}

}  // namespace casus::solve
