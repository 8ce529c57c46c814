// The principal branch of a whole game on its graph of histories: in, the graph and some worlds; out, everybody's
// choices at the worlds' own precisions, on the branch of logit equilibria that begins at precision 0 with uniform
// choices (McKelvey & Palfrey 1998). Where a precision is infinite, the branch goes on as far as limit.h says.
//
// Each world follows its branch in arc length by predictor and corrector, all worlds a sweep at a time. A turning point
// is a point like any other. Steps are bounded by the corrector's convergence, by how far the branch turns, and by how
// near a singular point is: where two branches all but touch, steps shrink with the gap between them, so that a leap to
// the other one would have to be smaller than any step. How near, the response to a fixed push at all unknowns tells:
// it grows as the least singular value across the branch falls, and turns round where that passes 0, alone or with
// others (which the determinant's sign does not show).
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <span>
#include <vector>

#include "solve/exact/limit.h"
#include "solve/exact/sweep_plan.h"

namespace casus::solve {

struct Meter;
struct Work;

struct BranchLimits {
  // Histories times sweeps. Parts of a large graph that are hardly ever reached have turning points of their own, and
  // one precision for all of them goes back and forth for every combination: a world that has spent half of this is
  // led on by the logit dynamics.
  double work = 1e8;
  double caution = 1;  // above 1, steps are kept shorter by about that factor, to hold an answer to
  const std::atomic<bool>* stop = nullptr;
  Work* done = nullptr;    // where sweeps are counted
  Meter* meter = nullptr;  // the share of the precision that the slowest world has reached
};

// How a world's branch was followed.
struct BranchRecord {
  bool solved = false;  // a fixed point at the world's precision was found
  double left_at = 1;   // share of the precision up to which the principal branch was followed; beyond it the logit
                        // dynamics led on
  int steps = 0, folds = 0;
  int crossings = 0;    // points passed where branches meet to within rounding: which of them is the principal one
                        // cannot be told there, and the one that goes straight on was taken
  double ended_at = 0;  // precision to which infinite ones were followed; 0 if there are none
};

class ExactBranch {
 public:
  // `lanes`: worlds side by side, eight (at most as many worlds) or one. `values`: what options are worth is kept as
  // well (job().option_value).
  ExactBranch(const SweepPlan& plan, std::span<const World* const> worlds, size_t lanes, bool values = false)
      : ExactBranch(plan, worlds, lanes == 1 ? sweep_kernels_of_one() : sweep_kernels(), values) {}
  ExactBranch(const SweepPlan& plan, std::span<const World* const> worlds, const SweepKernels& kernels,
              bool values = false);

  // Follows all worlds. False if it was stopped.
  bool follow(const BranchLimits& limits = {});
  const BranchRecord& record(size_t world) const { return lane_[world].record; }
  int sweeps() const { return sweeps_; }
  size_t lanes() const { return lanes_; }

  // What the last sweep, at the choices found, left: per history [..][lane].
  const SweepJob& job() const { return job_; }
  // Values at the start, [actor][profile].
  std::vector<double> start_values(size_t world) const;

 private:
  enum class Phase : uint8_t { correcting, arriving, relaxing, done };
  struct Lane {
    Phase phase = Phase::correcting;
    BranchRecord record;
    std::vector<Stretch> stretches;
    size_t stretch = 0;    // which of them is followed
    bool endless = false;  // some precision is infinite
    double left = -1;      // precision at which the branch was left; below 0: it was not
    double rung = 0;       // how much the precision rises to the next rung
    bool kept = false;     // a limit is found, at the end of that stretch; better ones may follow
    size_t kept_stretch = 0;
    int kept_steps = 0, kept_sweeps = 0;
    double range = 0;                  // of payoffs
    double unit = 1;                   // of the scaled precision: largest precision x range of payoffs
    double t = 0, tried = 0;           // share of the precision: of the last point accepted, and of the one tried
    double slope = 1, slope_turn = 0;  // tangent's share of the scaled precision, and how fast it turns
    double length = 0, last_length = 0;
    double near = 0;               // at the last point: how much a push moves it, across the branch
    double parity = 1;             // sign of the determinant times the direction of the precision
    double first = 0, before = 0;  // sizes of this step's first and last correction
    double residual_before = 0;    // at the last correction
    int corrections = 0;
    bool begun = false, leaping = false;
  };

  // What the last sweep says of a world where it stands.
  struct Look {
    double along_a = 0, along_b = 0;  // the old tangent times Newton's step, and times the way
    double way = 0;                   // square of the length of the way: (dz / d scaled precision, 1)
    double back = 0;                  // what of a push's response is along the way
    double near = 0;                  // how much a push moves it, across the way
    double change = 0;                // of that response since the last point, at most
  };
  Look look(size_t w) const;

  void sweep();
  void go_on(size_t w);
  void begin(size_t w);
  void correct(size_t w);
  void arrive(size_t w);
  void relax(size_t w);
  bool may_stand(size_t w, const Look& seen, double slope) const;
  // How a push moves an unknown, across the way.
  double response(uint32_t u, size_t w, double back) const;
  void accept(size_t w, const Look& seen);
  void reject(size_t w);
  void predict(size_t w);
  void leave(size_t w);
  void climb(size_t w);
  bool spent(double share) const;
  void enter(size_t w, size_t stretch);
  bool end_stretch(size_t w);
  void settle(size_t w);

  static constexpr double exact = 1e-11;  // last correction, relative to the largest log-odds
  // Rounding errors of a residual where log-odds are as large as `most`: they grow with its square.
  static double rounded_residual(double most) { return std::max(1e-3, 1e-12 * most * most); }

  static double& at(const Block& block, size_t u, size_t lanes, size_t w) { return block.data()[u * lanes + w]; }

  const SweepPlan& plan_;
  size_t lanes_, worlds_;
  const SweepKernels& kernels_;
  SweepNumbers numbers_;
  std::vector<Lane> lane_;
  SweepJob job_;
  Block z_, point_, tangent_, turn_;  // tried; last accepted; its unit tangent; how fast the tangent turns
  Block pushed_;                      // how a push moves the last point accepted, across the way
  Block kept_;                        // where a limit is found
  Block log_sigma_, belief_, residual_, response_, values_, moved_, scratch_;
  std::array<Block, sweep_directions> step_;
  Block precision_, precision_from_, precision_slope_, damping_, option_value_, found_, root_;
  int sweeps_ = 0;
  BranchLimits limits_;
};

}  // namespace casus::solve
