// Parameters indexed by round: which value is meant is known wherever the round is, so that nothing is looked up later.
#include <fmt/format.h>

#include <cmath>

#include "language/checker_state.h"

namespace casus::language {

using model::Op;

void Checker::number_rounds() {
  Set& rounds = sets_[round_set];
  rounds = {rounds.name, {}, {}, {}};
  for (int r = 1; r <= case_.horizon && !case_.endless; ++r) {
    rounds.elements.push_back(fmt::format("{}", r));
    rounds.numbers.push_back(r);
  }
  rounds.ascending = rounds.numbers;
}

// The value of an expression as far as the round alone decides it.
std::optional<double> Checker::known_in(ExprId id, int round) const {
  const model::Expr& e = case_.pool[id];
  switch (e.op) {
    case Op::constant:
      return e.value;
    case Op::round:
      return round;
    case Op::and_:
    case Op::or_: {
      const auto a = known_in(e.a, round), b = known_in(e.b, round);
      const bool decisive = e.op == Op::or_;
      for (const auto& x : {a, b})
        if (x && (*x != 0) == decisive) return decisive;
      return a && b ? std::optional<double>(!decisive) : std::nullopt;
    }
    case Op::if_: {
      const auto test = known_in(e.a, round);
      return test ? known_in(*test != 0 ? e.b : e.c, round) : std::nullopt;
    }
    default: {
      const int n = model::arity(e.op);
      if (n == 0) return std::nullopt;
      const auto a = known_in(e.a, round), b = n > 1 ? known_in(e.b, round) : 0.0;
      return a && b ? std::optional(model::apply(e.op, *a, *b, 0)) : std::nullopt;
    }
  }
}

// Whether what is being read can be asked for in that round.
bool Checker::comes_about_in(int round) const {
  return std::none_of(assumed_.begin(), assumed_.end(), [&](const auto& a) {
    const auto value = a.first == model::no_expr ? std::nullopt : known_in(a.first, round);
    return value && (*value != 0) != a.second;
  });
}

// What is read in each round, `cell` of the round that is meant then, as a search for the round.
Checker::ExprId Checker::by_round(ExprId round, Span span, const std::function<ExprId(int)>& cell) {
  const Set& rounds = sets_[round_set];
  const auto last = static_cast<int>(rounds.numbers.size());
  std::map<int, ExprId> known;
  std::vector<ExprId> read;
  for (int now = 1; now <= last; ++now) {
    const auto meant = known_in(round, now);
    const auto place = meant ? rounds.element_of(*meant) : std::nullopt;
    if (!place && comes_about_in(now)) {
      error("bad-index", span,
            fmt::format("in round {} this asks for round {}; there are rounds 1 to {}", now, meant.value_or(0), last),
            "say what is meant then: if round > 1 then x[round - 1] else 0");
      return model::no_expr;
    }
    const int which = place ? *place + 1 : 0;
    const auto [at, fresh] = known.try_emplace(which, model::no_expr);
    if (fresh) at->second = which ? cell(which) : constant_node(0, span);  // never asked for
    if (at->second == model::no_expr) return model::no_expr;
    read.push_back(at->second);
  }
  model::Expr e;
  e.op = Op::round;
  const ExprId now = leaf(e, on_round, span);
  // Between two rounds, both included.
  const auto search = [&](const auto& self, int low, int high) -> ExprId {
    if (std::all_of(read.begin() + low - 1, read.begin() + high,
                    [&](ExprId id) { return id == read[static_cast<size_t>(low - 1)]; }))
      return read[static_cast<size_t>(low - 1)];
    const int middle = (low + high) / 2;
    const ExprId before = self(self, low, middle), after = self(self, middle + 1, high);
    return node(Op::if_, span, node(Op::le, span, now, constant_node(middle, span)), before, after);
  };
  return search(search, 1, last);
}

}  // namespace casus::language
