#include "model/evaluate.h"

#include <cassert>

namespace casus::model {

double evaluate(const ExprPool& pool, ExprId id, std::span<const double> params) {
  return evaluate(pool, id, params, {});
}

double evaluate(const ExprPool& pool, ExprId id, std::span<const double> params, std::span<const uint32_t> types) {
  const Expr& e = pool[id];
  switch (arity(e.op)) {
    case 0:
      if (e.op == Op::constant) return e.value;
      if (e.op == Op::type_is) return types[e.actor] == e.index;
      if (e.op == Op::type_param) return params[e.index + types[e.actor]];
      assert(e.op == Op::param && e.index < params.size() && "constants, parameters and types only");
      return params[e.index];
    case 1:
      return apply(e.op, evaluate(pool, e.a, params, types), 0, 0);
    case 2:
      return apply(e.op, evaluate(pool, e.a, params, types), evaluate(pool, e.b, params, types), 0);
    default:  // only the branch that is taken: the other may divide by zero
      return evaluate(pool, evaluate(pool, e.a, params, types) != 0 ? e.b : e.c, params, types);
  }
}

namespace {

// Actors whose types an expression reads, in `out`.
void types_read(const ExprPool& pool, ExprId id, std::vector<bool>& out) {
  if (id == no_expr) return;
  const Expr& e = pool[id];
  if (e.op == Op::type_is || e.op == Op::type_param) out[e.actor] = true;
  for (const ExprId child : {e.a, e.b, e.c}) types_read(pool, child, out);
}

}  // namespace

std::vector<double> prior_of(const Case& c, uint32_t actor, std::span<const double> params) {
  // Whose types it hangs on, and theirs in turn: all stand before it.
  std::vector<bool> asked(c.actors.size(), false);
  asked[actor] = true;
  for (uint32_t i = actor + 1; i-- > 0;)
    for (const ExprId e : c.actors[i].prior)
      if (asked[i]) types_read(c.pool, e, asked);
  std::vector<uint32_t> types(c.actors.size(), 0);
  std::vector<double> out(c.actors[actor].types.size(), 0.0);
  const auto visit = [&](auto&& self, uint32_t i, double weight) -> void {
    if (i == c.actors.size()) {
      out[types[actor]] += weight;
      return;
    }
    if (!asked[i] || c.actors[i].prior.empty()) {
      self(self, i + 1, weight);
      return;
    }
    for (types[i] = 0; types[i] < c.actors[i].types.size(); ++types[i])
      self(self, i + 1, weight * evaluate(c.pool, c.actors[i].prior[types[i]], params, types));
    types[i] = 0;
  };
  visit(visit, 0, 1);
  return out;
}

}  // namespace casus::model
