#include "study/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/diagnostic.h"
#include "lab/distributions.h"
#include "model/uses.h"

namespace casus::study {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t"), end = text.find_last_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, end - begin + 1);
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// As in the language, a number may be directly followed by '%'.
std::optional<double> number_or_share(std::string_view text) {
  if (!text.ends_with('%')) return number(text);
  const auto value = number(text.substr(0, text.size() - 1));
  return value ? std::optional(*value / 100) : std::nullopt;
}

base::Result<std::string> set_param(model::Case& c, uint32_t index, std::string_view text) {
  auto& p = c.params[index];
  const bool endless = text == "infinity";
  const auto value = endless ? std::optional<double>(INFINITY) : number_or_share(text);
  if (endless && !model::is_precision_only(c, index))
    return base::Error{fmt::format(
        "'{}' cannot be infinite: only a parameter that stands alone after 'precision', and nowhere else, can",
        p.name)};
  if (!value)
    return base::Error{
        fmt::format("'{}' is no number for the parameter '{}'; write {}=0.5 or {}=50%", text, p.name, p.name, p.name)};
  std::string remark;
  if (p.distribution != model::Distribution::fixed) {
    if (const auto plausible = lab::Quantile::make(p); plausible && !plausible->contains(*value))
      remark = fmt::format("{} = {} lies outside what the case calls plausible, {}", p.name,
                           endless ? "infinity" : fmt::format("{}", *value), plausible->range_text());
  }
  p.pinned |= p.distribution != model::Distribution::fixed;
  p.distribution = model::Distribution::fixed;
  p.formula = c.pool.add({.op = model::Op::constant, .value = *value, .span = p.span});
  std::erase_if(c.correlations, [&](const model::Correlation& r) { return r.a == index || r.b == index; });
  return remark;
}

base::Result<std::string> set_state(model::StateVar& v, std::string_view text) {
  if (v.kind == model::StateKind::boolean && (text == "true" || text == "false")) text = text == "true" ? "yes" : "no";
  std::vector<std::string> allowed;
  for (int value = v.low; value <= v.high; ++value) {
    allowed.push_back(model::value_text(v, value));
    if (text == allowed.back()) {
      v.initial = value;
      return std::string();
    }
    if (allowed.size() == 50) break;
  }
  const bool counts = v.kind == model::StateKind::integer || !v.numbers.empty();
  const auto value = counts ? number(text) : std::nullopt;
  if (const auto place = value ? v.value_of(*value) : std::nullopt) {
    v.initial = *place;
    return std::string();
  }
  if (!v.numbers.empty())
    return base::Error{fmt::format("'{}' is no value of '{}': {}", text, v.name, model::domain_text(v))};
  return base::Error{
      v.kind == model::StateKind::integer
          ? fmt::format("'{}' is no value of '{}', which goes from {} to {}", text, v.name, v.low, v.high)
          : unknown_name(fmt::format("value for '{}':", v.name), text, allowed)};
}

}  // namespace

std::string unknown_name(std::string_view kind, std::string_view name, const std::vector<std::string>& known) {
  const std::string near = base::nearest_name(name, known);
  if (!near.empty()) return fmt::format("unknown {} '{}'; did you mean '{}'?", kind, name, near);
  constexpr size_t most = 12;
  std::string list;
  for (size_t i = 0; i < std::min(most, known.size()); ++i) list += (i ? ", " : "") + known[i];
  return fmt::format("unknown {} '{}'; there {}: {}{}", kind, name, known.size() == 1 ? "is" : "are",
                     known.empty() ? "none" : list, known.size() > most ? ", ..." : "");
}

namespace {

struct Setting {
  std::string_view name, value;
};

std::optional<Setting> parts(std::string_view setting) {
  const auto equals = setting.rfind('=');
  if (equals == std::string_view::npos) return std::nullopt;
  return Setting{trimmed(setting.substr(0, equals)), trimmed(setting.substr(equals + 1))};
}

}  // namespace

std::string name_set(std::string_view setting) {
  const auto read = parts(setting);
  return read ? std::string(read->name) : "";
}

base::Result<std::string> apply_setting(model::Case& c, std::string_view setting) {
  const auto read = parts(setting);
  if (!read) return base::Error{fmt::format("'{}' is no setting; write --set name=value", setting)};
  const auto& [name, value] = *read;
  if (const auto p = model::find_param(c, name)) return set_param(c, *p, value);
  if (const auto s = model::find_state(c, name)) return set_state(c.states[*s], value);
  std::vector<std::string> known;
  for (const auto& p : c.params) known.push_back(p.name);
  for (const auto& v : c.states) known.push_back(v.name);
  return base::Error{unknown_name("parameter or state", name, known)};
}

base::Result<std::vector<std::string>> apply_settings(model::Case& c, const std::vector<std::string>& settings) {
  std::vector<std::string> remarks;
  for (size_t i = 0; i < settings.size(); ++i) {
    auto remark = apply_setting(c, settings[i]);
    if (!remark) return base::Error{remark.error()};
    if (!remark->empty()) remarks.push_back(std::move(*remark));
    const auto now = *parts(settings[i]);
    for (size_t j = 0; j < i; ++j)
      if (const auto before = *parts(settings[j]); before.name == now.name)
        return base::Error{
            fmt::format("'{}' is set twice, to {} and to {}; give it one value", now.name, before.value, now.value)};
  }
  return remarks;
}

}  // namespace casus::study
