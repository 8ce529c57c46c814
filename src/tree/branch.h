// The principal branch of logit agent equilibria: in, a tree's layout; out, the points of the branch in increasing
// distance from precision 0, at given precisions, or as far as its limit.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tree/jacobian.h"
#include "tree/sweep.h"

namespace casus::tree {

// One point of the branch. The precision is that of the tree as written (payoffs unscaled).
struct BranchPoint {
  double precision = 0;
  std::vector<double> log_prob;  // by action
  // How fast each log-probability changes with the logarithm of the precision, d log p / d log precision.
  std::vector<double> log_slope;
  double residual = 0;  // largest |F|, see Sweep, relative where log-odds are beyond a thousand
  // The largest |F| over the scaled precision (or over 1, if that is more): by how much action values would have to
  // differ, relative to the payoff range, for the point to be exact.
  double payoff_residual = 0;
  int steps = 0;  // accepted so far
};

struct BranchOptions {
  int max_steps = 5000;
  double max_seconds = 0;  // 0: no limit
  // The branch of a large tree may turn round hundreds of times, once or more for each part of the tree that is hardly
  // ever reached. Beyond this many folds, or this much work (multiply-adds in factorisations), the branch is left at
  // its present point and the precision is raised in rungs; `BranchStatistics::left_at` then says from where on.
  int max_folds = 200;
  double max_work = 1e12;
  double max_work_after_fold = 1e12;        // the same, once the branch has turned round
  bool rungs = true;                        // false: do not go on in rungs, stop
  const std::atomic<bool>* stop = nullptr;  // ends it between two steps
  double caution = 1;      // above 1, steps are kept shorter by about that factor, to hold an answer to
  double max_pairs = 4e8;  // refuse trees whose Jacobian would need more pairs of a node and an ancestor
};

enum class BranchEnd { reached, too_many_steps, out_of_time, stalled, too_large, left, interrupted };
const char* describe(BranchEnd end);

struct BranchStatistics {
  int steps = 0;
  int rejected = 0;
  int factorisations = 0;
  int evaluations = 0;
  int folds = 0;       // times the precision turned round
  double left_at = 0;  // precision at which the branch was left for rungs; 0 if it was followed all the way
  int hops = 0;        // rungs on which Newton's method did not get to the next equilibrium and the dynamics did
  // Points passed where branches meet to within rounding: which of them is the principal one cannot be told there, and
  // the one that goes straight on was taken.
  int bifurcations = 0;
};

// Follows F = 0 by predictor and corrector in the arc length of (log-odds, scaled precision). The predictor is the
// best of three extrapolations through the last points and tangents; the corrector is Newton's with the matrix of the
// predicted point and a step orthogonal to the tangent, so a fold is passed like any other point. The step length
// follows the corrector's rate of convergence (Deuflhard 2004, section 5.1), how far the tangent turns, and how near a
// singular point is: where two branches all but touch, steps shrink with the gap between them (follower_meetings.cpp).
// Along a branch the sign of det(dF/dz) times the direction of the precision does not change but where branches meet
// (as in symmetric games). Where no step is short enough to tell them apart, the way straight on is taken, and counted.
class Branch {
 public:
  explicit Branch(const Layout& layout, BranchOptions options = {});
  ~Branch();
  Branch(const Branch&) = delete;
  Branch& operator=(const Branch&) = delete;

  // Goes on until the branch first has the given precision (of the tree as written; not below that of the last call)
  // and polishes the point there. `visit`, if given, sees every accepted point on the way.
  BranchEnd follow_to(double precision, BranchPoint& point,
                      const std::function<void(const BranchPoint&)>& visit = nullptr);
  // From now on goes on in rungs where the branch was left, see BranchOptions.
  void allow_rungs();
  const BranchStatistics& statistics() const;
  // Beliefs, values and action values of the last point, scaled.
  const Sweep& sweep() const;

 private:
  std::unique_ptr<class Follower> state_;
};

}  // namespace casus::tree
