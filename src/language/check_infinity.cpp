// Where 'infinity' may stand: as a precision, and as the value of a parameter that is nothing but a precision.
#include <fmt/format.h>

#include <cmath>

#include "language/checker_state.h"
#include "model/uses.h"

namespace casus::language {

using namespace syntax;

bool Checker::is_infinity(const Expr& e) {
  return e.kind == ExprKind::number && std::isinf(e.value);
}

Checker::ExprId Checker::number_or_infinity(const Expr& e, const Context& context) {
  return is_infinity(e) ? constant_node(e.value, e.span) : number(e, context);
}

void Checker::infinity_elsewhere(const Expr& e) {
  error("infinity", e.span, "only a precision can be infinite",
        "write a finite number; 'precision infinity' is the limit of ever higher precision");
}

// Once everything is known that a parameter is used for.
void Checker::infinite_params() {
  const auto look = [&](uint32_t param, ExprId value) {
    const auto fixed = constant_of(value);
    if (!fixed || !std::isinf(*fixed) || model::is_precision_only(case_, param)) return;
    error("infinity", case_.pool[value].span,
          fmt::format("'{}' cannot be infinite: it is not a precision, or is used for something else too",
                      case_.params[param].name),
          "only a parameter that stands alone after 'precision', and nowhere else, can be infinite");
  };
  for (uint32_t p = 0; p < case_.params.size(); ++p) look(p, case_.params[p].formula);
  for (const auto& policy : case_.policies)
    for (const auto& setting : policy.params) look(setting.param, setting.value);
}

}  // namespace casus::language
