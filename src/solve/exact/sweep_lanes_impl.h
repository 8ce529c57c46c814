// The kernels of sweep.h for eight worlds in the vectors of one instruction set. Include it with CASUS_ISA defined.
#pragma once
#include "kernel/lane.h"

#define CASUS_SWEEP_JOIN(a, b) a##b
#define CASUS_SWEEP_NAME(isa) CASUS_SWEEP_JOIN(sweep_, isa)
#define CASUS_SWEEP_NAMESPACE CASUS_SWEEP_NAME(CASUS_ISA)

namespace casus::solve::CASUS_SWEEP_NAMESPACE {

using namespace casus::kernel::CASUS_ISA;  // NOLINT: the same instruction set's arithmetic
using L = Lane;
inline L load(const double* from) {
  return L::load(from);
}
inline void store(const L& x, double* to) {
  x.store(to);
}

}  // namespace casus::solve::CASUS_SWEEP_NAMESPACE

#include "solve/exact/sweep_impl.h"
