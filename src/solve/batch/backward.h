// The batched backward pass: in, the numbers of eight worlds on one set of grids; out, every node's choices, the values
// at the starts and the certificates.
#pragma once
#include "solve/batch/numbers.h"
#include "solve/particles/particles.h"

namespace casus::solve {

class Batch::Backward {
 public:
  // `judged`: keeps what the certificate says of every node. Choices are put in `choices`, values in pieces of `arena`.
  Backward(const Numbers& numbers, Arena& arena, Block& choices, bool judged);

  // Solves all nodes, those of a layer on `threads` threads, which do not change the answer. `first`: also keeps the
  // first world's values.
  void solve(unsigned threads, KeptField* first = nullptr);

  const Numbers& numbers() const { return in_; }
  // How a node's movers choose, [point][8][choice_width]: option values times precision, or log probabilities.
  double* choices(game::NodeId n) const { return choices_.data() + in_.plan.choice_at[n]; }
  // [actor][profile].
  const std::vector<double>& values(size_t start, size_t world) const { return start_values_[start][world]; }
  // What follows a node, as one world sees it. After the pass the values are gone: layouts and grids only.
  Continuation continuation(size_t world) const { return {views_[world], in_.plan.layouts, in_.grids[world]}; }
  // One world's choices at grid points.
  std::vector<GridChoices> grid_choices(size_t world) const;
  void keep_choices(KeptField& first) const;  // the first world's
  // Of the nodes where `met`, once they are judged.
  std::array<Certificate, batch_lanes> certificate(const std::vector<bool>& met) const;

 private:
  // What a thread works with.
  struct Worker {
    std::vector<EdgeView> edge;   // of a node
    Block scratch;                // NodeJob::scratch
    std::array<Block, 2> settle;  // Round::settle_job
    JointParts joint;
    Block joint_scratch;  // JointJob::scratch
    size_t joint_room = 0;
  };

  void take(game::NodeId n);
  void solve_node(game::NodeId n, Worker& with);
  void solve_counted(game::NodeId n, Worker& with);
  void solve_move(game::NodeId n, Worker& with);
  void solve_joint(game::NodeId n, Worker& with);
  void rescue_joint(game::NodeId n, uint32_t point, uint32_t world, double* x);
  void solve_general(game::NodeId n);
  void copy_lane(game::NodeId n, size_t from, size_t to);
  NodeJob job(game::NodeId n, Worker& with) const;
  void rescue(game::NodeId n, uint32_t point, uint32_t failed, double* z);
  // What comes after a node has been solved: what is asked of it is kept, and room that nobody reads again given back.
  void solved(game::NodeId n, KeptField* first);
  void release(game::NodeId n);
  void keep_start_values(const game::Start& start, std::array<std::vector<double>, batch_lanes>& to) const;
  void note(game::NodeId n, size_t world, const NodeAnswer& answer, bool traced);

  const Numbers& in_;
  Arena& arena_;
  Block& choices_;
  bool judged_;
  Round round_;
  std::vector<Worker> workers_;
  std::vector<double*> values_;    // per node; null: not now
  std::vector<uint32_t> readers_;  // per node: edges to it from nodes that are not solved yet
  std::array<std::vector<NodeValues>, batch_lanes> views_;
  std::array<std::vector<Certificate>, batch_lanes> certificates_;          // per node
  std::vector<std::array<std::vector<double>, batch_lanes>> start_values_;  // per start: [actor][profile]
};

}  // namespace casus::solve
