#include <fmt/format.h>

#include <span>
#include <unordered_map>

#include "base/stop.h"
#include "game/derive.h"
#include "game/explore.h"
#include "game/game.h"
#include "game/symmetry.h"

namespace casus::game {

namespace {

void lay_out_types(const model::Case& c, const Crowd* crowd, Game& g) {
  g.informed_index.assign(c.actors.size(), none);
  for (uint32_t i = 0; i < c.actors.size(); ++i) {
    const auto types = static_cast<uint32_t>(c.actors[i].types.size());
    if (types < 2) continue;
    if (crowd && crowd->like_another(i)) continue;
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
    for (uint32_t i = 0; crowd && i < c.actors.size(); ++i)
      if (crowd->like_another(i))
        g.profile_type[p * c.actors.size() + i] = g.profile_type[p * c.actors.size() + crowd->members.front()];
  }
  for (uint32_t i = 0; crowd && i < c.actors.size(); ++i)
    if (crowd->like_another(i)) g.informed_index[i] = g.informed_index[crowd->members.front()];
  g.precision.assign(c.actors.size(), zero_slot);
  g.discount.assign(c.actors.size(), zero_slot);
}

// Notes that the types of those actors tell of each other.
void relate(Game& g, uint32_t mask) {
  if (g.related.empty())
    for (uint32_t k = 0; k < g.informed.size(); ++k) g.related.push_back(1u << k);
  mask = g.with_related(mask);
  for (uint32_t k = 0; k < g.informed.size(); ++k)
    if (mask >> k & 1) g.related[k] = mask;
}

void lay_out_numbers(const model::Case& c, const StateCodec& codec, Game& g) {
  PartialEvaluator partial(c, codec, g);
  const std::vector<int> no_state(c.states.size(), 0);
  auto slot = [&](model::ExprId e) { return partial.slot(e, no_state, 0, 0, 0); };
  for (uint32_t i = 0; i < c.actors.size(); ++i) {
    g.precision[i] = slot(c.actors[i].precision);
    g.discount[i] = c.actors[i].discount == model::no_expr ? g.program.constant(1) : slot(c.actors[i].discount);
  }
  if (c.endless) g.endless = Endless{c.ends == model::no_expr ? zero_slot : slot(c.ends), {}};
  for (const auto& x : g.informed) {
    uint32_t read = 0;
    for (auto e : c.actors[x.actor].prior) read |= partial.reads(e).informed_mask;
    auto& prior = g.prior.emplace_back();
    for (uint32_t p = 0; p < (read ? g.profiles : 1); ++p)
      for (auto e : c.actors[x.actor].prior) prior.push_back(partial.slot(e, no_state, 0, 0, p));
    if (read) relate(g, read | 1u << (&x - g.informed.data()));
  }
}

// Places after a node's steps as those have them who are taken together there: the first of each class.
void stand_with(RawNode& r, const std::vector<std::vector<NodeId>>& id_of, const Counted& counted) {
  const size_t width = r.edges.empty() ? 0 : r.place.size() / r.edges.size();
  for (size_t k = 0; k < r.place.size(); ++k) {
    if (r.place[k] == none) continue;
    const RawEdge& e = r.edges[k / width];
    const NodeId target = id_of[e.layer][e.position];
    for (uint32_t x = counted.first_class[target]; x < counted.first_class[target + 1]; ++x)
      if (const auto& alike = counted.classes[x]; r.place[k] >= alike.first && r.place[k] < alike.first + alike.count) {
        r.place[k] = alike.first;
        break;
      }
  }
}

void add_counted(const RawNode& r, Counted& counted) {
  counted.classes.insert(counted.classes.end(), r.classes.begin(), r.classes.end());
  counted.first_class.push_back(static_cast<uint32_t>(counted.classes.size()));
  const size_t first = counted.place.size(), width = r.edges.empty() ? 0 : r.place.size() / r.edges.size();
  for (size_t e = 0; e < r.edges.size(); ++e) counted.first_slot.push_back(first + e * width);
  counted.place.insert(counted.place.end(), r.place.begin(), r.place.end());
  counted.event.insert(counted.event.end(), r.event.begin(), r.event.end());
}

// Merges nodes alike in everything that follows, last layer first, and numbers them so that children come before
// parents. `after`: without a last round, of each of the last layer's nodes what is known of how play goes on; those
// are told apart by it, and the layers are kept, to be merged again. Per layer, where each of its nodes went.
std::vector<std::vector<NodeId>> merge(std::vector<RawLayer>& raw, Game& g, const std::atomic<bool>* stop,
                                       std::span<const NodeId> after = {}) {
  std::vector<std::vector<NodeId>> id_of(raw.size());
  g.layers.resize(raw.size());
  std::unordered_map<std::string, NodeId> known;
  std::string key;
  for (size_t l = raw.size(); l-- > 0;) {
    base::stop_if(stop);
    known.clear();
    g.layers[l] = {raw[l].round, raw[l].stage, static_cast<uint32_t>(raw[l].nodes.size()),
                   static_cast<NodeId>(g.nodes.size()), 0};
    id_of[l].reserve(raw[l].nodes.size());
    for (RawNode& r : raw[l].nodes) {
      key.clear();
      if (g.counted) stand_with(r, id_of, *g.counted);
      auto put = [&](uint32_t x) { key.append(reinterpret_cast<const char*>(&x), sizeof x); };
      put(r.shape);
      put(r.payoff);
      put(r.tally);
      put(r.belief_pay);
      if (!after.empty() && l + 1 == raw.size()) put(after[id_of[l].size()]);
      for (const RawEdge& e : r.edges) {
        put(id_of[e.layer][e.position]);
        put(e.payoff);
        put(e.event);
        put(e.probability);
        put(e.turn);
      }
      put(static_cast<uint32_t>(r.classes.size()));
      for (const auto& x : r.classes) {
        put(x.first);
        put(x.mover);
        put(x.tally);
      }
      for (const uint32_t k : r.place) put(k);
      for (const uint32_t k : r.event) put(k);
      auto [it, fresh] = known.try_emplace(key, static_cast<NodeId>(g.nodes.size()));
      if (fresh) {
        Node n{.shape = r.shape,
               .first_edge = static_cast<uint32_t>(g.edges.size()),
               .edges = static_cast<uint32_t>(r.edges.size()),
               .payoff = r.payoff,
               .belief_pay = r.belief_pay,
               .tally = r.tally,
               .round = raw[l].round,
               .layer = static_cast<uint32_t>(l)};
        for (const RawEdge& e : r.edges)
          g.edges.push_back({id_of[e.layer][e.position], e.payoff, e.event, e.probability, e.turn});
        g.nodes.push_back(n);
        g.node_state.push_back(r.state);
        if (g.counted) add_counted(r, *g.counted);
      }
      id_of[l].push_back(it->second);
    }
    g.layers[l].last = static_cast<NodeId>(g.nodes.size());
    if (after.empty()) std::vector<RawNode>().swap(raw[l].nodes);
  }
  g.starts.front().node = static_cast<NodeId>(g.nodes.size()) - 1;
  return id_of;
}

// The same without a last round: what goes on alike is found by telling apart no more than differs, then what leads to
// what was told apart, until nothing more is (Moore's partition refinement). The start need not be the last node.
void merge_endless(const Explorer& explorer, std::vector<RawLayer>& raw, Game& g, const std::atomic<bool>* stop) {
  const auto& again = explorer.again;
  std::vector<NodeId> after(again.size(), 0);
  std::vector<std::vector<NodeId>> id_of;
  for (size_t kinds = 0;;) {
    g.nodes.clear();
    g.edges.clear();
    g.node_state.clear();
    id_of = merge(raw, g, stop, after);
    for (size_t k = 0; k < again.size(); ++k) after[k] = id_of[again[k].first][again[k].second];
    if (g.nodes.size() == kinds) break;
    kinds = g.nodes.size();
  }
  g.endless->again.assign(g.nodes.size(), none);
  for (size_t k = 0; k < again.size(); ++k) g.endless->again[id_of.back()[k]] = after[k];
  g.starts.front().node = id_of[explorer.start_place.first][explorer.start_place.second];
}

// Whether no member with a type chooses after a choice that told of it: beliefs about each would differ from then on.
bool tell_once(const Game& g, base::Diagnostics& diagnostics) {
  const Crowd& crowd = g.counted->crowd;
  if (g.types(crowd.members.front()) == 1) return true;
  std::vector<bool> told(g.nodes.size(), false);
  for (auto n = static_cast<NodeId>(g.nodes.size()); n-- > 0;) {
    const Node& node = g.nodes[n];
    bool tells = told[n];
    for (const Mover& m : g.shapes[node.shape].movers) {
      if (m.options.size() < 2 || crowd.number(m.actor) == none) continue;
      if (told[n]) {
        const auto& stage = g.source->stages[g.shapes[node.shape].stage];
        diagnostics.error(
            "too-large", stage.span,
            fmt::format("every {} may choose more than once, and what it did tells of its type: {} of them "
                        "cannot be counted",
                        crowd.family, crowd.size()),
            "let each choose once, or give them no types");
        return false;
      }
      tells = true;
    }
    for (uint32_t e = node.first_edge; tells && e < node.first_edge + node.edges; ++e) told[g.edges[e].target] = true;
  }
  return true;
}

// Pairs of everybody's types at the start and later.
double tracks_of(const Game& g) {
  double out = g.profiles;
  for (uint32_t k = 0; k < g.informed.size(); ++k)
    if (g.turning >> k & 1) out *= g.informed[k].types;
  return out;
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
  constexpr double few = 256;  // joint choices that need no counting
  Symmetry alike = options.counts && !c.endless ? find_crowd(c, policy, few) : Symmetry{};
  const StateCodec codec(c, alike.crowd ? &*alike.crowd : nullptr);
  if (!codec.fits()) {
    diagnostics.error("too-large", c.states.front().span,
                      fmt::format("the state variables have 10^{:.0f} combinations, more than 64 bits can number",
                                  codec.log10_states()),
                      alike.why_not.empty()
                          ? "use smaller domains or fewer variables"
                          : fmt::format("use smaller domains or fewer variables, or let those who are "
                                        "alike be counted: {}",
                                        alike.why_not));
    return std::nullopt;
  }
  Game g;
  g.source = &c;
  g.policy = policy;
  g.horizon = c.horizon;
  lay_out_types(c, alike.crowd ? &*alike.crowd : nullptr, g);
  if (g.informed.size() > 31 || g.profiles > 4096) {
    diagnostics.error("too-large", c.actors.front().span, fmt::format("{} combinations of private types", g.profiles),
                      "at most 4096 can be told apart");
    return std::nullopt;
  }
  lay_out_numbers(c, codec, g);
  Start& start = g.starts.emplace_back();
  for (const auto& v : c.states) start.state.push_back(v.initial);
  for (const auto& o : c.policies[policy].starts) start.state[o.state] = o.value;
  start.state.resize(c.states.size() + c.latches.size(), 0);
  if (alike.crowd) {
    g.counted =
        Counted{.crowd = *alike.crowd, .classes = {}, .first_class = {0}, .place = {}, .event = {}, .first_slot = {}};
  }
  Explorer explorer(c, codec, g, diagnostics, options, alike.why_not);
  if (!explorer.run()) return std::nullopt;
  if (c.endless)
    merge_endless(explorer, explorer.layers, g, options.stop);
  else
    merge(explorer.layers, g, options.stop);
  if (alike.crowd && !tell_once(g, diagnostics)) return std::nullopt;
  derive(g);
  if (const double tracks = tracks_of(g); tracks > 4096) {
    diagnostics.error("too-large", c.actors.front().span,
                      fmt::format("{:.0f} combinations of private types at the start and later", tracks),
                      "at most 4096 can be told apart; let fewer actors' types change");
    return std::nullopt;
  }
  if (options.lints) lint_stages(c, g, diagnostics);
  return g;
}

}  // namespace casus::game
