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

}  // namespace casus::game
