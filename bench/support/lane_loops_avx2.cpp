#define CASUS_ISA bench_avx2
#define CASUS_ISA_NAME "avx2"
#define LANE_LOOPS loops_avx2
#include "support/lane_loops_impl.h"
