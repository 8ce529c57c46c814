#include "game/program.h"

#include <bit>
#include <cmath>

#include "base/hash.h"

namespace casus::game {

using model::Op;

size_t Program::Hash::operator()(const Instruction& i) const {
  uint64_t h = base::mix(static_cast<uint64_t>(i.op), i.a);
  h = base::mix(h, (static_cast<uint64_t>(i.b) << 32) | i.c);
  h = base::mix(h, std::bit_cast<uint64_t>(i.value));
  return base::mix(h, (static_cast<uint64_t>(i.index) << 32) | i.actor);
}

bool Program::Equal::operator()(const Instruction& x, const Instruction& y) const {
  return x.op == y.op && x.a == y.a && x.b == y.b && x.c == y.c && x.index == y.index && x.actor == y.actor &&
         std::bit_cast<uint64_t>(x.value) == std::bit_cast<uint64_t>(y.value);
}

Slot Program::intern(const Instruction& i) {
  auto [it, fresh] = known_.try_emplace(i, static_cast<Slot>(code_.size()));
  if (fresh) code_.push_back(i);
  return it->second;
}

Slot Program::constant(double value) {
  if (value == 0) value = 0;  // one zero: -0 would be another slot
  return intern({.op = Op::constant, .value = value});
}
Slot Program::param(uint32_t index) {
  return intern({.op = Op::param, .index = index});
}
Slot Program::belief(uint32_t actor, uint32_t type) {
  return intern({.op = Op::belief, .index = type, .actor = actor});
}

Slot Program::apply(Op op, Slot a, Slot b, Slot c) {
  const int n = model::arity(op);
  const bool ka = is_constant(a), kb = n < 2 || is_constant(b), kc = n < 3 || is_constant(c);
  if (ka && kb && kc)
    return constant(model::apply(op, constant_value(a), n > 1 ? constant_value(b) : 0, n > 2 ? constant_value(c) : 0));
  auto is = [&](Slot s, double v) { return is_constant(s) && constant_value(s) == v; };
  switch (op) {
    case Op::add:
      if (is(a, 0)) return b;
      if (is(b, 0)) return a;
      if (a > b) std::swap(a, b);
      break;
    case Op::sub:
      if (is(b, 0)) return a;
      if (a == b) return zero_slot;
      break;
    case Op::mul:
      // Parameters are finite, so nought times anything is nought.
      if (is(a, 0) || is(b, 0)) return zero_slot;
      if (is(a, 1)) return b;
      if (is(b, 1)) return a;
      if (a > b) std::swap(a, b);
      break;
    case Op::div:
      if (is(b, 1)) return a;
      if (is(a, 0)) return zero_slot;
      break;
    case Op::pow:
      if (is(b, 1)) return a;
      if (is(b, 0)) return constant(1);
      break;
    case Op::and_:
      if (is(a, 0) || is(b, 0)) return zero_slot;
      break;
    case Op::if_:
      if (ka) return constant_value(a) != 0 ? b : c;
      if (b == c) return b;
      break;
    default:
      break;
  }
  return intern({.op = op, .a = a, .b = n > 1 ? b : 0, .c = n > 2 ? c : 0});
}

void Program::run(std::span<const double> params, size_t lanes, std::span<double> slots) const {
  for (size_t s = 0; s < code_.size(); ++s) {
    const Instruction& i = code_[s];
    double* out = slots.data() + s * lanes;
    const double* a = slots.data() + i.a * lanes;
    const double* b = slots.data() + i.b * lanes;
    const double* c = slots.data() + i.c * lanes;
    switch (i.op) {
      case Op::constant:
        for (size_t w = 0; w < lanes; ++w) out[w] = i.value;
        break;
      case Op::param:
        for (size_t w = 0; w < lanes; ++w) out[w] = params[i.index * lanes + w];
        break;
      case Op::add:
        for (size_t w = 0; w < lanes; ++w) out[w] = a[w] + b[w];
        break;
      case Op::sub:
        for (size_t w = 0; w < lanes; ++w) out[w] = a[w] - b[w];
        break;
      case Op::mul:
        for (size_t w = 0; w < lanes; ++w) out[w] = a[w] * b[w];
        break;
      default:
        for (size_t w = 0; w < lanes; ++w) out[w] = model::apply(i.op, a[w], b[w], c[w]);
    }
  }
}

}  // namespace casus::game
