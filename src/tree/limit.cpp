#include "tree/limit.h"

#include <algorithm>
#include <cmath>

namespace casus::tree {

namespace {

// The limits of probabilities that sum to 1, from their values and their derivatives d log p / d log precision.
void extrapolate(double* prob, const double* slope, int count) {
  double sum = 0;
  for (int k = 0; k < count; ++k) {
    const bool vanishes = slope[k] < -0.2 && prob[k] < 0.01;
    prob[k] = vanishes ? 0.0 : std::max(0.0, prob[k] * (1 + std::clamp(slope[k], -0.5, 0.5)));
    sum += prob[k];
  }
  for (int k = 0; k < count; ++k) prob[k] /= sum;
}

}  // namespace

Assessment assessment_at(const Layout&, const Sweep& sweep) {
  return {sweep.prob, sweep.belief};
}

Assessment limit_of(const Layout& g, const Recall& recall, const BranchPoint& point, const Sweep& sweep) {
  const Assessment raw = assessment_at(g, sweep);
  Assessment clean = raw;
  for (int h = 0; h < g.agent_count; ++h)
    extrapolate(clean.prob.data() + g.first_action[h], point.log_slope.data() + g.first_action[h], g.actions_of(h));

  std::vector<double> reach_slope(g.node_count, 0.0);
  for (int n = 1; n < g.node_count; ++n) {
    const int p = g.parent[n], h = g.agent[p];
    reach_slope[n] = reach_slope[p] + (h >= 0 ? point.log_slope[g.first_action[h] + n - g.first_child[p]] : 0.0);
  }
  std::vector<double> fallback = raw.belief, belief, slope;
  for (int h = 0; h < g.agent_count; ++h) {
    belief.clear();
    slope.clear();
    double mean = 0;
    for (int m = g.member_start[h]; m < g.member_start[h + 1]; ++m) {
      const int n = g.members[m];
      belief.push_back(raw.belief[n]);
      slope.push_back(reach_slope[n]);
      if (raw.belief[n] > 0) mean += raw.belief[n] * reach_slope[n];
    }
    for (double& s : slope) s -= mean;
    extrapolate(belief.data(), slope.data(), static_cast<int>(belief.size()));
    for (size_t k = 0; k < belief.size(); ++k) fallback[g.members[g.member_start[h] + static_cast<int>(k)]] = belief[k];
  }
  complete_beliefs(g, clean, fallback);
  const double raw_gain = certify(g, recall, raw).relative_gain();
  const double clean_gain = certify(g, recall, clean).relative_gain();
  return clean_gain <= raw_gain ? clean : raw;
}

Limit follow_to_limit(const Layout& g, const Recall& recall, Branch& branch,
                      const std::function<void(const BranchPoint&)>& visit, double up_to) {
  Limit best;
  BranchPoint point;
  for (double scaled = 1e4; scaled < 2 * up_to; scaled *= 10) {
    best.end = branch.follow_to(scaled / g.scale, point, visit);
    if (best.end != BranchEnd::reached) {
      if (best.scaled_precision >= 1e5 && best.end != BranchEnd::interrupted) best.end = BranchEnd::reached;
      break;
    }
    const Assessment limit = limit_of(g, recall, point, branch.sweep());
    const Certificate certificate = certify(g, recall, limit);
    const double gain = certificate.relative_gain();
    if (best.scaled_precision > 0 && gain > std::max(1e-12, best.certificate.relative_gain())) continue;
    best.assessment = limit;
    best.certificate = certificate;
    best.scaled_precision = scaled;
  }
  return best;
}

}  // namespace casus::tree
