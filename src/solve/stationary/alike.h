// Choices that a symmetry makes alike: in, a fixed point's reply; out, the same kept to strategies in which they are.
//
// The branch from precision 0 begins with even choices and keeps every symmetry of the game: where another branch leads
// away from it to one side and its mirror image to the other, it goes straight on. Followed in all directions that is a
// matter of rounding errors; kept to what is alike there is nothing to meet.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "solve/node/fixed_point.h"

namespace casus::solve {

// Per unknown the first of those that stay alike with it wherever all who are alike choose alike: the coarsest such
// partition that even choices begin in, found by replies to choices drawn at random, alike for those who still are.
std::vector<size_t> find_alike(const FixedPoint& point);

// The same fixed point where those who are alike choose alike; all others are left out.
FixedPoint keep_alike(const FixedPoint& point, std::vector<size_t> alike);

// The largest log-odds by which a point is not its reply.
double off_reply(const FixedPoint& point, std::span<const double> y);

}  // namespace casus::solve
