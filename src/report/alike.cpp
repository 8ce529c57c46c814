#include "report/alike.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/text.h"

namespace casus::report {

std::string family_name(std::string_view name) {
  return std::string(name.substr(0, name.find('[')));
}

bool said_of_another(const game::Game& g, size_t measure) {
  return g.counted && g.counted->crowd.says_again(*g.source, static_cast<uint32_t>(measure));
}

std::string stands_for(const game::Game& g, size_t actor) {
  const std::string& name = g.source->actors[actor].name;
  if (!g.counted) return name;
  const auto& crowd = g.counted->crowd;
  if (!is_one_of_many(g, actor)) return name;
  return actor == crowd.members.front() ? fmt::format("{} (each of {})", family_name(name), crowd.size()) : "";
}

std::string whose_type(const game::Game& g, size_t measure, size_t actor) {
  if (!is_one_of_many(g, actor)) return g.source->actors[actor].name;
  const auto& crowd = g.counted->crowd;
  return crowd.about[measure] == game::none ? crowd.family : g.source->actors[crowd.members[crowd.about[measure]]].name;
}

bool is_one_of_many(const game::Game& g, size_t actor) {
  return g.counted && g.counted->crowd.number(static_cast<uint32_t>(actor)) != game::none;
}

bool is_counted(const game::Game& g, size_t state) {
  return g.counted && g.counted->crowd.owns(static_cast<uint32_t>(state));
}

namespace {

int64_t count(const std::vector<uint32_t>& variable, const std::vector<int>& state, int value) {
  return std::count_if(variable.begin(), variable.end(), [&](uint32_t s) { return state[s] == value; });
}

}  // namespace

std::string counted_state(const game::Game& g, const std::vector<int>& state) {
  std::string out;
  if (!g.counted) return out;
  for (const auto& variable : g.counted->crowd.own) {
    const auto& v = g.source->states[variable.front()];
    std::string text;
    for (int x = v.low; x <= v.high; ++x)
      if (const auto many = count(variable, state, x); many > 0)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", many, plain_name(model::value_text(v, x)));
    out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", plain_name(family_name(v.name)), text);
  }
  return out;
}

std::vector<std::string> counted_changes(const game::Game& g, const std::vector<int>& before,
                                         const std::vector<int>& after) {
  std::vector<std::string> out;
  if (!g.counted) return out;
  for (const auto& variable : g.counted->crowd.own) {
    const auto& v = g.source->states[variable.front()];
    std::string text;
    for (int x = v.low; x <= v.high; ++x) {
      const auto then = count(variable, before, x), now = count(variable, after, x);
      if (then != now)
        text += fmt::format("{}{} {} → {}", text.empty() ? "" : ", ", plain_name(model::value_text(v, x)), then, now);
    }
    if (!text.empty()) out.push_back(fmt::format("{}: {}", plain_name(family_name(v.name)), text));
  }
  return out;
}

}  // namespace casus::report
