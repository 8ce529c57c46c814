#include "game/explore.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/memory.h"
#include "base/stop.h"

namespace casus::game {

using model::ExprId;

Explorer::Explorer(const model::Case& c, const StateCodec& codec, Game& game, base::Diagnostics& diagnostics,
                   const CompileOptions& options, std::string why_not_counted)
    : case_(c),
      codec_(codec),
      game_(game),
      diagnostics_(diagnostics),
      options_(options),
      most_bytes_(options.most_bytes > 0 ? options.most_bytes : base::physical_memory() / 4),
      partial_(c, codec, game),
      why_not_counted_(std::move(why_not_counted)),
      tables_(game) {
  const auto stages = static_cast<uint32_t>(c.stages.size());
  for (const auto& measure : c.measures) asked_.push_back(stage_asked(measure.body));
  for (uint32_t round = 1; round <= rounds(); ++round)
    for (uint32_t k = 0; k <= stages; ++k) layers.push_back({round, k < stages ? k : none, {}, {}});
  layers.push_back({rounds() + 1, none, {}, {}});
}

bool Explorer::holds(ExprId guard, const std::vector<int>& state, uint32_t round) const {
  return guard == model::no_expr || number_at(case_, guard, state, round) != 0;
}

bool Explorer::applies(const model::Stage& stage, const std::vector<int>& state, uint32_t round) const {
  if (!holds(stage.guard, state, round)) return false;
  if (stage.is_chance()) return true;
  for (const auto& d : stage.decisions)
    if (holds(d.guard, state, round)) return true;
  return false;
}

Explorer::Place Explorer::locate(uint32_t round, uint32_t from_stage, const std::vector<int>& state) {
  const auto stages = static_cast<uint32_t>(case_.stages.size());
  uint32_t layer = static_cast<uint32_t>(layers.size()) - 1;
  if (round <= rounds()) {
    uint32_t k = from_stage;
    while (k < stages && !applies(case_.stages[k], state, round)) ++k;
    layer = (round - 1) * (stages + 1) + k;
  }
  RawLayer& l = layers[layer];
  const uint64_t code = codec_.pack(state);
  auto [it, fresh] = l.position.try_emplace(code, static_cast<uint32_t>(l.nodes.size()));
  if (fresh) {
    l.nodes.push_back({.state = code, .edges = {}});
    ++nodes_;
    if (options_.count) ++*options_.count;
  }
  return {layer, it->second};
}

double Explorer::bytes() const {
  // Of a situation with its place in the table of its layer, and of a step, before and after merging.
  constexpr double situation = sizeof(RawNode) + 64 + sizeof(Node) + 8, step = 1.5 * sizeof(RawEdge) + sizeof(Edge);
  return situation * static_cast<double>(nodes_) + step * static_cast<double>(steps_);
}

bool Explorer::run() {
  Start& start = game_.starts.front();
  start.events = game_.events[event_list(nullptr, 1, start.state)];
  set_latches(nullptr, 1, start.state);
  const Place place = locate(1, 0, start.state);
  start_place = {place.layer, place.position};
  return case_.endless ? close() : expand_all();
}

// Layer by layer all that has not been expanded yet.
bool Explorer::expand_all() {
  expanded_.resize(layers.size(), 0);
  for (uint32_t l = 0; l < layers.size() && !full(); ++l) {
    for (uint32_t& p = expanded_[l]; p < layers[l].nodes.size() && !full(); ++p) {
      base::stop_if(options_.stop);
      expand(l, p);
      if (bytes() > most_bytes_) {
        diagnostics_.error(
            "too-large", case_.stages.empty() ? base::Span{} : case_.stages[0].span,
            fmt::format("the game is too large: {} situations met{} under policy '{}' take more than "
                        "{:.1f} GB (its variables have 10^{:.1f} combinations)",
                        nodes_, case_.endless ? "" : fmt::format(" by round {} of {}", layers[l].round, case_.horizon),
                        case_.policies[game_.policy].name, most_bytes_ / 1e9, codec_.log10_states()),
            "use fewer rounds, smaller domains or narrower guards, or a machine with more memory");
        return false;
      }
    }
    if (!case_.endless) layers[l].position = {};
  }
  return !diagnostics_.has_errors();
}

void Explorer::expand(uint32_t layer, uint32_t position) {
  // A copy: expanding adds nodes to later layers only, but the vector of this layer must not be held by reference for
  // long.
  RawNode node = std::move(layers[layer].nodes[position]);
  const uint32_t round = layers[layer].round, stage = layers[layer].stage;
  codec_.unpack(node.state, state_);
  if (crowd()) find_classes(node);
  if (stage != none) {
    if (case_.stages[stage].is_chance())
      expand_chance(node, stage, round);
    else if (case_.stages[stage].hidden)
      expand_hidden(node, stage, round);
    else
      expand_move(node, stage, round);
  } else if (round <= rounds()) {
    expand_settle(node, round);
  } else {
    expand_end(node);
  }
  steps_ += node.edges.size();
  layers[layer].nodes[position] = std::move(node);
}

bool Explorer::perform(const model::Option& option, std::vector<int>& state, uint32_t round) {
  for (const auto& effect : option.effects) {
    const double value = number_at(case_, effect.value, state, round);
    const auto& variable = case_.states[effect.state];
    const auto place = variable.value_of(value);
    if (!place) {
      const uint64_t where = (uint64_t{effect.span.file} << 32) | effect.span.begin;
      if (reported_.try_emplace(where, true).second) {
        std::string shown = value == std::floor(value) && std::fabs(value) < 1e9 ? fmt::format("{:.0f}", value)
                                                                                 : fmt::format("{:.12g}", value);
        diagnostics_.error(
            "out-of-domain", effect.span,
            fmt::format("'{}' would become {} in round {}, outside {}", variable.name, shown, round,
                        model::domain_text(variable)),
            fmt::format("in the state {}; bound it with min or max, or guard the option with 'if'", described(state)));
      }
      return false;
    }
    state[effect.state] = *place;
  }
  return true;
}

uint32_t Explorer::options_of(Mover& mover, uint32_t stage, uint32_t round) {
  const auto& decision = case_.stages[stage].decisions[mover.decision];
  for (uint32_t o = 0; o < decision.options.size(); ++o)
    if (holds(decision.options[o].guard, state_, round)) mover.options.push_back(o);
  std::vector<uint32_t> tied(game_.types(mover.actor), none);  // per type: the option it is bound to
  for (const auto& tie : case_.policies[game_.policy].commitments) {
    if (tie.stage != stage || tie.decision != mover.decision || !holds(tie.condition, state_, round)) continue;
    if (std::find(mover.options.begin(), mover.options.end(), tie.option) == mover.options.end()) continue;
    for (uint32_t t = 0; t < tied.size(); ++t)
      if (tied[t] == none && (tie.type < 0 || static_cast<uint32_t>(tie.type) == t)) tied[t] = tie.option;
  }
  bind(mover, tied);
  return static_cast<uint32_t>(mover.options.size());
}

// Leaves the options that some type may take; where that is one and the same for all, nobody need be told apart.
void Explorer::bind(Mover& mover, const std::vector<uint32_t>& tied) {
  if (std::count(tied.begin(), tied.end(), none) == 0)
    std::erase_if(mover.options, [&](uint32_t o) { return std::count(tied.begin(), tied.end(), o) == 0; });
  if (mover.options.size() < 2 || std::all_of(tied.begin(), tied.end(), [](uint32_t o) { return o == none; })) return;
  for (const uint32_t o : tied) {
    const auto place = std::find(mover.options.begin(), mover.options.end(), o) - mover.options.begin();
    mover.bound.push_back(o == none ? none : static_cast<uint32_t>(place));
  }
}

// Who moves at a stage, with the options that are open; false after an error.
bool Explorer::find_movers(RawNode& node, uint32_t stage_index, uint32_t round, Shape& s, double& joint) {
  const auto& stage = case_.stages[stage_index];
  for (uint32_t d = 0; d < stage.decisions.size(); ++d) {
    if (!holds(stage.decisions[d].guard, state_, round)) continue;
    Mover m{.actor = stage.decisions[d].actor, .decision = d, .options = {}};
    Counted::Class* alike = nullptr;
    for (auto& x : node.classes) {
      const auto& own = crowd()->decision[stage_index];
      const bool in = d >= own[x.first] && d < own[x.first] + x.count;
      if (in) alike = &x;
    }
    if (alike && alike->mover != none) continue;
    if (options_of(m, stage_index, round) == 0) {
      diagnostics_.error("no-option", stage.decisions[d].span,
                         fmt::format("{} has no option at '{}' in round {}", case_.actors[m.actor].name,
                                     stage.decisions[d].name, round),
                         fmt::format("in the state {}; leave one option without 'if', or guard the move with 'when'",
                                     described(state_)));
      return false;
    }
    if (alike) {
      alike->mover = static_cast<uint32_t>(s.movers.size());
      m.alike = alike->count;
    }
    joint *= shares(m.alike, static_cast<uint32_t>(m.options.size()));
    s.movers.push_back(std::move(m));
  }
  if (joint > 100'000) {
    diagnostics_.error("too-large", stage.span, fmt::format("'{}' has {:.0f} joint choices", stage.name, joint),
                       why_not_counted_.empty()
                           ? "split it into several stages"
                           : fmt::format("split it into several stages, or let those who are alike "
                                         "be counted: {}",
                                         why_not_counted_));
    return false;
  }
  return true;
}

void Explorer::expand_move(RawNode& node, uint32_t stage_index, uint32_t round) {
  const auto& stage = case_.stages[stage_index];
  if (crowd()) join_classes(node, stage_index, round);
  Shape s{.kind = NodeKind::move, .stage = stage_index, .movers = {}, .outcomes = {}};
  double joint = 1;
  if (!find_movers(node, stage_index, round, s, joint)) return;
  if (crowd() && !commute(s, round)) return;
  std::vector<std::vector<uint32_t>> counts;
  for (const auto& m : s.movers) counts.emplace_back(m.options.size());
  for (size_t j = 0; j < static_cast<size_t>(joint); ++j) {
    base::stop_if(options_.stop);
    size_t rest = j;
    for (size_t m = s.movers.size(); m-- > 0;) {
      const auto all =
          static_cast<size_t>(shares(s.movers[m].alike, static_cast<uint32_t>(s.movers[m].options.size())));
      share_of(s.movers[m].alike, static_cast<uint32_t>(rest % all), counts[m]);
      rest /= all;
    }
    std::vector<int> after = state_;
    std::vector<std::pair<uint32_t, ExprId>> pays;
    Taken taken{stage_index, {}};
    uint32_t turn = 0;
    for (size_t m = 0; m < s.movers.size(); ++m) {
      uint32_t decision = s.movers[m].decision;  // of those alike one after the other
      for (size_t k = 0; k < counts[m].size(); ++k)
        for (uint32_t i = 0; i < counts[m][k]; ++i, ++decision) {
          const uint32_t o = s.movers[m].options[k];
          const auto& option = stage.decisions[decision].options[o];
          taken.options.emplace_back(decision, o);
          for (const auto& pay : option.pays) pays.emplace_back(pay.actor, pay.amount);
          if (!perform(option, after, round)) return;
          if (option.redraw) turn = turn_of(option.redraw, node.state, round);
        }
    }
    const Place to = follow(node, s, round, stage_index + 1, after, &taken, counts);
    node.edges.push_back({to.layer, to.position, payoff_table(pays, node.state, round, paid_alike(node, &counts)),
                          event_list(&taken, round, after), 0, turn});
  }
  node.shape = tables_.shape(s);
}

void Explorer::expand_chance(RawNode& node, uint32_t stage_index, uint32_t round) {
  const auto& stage = case_.stages[stage_index];
  Shape s{.kind = NodeKind::chance, .stage = stage_index, .movers = {}, .outcomes = {}};
  uint32_t informed = 0;
  for (uint32_t o = 0; o < stage.outcomes.size(); ++o) {
    if (!holds(stage.outcomes[o].guard, state_, round)) continue;
    s.outcomes.push_back(o);
    if (stage.outcomes[o].probability != model::no_expr)
      informed |= partial_.reads(stage.outcomes[o].probability).informed_mask;
  }
  if (s.outcomes.empty()) {
    diagnostics_.error("no-outcome", stage.span, fmt::format("'{}' has no outcome in round {}", stage.name, round),
                       fmt::format("in the state {}", described(state_)));
    return;
  }
  for (uint32_t k = 0; k < game_.informed.size(); ++k)
    if (informed >> k & 1) s.informer = k;
  const uint32_t types = s.informer == none ? 1 : game_.informed[s.informer].types;
  // Odds of every outcome, per type of the informer; the one without a formula gets what the others leave.
  std::vector<std::vector<Slot>> odds(s.outcomes.size(), std::vector<Slot>(types));
  for (uint32_t t = 0; t < types; ++t) {
    uint32_t profile = 0;
    if (s.informer != none)
      while (game_.type_of(profile, game_.informed[s.informer].actor) != t) ++profile;
    Slot sum = zero_slot;
    size_t rest = s.outcomes.size();
    for (size_t i = 0; i < s.outcomes.size(); ++i) {
      const ExprId e = stage.outcomes[s.outcomes[i]].probability;
      if (e == model::no_expr) {
        rest = i;
        continue;
      }
      odds[i][t] = partial_.slot(e, state_, node.state, round, profile);
      sum = game_.program.apply(model::Op::add, sum, odds[i][t]);
    }
    if (rest < s.outcomes.size()) odds[rest][t] = game_.program.apply(model::Op::sub, game_.program.constant(1), sum);
  }
  for (size_t i = 0; i < s.outcomes.size(); ++i) {
    const auto& outcome = stage.outcomes[s.outcomes[i]];
    bool never = true;
    for (Slot p : odds[i]) never &= game_.program.is_constant(p) && game_.program.constant_value(p) == 0;
    std::vector<int> after = state_;
    std::vector<std::pair<uint32_t, ExprId>> pays;
    Taken taken{stage_index, {{0, s.outcomes[i]}}};
    for (const auto& pay : outcome.pays) pays.emplace_back(pay.actor, pay.amount);
    if (never) continue;
    if (!perform(outcome, after, round)) return;
    const Place to = follow(node, s, round, stage_index + 1, after, &taken, {});
    node.edges.push_back({to.layer, to.position, payoff_table(pays, node.state, round, paid_alike(node, nullptr)),
                          event_list(&taken, round, after), tables_.odds(odds[i]),
                          turn_of(outcome.redraw, node.state, round)});
    s.outcomes[node.edges.size() - 1] = s.outcomes[i];
  }
  s.outcomes.resize(node.edges.size());
  node.shape = tables_.shape(s);
}

void Explorer::expand_settle(RawNode& node, uint32_t round) {
  node.shape = tables_.shape({.kind = NodeKind::settle, .movers = {}, .outcomes = {}});
  std::vector<std::pair<uint32_t, ExprId>> pays;
  for (const auto& p : case_.payoffs)
    if (!p.at_end) pays.emplace_back(p.actor, p.amount);
  node.belief_pay = belief_pay(pays, node.state, round);
  node.payoff = payoff_table(pays, node.state, round, paid_alike(node, nullptr));
  node.tally = tally_list(node, round, false);
  const std::vector<int> state = state_;
  const Place to = follow(node, {}, round + 1, 0, state, nullptr, {});
  // A round that begins may make an `ever` measure true though nothing happens: ever round == 3 and at_war.
  const uint32_t event = round < rounds() ? event_list(nullptr, round + 1, state) : 0;
  node.edges.push_back({to.layer, to.position, 0, event, 0, 0});
}

void Explorer::expand_end(RawNode& node) {
  node.shape = tables_.shape({.kind = NodeKind::end, .movers = {}, .outcomes = {}});
  std::vector<std::pair<uint32_t, ExprId>> pays;
  for (const auto& p : case_.payoffs)
    if (p.at_end) pays.emplace_back(p.actor, p.amount);
  const uint32_t last = rounds();
  node.belief_pay = belief_pay(pays, node.state, last);
  node.payoff = payoff_table(pays, node.state, last, paid_alike(node, nullptr));
  node.tally = tally_list(node, last, true);
}

uint32_t Explorer::belief_pay(std::vector<std::pair<uint32_t, ExprId>>& pays, uint64_t code, uint32_t round) {
  BeliefPay out;
  std::erase_if(pays, [&](const auto& pay) {
    const auto& [actor, amount] = pay;
    const Reads& reads = partial_.reads(amount);
    if (!reads.belief) return false;
    std::vector<Slot> by_profile;
    for (uint32_t profile = 0; profile < game_.profiles; ++profile)
      by_profile.push_back(partial_.belief_pay_slot(amount, state_, code, round, profile, out.program));
    out.paid.emplace_back(actor, std::move(by_profile));
    return true;
  });
  if (out.paid.empty()) return none;
  for (const Instruction& i : out.program.code())
    if (i.op == model::Op::belief) out.reads |= 1u << game_.informed_index[i.actor];
  return tables_.belief_pay(std::move(out));
}

uint32_t Explorer::payoff_table(const std::vector<std::pair<uint32_t, ExprId>>& pays, uint64_t code, uint32_t round,
                                const std::vector<std::pair<uint32_t, uint32_t>>& alike, const Taken* taken) {
  if (pays.empty()) return 0;
  std::vector<Slot> table(size_t{game_.actors()} * game_.profiles, zero_slot);
  std::vector<bool> like_another(crowd() ? game_.actors() : 0, false);
  for (const auto& [first, count] : alike)
    for (uint32_t k = first + 1; k < first + count; ++k) like_another[crowd()->members[k]] = true;
  for (auto [actor, amount] : pays)
    for (uint32_t profile = 0; profile < game_.profiles; ++profile) {
      if (crowd() && like_another[actor]) continue;
      Slot& entry = table[size_t{actor} * game_.profiles + profile];
      entry = game_.program.apply(model::Op::add, entry, partial_.slot(amount, state_, code, round, profile, taken));
    }
  for (const auto& [first, count] : alike)
    for (uint32_t k = first + 1; k < first + count; ++k)
      for (uint32_t profile = 0; profile < game_.profiles; ++profile)
        table[size_t{crowd()->members[k]} * game_.profiles + profile] =
            table[size_t{crowd()->members[first]} * game_.profiles + profile];
  return tables_.payoff(table);
}

}  // namespace casus::game
