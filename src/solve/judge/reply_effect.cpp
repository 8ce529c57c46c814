#include "solve/judge/reply_effect.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

using game::NodeId;
using model::MeasureKind;

ReplyEffect reply_effect(const game::Game& g, const World& w, const ParticleGraph& graph, const ReplyShares& replies,
                         double stakes) {
  const uint32_t profiles = g.profiles;
  const auto& measures = g.source->measures;
  ReplyEffect out;
  for (const auto& m : measures) {
    const auto rounds = m.kind == MeasureKind::in_round ? static_cast<size_t>(g.horizon) : 1;
    out.measures.emplace_back(rounds * profiles, 0.0);
  }
  std::vector<double> paid(size_t{g.actors()} * profiles, 0.0), flow(profiles);
  const Block changes(graph.particles() * profiles, true);
  double* const change = changes.data();
  std::vector<double> discounted(g.actors() * (static_cast<size_t>(g.horizon) + 2), 1.0);  // [round][actor]
  for (size_t k = 2 * size_t{g.actors()}; k < discounted.size(); ++k)
    discounted[k] = discounted[k - g.actors()] * w.discount[k % g.actors()];
  const auto pay = [&](uint32_t table, uint32_t round, const double* given) {
    const game::Slot* slots = g.payoff(table);
    for (uint32_t a = 0; a < g.actors(); ++a)
      for (uint32_t p = 0; p < profiles; ++p)
        paid[a * profiles + p] += w.slots[slots[a * profiles + p]] * given[p] * discounted[round * g.actors() + a];
  };
  for (auto n = static_cast<NodeId>(g.nodes.size()); n-- > 0;) {
    const auto& node = g.nodes[n];
    const auto of_round = [&](size_t m) {
      return out.measures[m].data() + (measures[m].kind == MeasureKind::in_round ? (node.round - 1) * profiles : 0);
    };
    for (uint32_t i = 0; i < graph.count(n); ++i) {
      const size_t particle = graph.first(n) + i;
      const double* here = change + particle * profiles;
      const double* reply = replies.of(particle);
      const bool moved = std::any_of(here, here + profiles, [](double x) { return x != 0; });
      if (!moved && !reply) continue;
      pay(node.payoff, node.round, here);
      for (const auto& t : g.tallies[node.tally])
        if (!t.lifted && !t.by_belief)
          for (uint32_t p = 0; p < profiles; ++p) of_round(t.measure)[p] += w.gain(g, t, p) * here[p];
      for (uint32_t e = 0; e < node.edges; ++e) {
        const size_t child = graph.child(n, i, e);
        if (child == ParticleGraph::nowhere) continue;
        const double *share = graph.share(n, i, e), *mass = graph.mass(particle);
        for (uint32_t p = 0; p < profiles; ++p) {
          flow[p] = share[p] * here[p] + (reply ? reply[e * profiles + p] * mass[p] : 0);
          change[child * profiles + p] += flow[p];
        }
        const auto& edge = g.edges[node.first_edge + e];
        pay(edge.payoff, node.round, flow.data());
        for (const uint32_t m : g.events[edge.event])
          for (uint32_t p = 0; !g.recurs[m] && p < profiles; ++p) of_round(m)[p] += flow[p];
      }
    }
  }
  const auto expected = [&](const double* given) {
    double sum = 0;
    for (uint32_t p = 0; p < profiles; ++p) sum += given[p] * w.profile_prior[p];
    return std::fabs(sum);
  };
  for (size_t m = 0; m < measures.size(); ++m) {
    auto& of = out.measures[m];
    if (measures[m].kind == MeasureKind::payoff)
      std::copy_n(paid.data() + size_t{measures[m].actor} * profiles, profiles, of.data());
    else
      for (size_t r = 0; r < of.size(); r += profiles) out.most = std::max(out.most, expected(of.data() + r));
  }
  for (uint32_t a = 0; a < g.actors(); ++a)
    out.most = std::max(out.most, expected(paid.data() + size_t{a} * profiles) / stakes);
  return out;
}

}  // namespace casus::solve
