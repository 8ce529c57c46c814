// Whose types tell of each other, in words.
#pragma once
#include <string>
#include <vector>

#include "game/game.h"

namespace casus::report {

// "What Oil and Expert are hangs together: what is seen of one tells of the others, too.", for each group.
std::vector<std::string> related_types(const model::Case& c, const game::Game& g);

}  // namespace casus::report
