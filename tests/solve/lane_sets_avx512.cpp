#if defined(__x86_64__)
#define CASUS_ISA lane_test_avx512
#define CASUS_TABLE lanes_of_avx512
#include "solve/lane_sets_impl.h"
#endif
