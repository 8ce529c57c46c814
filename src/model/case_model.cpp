#include "model/case_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace casus::model {

std::optional<size_t> place_of(const std::vector<double>& ascending, double number) {
  constexpr double rounding = 1e-9;  // of the largest
  if (ascending.empty() || !std::isfinite(number)) return std::nullopt;
  const double near = rounding * std::max(std::fabs(ascending.front()), std::fabs(ascending.back()));
  const auto found = std::lower_bound(ascending.begin(), ascending.end(), number - near);
  if (found == ascending.end() || *found > number + near) return std::nullopt;
  return static_cast<size_t>(found - ascending.begin());
}

std::optional<int> StateVar::value_of(double number) const {
  if (!numbers.empty()) {
    const auto place = place_of(numbers, number);
    return place ? std::optional(static_cast<int>(*place)) : std::nullopt;
  }
  if (!(number >= low && number <= high) || number != std::floor(number)) return std::nullopt;
  return static_cast<int>(number);
}

std::string value_text(const StateVar& variable, int value) {
  switch (variable.kind) {
    case StateKind::enumeration:
      return variable.labels[static_cast<size_t>(value - variable.low)];
    case StateKind::boolean:
      return value ? "yes" : "no";
    case StateKind::integer:
      break;
  }
  return fmt::format("{}", value);
}

std::string list_text(const std::vector<std::string>& values) {
  const size_t shown = std::min<size_t>(12, values.size());
  return fmt::format("{}{}", fmt::join(values.begin(), values.begin() + static_cast<long>(shown), ", "),
                     shown < values.size() ? ", ..." : "");
}

std::string domain_text(const StateVar& variable) {
  return variable.kind == StateKind::enumeration ? "{ " + list_text(variable.labels) + " }"
                                                 : fmt::format("{}..{}", variable.low, variable.high);
}

std::string describe_state(const Case& c, const std::vector<int>& state) {
  std::string out;
  for (size_t i = 0; i < c.states.size(); ++i)
    out += fmt::format("{}{} = {}", i ? ", " : "", c.states[i].name, value_text(c.states[i], state[i]));
  return out;
}

namespace {
template <class Items>
std::optional<uint32_t> find_by_name(const Items& items, std::string_view name) {
  for (size_t i = 0; i < items.size(); ++i)
    if (items[i].name == name) return static_cast<uint32_t>(i);
  return std::nullopt;
}
}  // namespace

std::optional<uint32_t> find_policy(const Case& c, std::string_view name) {
  return find_by_name(c.policies, name);
}
std::optional<uint32_t> find_param(const Case& c, std::string_view name) {
  return find_by_name(c.params, name);
}
std::optional<uint32_t> find_actor(const Case& c, std::string_view name) {
  return find_by_name(c.actors, name);
}
std::optional<uint32_t> find_measure(const Case& c, std::string_view name) {
  return find_by_name(c.asked(), name);
}
std::optional<uint32_t> find_state(const Case& c, std::string_view name) {
  return find_by_name(c.states, name);
}

}  // namespace casus::model
