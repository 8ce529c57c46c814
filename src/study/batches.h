// In which order and company a study's worlds are solved: in, a plan; out, its batches of eight, how closely each is
// looked at, and the jobs they come to. All of it depends on the plan alone.
#pragma once
#include <cstdint>
#include <vector>

#include "study/plan.h"
#include "study/results.h"

namespace casus::study {

// The median world is solved beside the plan's first worlds: the first batch has one place less for them.
inline constexpr uint64_t beside_median = batch_width - 1;

// Batches in which the plan's worlds are solved: the first with the median world, each by itself, whatever the others.
uint64_t batches(const Plan& plan);

// The worlds of a batch that are not there yet (`present`: per world). A world's answer does not depend on the others
// of its batch; batches keep their places all the same, so that a continued run has no odd ones.
std::vector<uint64_t> missing_in(uint64_t batch, const std::vector<bool>& present);

// How a batch is solved. It is judged only where its own first world is there, so that no row depends on interruptions.
solve::SolveOptions options_of(const Plan& plan, uint64_t batch, uint64_t first_world);

// Jobs in the order in which they are taken: groups of policies one after another within a few batches, so that the
// largest come first and what is finished can be written.
struct Job {
  size_t batch, group;
};
Job job_at(uint64_t number, size_t batches, size_t groups);

// A world's row before it is solved.
WorldRecord empty_record(const Plan& plan, uint64_t world);

}  // namespace casus::study
