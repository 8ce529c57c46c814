// Limits of trees whose branch folds too often: in, a tree's layout and the strategies of a point of its branch; out, a
// sequential equilibrium put together from limits of parts of the tree.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "tree/limit.h"

namespace casus::tree {

struct PartsResult {
  Assessment assessment;
  int parts = 0;             // into which the information sets were divided
  int solved = 0;            // branches followed, those of parts that had to grow included
  int largest = 0;           // information sets in the largest part
  int steps = 0, folds = 0;  // on all branches together
};

// On a branch at a high precision, what happens after an action of probability 1e-20 does not move those that play
// before it, yet parts of the tree that are hardly ever reached have folds of their own, and one precision for all must
// go back and forth for every combination of them. So the tree is taken apart:
//
// - The first part holds the information sets that the given point reaches with a probability above a bound; what lies
//   behind the others is paid at its value under the given strategies. Its own limiting logit equilibrium is found.
//   Where that reaches an information set outside the part, the part grows and is solved again.
// - Its strategies are then settled, and the next parts are what actions of probability 0 lead to. In such a part's own
//   small tree everybody plays as settled, except that whoever would have to deviate to get there chooses between
//   staying and entering. As precision grows nobody enters, but who would enter with the lesser loss decides the
//   beliefs: they are limits of Bayes' rule along a sequence of completely mixed strategies, as in the whole tree.
// - Where entering turns out to pay, the part is joined with the one it was entered from, which is solved again.
//
// Every part is on a branch of its own from precision 0, so the result is a sequential equilibrium near the given point
// and not in general the limit of the principal branch of the whole tree. Nothing is returned when a part's own branch
// has no limit that can be followed or after `max_solved` branches. The caller certifies the result on the whole tree.
struct PartsOptions {
  double bound = -3;  // logarithm of the least probability of reach (within a part) to begin with
  int max_solved = 20000;
  int max_repairs = 40;    // parts taken apart again, and agents found to gain after all
  double max_seconds = 0;  // 0: no limit
  const std::atomic<bool>* stop = nullptr;
};
std::optional<PartsResult> limit_by_parts(const Layout& layout, const std::vector<double>& log_prob,
                                          const PartsOptions& options = {});

// The limit of the principal branch where it can be followed, else a sequential equilibrium by parts from the highest
// precision to which it was followed.
struct FoundLimit {
  Limit limit;                       // by parts: `scaled_precision` is that of the point they start from
  BranchStatistics statistics;       // of the branch; `left_at` is not 0 where it was left
  std::optional<PartsResult> parts;  // set if the limit was put together from parts
};
struct LimitOptions {
  double max_seconds = 0;  // 0: no limit
  int max_steps = 5000;
  int max_folds = 5;                 // beyond it the branch is left
  double max_work_after_fold = 1e9;  // the same, in multiply-adds of factorisations once the branch has turned round
  const std::atomic<bool>* stop = nullptr;  // `limit.end` is then `interrupted`
};
FoundLimit find_limit(const Layout& layout, const Recall& recall, const LimitOptions& options = {},
                      const std::function<void(const BranchPoint&)>& visit = nullptr);

}  // namespace casus::tree
