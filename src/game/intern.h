// Tables of distinct things: in, the bytes that tell one from another; out, its number.
#pragma once
#include <string>
#include <unordered_map>

#include "game/game.h"

namespace casus::game {

using Known = std::unordered_map<std::string, uint32_t>;

template <class T>
void append(std::string& key, const T& value) {
  key.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// The number of a thing in a table; `add` puts a new one there and returns its number.
template <class Add>
uint32_t intern(Known& known, const std::string& key, Add add) {
  auto [it, fresh] = known.try_emplace(key, 0);
  if (fresh) it->second = add();
  return it->second;
}

inline std::string key_of(const Shape& s) {
  std::string key;
  append(key, s.kind);
  append(key, s.stage);
  append(key, s.informer);
  for (const auto& m : s.movers) {
    append(key, m.decision);
    append(key, m.options.size());
    for (uint32_t o : m.options) append(key, o);
  }
  for (uint32_t o : s.outcomes) append(key, o);
  return key;
}

}  // namespace casus::game
