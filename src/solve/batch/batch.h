// The batched solver: in, a compiled game and eight worlds; out, their solutions, the same as the reference path's to
// rounding. The recursive selection only; a node at which a policy
// binds types, or that is too large for the kernels, is solved world by world by the reference's own node problem.
#pragma once
#include <array>
#include <memory>
#include <span>
#include <vector>

#include "game/derive.h"
#include "solve/batch/plan.h"
#include "solve/belief/window.h"
#include "solve/lanes/block.h"
#include "solve/node/problem.h"
#include "solve/particles/particles.h"
#include "solve/play/mend.h"
#include "solve/solution.h"

namespace casus::solve {

// What stays of the first world: the rows of every node.
struct KeptField {
  struct Node {
    uint32_t width = 0;
    size_t offset = 0;  // in values
    uint32_t choice_width = 0;
    size_t first_choice = 0;  // in choices
  };
  std::vector<Grid> grids;
  std::vector<Layout> layouts;
  std::vector<uint32_t> actor_at;
  std::vector<Node> nodes;
  std::vector<double> values, choices;             // no choices: they were not asked for
  std::shared_ptr<const Corrections> corrections;  // null: none

  // Per node; valid while this stays as it is.
  std::vector<NodeValues> views() const;
  GridChoices played(game::NodeId n) const { return {choices.data() + nodes[n].first_choice, nodes[n].choice_width}; }
};

class Batch {
 public:
  // Whether the kernels' fixed sizes hold the game: at most most_fast_axes belief axes. What a node has more of than
  // they hold is left to the scalar node problem (BatchPlan::way).
  static bool takes(const game::Game& g);
  // Worlds of the same game; a place that has no world of its own repeats another. `together`: how many are stored side
  // by side, all, or the first alone.
  Batch(const game::Game& g, std::array<const World*, batch_lanes> worlds, size_t together,
        const SolveOptions& options);
  // For each start of the game the first `worlds`, at most as many as are together, on `threads` threads, which do not
  // change the answer. `first`: also keeps the first world's values and choices.
  std::vector<std::array<Solution, batch_lanes>> solve(size_t worlds, unsigned threads, KeptField* first = nullptr);

 private:
  struct Numbers;  // batch/numbers.h
  class Round;
  class Backward;  // batch/backward.h
  struct Fields;
  using Tallies = std::vector<std::array<Tally, batch_lanes>>;  // [start][world]

  // What the passes over one set of grids work in, kept for the next.
  struct Room {
    Arena arena;
    Block choices;
  };
  std::vector<Windows> find_windows(const BatchPlan& plan, Room& room, size_t worlds, unsigned threads) const;
  std::vector<Windows> windows_where_beliefs_are_held(size_t worlds, unsigned threads) const;
  Tallies count(const Backward& solved, uint32_t as, size_t worlds, unsigned threads,
                const Mended* mended = nullptr) const;
  bool may_mend() const;
  Mended mend(const Backward& solved, const KeptField& first) const;

  const game::Game& whole_;
  const game::Held held_;
  const game::Game& g_;  // with some beliefs held
  std::array<const World*, batch_lanes> worlds_;
  size_t together_;
  SolveOptions options_;
};

}  // namespace casus::solve
