#include "language/written.h"

#include <cmath>

namespace casus::language {

using namespace syntax;

std::optional<double> written_number(const Expr& e) {
  double value = e.value;
  if (e.kind == ExprKind::unary || e.kind == ExprKind::binary || e.kind == ExprKind::call) {
    for (size_t i = 0; i < e.operands.size(); ++i) {
      const auto x = written_number(*e.operands[i]);
      if (!x) return std::nullopt;
      if (e.operands.size() == 1)
        value = model::apply(e.op, *x, 0, 0);
      else
        value = i == 0 ? *x : model::apply(e.op, value, *x, 0);
    }
  } else if (e.kind != ExprKind::number) {
    return std::nullopt;
  }
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace casus::language
