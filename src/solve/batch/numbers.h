// What the batched passes over one set of grids look up: in, a game, eight worlds and their windows; out, the numbers
// of all worlds side by side, the grids, and the jobs that nodes give to the kernels.
#pragma once
#include <map>

#include "solve/batch/batch.h"
#include "solve/lanes/joint_kernel.h"
#include "solve/node/problem.h"

namespace casus::solve {

// What a joint job points to beside the numbers.
struct JointParts {
  std::vector<JointEdge> edge;
  std::vector<uint8_t> joint_type, own_type;
  Block shift;
  size_t shift_room = 0;
};

// Fixed once it is built, so that several threads may read it.
struct Batch::Numbers {
  Numbers(const game::Game& game, std::array<const World*, batch_lanes> worlds_, const SolveOptions& options_,
          const BatchPlan& plan_, const std::array<Ranges, batch_lanes>& ranges, bool final);

  struct AxisTable {
    alignas(64) double low[batch_lanes], inverse_step[batch_lanes];
    Block log_odds;  // [point][8]
  };

  const game::Game& g;
  std::array<const World*, batch_lanes> worlds;
  const SolveOptions& options;
  const BatchPlan& plan;
  const bool final_grid;  // else it only finds windows: choices are found roughly, and kept as probabilities
  std::array<std::vector<Grid>, batch_lanes> grids;  // [world][round - 1]
  std::vector<std::vector<AxisTable>> axes;          // [round - 1][axis]
  std::vector<Block> type_prior;                     // [informed]: [type][8]
  Block prior;                                       // log-odds, [axis][8]
  Block pay, discount;                               // [payment][worlds][channel], [worlds][channel]
  Block precision;                                   // [actor][8]
  Block payoff_range;                                // [8]
  Block odds;                                        // chance: [slot][8]
  Block shift;                                       // chance: log ratio of each slot's successor to it, [slot][8]
  std::vector<uint8_t> own_type;                     // [informed + 1][profile]

  AxisView axis_view(uint32_t round, uint32_t axis) const;
  const double* pays(uint32_t table) const {
    return table ? pay.data() + size_t{table} * plan.worlds * plan.channels : nullptr;
  }
  // What a world believes at a point of a layout.
  Belief belief(const Layout& place, uint32_t round, uint32_t point, size_t world) const;
  // The job of a node that moves or is left to chance; its edges are put in `edges`. What is read and written is left
  // to the caller.
  NodeJob job(game::NodeId n, std::vector<EdgeView>& edges) const;
  // The same of a node of any number of movers and types.
  JointJob joint_job(game::NodeId n, JointParts& parts) const;
};

// Beliefs on the grids of one round.
class Batch::Round {
 public:
  explicit Round(const Numbers& numbers) : in_(numbers) {}

  void prepare(uint32_t round);
  uint32_t number() const { return round_; }
  // What is believed at a point of a layout about an informed actor: [type][8].
  const double* beliefs_about(uint32_t informed, const Layout& place, uint32_t point) const;
  // Probability of each profile at each point of a layout, [point][profile][worlds]; informed actors in the mask
  // `excluded` left out.
  const double* weights(uint32_t mask, uint32_t excluded) const { return weights_.at({mask, excluded}).data(); }
  // A job to settle this round; what is read and written is left to the caller. `room`: taken at the first job,
  // [plan.settle_room] each.
  SettleJob settle_job(game::NodeId n, std::array<Block, 2>& room) const;

 private:
  struct SettleTable {
    std::vector<uint32_t> first;  // [point][8]
    Block weight;                 // [point][stencil][8]
    Block dense;                  // [point][axis points][8], if these are few
  };
  void find_types();
  void find_weights(uint32_t mask, uint32_t excluded);
  template <size_t worlds>
  void weigh(uint32_t mask, uint32_t excluded, double* to) const;
  void find_settling();

  const Numbers& in_;
  uint32_t round_ = 0;
  std::vector<Block> type_probability_;  // [informed]: [combination][type][8]
  std::map<std::pair<uint32_t, uint32_t>, Block> weights_;
  std::vector<SettleTable> settle_;  // per axis
};

}  // namespace casus::solve
