#define CASUS_ISA bench_avx512
#define CASUS_ISA_NAME "avx512"
#define LANE_LOOPS loops_avx512
#include "support/lane_loops_impl.h"
