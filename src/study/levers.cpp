#include "study/levers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "study/plan.h"
#include "study/settings.h"

namespace casus::study {
namespace {

constexpr uint64_t default_steps = 5;
constexpr size_t most_policies = 500;

struct Lever {
  std::string name;
  std::optional<uint32_t> param, state;
  std::vector<double> values;
};

template <class T>
std::optional<T> read(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

base::Result<Lever> lever_of(const model::Case& c, const std::string& text) {
  const base::Error wrong{
      fmt::format("'{}' is no lever; write --lever 'name=0:1' or, with the number of values, 'name=0:1:11'", text)};
  const size_t equals = text.rfind('=');
  if (equals == std::string::npos) return wrong;
  Lever out{.name = text.substr(0, equals), .param = {}, .state = {}, .values = {}};
  std::vector<std::string> parts{""};
  for (char ch : text.substr(equals + 1)) {
    if (ch == ':')
      parts.emplace_back();
    else
      parts.back() += ch;
  }
  if (parts.size() < 2 || parts.size() > 3) return wrong;
  const auto low = read<double>(parts[0]), high = read<double>(parts[1]);
  if (!low || !high || !std::isfinite(*low) || !std::isfinite(*high)) return wrong;
  if (!(*low < *high))
    return base::Error{fmt::format("the lever '{}' goes nowhere: {} is not below {}", out.name, *low, *high)};
  out.param = model::find_param(c, out.name);
  if (!out.param) out.state = model::find_state(c, out.name);
  if (!out.param && !out.state) {
    std::vector<std::string> known;
    for (const auto& p : c.params) known.push_back(p.name);
    for (const auto& v : c.states)
      if (v.kind == model::StateKind::integer || !v.numbers.empty()) known.push_back(v.name);
    return base::Error{unknown_name("parameter or state", out.name, known)};
  }
  if (out.state && !c.states[*out.state].numbers.empty()) {
    for (const double x : c.states[*out.state].numbers)
      if (x >= *low - 1e-9 && x <= *high + 1e-9) out.values.push_back(x);
    if (parts.size() == 3 || out.values.size() < 2)
      return base::Error{fmt::format("'{}' takes the numbers of its set; write --lever '{}={}:{}'", out.name, out.name,
                                     c.states[*out.state].numbers.front(), c.states[*out.state].numbers.back())};
    return out;
  }
  uint64_t steps = default_steps;
  if (out.state) {
    const auto& v = c.states[*out.state];
    if (v.kind != model::StateKind::integer)
      return base::Error{fmt::format("'{}' has labels, not numbers; compare its values as policies", out.name)};
    if (*low < v.low || *high > v.high || *low != std::floor(*low) || *high != std::floor(*high))
      return base::Error{fmt::format("'{}' takes the whole numbers from {} to {}", out.name, v.low, v.high)};
    steps = static_cast<uint64_t>(*high - *low) + 1;
  }
  if (parts.size() == 3) {
    const auto given = read<uint64_t>(parts[2]);
    if (!given || *given < 2 || *given > most_policies) return wrong;
    steps = *given;
  }
  for (uint64_t k = 0; k < steps; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(steps - 1);
    out.values.push_back(*low + share * (*high - *low));
    if (out.state && out.values.back() != std::floor(out.values.back()))
      return base::Error{
          fmt::format("{} values from {} to {} are not whole, as '{}' needs", steps, *low, *high, out.name)};
  }
  return out;
}

// Whether a policy sets what the lever would.
bool sets(const model::Policy& p, const Lever& lever) {
  return std::any_of(p.params.begin(), p.params.end(), [&](const auto& o) { return lever.param == o.param; }) ||
         std::any_of(p.starts.begin(), p.starts.end(), [&](const auto& o) { return lever.state == o.state; });
}

}  // namespace

base::Result<std::vector<std::string>> add_levers(model::Case& c, const std::vector<std::string>& texts,
                                                  const std::vector<std::string>& policies) {
  std::vector<Lever> levers;
  size_t settings = 1;
  for (const auto& text : texts) {
    auto lever = lever_of(c, text);
    if (!lever) return base::Error{lever.error()};
    for (const auto& other : levers)
      if (other.name == lever->name) return base::Error{fmt::format("the lever '{}' is given twice", lever->name)};
    settings *= lever->values.size();
    if (settings > most_policies) break;
    levers.push_back(std::move(*lever));
  }
  std::vector<uint32_t> bases;
  for (uint32_t p = 0; p < c.policies.size(); ++p)
    if (!is_counterfactual(c.policies[p]) &&
        (policies.empty() || std::find(policies.begin(), policies.end(), c.policies[p].name) != policies.end()))
      bases.push_back(p);
  if (bases.empty() && !texts.empty())
    return base::Error{"--lever needs a policy that is a choice; those named are other worlds, or are not there"};
  if (settings * bases.size() > most_policies)
    return base::Error{fmt::format(
        "the levers make over {} policies; take fewer values, or name one policy with --policy", most_policies)};
  std::vector<std::string> names;
  for (uint32_t base : bases)
    for (size_t k = 0; k < settings && !levers.empty(); ++k) {
      model::Policy out = c.policies[base];
      out.by_lever = true;
      size_t rest = k;
      for (const auto& lever : levers) {
        if (sets(c.policies[base], lever))
          return base::Error{
              fmt::format("the policy '{}' sets '{}' itself; leave it out with --policy", out.name, lever.name)};
        const double value = lever.values[rest % lever.values.size()];
        rest /= lever.values.size();
        out.name += fmt::format(" {}={:.6g}", lever.name, value);
        out.words.text += fmt::format("{}{} = {:.6g}", out.words.text.empty() ? "" : ", ", lever.name, value);
        if (lever.param)
          out.params.push_back({.param = *lever.param,
                                .value = c.pool.add({.op = model::Op::constant, .value = value, .span = out.span}),
                                .span = out.span});
        else
          out.starts.push_back(
              {.state = *lever.state, .value = *c.states[*lever.state].value_of(value), .span = out.span});
      }
      names.push_back(out.name);
      c.policies.push_back(std::move(out));
    }
  return names;
}

}  // namespace casus::study
