// Exploration where actors who are alike are counted: who stands together, and what becomes of each.
#include <fmt/format.h>

#include <algorithm>

#include "game/explore.h"

namespace casus::game {

void Explorer::find_classes(RawNode& node) const {
  for (uint32_t k = 0; k < crowd()->size(); ++k) {
    if (k > 0 && crowd()->condition(case_, state_, k) == crowd()->condition(case_, state_, k - 1))
      ++node.classes.back().count;
    else
      node.classes.push_back({.first = k, .count = 1});
  }
}

std::vector<std::pair<uint32_t, uint32_t>> Explorer::paid_alike(const RawNode& node,
                                                                const std::vector<std::vector<uint32_t>>* counts) {
  std::vector<std::pair<uint32_t, uint32_t>> out;
  for (const auto& x : node.classes) {
    if (!counts || x.mover == none) {
      out.emplace_back(x.first, x.count);
      continue;
    }
    uint32_t place = x.first;
    for (const uint32_t count : (*counts)[x.mover]) {
      if (count > 0) out.emplace_back(place, count);
      place += count;
    }
  }
  return out;
}

Explorer::Place Explorer::follow(RawNode& node, const Shape& shape, uint32_t round, uint32_t from_stage,
                                 std::vector<int> after, const Taken* taken,
                                 const std::vector<std::vector<uint32_t>>& counts) {
  if (!crowd()) return locate(round, from_stage, after);
  std::vector<int> sorted = after;
  crowd()->sort(case_, sorted);
  const auto note = [&](uint32_t place) {
    uint32_t then = 0;
    while (crowd()->condition(case_, sorted, then) != crowd()->condition(case_, after, place)) ++then;
    node.place.push_back(then);
    node.event.push_back(event_list_of_one(place, taken, round, after));
  };
  for (const auto& x : node.classes) {
    if (x.mover == none || shape.movers.empty()) {
      note(x.first);
      continue;
    }
    uint32_t place = x.first;
    for (const uint32_t count : counts[x.mover]) {
      if (count > 0) {
        note(place);
      } else {
        node.place.push_back(none);
        node.event.push_back(0);
      }
      place += count;
    }
  }
  return locate(round, from_stage, sorted);
}

// What options do to a state that several set: tried at all its values, everything else being as it is.
bool Explorer::commute(const Shape& shape, uint32_t round) {
  const auto& stage = case_.stages[shape.stage];
  std::vector<const model::Option*> options;
  for (const auto& m : shape.movers)
    for (const uint32_t o : m.options)
      if (m.alike > 1 || std::count(crowd()->members.begin(), crowd()->members.end(), m.actor) > 0)
        options.push_back(&stage.decisions[m.decision].options[o]);
  std::vector<bool> own(case_.states.size(), false);
  for (const auto& variable : crowd()->own)
    for (const uint32_t s : variable) own[s] = true;
  const auto moved = [&](const model::Option& o, uint32_t variable, int from) {
    std::vector<int> at = state_;
    at[variable] = from;
    for (const auto& effect : o.effects)
      if (effect.state == variable) at[variable] = static_cast<int>(number_at(case_, effect.value, at, round));
    return at[variable];
  };
  for (uint32_t v = 0; v < case_.states.size(); ++v) {
    if (own[v]) continue;
    std::vector<const model::Option*> set;
    for (const auto* o : options)
      if (std::any_of(o->effects.begin(), o->effects.end(), [&](const auto& e) { return e.state == v; }))
        set.push_back(o);
    for (size_t a = 0; a < set.size(); ++a)
      for (size_t b = 0; b < a; ++b)
        for (int x = case_.states[v].low; x <= case_.states[v].high; ++x)
          if (moved(*set[a], v, moved(*set[b], v, x)) != moved(*set[b], v, moved(*set[a], v, x))) {
            diagnostics_.error(
                "too-large", stage.span,
                fmt::format("what '{}' is after '{}' hangs on the order in which they are named, so that "
                            "every {} cannot be counted",
                            case_.states[v].name, stage.name, crowd()->family),
                "let every choice add to it, or set a state of its own");
            return false;
          }
  }
  return true;
}

uint32_t Explorer::event_list_of_one(uint32_t place, const Taken* taken, uint32_t round,
                                     const std::vector<int>& after) {
  std::vector<uint32_t> list;
  for (uint32_t m = 0; m < case_.measures.size(); ++m) {
    const uint32_t who = crowd()->about[m];
    if (who == none || crowd()->as[m] != m) continue;
    const auto kind = case_.measures[m].kind;
    if (kind != model::MeasureKind::ever && !partial_.reads(case_.measures[m].body).chosen) continue;
    // The one it speaks of in this one's place.
    std::vector<int> before = state_, then = after;
    crowd()->exchange(before, place, who);
    crowd()->exchange(then, place, who);
    Taken swapped;
    if (taken) {
      swapped = *taken;
      const auto& own = crowd()->decision[taken->stage];
      for (auto& [decision, option] : swapped.options)
        if (decision == own[place])
          decision = own[who];
        else if (decision == own[who])
          decision = own[place];
    }
    if (comes_true(m, taken ? &swapped : nullptr, round, before, then)) list.push_back(m);
  }
  return tables_.event(list);
}

uint32_t Explorer::tally_list_of_one(uint32_t place, uint32_t round, bool at_end) {
  std::vector<TallyEntry> list;
  for (uint32_t m = 0; m < case_.measures.size(); ++m) {
    const auto& measure = case_.measures[m];
    if (measure.kind != (at_end ? model::MeasureKind::at_end : model::MeasureKind::in_round)) continue;
    if (crowd()->about[m] == none || crowd()->as[m] != m || partial_.reads(measure.body).chosen) continue;
    std::vector<int> state = state_;
    crowd()->exchange(state, place, crowd()->about[m]);
    if (const double value = number_at(case_, measure.body, state, round); value != 0)
      list.push_back({.measure = m, .value = value});
  }
  return tables_.tally(list);
}

}  // namespace casus::game
