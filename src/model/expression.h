// Expressions of a checked model: a pool of nodes over numbers; names, index sets and `let`s are already resolved.
#pragma once
#include <cstdint>
#include <vector>

#include "base/source.h"

namespace casus::model {

using ExprId = uint32_t;
inline constexpr ExprId no_expr = 0xFFFFFFFF;

// Everything is a double: booleans are 0 and 1, a state's value is its integer (enums: position of the label, from 0).
enum class Op : uint8_t {
  // leaves
  constant,    // value
  param,       // params[index]
  type_param,  // params[index + type of actor `actor`]: a parameter indexed by that actor's type
  state,       // current value of states[index], beyond them of a latch
  round,       // number of the current round, from 1
  type_is,     // 1 if the type of actor `actor` is `index`
  chosen,      // measures only: 1 while option `index` of stage `actor`, decision `decision`, is being taken
  belief,      // measures only: public probability that the type of actor `actor` is `index`
  measure,     // claims: refs[index] of the claim; formulas of measures: terms[index] of the measure
  // one operand (a)
  neg,
  not_,
  abs,
  exp,
  log,
  sqrt,
  logistic,
  normal_cdf,
  floor,
  // two operands (a, b)
  add,
  sub,
  mul,
  div,
  pow,
  min,
  max,
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  and_,
  or_,
  // three operands: if a then b else c
  if_,
};

struct Expr {
  Op op = Op::constant;
  ExprId a = no_expr, b = no_expr, c = no_expr;
  double value = 0;       // constant
  uint32_t index = 0;     // see Op
  uint32_t actor = 0;     // type_param, type_is, belief: actor; chosen: stage
  uint32_t decision = 0;  // chosen: decision within the stage (chance: 0; a signal: signal_of_stage)
  base::Span span;
};

int arity(Op op);

// Value of an operator with its operands (leaves excluded). Division by zero, log of a negative and the like give NaN
// or infinity, as in IEEE 754; callers report them.
double apply(Op op, double a, double b, double c);

struct ExprPool {
  std::vector<Expr> nodes;
  ExprId add(Expr e) {
    nodes.push_back(e);
    return static_cast<ExprId>(nodes.size() - 1);
  }
  const Expr& operator[](ExprId id) const { return nodes[id]; }
};

}  // namespace casus::model
