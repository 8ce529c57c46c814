#include "game/renamed.h"

#include <algorithm>
#include <bit>

#include "base/hash.h"

namespace casus::game {

using model::Expr;
using model::ExprId;
using model::Op;

namespace {

bool commutes(Op op) {
  switch (op) {
    case Op::add:
    case Op::mul:
    case Op::min:
    case Op::max:
    case Op::and_:
    case Op::or_:
      return true;
    default:
      return false;
  }
}

uint64_t of_set(std::vector<uint64_t>& parts, uint64_t hash) {
  std::sort(parts.begin(), parts.end());
  for (const uint64_t part : parts) hash = base::mix(hash, part);
  return hash;
}

bool reads_any(const model::Case& c, ExprId e, const std::vector<bool>& states) {
  if (e == model::no_expr) return false;
  const Expr& x = c.pool[e];
  if (x.op == Op::state && states[x.index]) return true;
  return reads_any(c, x.a, states) || reads_any(c, x.b, states) || reads_any(c, x.c, states);
}

// Whether effects may be taken in any order: each sets something of its own, from what no other sets.
bool independent(const model::Case& c, const model::Option& o) {
  std::vector<bool> set(c.states.size(), false);
  for (const auto& effect : o.effects) {
    if (set[effect.state]) return false;
    set[effect.state] = true;
  }
  for (const auto& effect : o.effects) {
    set[effect.state] = false;
    const bool reads = reads_any(c, effect.value, set);
    set[effect.state] = true;
    if (reads) return false;
  }
  return true;
}

}  // namespace

Renamed::Renamed(const model::Case& c, const model::Policy& policy, const Crowd& crowd, const std::vector<uint32_t>& to)
    : case_(c), policy_(policy), state_(c.states.size()), actor_(c.actors.size()), decision_(c.stages.size()) {
  for (uint32_t s = 0; s < state_.size(); ++s) state_[s] = s;
  for (uint32_t a = 0; a < actor_.size(); ++a) actor_[a] = a;
  for (const auto& variable : crowd.own)
    for (uint32_t k = 0; k < to.size(); ++k) state_[variable[k]] = variable[to[k]];
  for (uint32_t k = 0; k < to.size(); ++k) actor_[crowd.members[k]] = crowd.members[to[k]];
  for (size_t s = 0; s < decision_.size(); ++s) {
    decision_[s].resize(std::max<size_t>(c.stages[s].decisions.size(), 1));
    for (uint32_t d = 0; d < decision_[s].size(); ++d) decision_[s][d] = d;
    for (uint32_t k = 0; k < to.size(); ++k)
      if (crowd.decision[s][k] != none) decision_[s][crowd.decision[s][k]] = crowd.decision[s][to[k]];
  }
}

uint64_t Renamed::of(ExprId e) {
  if (e == model::no_expr) return 0;
  if (const auto known = known_.find(e); known != known_.end()) return known->second;
  const uint64_t out = compute(e);
  known_.emplace(e, out);
  return out;
}

uint64_t Renamed::of(const model::Option& o) {
  uint64_t out = base::mix(of(o.guard), of(o.probability));
  std::vector<uint64_t> parts;
  for (const auto& effect : o.effects) parts.push_back(base::mix(state_[effect.state], of(effect.value)));
  // Else their order counts.
  if (independent(case_, o)) std::sort(parts.begin(), parts.end());
  for (const uint64_t part : parts) out = base::mix(out, part);
  parts.clear();
  for (const auto& pay : o.pays) parts.push_back(base::mix(actor_[pay.actor], of(pay.amount)));
  return of_set(parts, base::mix(out, 1));
}

uint64_t Renamed::of(const model::Decision& d) {
  uint64_t out = base::mix(of(d.guard), d.options.size());
  for (const auto& o : d.options) out = base::mix(out, of(o));
  return out;
}

uint64_t Renamed::of_actor(uint32_t a) {
  const auto& actor = case_.actors[a];
  uint64_t out = base::mix(of(actor.precision), of(actor.discount));
  for (const ExprId p : actor.prior) out = base::mix(out, of(p));
  std::vector<uint64_t> parts;
  for (const auto& p : case_.payoffs)
    if (p.actor == a) parts.push_back(base::mix(p.at_end, of(p.amount)));
  return of_set(parts, base::mix(out, actor.types.size()));
}

uint64_t Renamed::of_commitments(uint32_t stage, uint32_t decision) {
  uint64_t out = 0;
  for (const auto& tie : policy_.commitments)
    if (tie.stage == stage && tie.decision == decision)
      out = base::mix(base::mix(out, tie.option), base::mix(static_cast<uint64_t>(tie.type), of(tie.condition)));
  return out;
}

uint64_t Renamed::of_measure(const model::Measure& m) {
  const uint64_t kind = base::mix(static_cast<uint64_t>(m.kind), m.probability);
  return m.body == model::no_expr ? base::mix(kind, actor_[m.actor]) : base::mix(kind, of(m.body));
}

void Renamed::operands(ExprId e, Op op, std::vector<uint64_t>& out) {
  if (case_.pool[e].op != op) {
    out.push_back(of(e));
    return;
  }
  operands(case_.pool[e].a, op, out);
  operands(case_.pool[e].b, op, out);
}

uint64_t Renamed::compute(ExprId e) {
  const Expr& x = case_.pool[e];
  const auto with = [&](uint64_t what) { return base::mix(static_cast<uint64_t>(x.op) + 1, what); };
  switch (x.op) {
    case Op::constant:
      return with(std::bit_cast<uint64_t>(x.value));
    case Op::param:
      return of_param(x.index);
    case Op::type_param:
      return of_typed(x);
    case Op::state:
      return with(state_[x.index]);
    case Op::type_is:
    case Op::belief:
      return with(base::mix(x.index, actor_[x.actor]));
    case Op::chosen:
      return with(base::mix(base::mix(x.actor, decision_[x.actor][x.decision]), x.index));
    case Op::round:
    case Op::measure:
      return with(x.index);
    default:
      break;
  }
  std::vector<uint64_t> parts;
  if (commutes(x.op)) {
    operands(x.a, x.op, parts);
    operands(x.b, x.op, parts);
    return of_set(parts, with(0));
  }
  for (const ExprId child : {x.a, x.b, x.c}) parts.push_back(of(child));
  if (x.op == Op::eq || x.op == Op::ne) std::sort(parts.begin(), parts.begin() + 2);
  uint64_t out = with(0);
  for (const uint64_t part : parts) out = base::mix(out, part);
  return out;
}

// A parameter that is fixed is its formula, so that members given the same number are alike.
uint64_t Renamed::of_param(uint32_t p) {
  for (const auto& o : policy_.params)
    if (o.param == p) return base::mix(7, of(o.value));
  const auto& param = case_.params[p];
  return param.formula != model::no_expr && !param.pinned ? of(param.formula) : base::mix(8, p);
}

uint64_t Renamed::of_typed(const Expr& x) {
  uint64_t out = base::mix(9, actor_[x.actor]);
  for (uint32_t t = 0; t < case_.actors[x.actor].types.size(); ++t) out = base::mix(out, of_param(x.index + t));
  return out;
}

}  // namespace casus::game
