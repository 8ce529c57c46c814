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
  set_latches(taken, round, after);
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

// At a stage those may be taken together whom it makes no difference what they are in: who may do the same, is paid the
// same for it and is in the same afterwards. So who marched last week need not be told from who did not.
void Explorer::join_classes(RawNode& node, uint32_t stage, uint32_t round) {
  if (node.classes.size() < 2 || reads_their_past()) return;
  std::vector<Counted::Class> out{node.classes.front()};
  for (size_t k = 1; k < node.classes.size(); ++k) {
    if (same_prospects(out.back().first, node.classes[k].first, stage, round))
      out.back().count += node.classes[k].count;
    else
      out.push_back(node.classes[k]);
  }
  node.classes = std::move(out);
}

// Whether a measure looks at what members were in when they chose.
bool Explorer::reads_their_past() {
  uint64_t own = 0;
  for (const auto& variable : crowd()->own)
    for (const uint32_t s : variable) own |= codec_.mask(s);
  return std::any_of(case_.measures.begin(), case_.measures.end(), [&](const auto& m) {
    if (m.body == model::no_expr) return false;
    const Reads& reads = partial_.reads(m.body);
    return reads.chosen && (reads.state_mask & own) != 0;
  });
}

// Whether what others do at a stage pays two members the same.
bool Explorer::paid_the_same(uint32_t a, uint32_t b, uint32_t stage, uint32_t round) {
  const auto& own = crowd()->decision[stage];
  const uint64_t code = codec_.pack(state_);
  const auto& decisions = case_.stages[stage].decisions;
  for (uint32_t d = 0; d < decisions.size(); ++d) {
    if (d == own[a] || d == own[b]) continue;
    for (const auto& option : decisions[d].options) {
      std::vector<Slot> to_a, to_b;
      for (const auto& pay : option.pays)
        for (uint32_t p = 0; p < game_.profiles; ++p) {
          if (pay.actor == crowd()->members[a]) to_a.push_back(partial_.slot(pay.amount, state_, code, round, p));
          if (pay.actor == crowd()->members[b]) to_b.push_back(partial_.slot(pay.amount, state_, code, round, p));
        }
      if (to_a != to_b) return false;
    }
  }
  return true;
}

bool Explorer::same_prospects(uint32_t a, uint32_t b, uint32_t stage, uint32_t round) {
  const auto& decisions = case_.stages[stage].decisions;
  const auto& own = crowd()->decision[stage];
  if (own[a] == none || !holds(decisions[own[a]].guard, state_, round) ||
      !holds(decisions[own[b]].guard, state_, round))
    return false;
  Mover one{.actor = crowd()->members[a], .decision = own[a], .options = {}};
  Mover other{.actor = crowd()->members[b], .decision = own[b], .options = {}};
  options_of(one, stage, round);
  options_of(other, stage, round);
  if (one.options != other.options || !paid_the_same(a, b, stage, round)) return false;
  // Who is paid what: the one itself, others of them, and everybody else.
  const auto pays = [&](const model::Option& option, uint32_t self) {
    std::vector<std::pair<uint64_t, Slot>> out;
    for (const auto& pay : option.pays) {
      const bool member = crowd()->number(pay.actor) != none;
      const uint64_t whose = !member ? uint64_t{pay.actor} + 2 : crowd()->members[self] == pay.actor ? 0 : 1;
      for (uint32_t p = 0; p < game_.profiles; ++p)
        out.emplace_back(whose * game_.profiles + p, partial_.slot(pay.amount, state_, codec_.pack(state_), round, p));
    }
    std::sort(out.begin(), out.end());
    return out;
  };
  for (const uint32_t o : one.options) {
    const auto &x = decisions[own[a]].options[o], &y = decisions[own[b]].options[o];
    std::vector<int> after_x = state_, after_y = state_;
    if (!perform(x, after_x, round) || !perform(y, after_y, round)) return false;
    if (crowd()->condition(case_, after_x, a) != crowd()->condition(case_, after_y, b) || pays(x, a) != pays(y, b))
      return false;
    for (uint32_t v = 0; v < case_.states.size(); ++v) {
      const auto sets = [&](const model::Option& option) {
        return std::any_of(option.effects.begin(), option.effects.end(), [&](const auto& e) { return e.state == v; });
      };
      if (crowd()->owns(v) || !(sets(x) || sets(y))) continue;
      for (int from = case_.states[v].low; from <= case_.states[v].high; ++from)
        if (moved(x, v, from, round) != moved(y, v, from, round)) return false;
    }
  }
  return true;
}

// What an option makes of a state that several set, from one of its values, everything else being as it is.
int Explorer::moved(const model::Option& option, uint32_t variable, int from, uint32_t round) {
  constexpr int outside = -1;  // of a set of numbers
  const bool listed = !case_.states[variable].numbers.empty();
  std::vector<int> at = state_;
  at[variable] = from;
  for (const auto& effect : option.effects) {
    if (effect.state != variable) continue;
    if (listed && at[variable] == outside) break;
    const double value = number_at(case_, effect.value, at, round);
    at[variable] = listed ? case_.states[variable].value_of(value).value_or(outside) : static_cast<int>(value);
  }
  return at[variable];
}

// What options do to a state that several set: tried at all its values, everything else being as it is.
bool Explorer::commute(const Shape& shape, uint32_t round) {
  const auto& stage = case_.stages[shape.stage];
  std::vector<const model::Option*> options;
  for (const auto& m : shape.movers)
    for (const uint32_t o : m.options)
      if (m.alike > 1 || std::count(crowd()->members.begin(), crowd()->members.end(), m.actor) > 0)
        options.push_back(&stage.decisions[m.decision].options[o]);
  for (uint32_t v = 0; v < case_.states.size(); ++v) {
    if (crowd()->owns(v)) continue;
    std::vector<const model::Option*> set;
    for (const auto* o : options)
      if (std::any_of(o->effects.begin(), o->effects.end(), [&](const auto& e) { return e.state == v; }))
        set.push_back(o);
    for (size_t a = 0; a < set.size(); ++a)
      for (size_t b = 0; b < a; ++b)
        for (int x = case_.states[v].low; x <= case_.states[v].high; ++x)
          if (moved(*set[a], v, moved(*set[b], v, x, round), round) !=
              moved(*set[b], v, moved(*set[a], v, x, round), round)) {
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
    if (measure.body == model::no_expr) continue;
    if (crowd()->about[m] == none || crowd()->as[m] != m || partial_.reads(measure.body).chosen) continue;
    std::vector<int> state = state_;
    crowd()->exchange(state, place, crowd()->about[m]);
    if (const auto entry = tally_entry(m, state, round)) list.push_back(*entry);
  }
  return tables_.tally(list);
}

}  // namespace casus::game
