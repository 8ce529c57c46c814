#include "game/derive.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace casus::game {

namespace {

// Beliefs that a slot of the belief program reads, as bits of informed actors.
uint32_t beliefs_read(const Game& g, Slot s) {
  const Instruction& i = g.belief_program.code()[s];
  if (i.op == model::Op::belief) return g.with_related(1u << g.informed_index[i.actor]);
  if (i.op == model::Op::constant) return 0;
  return beliefs_read(g, i.a) | beliefs_read(g, i.b) | beliefs_read(g, i.c);
}

// Measures of beliefs that every place of counting counts alike.
void find_lifted(Game& g) {
  const model::Case& c = *g.source;
  for (uint32_t m = 0; m < c.measures.size(); ++m) {
    const bool at_end = c.measures[m].kind == model::MeasureKind::at_end;
    if (!at_end && c.measures[m].kind != model::MeasureKind::in_round) continue;
    Slot slot = zero_slot;
    bool alike = true;
    for (const Node& n : g.nodes) {
      if (g.shapes[n.shape].kind != (at_end ? NodeKind::end : NodeKind::settle)) continue;
      Slot here = zero_slot;
      for (const TallyEntry& t : g.tallies[n.tally])
        if (t.measure == m && t.by_belief) here = t.belief_slot;
      alike &= here != zero_slot && (slot == zero_slot || slot == here);
      slot = here;
    }
    if (!alike || slot == zero_slot) continue;
    g.lifted.push_back({m, slot, beliefs_read(g, slot)});
    for (auto& list : g.tallies)
      for (TallyEntry& t : list) t.lifted |= t.measure == m;
  }
}

// Without a last round, where play goes on after a node at which a round ends; else none.
NodeId again(const Game& g, NodeId n) {
  return g.endless ? g.endless->again[n] : none;
}

// Which beliefs a node depends on. `varies` follows whose types an actor's continuation differs by: then an opponent
// who chooses must weigh those types with the public belief, and its choice depends on that belief. Those `held` are
// the prior to whoever chooses.
void find_dependence(Game& g, uint32_t held) {
  const uint32_t actors = g.actors();
  std::vector<uint32_t> varies(g.nodes.size() * actors, 0);
  const size_t tables = g.payoff_tables.size() / (size_t{actors} * g.profiles);
  std::vector<uint32_t> table_varies(tables * actors, 0);
  for (size_t t = 0; t < tables; ++t)
    for (uint32_t i = 0; i < actors; ++i) {
      const Slot* row = g.payoff(static_cast<uint32_t>(t)) + size_t{i} * g.profiles;
      uint32_t factor = 1;
      for (uint32_t k = 0; k < g.informed.size(); factor *= g.informed[k].types, ++k)
        for (uint32_t p = 0; p < g.profiles; ++p) {
          const uint32_t own = g.type_of(p, g.informed[k].actor);
          if (row[p] != row[p - own * factor]) table_varies[t * actors + i] |= 1u << k;
        }
    }
  std::vector<uint32_t> belief_varies;  // the same of what hangs on beliefs
  for (const BeliefPay& pay : g.belief_pays) {
    const size_t first = belief_varies.size();
    belief_varies.resize(first + actors, 0);
    for (const auto& [actor, slots] : pay.paid) {
      uint32_t factor = 1;
      for (uint32_t k = 0; k < g.informed.size(); factor *= g.informed[k].types, ++k)
        for (uint32_t p = 0; p < g.profiles; ++p)
          if (slots[p] != slots[p - g.type_of(p, g.informed[k].actor) * factor])
            belief_varies[first + actor] |= 1u << k;
    }
  }
  // What is found only grows. Where play leads back it is looked at once more until nothing does.
  uint64_t found = 0, before = 0;
  const auto look = [&](NodeId n) {
    Node& node = g.nodes[n];
    const Shape& shape = g.shapes[node.shape];
    uint32_t* own = varies.data() + size_t{n} * actors;
    for (uint32_t i = 0; i < actors; ++i) own[i] |= table_varies[size_t{node.payoff} * actors + i];
    if (node.belief_pay != none) {
      const BeliefPay& pay = g.belief_pays[node.belief_pay];
      for (uint32_t i = 0; i < actors; ++i) own[i] |= belief_varies[size_t{node.belief_pay} * actors + i];
      node.value_mask |= g.with_related(pay.reads) & ~held;
    }
    if (const NodeId next = again(g, n); next != none) {
      for (uint32_t i = 0; i < actors; ++i) own[i] |= varies[size_t{next} * actors + i];
      node.value_mask |= g.nodes[next].value_mask;
      node.mass_mask |= g.nodes[next].mass_mask;
    }
    for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e) {
      const Edge& edge = g.edges[e];
      for (uint32_t i = 0; i < actors; ++i)
        own[i] |= varies[size_t{edge.target} * actors + i] | table_varies[size_t{edge.payoff} * actors + i];
      node.value_mask |= g.nodes[edge.target].value_mask;
      node.mass_mask |= g.nodes[edge.target].mass_mask;
    }
    uint32_t telling = 0;  // informed actors whose type shows in what happens here
    if (shape.kind == NodeKind::chance && shape.informer != none && node.edges > 1) telling = 1u << shape.informer;
    // What is done in secret shows in its signals; what becomes of a type moves what is believed of it, too.
    if (shape.hidden && shape.informer != none && shape.signals() > 1) telling |= 1u << shape.informer;
    for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e)
      if (g.edges[e].turn != 0) telling |= 1u << g.turns[g.edges[e].turn].informed;
    for (const Mover& m : shape.movers) {
      if (shape.hidden) break;
      const uint32_t k = g.informed_index[m.actor];
      // Types that are bound to something do otherwise than others, whatever they want.
      if (m.options.size() > 1 && k != none && (g.with_related(own[m.actor]) >> k & 1 || !m.bound.empty()))
        telling |= 1u << k;
    }
    for (const Mover& m : shape.movers) {
      if (!m.chooses()) continue;
      const uint32_t k = g.informed_index[m.actor];
      const uint32_t self = k == none ? 0 : 1u << k;
      // A belief about whom its own type tells of hangs on what was seen of them all.
      node.value_mask |= g.with_related((own[m.actor] | telling) & ~self) & ~self & ~held;
    }
    for (uint32_t i = 0; i < actors; ++i) own[i] |= telling;
    node.telling = telling;
    for (const TallyEntry& t : g.tallies[node.tally])
      if (t.by_belief && !t.lifted) node.mass_mask |= beliefs_read(g, t.belief_slot);
    for (const Lifted& l : g.lifted)
      if (l.reads & telling) node.mass_mask |= l.reads;
    node.mass_mask |= node.value_mask;
    for (uint32_t i = 0; i < actors; ++i) found += static_cast<uint64_t>(std::popcount(own[i]));
    found += static_cast<uint64_t>(std::popcount(node.value_mask) + std::popcount(node.mass_mask));
  };
  do {
    before = std::exchange(found, 0);
    for (NodeId n = 0; n < g.nodes.size(); ++n) look(n);
  } while (g.endless && found != before);
}

// Where nothing has told of an actor's type yet, its belief is the prior and nothing else: no node depends on it there.
// A node that tells nothing of an actor keeps the belief if what follows depends on it.
void drop_unmoved(Game& g) {
  std::vector<uint32_t> moved(g.nodes.size(), 0);
  for (auto n = static_cast<NodeId>(g.nodes.size()); n-- > 0;)
    for (uint32_t e = g.nodes[n].first_edge; e < g.nodes[n].first_edge + g.nodes[n].edges; ++e)
      moved[g.edges[e].target] |= moved[n] | g.nodes[n].telling;
  for (NodeId n = 0; n < g.nodes.size(); ++n) {
    Node& node = g.nodes[n];
    for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e)
      moved[n] |= g.nodes[g.edges[e].target].mass_mask & ~node.telling;
    node.value_mask &= moved[n];
    node.mass_mask &= moved[n];
  }
}

// An `ever` measure recurs if some step that makes it true can be followed by another.
void find_recurrence(Game& g) {
  const model::Case& c = *g.source;
  const size_t words = (c.measures.size() + 63) / 64;
  std::vector<uint64_t> ahead(g.nodes.size() * words, 0);
  g.recurs.assign(c.measures.size(), false);
  auto bit = [](uint32_t m) { return uint64_t{1} << (m % 64); };
  const auto look = [&](NodeId n) {
    if (const NodeId next = again(g, n); next != none)
      for (size_t w = 0; w < words; ++w) ahead[n * words + w] |= ahead[next * words + w];
    for (uint32_t e = g.nodes[n].first_edge; e < g.nodes[n].first_edge + g.nodes[n].edges; ++e) {
      const uint64_t* next = ahead.data() + g.edges[e].target * words;
      for (size_t w = 0; w < words; ++w) ahead[n * words + w] |= next[w];
      for (uint32_t m : g.events[g.edges[e].event]) {
        if (next[m / 64] & bit(m)) g.recurs[m] = true;
        ahead[n * words + m / 64] |= bit(m);
      }
    }
  };
  for (std::vector<uint64_t> before; before != ahead;) {
    if (g.endless) before = ahead;
    for (NodeId n = 0; n < g.nodes.size(); ++n) look(n);
    if (!g.endless) break;
  }
  for (const Start& start : g.starts)
    for (uint32_t m : start.events)
      if (ahead[start.node * words + m / 64] & bit(m)) g.recurs[m] = true;
  for (size_t m = 0; m < c.measures.size(); ++m)
    if (c.measures[m].kind != model::MeasureKind::ever) g.recurs[m] = false;
}

}  // namespace

void derive(Game& g) {
  g.binds = std::any_of(g.shapes.begin(), g.shapes.end(), [](const Shape& s) { return s.binds(); });
  g.turning = 0;
  for (const Turn& turn : g.turns)
    if (turn.informed != none) g.turning |= 1u << turn.informed;
  g.secret = g.turning != 0 || std::any_of(g.shapes.begin(), g.shapes.end(), [](const Shape& s) { return s.hidden; });
  find_lifted(g);
  find_dependence(g, 0);
  if (!g.endless) drop_unmoved(g);  // else nobody knows at a node whether something has told
  find_recurrence(g);
}

Held::Held(const Game& g, uint32_t beliefs) : whole_(&g) {
  if (beliefs == 0) return;
  copy_ = g;
  for (Node& n : copy_->nodes) n.value_mask = n.mass_mask = 0;
  find_dependence(*copy_, beliefs & ~g.turning);
  if (!g.endless) drop_unmoved(*copy_);
}

}  // namespace casus::game
