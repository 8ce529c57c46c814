#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "language/checker_state.h"

namespace casus::language {

using model::Op;

namespace {

// Whole numbers that an expression reads: each runs through its domain.
struct Reader {
  uint32_t op = 0, index = 0;  // state: its number; round: 0; type: the actor's
  int low = 0, high = 0, now = 0;
  bool operator<(const Reader& o) const { return std::pair(op, index) < std::pair(o.op, o.index); }
};

uint32_t key(Op op) {
  return static_cast<uint32_t>(op);
}

double value_at(const model::Case& c, model::ExprId id, const std::vector<Reader>& readers) {
  const model::Expr& e = c.pool[id];
  const auto now = [&](uint32_t index) {
    return std::find_if(readers.begin(), readers.end(),
                        [&](const Reader& r) { return r.op == key(e.op) && r.index == index; })
        ->now;
  };
  switch (e.op) {
    case Op::constant:
      return e.value;
    case Op::state:
      return c.states[e.index].number_of(now(e.index));
    case Op::round:
      return now(0);
    case Op::type_is:
      return now(e.actor) == static_cast<int>(e.index);
    case Op::if_:
      return value_at(c, value_at(c, e.a, readers) != 0 ? e.b : e.c, readers);
    default:
      return model::apply(e.op, value_at(c, e.a, readers), model::arity(e.op) > 1 ? value_at(c, e.b, readers) : 0, 0);
  }
}

}  // namespace

// All values that an expression of states, the round and types may have, in order; nothing if they are too
// many to be told apart, or if it reads anything else.
std::optional<std::vector<double>> Checker::values_of(ExprId root, bool each_round) {
  constexpr double most_combinations = 100'000;
  std::vector<Reader> readers;
  std::vector<ExprId> todo{root};
  std::set<ExprId> visited;
  while (!todo.empty()) {
    const ExprId id = todo.back();
    todo.pop_back();
    if (id == model::no_expr || !visited.insert(id).second) continue;
    const model::Expr& e = case_.pool[id];
    for (const ExprId child : {e.a, e.b, e.c}) todo.push_back(child);
    Reader r{.op = key(e.op)};
    if (e.op == Op::state && e.index < case_.states.size()) {
      r.index = e.index;
      r.low = case_.states[e.index].low;
      r.high = case_.states[e.index].high;
    } else if (e.op == Op::round) {
      r.low = each_round ? 1 : case_.horizon;
      r.high = case_.horizon;
    } else if (e.op == Op::type_is) {
      r.index = e.actor;
      r.high = static_cast<int>(case_.actors[e.actor].types.size()) - 1;
    } else if (model::arity(e.op) == 0 && e.op != Op::constant) {
      return std::nullopt;
    } else {
      continue;
    }
    r.now = r.low;
    if (std::none_of(readers.begin(), readers.end(), [&](const Reader& o) { return !(o < r) && !(r < o); }))
      readers.push_back(r);
  }
  double combinations = 1;
  for (const Reader& r : readers) combinations *= static_cast<double>(r.high) - r.low + 1;
  std::set<double> values;
  bool more = combinations <= most_combinations;
  while (more) {
    tick();
    const double x = value_at(case_, root, readers);
    if (std::isfinite(x)) values.insert(x);
    more = values.size() <= most_values;
    size_t k = 0;
    for (; k < readers.size() && ++readers[k].now > readers[k].high; ++k) readers[k].now = readers[k].low;
    more = more && k < readers.size();
  }
  if (combinations > most_combinations || values.size() > most_values) return std::nullopt;
  if (values.empty()) values.insert(0);
  return std::vector<double>(values.begin(), values.end());
}

}  // namespace casus::language
