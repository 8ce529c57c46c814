#include "solve/judge/reply_effect.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

using game::NodeId;
using model::MeasureKind;

ReplyEffect reply_effect(const ParticlePlan& plan, const World& w, const ParticleGraph& graph,
                         const ReplyShares& replies, double stakes) {
  const game::Game& g = plan.game;
  const game::Tracks& tracks = plan.tracks;
  const uint32_t profiles = g.profiles, rows = tracks.size();
  const auto& measures = g.source->measures;
  ReplyEffect out;
  for (const auto& m : measures) {
    const auto rounds = m.kind == MeasureKind::in_round ? static_cast<size_t>(g.horizon) : 1;
    out.measures.emplace_back(rounds * profiles, 0.0);
  }
  std::vector<double> paid(size_t{g.actors()} * profiles, 0.0), flow(rows), by_belief;
  const Block changes(graph.particles() * rows, true);
  double* const change = changes.data();
  std::vector<double> discounted(g.actors() * (static_cast<size_t>(g.horizon) + 2), 1.0);  // [round][actor]
  for (size_t k = 2 * size_t{g.actors()}; k < discounted.size(); ++k)
    discounted[k] = discounted[k - g.actors()] * w.discount[k % g.actors()];
  const auto pay = [&](uint32_t table, uint32_t round, const double* given) {
    const game::Slot* slots = g.payoff(table);
    for (uint32_t a = 0; a < g.actors(); ++a)
      for (uint32_t k = 0; k < rows; ++k)
        paid[a * profiles + tracks.first(k)] +=
            w.slots[slots[a * profiles + tracks.now(k)]] * given[k] * discounted[round * g.actors() + a];
  };
  for (auto n = static_cast<NodeId>(g.nodes.size()); n-- > 0;) {
    const auto& node = g.nodes[n];
    // `value` of a profile, of everybody as they are by then.
    const auto add = [&](size_t m, auto&& value, const double* given) {
      double* to =
          out.measures[m].data() + (measures[m].kind == MeasureKind::in_round ? (node.round - 1) * profiles : 0);
      for (uint32_t k = 0; k < rows; ++k) to[tracks.first(k)] += value(tracks.now(k)) * given[k];
    };
    for (uint32_t i = 0; i < graph.count(n); ++i) {
      const size_t particle = graph.first(n) + i;
      const double* here = change + particle * rows;
      const double* reply = replies.of(particle);
      const bool moved = std::any_of(here, here + rows, [](double x) { return x != 0; });
      if (!moved && !reply) continue;
      pay(node.payoff, node.round, here);
      if (node.belief_pay != game::none) {
        by_belief.assign(size_t{g.actors()} * profiles, 0.0);
        add_belief_pay(g, w, n, graph.log_odds(particle), 1, by_belief.data());
        for (uint32_t a = 0; a < g.actors(); ++a)
          for (uint32_t k = 0; k < rows; ++k)
            paid[a * profiles + tracks.first(k)] +=
                by_belief[a * profiles + tracks.now(k)] * here[k] * discounted[node.round * g.actors() + a];
      }
      for (const auto& t : g.tallies[node.tally])
        if (!t.lifted && !t.by_belief)
          add(
              t.measure, [&](uint32_t p) { return w.gain(g, t, p); }, here);
      for (uint32_t e = 0; e < node.edges; ++e) {
        const size_t child = graph.child(n, i, e);
        if (child == ParticleGraph::nowhere) continue;
        const double *share = graph.share(n, i, e), *mass = graph.mass(particle);
        const auto& edge = g.edges[node.first_edge + e];
        for (uint32_t k = 0; k < rows; ++k) {
          const uint32_t p = tracks.now(k);
          flow[k] = share[p] * here[k] + (reply ? reply[e * profiles + p] * mass[k] : 0);
          if (edge.turn == 0) change[child * rows + k] += flow[k];
        }
        pay(edge.payoff, node.round, flow.data());
        for (const uint32_t m : g.events[edge.event])
          if (!g.recurs[m])
            add(
                m, [](uint32_t) { return 1.0; }, flow.data());
        if (edge.turn == 0) continue;
        const game::Turn& turn = g.turns[edge.turn];
        const uint32_t types = g.informed[turn.informed].types;
        for (uint32_t k = 0; k < rows; ++k)
          for (uint32_t u = 0; u < types; ++u)
            change[child * rows + tracks.turned(k, turn.informed, u)] +=
                flow[k] * w.slots[g.probability_tables[turn.first + tracks.type(k, turn.informed) * types + u]];
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
