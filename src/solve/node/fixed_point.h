// A fixed point y = G(y) of one node, y in log-odds: in, the reply G with its derivative; out, the point that is
// reached from a start, or along the branch from precision 0.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace casus::solve {

struct NodeAnswer;

// From so many options on a mover who chooses alone is solved option by option (node/equations.h).
inline constexpr uint32_t fewest_by_option = 5;

struct FixedPoint {
  // G at y and, unless `slopes` is empty, its derivative, column by column; of one who chooses alone, by option, as
  // NodeEquations reads it.
  using Reply = std::function<void(std::span<const double> y, std::span<double> g, std::span<double> slopes)>;
  Reply reply;
  std::vector<std::ptrdiff_t> rows;  // first unknown of every mover's type, and one past the last
  bool alone = false;                // slopes by option

  // From y to a fixed point to the (relative) tolerance; false where there is none to be found in thirty steps. Counts
  // evaluations in `answer` and says there whether the point is unstable.
  bool newton(std::span<double> y, double tolerance, NodeAnswer& answer) const;
  // Along the branch from the uniform choice; y: its end, near a fixed point. `unit`, `caution`: see TracerLimits.
  bool trace(std::span<double> y, double unit, double caution, NodeAnswer& answer) const;
};

}  // namespace casus::solve
