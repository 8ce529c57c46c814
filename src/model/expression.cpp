#include "model/expression.h"

#include <cmath>
#include <limits>

namespace casus::model {

int arity(Op op) {
  if (op <= Op::measure) return 0;
  if (op <= Op::floor) return 1;
  return op == Op::if_ ? 3 : 2;
}

double apply(Op op, double a, double b, double c) {
  switch (op) {
    case Op::neg:
      return -a;
    case Op::not_:
      return a == 0 ? 1 : 0;
    case Op::abs:
      return std::fabs(a);
    case Op::exp:
      return std::exp(a);
    case Op::log:
      return std::log(a);
    case Op::sqrt:
      return std::sqrt(a);
    case Op::logistic:
      return a >= 0 ? 1 / (1 + std::exp(-a)) : std::exp(a) / (1 + std::exp(a));
    case Op::normal_cdf:
      return 0.5 * std::erfc(-a * 0.70710678118654752440);
    case Op::floor:
      return std::floor(a);
    case Op::add:
      return a + b;
    case Op::sub:
      return a - b;
    case Op::mul:
      return a * b;
    case Op::div:
      return a / b;
    case Op::pow:
      return std::pow(a, b);
    case Op::min:
      return a < b ? a : b;
    case Op::max:
      return a > b ? a : b;
    case Op::eq:
      return a == b;
    case Op::ne:
      return a != b;
    case Op::lt:
      return a < b;
    case Op::le:
      return a <= b;
    case Op::gt:
      return a > b;
    case Op::ge:
      return a >= b;
    case Op::and_:
      return a != 0 && b != 0;
    case Op::or_:
      return a != 0 || b != 0;
    case Op::if_:
      return a != 0 ? b : c;
    default:
      return std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace casus::model
