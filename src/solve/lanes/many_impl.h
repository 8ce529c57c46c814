// Moves of one among many options, of eight worlds or of one by itself. Include it with CASUS_ISA defined.
#pragma once
#include "solve/lanes/move_impl.h"

namespace casus::solve::CASUS_ISA {

void move_many(const NodeJob& j, Rescue rescue, void* context, MoveStatistics& statistics) {
  if (j.worlds == 1)
    move_some<true, 1, most_fast_options>(j, rescue, context, statistics);
  else
    move_some<false, 1, most_fast_options>(j, rescue, context, statistics);
}

}  // namespace casus::solve::CASUS_ISA
