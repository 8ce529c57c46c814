#include "model/evaluate.h"

#include <cassert>

namespace casus::model {

double evaluate(const ExprPool& pool, ExprId id, std::span<const double> params) {
  const Expr& e = pool[id];
  switch (arity(e.op)) {
    case 0:
      if (e.op == Op::constant) return e.value;
      assert(e.op == Op::param && e.index < params.size() && "constants and parameters only");
      return params[e.index];
    case 1:
      return apply(e.op, evaluate(pool, e.a, params), 0, 0);
    case 2:
      return apply(e.op, evaluate(pool, e.a, params), evaluate(pool, e.b, params), 0);
    default:  // only the branch that is taken: the other may divide by zero
      return evaluate(pool, evaluate(pool, e.a, params) != 0 ? e.b : e.c, params);
  }
}

}  // namespace casus::model
