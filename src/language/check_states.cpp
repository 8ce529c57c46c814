#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "language/checker_state.h"

namespace casus::language {

using namespace syntax;
using K = Type::Kind;

std::string Checker::domain_text(const State& state) const {
  if (state.type.kind == K::boolean) return "yes or no";
  if (state.numbers) return fmt::format("{{ {} }}", model::list_text(state.labels));
  if (state.type.kind == K::number) return fmt::format("{}..{}", state.low, state.high);
  return "{ " + model::list_text(state.labels) + " }";
}

// The value that stands for a number, if it lies in the domain.
std::optional<int> Checker::value_of(const State& state, double number) {
  if (state.numbers) {
    const auto place = model::place_of(state.numbers->ascending, number);
    return place ? std::optional(static_cast<int>(*place)) : std::nullopt;
  }
  if (number < state.low || number > state.high || number != std::floor(number)) return std::nullopt;
  return static_cast<int>(number);
}

// The value of a constant expression, if it is one and lies in the domain.
std::optional<int> Checker::value_in(const State& state, const Expr& e, std::string_view what) {
  const Value value = lower(e, constant_context, &state.type);
  if (value.type.kind == K::error) return std::nullopt;
  if (!same(value.type, state.type)) {
    error(
        "wrong-kind", e.span,
        fmt::format("{} of '{}' is {}, but this is {}", what, state.name,
                    state.type.kind == K::number ? "a number" : "one of " + domain_text(state), kind_name(value.type)));
    return std::nullopt;
  }
  const auto number = constant_of(value.id);
  if (!number) return std::nullopt;
  const auto place = value_of(state, *number);
  if (!place) {
    error("out-of-domain", e.span,
          fmt::format("{} of '{}' is {}, outside its domain {}", what, state.name, *number, domain_text(state)),
          state.numbers ? nearest(state.numbers->ascending, *number) : "");
    return std::nullopt;
  }
  return place;
}

void Checker::states() {
  for (State& state : states_) one_state(state);
}

void Checker::one_state(State& state) {
  scope_ = state.scope;
  const StateDecl& decl = *state.decl;
  state.high = decl.kind == model::StateKind::boolean ? 1 : static_cast<int>(state.labels.size()) - 1;
  bool good = true;
  if (decl.kind == model::StateKind::integer) {
    const auto low = constant(*decl.low), high = constant(*decl.high);
    good = low && high;
    if (good)
      for (const auto& [value, e] : {std::pair(*low, decl.low.get()), std::pair(*high, decl.high.get())})
        if (value != std::floor(value) || std::fabs(value) > 1e9) {
          error("bad-domain", e->span,
                fmt::format("an end of the domain of '{}' is {}; it must be a whole number", state.name, value),
                "a state is a small whole number; scale it in the payoffs");
          good = false;
        }
    if (good && *low > *high) {
      error("bad-domain", decl.high->span, fmt::format("the domain {}..{} of '{}' is empty", *low, *high, state.name),
            fmt::format("write {}..{}", *high, *low));
      good = false;
    }
    if (good && *high - *low + 1 > 1e6) {
      error("bad-domain", decl.high->span,
            fmt::format("'{}' has {:.0f} values; at most a million are accepted", state.name, *high - *low + 1),
            "use coarser steps: a state is what matters to the actors, not a measurement");
      good = false;
    }
    if (good) {
      state.low = static_cast<int>(*low);
      state.high = static_cast<int>(*high);
    }
  }
  state.good = good && state.high >= state.low;
  // Initial values of single elements.
  std::vector<const Expr*> initial(count(state.dims), decl.initial.get());
  std::set<size_t> given;
  for (const StateCell& cell : decl.cells) {
    if (cell.key.parts.size() != state.dims.size()) {
      error("index-count", cell.key.span, fmt::format("'{}' has {} indices", state.name, state.dims.size()),
            "join the elements with '.', or with ',' between brackets");
      continue;
    }
    std::vector<std::vector<int>> named;
    for (size_t i = 0; i < state.dims.size(); ++i) {
      const Labels& labels = elements(state.dims[i]);
      const KeyPart& part = cell.key.parts[i];
      named.push_back(meant(part, labels, &sets_[state.dims[i].set]));
      if (!named.back().empty()) continue;
      const Set& set = sets_[state.dims[i].set];
      const auto number = part.number && !set.numbers.empty() ? constant(*part.number) : std::nullopt;
      const std::string near = part.name ? base::nearest_name(part.name.text, labels) : "";
      error("bad-index", part.span, fmt::format("'{}' is not an element of '{}'", key_text(part), set.name),
            number         ? nearest(set.ascending, *number)
            : near.empty() ? fmt::format("its elements: {}", model::list_text(labels))
                           : fmt::format("did you mean '{}'?", near));
      break;
    }
    if (named.size() != state.dims.size() || named.back().empty()) continue;
    for_each(state.dims, [&](const std::vector<int>& tuple) {
      for (size_t i = 0; i < tuple.size(); ++i)
        if (std::find(named[i].begin(), named[i].end(), tuple[i]) == named[i].end()) return;
      const size_t at = flat(state.dims, tuple);
      if (!given.insert(at).second)
        error("duplicate-name", cell.key.span,
              fmt::format("the initial value of '{}' is given twice", element_name(state.name, state.dims, tuple)));
      initial[at] = cell.value.get();
    });
  }
  for_each(state.dims, [&](const std::vector<int>& tuple) {
    model::StateVar out;
    out.name = element_name(state.name, state.dims, tuple);
    out.words = words(decl.words);
    out.kind = decl.kind;
    out.low = state.low;
    out.high = state.high;
    out.labels = state.labels;
    if (state.numbers) out.numbers = state.numbers->ascending;
    out.span = decl.name.span;
    const Expr* start = initial[flat(state.dims, tuple)];
    if (!start)
      error("missing-value", decl.name.span, fmt::format("'{}' has no initial value", out.name),
            "add it between the braces, or write '= value' for all");
    else if (state.good)
      out.initial = value_in(state, *start, "the initial value").value_or(0);
    case_.states.push_back(std::move(out));
  });
}

}  // namespace casus::language
