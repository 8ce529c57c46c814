#include "study/batches.h"

#include <algorithm>

#include "study/others.h"

namespace casus::study {
namespace {

uint64_t first_of(uint64_t batch) {
  return batch == 0 ? 0 : (batch - 1) * batch_width + beside_median;
}

// Every so many batches choices are judged, and a quarter as often answers compared with a coarser grid's: every second
// in small studies, every eighth in large ones.
uint64_t judged_every(uint64_t worlds) {
  return std::clamp<uint64_t>((worlds + batch_width) / batch_width / 8, 2, 8);
}

}  // namespace

uint64_t batches(const Plan& plan) {
  return (plan.worlds + (batch_width - beside_median) + batch_width - 1) / batch_width;
}

std::vector<uint64_t> missing_in(uint64_t batch, const std::vector<bool>& present) {
  std::vector<uint64_t> out;
  const uint64_t end = std::min<uint64_t>(batch * batch_width + beside_median, present.size());
  for (uint64_t w = first_of(batch); w < end; ++w)
    if (!present[w]) out.push_back(w);
  return out;
}

solve::SolveOptions options_of(const Plan& plan, uint64_t batch, uint64_t first_world) {
  solve::SolveOptions out = plan.options.solve;
  const bool whole = first_world == first_of(batch);
  out.judge = whole && batch % judged_every(plan.worlds) == 0;
  // Batch 0 is solved with the median world.
  if (whole && batch > 0) out.others = others_search(plan, batch);
  out.judge_least = 1e-3;
  out.compare = batch % (4 * judged_every(plan.worlds)) == 0;
  return out;
}

Job job_at(uint64_t number, size_t batches, size_t groups) {
  constexpr size_t together = 4;
  const size_t first = number / (together * groups) * together, width = std::min(together, batches - first);
  const size_t rest = number - first * groups;
  return {first + rest % width, rest / width};
}

WorldRecord empty_record(const Plan& plan, uint64_t world) {
  return {.world = static_cast<int64_t>(world),
          .params = plan.world(world),
          .policies = std::vector<PolicyResult>(plan.policies.size()),
          .claims = {}};
}

}  // namespace casus::study
