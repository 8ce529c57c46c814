// What is done in secret, and what becomes of types: in, a stage with signals, or a type drawn anew; out, edges for
// every joint choice and signal, and tables of how types move.
#include <fmt/format.h>

#include "game/explore.h"

namespace casus::game {

using model::ExprId;

// Of whom what is seen of a hidden stage speaks: the one actor with types who moves, on whose type a signal depends or
// whose type it changes (the language lets there be one at most).
uint32_t Explorer::speaks_of(const model::Stage& stage, const Shape& shape) {
  uint32_t of = none;
  for (const Mover& m : shape.movers)
    if (game_.informed_index[m.actor] != none) of = game_.informed_index[m.actor];
  for (const uint32_t o : shape.outcomes) {
    const auto& signal = stage.outcomes[o];
    if (signal.redraw) of = game_.informed_index[signal.redraw->actor];
    if (signal.probability == model::no_expr) continue;
    const uint32_t read = partial_.reads(signal.probability).informed_mask;
    for (uint32_t k = 0; k < game_.informed.size(); ++k)
      if (read >> k & 1) of = k;
  }
  return of;
}

// Of every signal after a joint choice, per type of the informer; the one without a formula gets what the others leave.
std::vector<std::vector<Slot>> Explorer::signal_odds(const RawNode& node, const Shape& shape, uint32_t round,
                                                     const Taken& taken) {
  const auto& stage = case_.stages[shape.stage];
  const uint32_t types = shape.informer == none ? 1 : game_.informed[shape.informer].types;
  std::vector<std::vector<Slot>> odds(shape.signals(), std::vector<Slot>(types, game_.program.constant(1)));
  for (uint32_t t = 0; t < types && !shape.outcomes.empty(); ++t) {
    uint32_t profile = 0;
    if (shape.informer != none)
      while (game_.type_of(profile, game_.informed[shape.informer].actor) != t) ++profile;
    Slot sum = zero_slot;
    size_t rest = shape.outcomes.size();
    for (size_t i = 0; i < shape.outcomes.size(); ++i) {
      const ExprId e = stage.outcomes[shape.outcomes[i]].probability;
      if (e == model::no_expr) {
        rest = i;
        continue;
      }
      odds[i][t] = partial_.slot(e, state_, node.state, round, profile, &taken);
      sum = game_.program.apply(model::Op::add, sum, odds[i][t]);
    }
    if (rest < shape.outcomes.size())
      odds[rest][t] = game_.program.apply(model::Op::sub, game_.program.constant(1), sum);
  }
  return odds;
}

Explorer::TypeMoves Explorer::moves_of(const std::optional<model::Redraw>& redraw, uint64_t code, uint32_t round) {
  if (!redraw) return {};
  const auto types = static_cast<uint32_t>(redraw->to.size());
  TypeMoves moves(size_t{types} * types, zero_slot);
  for (uint32_t t = 0; t < types; ++t) {
    uint32_t profile = 0;
    while (game_.type_of(profile, redraw->actor) != t) ++profile;
    Slot sum = zero_slot;
    uint32_t rest = none;
    for (uint32_t u = 0; u < types; ++u) {
      if (redraw->to[u] == model::no_expr) {
        rest = u;
        continue;
      }
      moves[t * types + u] = partial_.slot(redraw->to[u], state_, code, round, profile);
      sum = game_.program.apply(model::Op::add, sum, moves[t * types + u]);
    }
    if (rest != none) moves[t * types + rest] = game_.program.apply(model::Op::sub, game_.program.constant(1), sum);
  }
  return moves;
}

uint32_t Explorer::turn_of(uint32_t actor, const TypeMoves& moves) {
  return moves.empty() ? 0 : tables_.turn(game_.informed_index[actor], moves);
}

uint32_t Explorer::turn_of(const std::optional<model::Redraw>& redraw, uint64_t code, uint32_t round) {
  return redraw ? turn_of(redraw->actor, moves_of(redraw, code, round)) : 0;
}

void Explorer::expand_hidden(RawNode& node, uint32_t stage_index, uint32_t round) {
  const auto& stage = case_.stages[stage_index];
  Shape s{.kind = NodeKind::move, .stage = stage_index, .movers = {}, .outcomes = {}, .hidden = true};
  double joint = 1;
  if (!find_movers(node, stage_index, round, s, joint)) return;
  std::vector<Place> leads_to;
  std::vector<std::vector<int>> after;
  for (uint32_t o = 0; o < stage.outcomes.size(); ++o) {
    if (!holds(stage.outcomes[o].guard, state_, round)) continue;
    s.outcomes.push_back(o);
    after.push_back(state_);
    if (!perform(stage.outcomes[o], after.back(), round)) return;
  }
  if (s.outcomes.empty() && !stage.outcomes.empty()) {
    diagnostics_.error("no-outcome", stage.span, fmt::format("'{}' has no signal in round {}", stage.name, round),
                       fmt::format("in the state {}", described(state_)));
    return;
  }
  if (after.empty()) after.push_back(state_);
  for (size_t k = 0; k < after.size(); ++k) {
    // What everybody sees: nothing that is remembered may hang on more.
    Taken seen{stage_index, {}};
    if (!s.outcomes.empty()) seen.options.emplace_back(model::signal_of_stage, s.outcomes[k]);
    leads_to.push_back(follow(node, s, round, stage_index + 1, after[k], &seen, {}));
  }
  s.informer = speaks_of(stage, s);
  for (size_t j = 0; j < static_cast<size_t>(joint); ++j) {
    Taken taken{stage_index, {}};
    std::vector<std::pair<uint32_t, ExprId>> pays;
    std::optional<model::Redraw> own;
    size_t rest = j;
    for (size_t m = s.movers.size(); m-- > 0;) {
      const uint32_t o = s.movers[m].options[rest % s.movers[m].options.size()];
      rest /= s.movers[m].options.size();
      const auto& option = stage.decisions[s.movers[m].decision].options[o];
      taken.options.emplace_back(s.movers[m].decision, o);
      for (const auto& pay : option.pays) pays.emplace_back(pay.actor, pay.amount);
      if (option.redraw) own = option.redraw;
    }
    const auto odds = signal_odds(node, s, round, taken);
    const TypeMoves first = moves_of(own, node.state, round);
    for (uint32_t k = 0; k < s.signals(); ++k) {
      Taken all = taken;
      auto paid = pays;
      TypeMoves moves = first;
      if (!s.outcomes.empty()) {
        const auto& signal = stage.outcomes[s.outcomes[k]];
        all.options.emplace_back(model::signal_of_stage, s.outcomes[k]);
        for (const auto& pay : signal.pays) paid.emplace_back(pay.actor, pay.amount);
        const TypeMoves second = moves_of(signal.redraw, node.state, round);
        moves = first.empty() ? second : second.empty() ? first : one_after_the_other(first, second);
      }
      const uint32_t turn = moves.empty() ? 0 : tables_.turn(s.informer, moves);
      node.edges.push_back({leads_to[k].layer, leads_to[k].position, payoff_table(paid, node.state, round, {}, &all),
                            event_list(&all, round, after[k]), tables_.odds(odds[k]), turn});
    }
  }
  node.shape = tables_.shape(s);
}

Explorer::TypeMoves Explorer::one_after_the_other(const TypeMoves& a, const TypeMoves& b) {
  size_t types = 1;
  while (types * types < a.size()) ++types;
  TypeMoves out(a.size(), zero_slot);
  for (size_t t = 0; t < types; ++t)
    for (size_t v = 0; v < types; ++v)
      for (size_t u = 0; u < types; ++u) {
        const Slot both = game_.program.apply(model::Op::mul, a[t * types + u], b[u * types + v]);
        out[t * types + v] = game_.program.apply(model::Op::add, out[t * types + v], both);
      }
  return out;
}

}  // namespace casus::game
