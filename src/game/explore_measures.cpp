// Exploration for measures: what has ever happened, and what a measure gains where it is counted.
#include <algorithm>

#include "game/explore.h"

namespace casus::game {

using model::ExprId;

// What has now happened, as the state after a step has it; of a round that begins as of a step. One that another must
// not come before stands after it, so of two at the same moment neither is first.
void Explorer::set_latches(const Taken* taken, uint32_t round, std::vector<int>& after) {
  if (case_.latches.empty() || round > static_cast<uint32_t>(case_.horizon)) return;
  int* const set = after.data() + case_.states.size();
  for (size_t k = 0; k < case_.latches.size(); ++k) {
    const auto& latch = case_.latches[k];
    if (set[k] || (latch.unless >= 0 && set[latch.unless])) continue;
    const bool chosen = partial_.reads(latch.body).chosen;
    if (chosen && !taken) continue;
    set[k] = number_at(case_, latch.body, chosen ? state_ : after, round, chosen ? taken : nullptr) != 0;
  }
}

// Nothing where a measure gains nothing.
std::optional<TallyEntry> Explorer::tally_entry(uint32_t m, const std::vector<int>& state, uint32_t round) {
  const ExprId body = case_.measures[m].body;
  const Reads& reads = partial_.reads(body);
  TallyEntry entry{.measure = m};
  if (!reads.belief && (reads.world || reads.informed_mask != 0)) {
    std::vector<Slot> row;
    for (uint32_t p = 0; p < game_.profiles; ++p) row.push_back(partial_.fresh_slot(body, state, round, p));
    const bool alike = std::all_of(row.begin(), row.end(), [&](Slot s) { return s == row.front(); });
    if (alike && game_.program.is_constant(row.front()))
      entry.value = game_.program.constant_value(row.front());
    else
      entry.row = tables_.tally_row(row);
  } else {
    const Slot s = partial_.belief_slot(body, state, round);
    entry.by_belief = !game_.belief_program.is_constant(s);
    if (entry.by_belief)
      entry.belief_slot = s;
    else
      entry.value = game_.belief_program.constant_value(s);
  }
  if (!entry.by_belief && entry.row == none && entry.value == 0) return std::nullopt;
  return entry;
}

// The stage of whose choices an expression speaks; of several any.
uint32_t Explorer::stage_asked(ExprId e) {
  if (e == model::no_expr || !partial_.reads(e).chosen) return none;
  const auto& x = case_.pool[e];
  if (x.op == model::Op::chosen) return x.actor;
  for (const ExprId child : {x.a, x.b, x.c})
    if (const uint32_t stage = stage_asked(child); stage != none) return stage;
  return none;
}

// With `chosen` a measure looks at the state before the choice, without at the state it leads to. One of each round
// speaks of the choices of one stage and is counted there only: 'not Attack.invade' holds at every other stage, too.
// Where no choice is taken but a round begins, only that can be new which reads the round.
bool Explorer::comes_true(uint32_t m, const Taken* taken, uint32_t round, const std::vector<int>& before,
                          const std::vector<int>& after) {
  const auto& measure = case_.measures[m];
  if (measure.body == model::no_expr) return false;
  const bool chosen = partial_.reads(measure.body).chosen;
  const bool ever = model::looks_for_first(measure.kind);
  if (chosen ? !taken || !(ever || (model::looks_at_rounds(measure.kind) && taken->stage == asked_[m]))
             : !ever || (!taken && round > 1 && !partial_.reads(measure.body).round))
    return false;
  return number_at(case_, measure.body, chosen ? before : after, round, chosen ? taken : nullptr) != 0;
}

uint32_t Explorer::event_list(const Taken* taken, uint32_t round, const std::vector<int>& after) {
  std::vector<uint32_t> list;
  const bool start = !taken && round == 1;
  for (uint32_t m = 0; m < case_.measures.size(); ++m)
    if ((!crowd() || crowd()->about[m] == none || start) && comes_true(m, taken, round, state_, after))
      list.push_back(m);
  return tables_.event(list);
}

uint32_t Explorer::tally_list(RawNode& node, uint32_t round, bool at_end) {
  std::vector<TallyEntry> list;
  for (uint32_t m = 0; m < case_.measures.size(); ++m) {
    const auto& measure = case_.measures[m];
    if (at_end ? measure.kind != model::MeasureKind::at_end : !model::looks_at_rounds(measure.kind)) continue;
    if (measure.body == model::no_expr) continue;  // it is reckoned from others
    if (partial_.reads(measure.body).chosen || (crowd() && crowd()->about[m] != none)) continue;
    if (const auto entry = tally_entry(m, state_, round)) list.push_back(*entry);
  }
  for (auto& x : node.classes) x.tally = tally_list_of_one(x.first, round, at_end);
  return tables_.tally(list);
}

}  // namespace casus::game
