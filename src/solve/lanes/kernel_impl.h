// The kernels of lanes/kernel.h in the vectors of one instruction set. Include it with CASUS_ISA defined.
#pragma once
#include <cassert>

#include "solve/lanes/move_impl.h"
#include "solve/lanes/particle_impl.h"
#include "solve/lanes/rows_impl.h"
#include "solve/lanes/settle_impl.h"

namespace casus::solve::CASUS_ISA {

inline void move(const NodeJob& j, Rescue rescue, void* context, MoveStatistics& statistics) {
  assert(j.fits());
  if (j.worlds == 1)
    move_alone(j, rescue, context, statistics);
  else
    move_points<false>(j, rescue, context, statistics);
}

void joint(const JointJob& j, Rescue rescue, void* context, MoveStatistics& statistics);  // joint_impl.h

inline void chance(const NodeJob& j) {
  assert(j.fits());
  if (j.worlds == 1)
    chance_alone(j);
  else
    chance_points<false>(j);
}

inline void choose(uint32_t options, const double* values, double* log_sigma, double* sigma) {
  if (options == 2) {  // the exponential of the better one is 1
    const Lane gap = Lane::load(values + lanes) - Lane::load(values), worse = exp(-abs(gap));
    const Lane sum = Lane(1) + worse, share = reciprocal(sum), rest = worse * share, norm = log(sum);
    const Mask second = gap > Lane(0);
    select(second, rest, share).store(sigma);
    select(second, share, rest).store(sigma + lanes);
    (select(second, -gap, Lane(0)) - norm).store(log_sigma);
    (select(second, Lane(0), gap) - norm).store(log_sigma + lanes);
    return;
  }
  Lane top = Lane::load(values);
  for (uint32_t o = 1; o < options; ++o) top = max(top, Lane::load(values + o * lanes));
  Lane sum(0);
  for (uint32_t o = 0; o < options; ++o) {
    const Lane e = exp(Lane::load(values + o * lanes) - top);
    e.store(sigma + o * lanes);
    sum += e;
  }
  const Lane norm = top + log(sum), share = reciprocal(sum);
  for (uint32_t o = 0; o < options; ++o) {
    (Lane::load(values + o * lanes) - norm).store(log_sigma + o * lanes);
    (Lane::load(sigma + o * lanes) * share).store(sigma + o * lanes);
  }
}

inline void logs(uint32_t eights, const double* x, double* out) {
  for (uint32_t i = 0; i < eights; ++i) log(Lane::load(x + i * lanes)).store(out + i * lanes);
}

}  // namespace casus::solve::CASUS_ISA

namespace casus::solve {
#define CASUS_NAME_(x) #x
#define CASUS_NAME(x) CASUS_NAME_(x)
#define CASUS_TABLE_(x) kernels_##x
#define CASUS_TABLE(x) CASUS_TABLE_(x)
extern const Kernels CASUS_TABLE(CASUS_ISA);
const Kernels CASUS_TABLE(CASUS_ISA) = {CASUS_NAME(CASUS_ISA),
                                        CASUS_ISA::move,
                                        CASUS_ISA::chance,
                                        CASUS_ISA::joint,
                                        CASUS_ISA::settle,
                                        CASUS_ISA::stencils<stencil_points>,
                                        CASUS_ISA::stencils<few_row_points>,
                                        CASUS_ISA::read_rows,
                                        CASUS_ISA::choose,
                                        CASUS_ISA::pool,
                                        CASUS_ISA::push,
                                        CASUS_ISA::type_sums,
                                        CASUS_ISA::carry,
                                        CASUS_ISA::logs};
}  // namespace casus::solve
