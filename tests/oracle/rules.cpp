#include "oracle/rules.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace casus::oracle {

using model::ExprId;
using model::Op;

Rules::Rules(const model::Case& c, uint32_t policy_index, const std::vector<double>& params, size_t most)
    : source(c), policy(c.policies[policy_index]), params_(params), most_(most) {
  replace_params();
  std::vector<int> state;
  for (const auto& v : c.states) state.push_back(v.initial);
  for (const auto& start : policy.starts) state[start.state] = start.value;
  state.resize(c.states.size() + c.latches.size(), 0);
  note_past(nullptr, nullptr, 1, state);
  const Where nowhere{.state = state};
  for (const auto& actor : c.actors) {
    stride_.push_back(profiles);
    profiles *= actor.types.size();
    precision.push_back(number(actor.precision, nowhere));
    discount.push_back(actor.discount == model::no_expr ? 1 : number(actor.discount, nowhere));
  }
  prior.assign(profiles, 1);
  for (size_t p = 0; p < profiles; ++p)
    for (size_t i = 0; i < actors(); ++i)
      if (types(i) > 1) prior[p] *= number(c.actors[i].prior[type_of(p, i)], {.state = state, .profile = p});
  grow(0, 1, 0, state);
}

// New values are told in terms of the old; what follows from a parameter follows from its new value.
void Rules::replace_params() {
  const std::vector<int> no_state;
  std::vector<double> after = params_;
  std::vector<bool> replaced(params_.size(), false);
  for (const auto& o : policy.params) {
    after[o.param] = number(o.value, {.state = no_state});
    replaced[o.param] = true;
  }
  params_ = after;
  for (size_t p = 0; p < params_.size(); ++p)
    if (!replaced[p] && source.params[p].formula != model::no_expr)
      params_[p] = number(source.params[p].formula, {.state = no_state});
}

double Rules::number(ExprId id, const Where& at) const {
  const model::Expr& e = source.pool[id];
  switch (e.op) {
    case Op::constant:
      return e.value;
    case Op::param:
      return params_[e.index];
    case Op::type_param:
      return params_[e.index + type_of(at.profile, e.actor)];
    case Op::state:
      return e.index < source.states.size() ? source.states[e.index].number_of(at.state[e.index]) : at.state[e.index];
    case Op::round:
      return at.round;
    case Op::type_is:
      return type_of(at.profile, e.actor) == e.index;
    case Op::chosen: {
      if (!at.step || at.from->stage != e.actor) return 0;
      if (e.decision == model::signal_of_stage)
        return at.step->taken.size() > at.from->movers.size() && at.step->taken.back() == e.index;
      if (at.from->kind == Kind::chance) return at.step->taken[0] == e.index;
      for (size_t m = 0; m < at.from->movers.size(); ++m)
        if (at.from->movers[m].decision == e.decision) return at.from->movers[m].options[at.step->taken[m]] == e.index;
      return 0;
    }
    case Op::belief: {
      double sum = 0;
      for (size_t p = 0; p < profiles; ++p)
        if (type_of(p, e.actor) == e.index) sum += (*at.belief)[p];
      return sum;
    }
    case Op::measure:
      throw std::logic_error("claims are not for the oracle");
    case Op::if_:
      return number(number(e.a, at) != 0 ? e.b : e.c, at);
    default:
      return model::apply(e.op, number(e.a, at), model::arity(e.op) > 1 ? number(e.b, at) : 0, 0);
  }
}

std::vector<double> Rules::paid(const Amounts& amounts, const History& h, const Step* step) const {
  std::vector<double> out(actors() * profiles, 0.0);
  for (const auto& [actor, amount] : amounts)
    for (size_t p = 0; p < profiles; ++p)
      out[actor * profiles + p] +=
          number(amount, {.state = h.state, .round = h.round, .profile = p, .from = step ? &h : nullptr, .step = step});
  return out;
}

bool Rules::asks_belief(ExprId id) const {
  if (id == model::no_expr) return false;
  const model::Expr& e = source.pool[id];
  return e.op == Op::belief || asks_belief(e.a) || asks_belief(e.b) || asks_belief(e.c);
}

std::vector<double> Rules::paid_by_belief(const History& h, const std::vector<double>& belief) const {
  std::vector<double> out(actors() * profiles, 0.0);
  for (const auto& x : source.payoffs)
    if (asks_belief(x.amount) && h.kind == (x.at_end ? Kind::end : Kind::end_of_round))
      for (size_t p = 0; p < profiles; ++p)
        out[x.actor * profiles + p] +=
            number(x.amount, {.state = h.state, .round = h.round, .profile = p, .belief = &belief});
  return out;
}

bool Rules::applies(const model::Stage& stage, const Where& at) const {
  return holds(stage.guard, at) &&
         (stage.is_chance() || std::any_of(stage.decisions.begin(), stage.decisions.end(),
                                           [&](const auto& d) { return holds(d.guard, at); }));
}

// What there is from that stage on in that state.
size_t Rules::grow(size_t parent, uint32_t round, uint32_t stage, const std::vector<int>& state) {
  const size_t h = histories.size();
  too_large |= h >= most_;
  if (too_large) return h;
  const auto horizon = static_cast<uint32_t>(source.horizon);
  const Where at{.state = state, .round = round};
  while (round <= horizon && stage < source.stages.size() && !applies(source.stages[stage], at)) ++stage;
  histories.push_back({.parent = parent, .round = std::min(round, horizon), .stage = stage, .state = state});
  Amounts amounts;
  if (round > horizon || stage == source.stages.size()) {
    const bool over = round > horizon;
    for (const auto& x : source.payoffs)
      if (x.at_end == over && !asks_belief(x.amount)) amounts.emplace_back(x.actor, x.amount);
    histories[h].kind = over ? Kind::end : Kind::end_of_round;
    histories[h].pays = paid(amounts, histories[h]);
    if (!over) {
      std::vector<int> then = state;
      note_past(nullptr, nullptr, round + 1, then);
      const size_t next = grow(h, round + 1, 0, then);
      histories[h].steps.push_back({.to = next, .pays = paid({}, histories[h])});
    }
  } else if (source.stages[stage].is_chance()) {
    grow_chance(h);
  } else if (source.stages[stage].hidden) {
    grow_secrets(h);
  } else {
    grow_moves(h);
  }
  histories[h].past = histories.size();
  return h;
}

void Rules::perform(const model::Option& option, uint32_t round, std::vector<int>& state) const {
  for (const auto& effect : option.effects)
    state[effect.state] =
        source.states[effect.state].value_of(number(effect.value, {.state = state, .round = round})).value();
}

bool Rules::asks_choice(ExprId id) const {
  if (id == model::no_expr) return false;
  const model::Expr& e = source.pool[id];
  return e.op == Op::chosen || asks_choice(e.a) || asks_choice(e.b) || asks_choice(e.c);
}

// What has happened by now, after a step or as a round begins.
void Rules::note_past(const History* from, const Step* step, uint32_t round, std::vector<int>& state) const {
  const size_t first = source.states.size();
  for (size_t k = 0; round <= static_cast<uint32_t>(source.horizon) && k < source.latches.size(); ++k) {
    const auto& latch = source.latches[k];
    if (state[first + k] || (latch.unless >= 0 && state[first + static_cast<size_t>(latch.unless)])) continue;
    if (!asks_choice(latch.body))
      state[first + k] = number(latch.body, {.state = state, .round = round}) != 0;
    else if (step)
      state[first + k] = number(latch.body, {.state = from->state, .round = round, .from = from, .step = step}) != 0;
  }
}

Mover Rules::mover_of(const History& h, uint32_t decision) {
  const model::Decision& d = source.stages[h.stage].decisions[decision];
  const Where at{.state = h.state, .round = h.round};
  Mover out{.actor = d.actor, .decision = decision, .options = {}};
  const auto open = [&](uint32_t o) { return holds(d.options[o].guard, at); };
  std::vector<int> bound(types(d.actor), -1);
  for (size_t t = 0; t < bound.size(); ++t)
    for (const auto& line : policy.commitments)
      if (bound[t] < 0 && line.stage == h.stage && line.decision == decision &&
          (line.type < 0 || line.type == static_cast<int>(t)) && holds(line.condition, at) && open(line.option))
        bound[t] = static_cast<int>(line.option);
  const bool all = std::count(bound.begin(), bound.end(), -1) == 0;
  for (uint32_t o = 0; o < d.options.size(); ++o)
    if (open(o) && (!all || std::count(bound.begin(), bound.end(), static_cast<int>(o)) > 0)) out.options.push_back(o);
  for (const int b : bound)
    out.bound.push_back(
        b < 0 ? -1
              : static_cast<int>(std::find(out.options.begin(), out.options.end(), static_cast<uint32_t>(b)) -
                                 out.options.begin()));
  out.first = numbers;
  numbers += types(d.actor) * out.options.size();
  return out;
}

std::vector<Mover> Rules::movers_at(const History& h) {
  std::vector<Mover> out;
  const auto& decisions = source.stages[h.stage].decisions;
  for (uint32_t d = 0; d < decisions.size(); ++d)
    if (holds(decisions[d].guard, {.state = h.state, .round = h.round})) out.push_back(mover_of(h, d));
  return out;
}

void Rules::grow_moves(size_t h) {
  const History here = histories[h];
  const model::Stage& stage = source.stages[here.stage];
  const std::vector<Mover> movers = movers_at(here);
  histories[h].kind = Kind::move;
  histories[h].movers = movers;
  std::vector<size_t> taken(movers.size(), 0);
  for (;;) {
    std::vector<int> state = here.state;
    Amounts amounts;
    std::vector<double> turned;
    for (size_t m = 0; m < movers.size(); ++m) {
      const model::Option& option = stage.decisions[movers[m].decision].options[movers[m].options[taken[m]]];
      for (const auto& pay : option.pays) amounts.emplace_back(pay.actor, pay.amount);
      perform(option, here.round, state);
      if (option.redraw) turned = turns(option.redraw, here);
      turning |= option.redraw.has_value();
    }
    const Step taking{.taken = taken};
    note_past(&histories[h], &taking, here.round, state);
    const size_t next = grow(h, here.round, here.stage + 1, state);
    histories[h].steps.push_back({.to = next, .taken = taken, .pays = paid(amounts, here), .turns = turned});
    size_t m = movers.size();
    while (m > 0 && ++taken[m - 1] == movers[m - 1].options.size()) taken[--m] = 0;
    if (m == 0) return;
  }
}

void Rules::grow_chance(size_t h) {
  const History here = histories[h];
  const model::Stage& stage = source.stages[here.stage];
  histories[h].kind = Kind::chance;
  std::vector<size_t> open;
  for (size_t o = 0; o < stage.outcomes.size(); ++o)
    if (holds(stage.outcomes[o].guard, {.state = here.state, .round = here.round})) open.push_back(o);
  for (size_t k = 0; k < open.size(); ++k) {
    const model::Option& outcome = stage.outcomes[open[k]];
    const std::vector<double> own = odds(stage.outcomes, open, k, here, nullptr);
    if (*std::max_element(own.begin(), own.end()) <= 0) continue;
    std::vector<int> state = here.state;
    perform(outcome, here.round, state);
    const Step taking{.taken = {open[k]}};
    note_past(&histories[h], &taking, here.round, state);
    Amounts amounts;
    for (const auto& pay : outcome.pays) amounts.emplace_back(pay.actor, pay.amount);
    const size_t next = grow(h, here.round, here.stage + 1, state);
    histories[h].steps.push_back({.to = next,
                                  .taken = {open[k]},
                                  .pays = paid(amounts, here),
                                  .odds = own,
                                  .turns = turns(outcome.redraw, here)});
    turning |= outcome.redraw.has_value();
  }
}

// Of one of the outcomes that are open, per profile; the one without a formula gets what the others leave.
std::vector<double> Rules::odds(const std::vector<model::Option>& outcomes, const std::vector<size_t>& open, size_t of,
                                const History& h, const Step* step) const {
  std::vector<double> out(profiles, 0.0);
  const auto at = [&](size_t k, size_t p) {
    return number(outcomes[open[k]].probability,
                  {.state = h.state, .round = h.round, .profile = p, .from = step ? &h : nullptr, .step = step});
  };
  for (size_t p = 0; p < profiles; ++p) {
    if (outcomes[open[of]].probability != model::no_expr) {
      out[p] = at(of, p);
      continue;
    }
    out[p] = 1;
    for (size_t k = 0; k < open.size(); ++k)
      if (k != of) out[p] -= at(k, p);
  }
  return out;
}

// Every profile changes one actor's type only.
std::vector<double> Rules::turns(const std::optional<model::Redraw>& redraw, const History& h) const {
  if (!redraw) return {};
  std::vector<double> out(profiles * profiles, 0.0);
  for (size_t p = 0; p < profiles; ++p) {
    const size_t own = type_of(p, redraw->actor);
    std::vector<double> to(types(redraw->actor), -1);
    double left = 1;
    for (size_t t = 0; t < to.size(); ++t)
      if (redraw->to[t] != model::no_expr) {
        to[t] = number(redraw->to[t], {.state = h.state, .round = h.round, .profile = p});
        left -= to[t];
      }
    for (size_t t = 0; t < to.size(); ++t)
      out[p * profiles + p - own * stride_[redraw->actor] + t * stride_[redraw->actor]] = to[t] < 0 ? left : to[t];
  }
  return out;
}

// What nobody sees leads to one history for each signal, whatever was done.
void Rules::grow_secrets(size_t h) {
  const History here = histories[h];
  const model::Stage& stage = source.stages[here.stage];
  const std::vector<Mover> movers = movers_at(here);
  histories[h].kind = Kind::move;
  histories[h].movers = movers;
  History acting = here;
  acting.kind = Kind::move;
  acting.movers = movers;
  std::vector<size_t> open, leads_to;
  for (size_t o = 0; o < stage.outcomes.size(); ++o)
    if (holds(stage.outcomes[o].guard, {.state = here.state, .round = here.round})) open.push_back(o);
  for (size_t k = 0; k < std::max<size_t>(1, open.size()); ++k) {
    std::vector<int> state = here.state;
    if (!open.empty()) perform(stage.outcomes[open[k]], here.round, state);
    leads_to.push_back(grow(h, here.round, here.stage + 1, state));
  }
  std::vector<size_t> taken(movers.size(), 0);
  for (;;) {
    Amounts own;
    std::vector<double> turned;
    Step step{.taken = taken};
    for (size_t m = 0; m < movers.size(); ++m) {
      const model::Option& option = stage.decisions[movers[m].decision].options[movers[m].options[taken[m]]];
      for (const auto& pay : option.pays) own.emplace_back(pay.actor, pay.amount);
      if (option.redraw) turned = turns(option.redraw, here);
    }
    for (size_t k = 0; k < leads_to.size(); ++k) {
      Step all = step;
      all.to = leads_to[k];
      all.turns = turned;
      all.odds.assign(profiles, 1.0);
      Amounts amounts = own;
      if (!open.empty()) {
        const model::Option& signal = stage.outcomes[open[k]];
        all.taken.push_back(open[k]);
        all.odds = odds(stage.outcomes, open, k, acting, &step);
        for (const auto& pay : signal.pays) amounts.emplace_back(pay.actor, pay.amount);
        const std::vector<double> then = turns(signal.redraw, here);
        if (all.turns.empty()) {
          all.turns = then;
        } else if (!then.empty()) {
          for (size_t p = 0; p < profiles; ++p)
            for (size_t r = 0; r < profiles; ++r) {
              double sum = 0;
              for (size_t q = 0; q < profiles; ++q) sum += turned[p * profiles + q] * then[q * profiles + r];
              all.turns[p * profiles + r] = sum;
            }
        }
      }
      turning |= !all.turns.empty();
      all.pays = paid(amounts, acting, &all);
      histories[h].steps.push_back(all);
    }
    size_t m = movers.size();
    while (m > 0 && ++taken[m - 1] == movers[m - 1].options.size()) taken[--m] = 0;
    if (m == 0) return;
  }
}

}  // namespace casus::oracle
