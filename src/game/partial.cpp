#include "game/partial.h"

#include "base/hash.h"

namespace casus::game {

using model::Expr;
using model::ExprId;
using model::Op;

size_t PartialEvaluator::KeyHash::operator()(const Key& k) const {
  return base::mix(base::mix((uint64_t{k.expr} << 32) | k.round, k.profile), k.state);
}

PartialEvaluator::PartialEvaluator(const model::Case& c, const StateCodec& codec, Game& game)
    : case_(c), codec_(codec), game_(game), reads_(c.pool.nodes.size()), reads_known_(c.pool.nodes.size(), false) {
  bind_params();
}

// A policy may replace parameters; what is computed from a replaced parameter is then computed again.
void PartialEvaluator::bind_params() {
  const auto& policy = case_.policies[game_.policy];
  const std::vector<int> no_state;
  std::vector<Slot> before(case_.params.size());
  for (uint32_t p = 0; p < before.size(); ++p) before[p] = game_.program.param(p);

  param_slots_ = before;
  std::vector<Slot> replaced(case_.params.size(), none);
  for (const auto& o : policy.params) {
    param_slots_ = before;  // a new value is written in terms of the old ones
    replaced[o.param] = build(o.value, no_state, 0, 0, game_.program);
  }
  param_slots_ = before;
  for (uint32_t p = 0; p < before.size(); ++p) {
    if (replaced[p] != none) {
      param_slots_[p] = replaced[p];
    } else if (case_.params[p].formula != model::no_expr) {
      const Slot changed = build(case_.params[p].formula, no_state, 0, 0, game_.program);
      param_slots_.swap(before);
      const Slot unchanged = build(case_.params[p].formula, no_state, 0, 0, game_.program);
      param_slots_.swap(before);
      if (changed != unchanged) param_slots_[p] = changed;
    }
  }
}

const Reads& PartialEvaluator::reads(ExprId e) {
  if (reads_known_[e]) return reads_[e];
  const Expr& x = case_.pool[e];
  Reads r;
  switch (x.op) {
    case Op::param:
      r.world = true;
      break;
    case Op::type_param:
      r.world = true;
      if (game_.informed_index[x.actor] != none) r.informed_mask = 1u << game_.informed_index[x.actor];
      break;
    case Op::type_is:
      if (game_.informed_index[x.actor] != none) r.informed_mask = 1u << game_.informed_index[x.actor];
      break;
    case Op::state:
      r.state_mask = codec_.mask(x.index);
      break;
    case Op::round:
      r.round = true;
      break;
    case Op::belief:
      r.belief = true;
      if (game_.informed_index[x.actor] != none) r.informed_mask = 1u << game_.informed_index[x.actor];
      break;
    case Op::chosen:
      r.chosen = true;
      break;
    default:
      for (ExprId child : {x.a, x.b, x.c}) {
        if (child == model::no_expr) continue;
        const Reads& k = reads(child);
        r.state_mask |= k.state_mask;
        r.informed_mask |= k.informed_mask;
        r.round |= k.round;
        r.belief |= k.belief;
        r.chosen |= k.chosen;
        r.world |= k.world;
      }
  }
  reads_[e] = r;
  reads_known_[e] = true;
  return reads_[e];
}

namespace {

double state_number(const model::Case& c, uint32_t index, const std::vector<int>& state) {
  return index < c.states.size() ? c.states[index].number_of(state[index]) : state[index];  // beyond them: latches
}

}  // namespace

double number_at(const model::Case& c, ExprId e, const std::vector<int>& state, uint32_t round, const Taken* taken) {
  const Expr& x = c.pool[e];
  switch (x.op) {
    case Op::constant:
      return x.value;
    case Op::state:
      return state_number(c, x.index, state);
    case Op::round:
      return round;
    case Op::chosen:
      if (!taken || taken->stage != x.actor) return 0;
      for (auto [decision, option] : taken->options)
        if (decision == x.decision && option == x.index) return 1;
      return 0;
    case Op::and_:
      return number_at(c, x.a, state, round, taken) != 0 && number_at(c, x.b, state, round, taken) != 0;
    case Op::or_:
      return number_at(c, x.a, state, round, taken) != 0 || number_at(c, x.b, state, round, taken) != 0;
    case Op::if_:
      return number_at(c, number_at(c, x.a, state, round, taken) != 0 ? x.b : x.c, state, round, taken);
    default: {
      const double a = number_at(c, x.a, state, round, taken);
      const double b = x.b == model::no_expr ? 0 : number_at(c, x.b, state, round, taken);
      return model::apply(x.op, a, b, 0);
    }
  }
}

uint32_t PartialEvaluator::project(uint32_t profile, uint32_t informed_mask) const {
  uint32_t out = 0, factor = 1;
  for (uint32_t k = 0; k < game_.informed.size(); ++k) {
    if (informed_mask >> k & 1) out += factor * game_.type_of(profile, game_.informed[k].actor);
    factor *= game_.informed[k].types;
  }
  return out;
}

Slot PartialEvaluator::slot(ExprId e, const std::vector<int>& state, uint64_t code, uint32_t round, uint32_t profile,
                            const Taken* taken) {
  const Reads& r = reads(e);
  if (r.chosen) {
    taken_ = taken;
    return build(e, state, round, profile, game_.program);
  }
  const Key key{e, r.round ? round : 0, project(profile, r.informed_mask), code & r.state_mask};
  if (auto it = cache_.find(key); it != cache_.end()) return it->second;
  const Slot s = build(e, state, round, profile, game_.program);
  cache_.emplace(key, s);
  return s;
}

Slot PartialEvaluator::belief_slot(ExprId e, const std::vector<int>& state, uint32_t round) {
  return build(e, state, round, 0, game_.belief_program);
}

Slot PartialEvaluator::belief_pay_slot(ExprId e, const std::vector<int>& state, uint64_t code, uint32_t round,
                                       uint32_t profile, Program& program) {
  const Expr& x = case_.pool[e];
  if (!reads(e).belief) {
    const Slot s = slot(e, state, code, round, profile);
    return game_.program.is_constant(s) ? program.constant(game_.program.constant_value(s)) : program.param(s);
  }
  if (x.op == Op::belief) return game_.types(x.actor) == 1 ? program.constant(1) : program.belief(x.actor, x.index);
  const auto below = [&](ExprId child) {
    return child == model::no_expr ? zero_slot : belief_pay_slot(child, state, code, round, profile, program);
  };
  const Slot a = below(x.a);
  if (x.op == Op::if_ && program.is_constant(a)) return below(program.constant_value(a) != 0 ? x.b : x.c);
  const Slot b = below(x.b);
  return program.apply(x.op, a, b, below(x.c));
}

Slot PartialEvaluator::build(ExprId e, const std::vector<int>& state, uint32_t round, uint32_t profile,
                             Program& program) {
  const Expr& x = case_.pool[e];
  switch (x.op) {
    case Op::constant:
      return program.constant(x.value);
    case Op::param:
      return param_slots_[x.index];
    case Op::type_param:
      return param_slots_[x.index + game_.type_of(profile, x.actor)];
    case Op::type_is:
      return program.constant(game_.type_of(profile, x.actor) == x.index);
    case Op::state:
      return program.constant(state_number(case_, x.index, state));
    case Op::round:
      return program.constant(round);
    case Op::chosen:
      return program.constant(number_at(case_, e, state, round, taken_));
    case Op::belief:
      return game_.types(x.actor) == 1 ? program.constant(1) : program.belief(x.actor, x.index);
    case Op::if_: {
      const Slot condition = build(x.a, state, round, profile, program);
      // Only the branch that counts is built where the state decides: the other may divide by nought there.
      if (program.is_constant(condition))
        return build(program.constant_value(condition) != 0 ? x.b : x.c, state, round, profile, program);
      const Slot yes = build(x.b, state, round, profile, program);
      return program.apply(Op::if_, condition, yes, build(x.c, state, round, profile, program));
    }
    default: {
      const Slot a = build(x.a, state, round, profile, program);
      const Slot b = x.b == model::no_expr ? zero_slot : build(x.b, state, round, profile, program);
      return program.apply(x.op, a, b);
    }
  }
}

}  // namespace casus::game
