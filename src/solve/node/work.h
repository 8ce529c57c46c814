// What the node problem has to do at one point and world of a node, in units of solve::Work.
#pragma once
#include "game/game.h"

namespace casus::solve {

double work_by_point(const game::Game& g, game::NodeId n);

}  // namespace casus::solve
