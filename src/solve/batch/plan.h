// What all batches of one game on grids of one size share: in, a compiled game and the points per axis; out, where
// every node's points stand and how a node's points map to its successors'.
#pragma once
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "solve/belief/grid.h"
#include "solve/lanes/block.h"
#include "solve/lanes/kernel.h"

namespace casus::solve {

enum class NodeWay : uint8_t { end, settle, move, chance, joint, general };

// Doubles of the planes that a joint node (solve/lanes/joint_kernel.h) works on at once; 0 where it needs none.
double joint_planes(const game::Game& g, const game::Node& node, uint32_t points, size_t worlds);

class BatchPlan {
 public:
  // `worlds` side by side: as many as a batch has places, or one. `alike`: a plan of the same game on another grid, to
  // take the order of rows from.
  BatchPlan(const game::Game& g, uint32_t points, size_t worlds = batch_lanes, const BatchPlan* alike = nullptr);

  const game::Game& game;
  const uint32_t points;  // per axis
  const size_t worlds;
  uint32_t pattern = 1;                // profiles, padded to 1, 2 or a multiple of 4
  uint32_t channels = 4;               // actors x pattern, padded to a multiple of 4
  std::vector<uint32_t> actor_at;      // per actor: the first of its channels
  std::vector<uint32_t> value_width;   // per node: channels that it keeps, a multiple of 4
  std::vector<NodeWay> way;            // per node
  std::vector<Layout> layouts;         // per node
  std::vector<uint32_t> choice_width;  // per node: numbers of its movers, [mover][type][option], a multiple of 4
  std::vector<size_t> choice_at;       // per node: where its choices stand among all, in doubles
  size_t choices = 0;                  // doubles of all of them
  std::vector<uint32_t> readers;       // per node: edges that lead to it
  size_t settle_room = 0;              // doubles of the largest rows that settling a round works on
  Block type_pattern;                  // [informed][max(pattern, 4)]: 1 for the second type

  // Per edge of moves and chance: for every point of its node, the successor's point, the axes that the edge moves at
  // their first.
  std::vector<const uint32_t*> value_base;
  std::vector<uint32_t> own;                        // per node: the informed actor whose belief its edges move, or none
  std::set<std::pair<uint32_t, uint32_t>> weighed;  // value masks of moves, and a mask of whom they leave out

  // The informed actors on whose axes a node's edges move beliefs, as a mask.
  uint32_t moved_mask(game::NodeId n) const;
  // The informed actor on whose axis a node's edges move beliefs, or none: a mover with one option, or whose choice
  // says nothing, leaves the belief where it is.
  uint32_t moved(game::NodeId n) const { return game.nodes[n].edges > 1 ? own[n] : game::none; }
  const Layout& layout_of(uint32_t mask) const { return by_mask_.at(mask); }
  // Grid number on `axis` of every point of the layout of `mask`.
  const std::vector<uint32_t>& axis_numbers(uint32_t mask, uint32_t axis) const { return numbers_.at({mask, axis}); }
  // Work of a node and of all, in units of Meter.
  uint64_t units(game::NodeId n) const { return uint64_t{layouts[n].points} * std::max(1u, game.nodes[n].edges); }
  uint64_t units() const;
  // Doubles of a node's values, of all worlds.
  size_t values_of(game::NodeId n) const { return size_t{layouts[n].points} * worlds * value_width[n]; }

 private:
  void order_values();
  void add_mask(uint32_t mask);
  void map_points();
  // Point of the layout of `to` for every point of the layout of `from`; the axes of the informed actors in the mask
  // `moved` count as 0.
  const uint32_t* points_map(uint32_t from, uint32_t to, uint32_t moved);

  std::map<std::tuple<uint32_t, uint32_t, uint32_t>, std::vector<uint32_t>> maps_;
  std::map<std::pair<uint32_t, uint32_t>, std::vector<uint32_t>> numbers_;
  std::map<uint32_t, Layout> by_mask_;
};

}  // namespace casus::solve
