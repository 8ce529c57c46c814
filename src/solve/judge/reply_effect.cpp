#include "solve/judge/reply_effect.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

using game::NodeId;
using model::MeasureKind;

double reply_effect(const game::Game& g, const World& w, const ParticleGraph& graph, const ReplyShares& replies,
                    double stakes) {
  const uint32_t profiles = g.profiles;
  const auto& measures = g.source->measures;
  std::vector<std::vector<double>> total(measures.size(), std::vector<double>(static_cast<size_t>(g.horizon) + 1));
  std::vector<double> paid(g.actors(), 0.0), change(graph.particles() * profiles, 0.0), flow(profiles);
  const auto expected = [&](const double* given) {
    double out = 0;
    for (uint32_t p = 0; p < profiles; ++p) out += given[p] * w.profile_prior[p];
    return out;
  };
  std::vector<double> discounted(g.actors() * (static_cast<size_t>(g.horizon) + 2), 1.0);  // [round][actor]
  for (size_t k = 2 * size_t{g.actors()}; k < discounted.size(); ++k)
    discounted[k] = discounted[k - g.actors()] * w.discount[k % g.actors()];
  const auto pay = [&](uint32_t table, uint32_t round, const double* given) {
    const game::Slot* slots = g.payoff(table);
    for (uint32_t a = 0; a < g.actors(); ++a) {
      double sum = 0;
      for (uint32_t p = 0; p < profiles; ++p) sum += w.slots[slots[a * profiles + p]] * given[p] * w.profile_prior[p];
      paid[a] += sum * discounted[round * g.actors() + a];
    }
  };
  for (auto n = static_cast<NodeId>(g.nodes.size()); n-- > 0;) {
    const auto& node = g.nodes[n];
    const auto at = [&](size_t m) -> double& {
      return total[m][measures[m].kind == MeasureKind::in_round ? node.round - 1 : 0];
    };
    for (uint32_t i = 0; i < graph.count(n); ++i) {
      const size_t particle = graph.first(n) + i;
      const double* here = change.data() + particle * profiles;
      const double* reply = replies.of(particle);
      const bool moved = std::any_of(here, here + profiles, [](double x) { return x != 0; });
      if (!moved && !reply) continue;
      pay(node.payoff, node.round, here);
      for (const auto& t : g.tallies[node.tally])
        if (!t.lifted && !t.by_belief) at(t.measure) += t.value * expected(here);
      for (uint32_t e = 0; e < node.edges; ++e) {
        const size_t child = graph.child(n, i, e);
        if (child == ParticleGraph::nowhere) continue;
        const double *share = graph.share(graph.edge(n, i, e)), *mass = graph.mass(particle);
        for (uint32_t p = 0; p < profiles; ++p) {
          flow[p] = share[p] * here[p] + (reply ? reply[e * profiles + p] * mass[p] : 0);
          change[child * profiles + p] += flow[p];
        }
        const auto& edge = g.edges[node.first_edge + e];
        pay(edge.payoff, node.round, flow.data());
        for (const uint32_t m : g.events[edge.event])
          if (!g.recurs[m]) at(m) += expected(flow.data());
      }
    }
  }
  double most = 0;
  for (size_t m = 0; m < measures.size(); ++m) {
    if (measures[m].kind == MeasureKind::payoff) continue;
    for (const double x : total[m]) most = std::max(most, std::fabs(x));
  }
  for (const double x : paid) most = std::max(most, std::fabs(x) / stakes);
  return most;
}

}  // namespace casus::solve
