// What comes of stationary strategies: in, strategies that were set; out, every measure of the case, exactly.
#pragma once
#include <atomic>
#include <vector>

#include "solve/belief/window.h"
#include "solve/stationary/chain.h"
#include "solve/stationary/strategies.h"

namespace casus::solve {

Tally stationary_measures(const Strategies& game, const std::atomic<bool>* stop);

// With what probability, and in which round, a measure that looks for the first time comes true; before its rival does,
// if it has one.
Hit stationary_hit(const Strategies& game, uint32_t measure, const std::atomic<bool>* stop);

// The probability of ever getting to each node, as far as it is cheap to tell: 1 where play may get there at all.
std::vector<bool> stationary_reach(const Strategies& game);

}  // namespace casus::solve
