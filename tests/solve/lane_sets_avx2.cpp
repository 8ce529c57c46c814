#if defined(__x86_64__)
#define CASUS_ISA lane_test_avx2
#define CASUS_TABLE lanes_of_avx2
#include "solve/lane_sets_impl.h"
#endif
