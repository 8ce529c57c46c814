// lane_sets.h in the vectors of one instruction set. Include it with CASUS_ISA and CASUS_TABLE defined.
#pragma once
#include "kernel/lane.h"
#include "solve/lane_sets.h"

namespace casus::testing {

using kernel::CASUS_ISA::Lane;

const LaneFunctions CASUS_TABLE = {
    [](const double* in, double* out) { exp(Lane::load(in)).store(out); },
    [](const double* in, double* out) { log(Lane::load(in)).store(out); },
    [](const double* in, double* out) { asinh(Lane::load(in)).store(out); },
};

}  // namespace casus::testing
