#define CASUS_ISA bench_baseline
#define CASUS_ISA_NAME "baseline"
#define LANE_LOOPS loops_baseline
#include "support/lane_loops_impl.h"
