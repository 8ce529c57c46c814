#include "game/tables.h"

namespace casus::game {

namespace {

template <class T>
std::string bytes(std::span<const T> list) {
  return {reinterpret_cast<const char*>(list.data()), list.size_bytes()};
}

// The number of `key`; `add` puts a new thing into its table and returns its number.
template <class Add>
uint32_t number(std::unordered_map<std::string, uint32_t>& known, const std::string& key, Add add) {
  auto [it, fresh] = known.try_emplace(key, 0);
  if (fresh) it->second = add();
  return it->second;
}

template <class T>
uint32_t put(std::vector<T>& list, const T& x) {
  list.push_back(x);
  return static_cast<uint32_t>(list.size() - 1);
}

}  // namespace

Tables::Tables(Game& game) : game_(game) {
  payoff(std::vector<Slot>(size_t{game.actors()} * game.profiles, zero_slot));
  event({});
  tally({});
  game_.probability_tables.push_back(zero_slot);
  game_.turns.emplace_back();
}

uint32_t Tables::payoff(std::span<const Slot> row) {
  return number(payoffs_, bytes(row), [&] {
    game_.payoff_tables.insert(game_.payoff_tables.end(), row.begin(), row.end());
    return static_cast<uint32_t>(game_.payoff_tables.size() / row.size() - 1);
  });
}

uint32_t Tables::belief_pay(BeliefPay pay) {
  std::string key;
  for (const Instruction& i : pay.program.code()) {
    append(key, i.op);
    for (const uint32_t x : {i.a, i.b, i.c, i.index, i.actor}) append(key, x);
    append(key, i.value);
  }
  for (const auto& [actor, slots] : pay.paid) {
    append(key, actor);
    key += bytes(std::span<const Slot>(slots));
  }
  return number(belief_pays_, key, [&] { return put(game_.belief_pays, pay); });
}

uint32_t Tables::odds(std::span<const Slot> by_type) {
  return number(odds_, bytes(by_type), [&] {
    const auto first = static_cast<uint32_t>(game_.probability_tables.size());
    game_.probability_tables.insert(game_.probability_tables.end(), by_type.begin(), by_type.end());
    return first;
  });
}

uint32_t Tables::turn(uint32_t informed, std::span<const Slot> from_to) {
  std::string key = bytes(from_to);
  append(key, informed);
  return number(turns_, key, [&] { return put(game_.turns, {informed, odds(from_to)}); });
}

uint32_t Tables::event(const std::vector<uint32_t>& measures) {
  return number(events_, bytes(std::span<const uint32_t>(measures)), [&] { return put(game_.events, measures); });
}

uint32_t Tables::tally(const std::vector<TallyEntry>& list) {
  std::string key;
  for (const auto& e : list) {
    append(key, e.measure);
    append(key, e.value);
    append(key, e.row);
    append(key, e.belief_slot);
  }
  return number(tallies_, key, [&] { return put(game_.tallies, list); });
}

uint32_t Tables::tally_row(std::span<const Slot> by_profile) {
  return number(tally_rows_, bytes(by_profile), [&] {
    const auto first = static_cast<uint32_t>(game_.tally_rows.size());
    game_.tally_rows.insert(game_.tally_rows.end(), by_profile.begin(), by_profile.end());
    return first;
  });
}

uint32_t Tables::shape(const Shape& s) {
  std::string key;
  append(key, s.kind);
  append(key, s.stage);
  append(key, s.informer);
  append(key, s.hidden);
  for (const auto& m : s.movers) {
    append(key, m.decision);
    append(key, m.alike);
    append(key, m.options.size());
    for (uint32_t o : m.options) append(key, o);
    append(key, m.bound.size());
    for (uint32_t o : m.bound) append(key, o);
  }
  append(key, s.movers.size());
  for (uint32_t o : s.outcomes) append(key, o);
  return number(shapes_, key, [&] { return put(game_.shapes, s); });
}

}  // namespace casus::game
