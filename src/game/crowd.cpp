#include "game/crowd.h"

#include <fmt/format.h>

#include <algorithm>

namespace casus::game {

uint64_t Crowd::conditions(const model::Case& c) const {
  uint64_t out = 1;
  for (const auto& variable : own) {
    const auto& v = c.states[variable.front()];
    out *= static_cast<uint64_t>(v.high - v.low + 1);
    if (out > UINT32_MAX) return out;
  }
  return out;
}

uint32_t Crowd::condition(const model::Case& c, const std::vector<int>& state, uint32_t place) const {
  uint32_t out = 0;
  for (const auto& variable : own) {
    const auto& v = c.states[variable[place]];
    out = out * static_cast<uint32_t>(v.high - v.low + 1) + static_cast<uint32_t>(state[variable[place]] - v.low);
  }
  return out;
}

void Crowd::put(const model::Case& c, std::vector<int>& state, uint32_t place, uint32_t condition) const {
  for (size_t k = own.size(); k-- > 0;) {
    const auto& v = c.states[own[k][place]];
    const auto values = static_cast<uint32_t>(v.high - v.low + 1);
    state[own[k][place]] = v.low + static_cast<int>(condition % values);
    condition /= values;
  }
}

void Crowd::sort(const model::Case& c, std::vector<int>& state) const {
  std::vector<uint32_t> in(size());
  for (uint32_t k = 0; k < size(); ++k) in[k] = condition(c, state, k);
  std::sort(in.begin(), in.end());
  for (uint32_t k = 0; k < size(); ++k) put(c, state, k, in[k]);
}

void Crowd::exchange(std::vector<int>& state, uint32_t a, uint32_t b) const {
  for (const auto& variable : own) std::swap(state[variable[a]], state[variable[b]]);
}

std::string Crowd::describe(const model::Case& c, const std::vector<int>& state) const {
  std::string out;
  for (const auto& variable : own) {
    const auto& first = c.states[variable.front()];
    std::string text;
    for (int x = first.low; x <= first.high; ++x) {
      const auto many = std::count_if(variable.begin(), variable.end(), [&](uint32_t s) { return state[s] == x; });
      if (many > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", many, model::value_text(first, x));
    }
    out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", first.name.substr(0, first.name.find('[')), text);
  }
  for (uint32_t s = 0; s < c.states.size(); ++s)
    if (!owns(s))
      out +=
          fmt::format("{}{} = {}", out.empty() ? "" : ", ", c.states[s].name, model::value_text(c.states[s], state[s]));
  return out;
}

double shares(uint32_t alike, uint32_t options) {
  double out = 1;
  for (uint32_t k = 1; k < options; ++k) out = out * (alike + k) / k;
  return out;
}

// Numbers go by how many take the first option, fewest first, then by how many of the rest take the second, and so on:
// of one actor, who takes exactly one, that is turned round, so that share k is option k.
void share_of(uint32_t alike, uint32_t number, std::span<uint32_t> counts) {
  if (alike == 1) {
    std::fill(counts.begin(), counts.end(), 0);
    counts[number] = 1;
    return;
  }
  for (size_t k = 0; k + 1 < counts.size(); ++k) {
    const auto left = static_cast<uint32_t>(counts.size() - k - 1);
    counts[k] = 0;
    while (counts[k] < alike) {
      const auto here = static_cast<uint32_t>(shares(alike - counts[k], left));
      if (number < here) break;
      number -= here;
      ++counts[k];
    }
    alike -= counts[k];
  }
  counts.back() = alike;
}

uint32_t number_of(std::span<const uint32_t> counts) {
  uint32_t alike = 0, number = 0;
  for (const uint32_t n : counts) alike += n;
  if (alike == 1) return static_cast<uint32_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
  for (size_t k = 0; k + 1 < counts.size(); ++k) {
    const auto left = static_cast<uint32_t>(counts.size() - k - 1);
    for (uint32_t n = 0; n < counts[k]; ++n) number += static_cast<uint32_t>(shares(alike - n, left));
    alike -= counts[k];
  }
  return number;
}

}  // namespace casus::game
