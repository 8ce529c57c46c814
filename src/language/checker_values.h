// What the checker knows of an expression: its kind, what it depends on, and what may stand where. Private to the
// check_*.cpp files.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "model/case_model.h"

namespace casus::language {

using Labels = std::vector<std::string>;

// The kind of an expression. Two enumerations are the same if their labels are; the elements of a set are labels too.
struct Type {
  enum class Kind : uint8_t { error, number, boolean, labels };
  Kind kind = Kind::error;
  const Labels* labels = nullptr;
  std::string name;  // of the variable or set that the labels belong to
};
inline const Type number_type{Type::Kind::number, nullptr, {}};
inline const Type boolean_type{Type::Kind::boolean, nullptr, {}};

struct Value {
  Type type;
  model::ExprId id = model::no_expr;
};

// What an expression depends on.
enum Dependence : uint8_t {
  on_param = 1,
  on_type = 2,
  on_state = 4,
  on_round = 8,
  on_chosen = 16,
  on_belief = 32,
  on_measure = 64
};

// What may stand at a place, and how to say why not.
struct Context {
  uint8_t allowed;
  const char* place;                  // "a guard"
  const char* reason;                 // the rule, as a hint
  uint32_t param_limit = 0xFFFFFFFF;  // parameters from this number on are declared later
};

extern const Context index_context, round_index_context, let_context, constant_context, formula_context, prior_context,
    type_prior_context, rule_context, probability_context, pay_context, payoff_context, signal_context,
    signal_pay_context, redraw_context, ever_context, end_context, round_context, expectation_context, types_context,
    formula_of_measures, claim_context, override_context;

}  // namespace casus::language
