#include "solve/exact/sweep_plan.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

namespace {
constexpr uint32_t most_types = 16;  // of an actor
}

using game::NodeKind;
using game::none;

SweepPlan::SweepPlan(const game::Game& g, Histories all) : game(g), histories(std::move(all)) {
  lay_out_types();
  lay_out_nodes();
  lay_out_histories();
  hold_values();
  tables = {.actors = g.actors(),
            .profiles = g.profiles,
            .informed = static_cast<uint32_t>(g.informed.size()),
            .axes = g.axes,
            .types = types_.data(),
            .type_at = type_at_.data(),
            .of_actor = of_actor_.data(),
            .axis_informed = axis_informed_.data(),
            .axis_type = axis_type_.data(),
            .type_of = type_of_.data(),
            .node = node_.data(),
            .mover = mover_.data(),
            .edge = edge_.data(),
            .belief = belief_.data(),
            .axis = axis_.data(),
            .bound = bound_.data()};
}

void SweepPlan::lay_out_types() {
  type_at_.push_back(0);
  for (uint32_t k = 0; k < game.informed.size(); ++k) {
    const auto& x = game.informed[k];
    types_.push_back(x.types);
    type_at_.push_back(type_at_.back() + x.types);
    of_actor_.push_back(x.actor);
    for (uint32_t t = 1; t < x.types; ++t) {
      axis_informed_.push_back(k);
      axis_type_.push_back(t);
    }
    for (uint32_t p = 0; p < game.profiles; ++p) type_of_.push_back(static_cast<uint8_t>(game.type_of(p, x.actor)));
  }
}

void SweepPlan::lay_out_nodes() {
  edge_.resize(game.edges.size());
  for (const auto& node : game.nodes) {
    const auto& shape = game.shapes[node.shape];
    SweepNode n{.first_mover = static_cast<uint32_t>(mover_.size()),
                .first_axis = static_cast<uint32_t>(axis_.size()),
                .payoff = node.payoff,
                .informer = none,
                .first_edge = node.first_edge,
                .edges = node.edges,
                .signals = shape.hidden ? shape.signals() : 0,
                .by_belief = node.belief_pay != none,
                .secret = shape.hidden};
    switch (shape.kind) {
      case NodeKind::end:
        n.kind = SweepNode::end;
        break;
      case NodeKind::settle:
        n.kind = SweepNode::settle;
        break;
      case NodeKind::move:
        n.kind = SweepNode::move;
        if (shape.hidden) n.informer = shape.informer;
        break;
      case NodeKind::chance:
        n.kind = SweepNode::chance;
        n.informer = shape.informer;
        break;
    }
    for (uint32_t a = 0; a < game.axes; ++a)
      if (node.value_mask >> axis_informed_[a] & 1) axis_.push_back(a);
    n.axes = static_cast<uint32_t>(axis_.size()) - n.first_axis;
    uint32_t stride = node.edges, choosing = 0;
    for (const auto& m : shape.movers) {
      const auto options = static_cast<uint32_t>(m.options.size());
      stride /= options;
      const uint32_t k = game.informed_index[m.actor], types = game.types(m.actor);
      mover_.push_back({m.actor, k, types, options, n.chances, n.unknowns, stride});
      if (!m.bound.empty()) {
        mover_.back().bound = static_cast<uint32_t>(bound_.size());
        bound_.insert(bound_.end(), m.bound.begin(), m.bound.end());
      }
      n.chances += types * options;
      n.unknowns += types * (options - 1);
      ++n.movers;
      choosing += options > 1;
    }
    n.implicit = choosing > 1;
    for (uint32_t e = 0; e < node.edges; ++e) lay_out_edge(node, n, game.edges[node.first_edge + e], e);
    for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e) {
      n.secret |= edge_[e].turn != 0;
      for (uint32_t b = 0; b < edge_[e].beliefs; ++b) {
        const SweepBelief& belief = belief_[edge_[e].first_belief + b];
        n.implicit |= belief.mover != none;
        for (uint32_t m = n.first_mover; belief.mixed && m < n.first_mover + n.movers; ++m)
          n.implicit |= mover_[m].options > 1 && (n.signals > 0 || mover_[m].informed == axis_informed_[belief.axis]);
      }
    }
    n.alone = n.implicit && !n.secret && n.movers == 1 && mover_[n.first_mover].options >= fewest_alone;
    node_.push_back(n);
  }
}

void SweepPlan::lay_out_edge(const game::Node& node, const SweepNode& n, const game::Edge& edge, uint32_t number) {
  SweepEdge& out = edge_[node.first_edge + number];
  out = {.payoff = edge.payoff, .odds = edge.probability, .first_belief = static_cast<uint32_t>(belief_.size())};
  if (edge.turn != 0) {
    out.turn = game.turns[edge.turn].first;
    out.turned = game.turns[edge.turn].informed;
  }
  const uint32_t mask = game.nodes[edge.target].value_mask;
  for (uint32_t a = 0; a < game.axes; ++a) {
    const uint32_t k = axis_informed_[a];
    if (!(mask >> k & 1)) continue;
    SweepBelief b{.axis = a, .own = none, .mover = none, .type = axis_type_[a]};
    for (uint32_t own = 0; own < n.axes; ++own)
      if (axis_[n.first_axis + own] == a) b.own = own;
    b.mixed = n.signals > 0 ? n.informer == k : out.turned == k;
    for (uint32_t m = 0; !b.mixed && m < n.movers; ++m)
      if (mover_[n.first_mover + m].informed == k && mover_[n.first_mover + m].options > 1) b.mover = m;
    if (!b.mixed && n.kind == SweepNode::chance && n.informer == k && node.edges > 1)
      b.odds = edge.probability + axis_type_[a];
    belief_.push_back(b);
    ++out.beliefs;
  }
}

// Room for what is worked out at one edge of a node where beliefs are mixed or types change (sweep_turn_impl.h).
uint32_t SweepPlan::at_edges(const SweepNode& n) const {
  uint32_t most = 0;
  for (uint32_t e = n.first_edge; e < n.first_edge + n.edges; ++e) {
    const SweepEdge& edge = edge_[e];
    uint32_t own = edge.turn == 0 ? 0 : game.actors() * game.profiles * (1 + sweep_directions + edge.beliefs);
    for (uint32_t b = 0; b < edge.beliefs; ++b) {
      const SweepBelief& belief = belief_[edge.first_belief + b];
      if (!belief.mixed || belief.type != 1) continue;
      const uint32_t types = types_[axis_informed_[belief.axis]], edges = n.signals > 0 ? n.edges / n.signals : 1;
      own += (types + 1) * edges * types + types * (1 + n.axes + n.chances);
    }
    most = std::max(most, own);
  }
  return most;
}

void SweepPlan::lay_out_histories() {
  for (size_t h = 0; h < histories.at.size(); ++h) {
    const auto& from = histories.from[h];
    const SweepNode& n = node_[histories.at[h].node];
    history.push_back({.node = histories.at[h].node,
                       .first_child = histories.at[h].first_child,
                       .from = from.history,
                       .from_edge = h == 0 ? none : from.edge,
                       .unknown = unknowns,
                       .chance = chances,
                       .belief = beliefs,
                       .response = responses});
    chances += n.chances;
    beliefs += n.axes;
    const uint32_t columns = sweep_directions + n.axes;
    if (n.implicit) {
      ++deciding;
      unknowns += n.unknowns;
      responses += n.unknowns * columns;
    }
    const uint32_t all_types = type_at_.back();
    const uint32_t given = game.related.empty() ? 0 : all_types + 2 * most_types + most_types * n.axes;
    const uint32_t types = n.alone ? mover_[n.first_mover].types : 0;
    const uint32_t slopes = n.alone ? types : n.chances;
    const uint32_t by_option = types * (2 * types + columns) + n.unknowns * (types + columns);
    scratch = std::max(scratch, at_edges(n) + given + all_types + 2 * game.profiles + 2 * n.chances +
                                    2 * n.chances * columns + n.chances * slopes + by_option +
                                    n.unknowns * (n.unknowns + columns) + game.profiles * columns + 16);
    if (n.by_belief) scratch = std::max(scratch, game.actors() * game.profiles * (1 + n.axes));
  }
}

// Values stand in pieces that are given back once everything that leads to their history has read them.
void SweepPlan::hold_values() {
  std::vector<uint32_t> readers(history.size(), 0);
  for (const uint32_t c : histories.child) ++readers[c];
  std::vector<std::vector<uint32_t>> free;  // by size
  auto size_of = [&](uint32_t h) {
    return game.actors() * game.profiles * (1 + sweep_directions + node_[history[h].node].axes);
  };
  for (auto h = static_cast<uint32_t>(history.size()); h-- > 0;) {
    const uint32_t size = size_of(h);
    if (free.size() <= size) free.resize(size + 1);
    if (free[size].empty()) {
      history[h].value = held;
      held += size;
    } else {
      history[h].value = free[size].back();
      free[size].pop_back();
    }
    const auto& node = game.nodes[histories.at[h].node];
    for (uint32_t e = 0; e < node.edges; ++e) {
      const uint32_t c = histories.child[histories.at[h].first_child + e];
      if (--readers[c] == 0) free[size_of(c)].push_back(history[c].value);
    }
  }
}

double SweepPlan::doubles(size_t lanes) const {
  const double each =
      8.0 * unknowns + chances + (1.0 + static_cast<double>(sweep_directions)) * beliefs + responses + held + scratch;
  return static_cast<double>(lanes) * each;
}

SweepNumbers::SweepNumbers(const SweepPlan& plan, std::span<const World* const> worlds, size_t lanes) {
  const game::Game& g = plan.game;
  auto fill = [&](Block& block, size_t places, auto&& number) {
    block = Block(std::max<size_t>(places, 1) * lanes);
    for (size_t i = 0; i < places; ++i)
      for (size_t l = 0; l < lanes; ++l)
        block.data()[i * lanes + l] = number(*worlds[std::min(l, worlds.size() - 1)], i);
  };
  fill(pay_, g.payoff_tables.size(), [&](const World& w, size_t i) { return w.slots[g.payoff_tables[i]]; });
  fill(odds_, g.probability_tables.size(), [&](const World& w, size_t i) { return w.slots[g.probability_tables[i]]; });
  fill(discount_, g.actors(), [](const World& w, size_t i) { return w.discount[i]; });
  fill(barred_, 1, [](const World& w, size_t) { return w.barred(); });
  fill(prior_log_odds_, g.axes, [](const World& w, size_t i) { return w.prior_log_odds[i]; });
  std::vector<std::pair<size_t, size_t>> type;
  for (size_t k = 0; k < g.informed.size(); ++k)
    for (size_t t = 0; t < g.informed[k].types; ++t) type.emplace_back(k, t);
  fill(prior_, type.size(), [&](const World& w, size_t i) { return w.prior[type[i].first][type[i].second]; });

  // Where a list of odds is of types, the log ratio of each to the first; beyond certainty nothing more can be told.
  std::vector<double> most;
  for (size_t l = 0; l < lanes; ++l) most.push_back(worlds[std::min(l, worlds.size() - 1)]->certainty());
  shift_ = Block(std::max<size_t>(g.probability_tables.size(), 1) * lanes, true);
  for (const auto& node : g.nodes) {
    const auto& shape = g.shapes[node.shape];
    if (shape.kind != NodeKind::chance || shape.informer == none) continue;
    for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e)
      for (uint32_t t = 1; t < g.informed[shape.informer].types; ++t)
        for (size_t l = 0; l < lanes; ++l) {
          const double first = odds_.data()[g.edges[e].probability * lanes + l];
          const size_t at = (size_t{g.edges[e].probability} + t) * lanes + l;
          const double p = odds_.data()[at];
          if (first > 0 || p > 0)
            shift_.data()[at] =
                std::clamp(std::log(std::max(p, 0.0)) - std::log(std::max(first, 0.0)), -most[l], most[l]);
        }
  }
  view_ = {.pay = pay_.data(),
           .odds = odds_.data(),
           .shift = shift_.data(),
           .discount = discount_.data(),
           .prior = prior_.data(),
           .prior_log_odds = prior_log_odds_.data(),
           .barred = barred_.data()};
  if (!g.belief_pays.empty()) {
    BeliefPayments payments{&g, {}};
    for (size_t l = 0; l < lanes; ++l) payments.worlds.push_back(worlds[std::min(l, worlds.size() - 1)]);
    payments_ = std::make_unique<const BeliefPayments>(std::move(payments));
    view_.payments = payments_.get();
    view_.by_belief = [](const void* payments, const SweepGame& sweep, uint32_t node, const double* log_odds,
                         double* out) {
      const SweepNode& n = sweep.node[node];
      static_cast<const BeliefPayments*>(payments)->find(node, {sweep.axis + n.first_axis, n.axes}, log_odds, out);
    };
  }
  if (g.related.empty()) return;
  fill(together_, g.profiles, [](const World& w, size_t p) { return w.together[p]; });
  view_.together = together_.data();
}

}  // namespace casus::solve
