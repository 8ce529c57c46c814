// Moves and chance of one world by itself. Include it with CASUS_ISA defined.
#pragma once
#include "solve/lanes/move_impl.h"

namespace casus::solve::CASUS_ISA {

void move_alone(const NodeJob& j, Rescue rescue, void* context, MoveStatistics& statistics) {
  move_points<true>(j, rescue, context, statistics);
}

void chance_alone(const NodeJob& j) {
  chance_points<true>(j);
}

}  // namespace casus::solve::CASUS_ISA
