// What this process has used: out, seconds of processor time and MiB of memory.
#pragma once

namespace casus::bench {

double wall_seconds();
double process_seconds();  // processor time of all threads
double thread_seconds();   // of the caller's thread
// The largest resident memory since the last reset, in MiB; 0 where the system does not tell.
double peak_memory();
void reset_peak_memory();  // also gives freed memory back first

}  // namespace casus::bench
