// The batched solver's kernels for one instruction set; compiler options in CMakeLists.txt.
#define CASUS_ISA baseline
#include "solve/lanes/many_impl.h"
