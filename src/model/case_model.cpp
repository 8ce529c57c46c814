#include "model/case_model.h"

#include <fmt/format.h>

namespace casus::model {

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
