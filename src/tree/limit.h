// The limit of a branch of logit equilibria: in, its last point; out, a sequential equilibrium with all beliefs.
#pragma once
#include "tree/branch.h"
#include "tree/certificate.h"

namespace casus::tree {

// Actions whose probability still falls as a power of the precision (d log p / d log precision below -0.2) get
// probability 0; the others go to their limit by one step of Richardson extrapolation, since p = p* + c / precision +
// ... gives p* = p (1 + slope). Beliefs at information sets that the limit does not reach are treated alike: they are
// limits of Bayes' rule along the branch, hence consistent in the sense of Kreps & Wilson (1982). If the point as it is
// has the smaller gain, that is returned.
Assessment limit_of(const Layout& layout, const Recall& recall, const BranchPoint& point, const Sweep& sweep);

struct Limit {
  Assessment assessment;
  Certificate certificate;
  double scaled_precision = 0;  // precision times payoff range at which the limit was read off; 0 if it never was
  BranchEnd end = BranchEnd::reached;
};

// Follows the branch to scaled precisions 1e4, 1e5, ... `up_to` and keeps the limit with the smallest gain from
// deviating (of two with a relative gain below 1e-12 the later). Rounding errors grow with the precision: where the
// branch cannot be followed any further for them beyond 1e5, what was read off before stands and the end counts as
// reached.
Limit follow_to_limit(const Layout& layout, const Recall& recall, Branch& branch,
                      const std::function<void(const BranchPoint&)>& visit = nullptr, double up_to = 1e8);

// The strategies and beliefs of a point as they are.
Assessment assessment_at(const Layout& layout, const Sweep& sweep);

}  // namespace casus::tree
