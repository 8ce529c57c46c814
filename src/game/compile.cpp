#include <fmt/format.h>

#include <unordered_map>

#include "game/explore.h"
#include "game/game.h"

namespace casus::game {

namespace {

void lay_out_types(const model::Case& c, Game& g) {
  g.informed_index.assign(c.actors.size(), none);
  for (uint32_t i = 0; i < c.actors.size(); ++i) {
    const auto types = static_cast<uint32_t>(c.actors[i].types.size());
    if (types < 2) continue;
    g.informed_index[i] = static_cast<uint32_t>(g.informed.size());
    g.informed.push_back({i, types, g.axes});
    g.axes += types - 1;
    g.profiles *= types;
  }
  // The first informed actor's type varies fastest.
  g.profile_type.assign(size_t{g.profiles} * c.actors.size(), 0);
  for (uint32_t p = 0; p < g.profiles; ++p) {
    uint32_t rest = p;
    for (const auto& x : g.informed) {
      g.profile_type[p * c.actors.size() + x.actor] = rest % x.types;
      rest /= x.types;
    }
  }
  g.precision.assign(c.actors.size(), zero_slot);
  g.discount.assign(c.actors.size(), zero_slot);
}

void lay_out_numbers(const model::Case& c, const StateCodec& codec, Game& g) {
  PartialEvaluator partial(c, codec, g);
  const std::vector<int> no_state(c.states.size(), 0);
  auto slot = [&](model::ExprId e) { return partial.slot(e, no_state, 0, 0, 0); };
  for (uint32_t i = 0; i < c.actors.size(); ++i) {
    g.precision[i] = slot(c.actors[i].precision);
    g.discount[i] = c.actors[i].discount == model::no_expr ? g.program.constant(1) : slot(c.actors[i].discount);
  }
  for (const auto& x : g.informed) {
    auto& prior = g.prior.emplace_back();
    for (auto e : c.actors[x.actor].prior) prior.push_back(slot(e));
  }
}

// Merges nodes alike in everything that follows, last layer first, and numbers them so that children come before
// parents.
void merge(std::vector<RawLayer>& raw, Game& g) {
  std::vector<std::vector<NodeId>> id_of(raw.size());
  g.layers.resize(raw.size());
  std::unordered_map<std::string, NodeId> known;
  std::string key;
  for (size_t l = raw.size(); l-- > 0;) {
    known.clear();
    g.layers[l] = {raw[l].round, raw[l].stage, static_cast<uint32_t>(raw[l].nodes.size()),
                   static_cast<NodeId>(g.nodes.size()), 0};
    id_of[l].reserve(raw[l].nodes.size());
    for (const RawNode& r : raw[l].nodes) {
      key.clear();
      auto put = [&](uint32_t x) { key.append(reinterpret_cast<const char*>(&x), sizeof x); };
      put(r.shape);
      put(r.payoff);
      put(r.tally);
      for (const RawEdge& e : r.edges) {
        put(id_of[e.layer][e.position]);
        put(e.payoff);
        put(e.event);
        put(e.probability);
      }
      auto [it, fresh] = known.try_emplace(key, static_cast<NodeId>(g.nodes.size()));
      if (fresh) {
        Node n{.shape = r.shape,
               .first_edge = static_cast<uint32_t>(g.edges.size()),
               .edges = static_cast<uint32_t>(r.edges.size()),
               .payoff = r.payoff,
               .tally = r.tally,
               .round = raw[l].round,
               .layer = static_cast<uint32_t>(l)};
        for (const RawEdge& e : r.edges)
          g.edges.push_back({id_of[e.layer][e.position], e.payoff, e.event, e.probability});
        g.nodes.push_back(n);
        g.node_state.push_back(r.state);
      }
      id_of[l].push_back(it->second);
    }
    g.layers[l].last = static_cast<NodeId>(g.nodes.size());
    std::vector<RawNode>().swap(raw[l].nodes);
  }
  g.root = static_cast<NodeId>(g.nodes.size()) - 1;
}

// Beliefs that a slot of the belief program reads, as bits of informed actors.
uint32_t beliefs_read(const Game& g, Slot s) {
  const Instruction& i = g.belief_program.code()[s];
  if (i.op == model::Op::belief) return 1u << g.informed_index[i.actor];
  if (i.op == model::Op::constant) return 0;
  return beliefs_read(g, i.a) | beliefs_read(g, i.b) | beliefs_read(g, i.c);
}

// Measures of beliefs that every place of counting counts alike.
void find_lifted(const model::Case& c, Game& g) {
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

// Which beliefs a node depends on. `varies` follows whose types an actor's continuation differs by: then an opponent
// who chooses must weigh those types with the public belief, and its choice depends on that belief.
void find_dependence(Game& g) {
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
  for (NodeId n = 0; n < g.nodes.size(); ++n) {
    Node& node = g.nodes[n];
    const Shape& shape = g.shapes[node.shape];
    uint32_t* own = &varies[size_t{n} * actors];
    for (uint32_t i = 0; i < actors; ++i) own[i] = table_varies[size_t{node.payoff} * actors + i];
    for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e) {
      const Edge& edge = g.edges[e];
      for (uint32_t i = 0; i < actors; ++i)
        own[i] |= varies[size_t{edge.target} * actors + i] | table_varies[size_t{edge.payoff} * actors + i];
      node.value_mask |= g.nodes[edge.target].value_mask;
      node.mass_mask |= g.nodes[edge.target].mass_mask;
    }
    uint32_t telling = 0;  // informed actors whose type shows in what happens here
    if (shape.kind == NodeKind::chance && shape.informer != none && node.edges > 1) telling = 1u << shape.informer;
    for (const Mover& m : shape.movers) {
      const uint32_t k = g.informed_index[m.actor];
      if (m.options.size() > 1 && k != none && (own[m.actor] >> k & 1)) telling |= 1u << k;
    }
    for (const Mover& m : shape.movers) {
      if (m.options.size() < 2) continue;
      const uint32_t k = g.informed_index[m.actor];
      const uint32_t self = k == none ? 0 : 1u << k;
      node.value_mask |= (own[m.actor] | telling) & ~self;
    }
    for (uint32_t i = 0; i < actors; ++i) own[i] |= telling;
    node.telling = telling;
    for (const TallyEntry& t : g.tallies[node.tally])
      if (t.by_belief && !t.lifted) node.mass_mask |= beliefs_read(g, t.belief_slot);
    for (const Lifted& l : g.lifted)
      if (l.reads & telling) node.mass_mask |= l.reads;
    node.mass_mask |= node.value_mask;
  }
}

// An `ever` measure recurs if some step that makes it true can be followed by another.
void find_recurrence(const model::Case& c, Game& g) {
  const size_t words = (c.measures.size() + 63) / 64;
  std::vector<uint64_t> ahead(g.nodes.size() * words, 0);
  g.recurs.assign(c.measures.size(), false);
  auto bit = [](uint32_t m) { return uint64_t{1} << (m % 64); };
  for (NodeId n = 0; n < g.nodes.size(); ++n)
    for (uint32_t e = g.nodes[n].first_edge; e < g.nodes[n].first_edge + g.nodes[n].edges; ++e) {
      const uint64_t* next = ahead.data() + g.edges[e].target * words;
      for (size_t w = 0; w < words; ++w) ahead[n * words + w] |= next[w];
      for (uint32_t m : g.events[g.edges[e].event]) {
        if (next[m / 64] & bit(m)) g.recurs[m] = true;
        ahead[n * words + m / 64] |= bit(m);
      }
    }
  for (uint32_t m : g.start_events)
    if (ahead[g.root * words + m / 64] & bit(m)) g.recurs[m] = true;
  for (size_t m = 0; m < c.measures.size(); ++m)
    if (c.measures[m].kind != model::MeasureKind::ever) g.recurs[m] = false;
}

void lint_stages(const model::Case& c, const Game& g, base::Diagnostics& diagnostics) {
  std::vector<bool> seen(c.stages.size(), false);
  for (const auto& l : g.layers)
    if (l.stage != none && l.states > 0) seen[l.stage] = true;
  for (size_t k = 0; k < c.stages.size(); ++k)
    if (!seen[k])
      diagnostics.warning("never-applies", c.stages[k].span, fmt::format("stage '{}' never applies", c.stages[k].name),
                          "no state that can be reached meets its condition");
}

}  // namespace

std::optional<Game> compile(const model::Case& c, uint32_t policy, base::Diagnostics& diagnostics,
                            const CompileOptions& options) {
  const StateCodec codec(c);
  if (!codec.fits()) {
    diagnostics.error("too-large", c.states.front().span,
                      fmt::format("the state variables have 10^{:.0f} combinations, more than 64 bits can number",
                                  codec.log10_states()),
                      "use smaller domains or fewer variables");
    return std::nullopt;
  }
  Game g;
  g.source = &c;
  g.policy = policy;
  g.horizon = c.horizon;
  lay_out_types(c, g);
  if (g.informed.size() > 31 || g.profiles > 4096) {
    diagnostics.error("too-large", c.actors.front().span, fmt::format("{} combinations of private types", g.profiles),
                      "at most 4096 can be told apart");
    return std::nullopt;
  }
  lay_out_numbers(c, codec, g);
  for (const auto& v : c.states) g.start.push_back(v.initial);
  for (const auto& o : c.policies[policy].starts) g.start[o.state] = o.value;
  Explorer explorer(c, codec, g, diagnostics, options);
  if (!explorer.run()) return std::nullopt;
  merge(explorer.layers, g);
  find_lifted(c, g);
  find_dependence(g);
  find_recurrence(c, g);
  if (options.lints) lint_stages(c, g, diagnostics);
  return g;
}

}  // namespace casus::game
