#include "study/run.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "base/stop.h"
#include "base/thread_pool.h"
#include "study/batches.h"
#include "study/claims.h"
#include "study/enough.h"
#include "study/writer.h"

namespace casus::study {
namespace {

// Worlds solved together, until every policy has been.
struct Batch {
  std::vector<WorldRecord> records;
  size_t left = 0;  // groups of policies
};

// Where a world was not compared with a coarser grid, its changes are taken to be the largest of those solved beside
// the median one.
class TypicalChange {
 public:
  TypicalChange(const Plan& plan, const Median& median) : of_(plan.policies.size()) {
    for (size_t p = 0; p < of_.size(); ++p) {
      add(p, median.policies[p].result);
      for (const auto& record : median.beside) add(p, record.policies[p]);
    }
  }
  void fill(size_t policy, PolicyResult& r) const {
    if (r.ok() && !r.certificate.compared && of_[policy].size() == r.change.size()) r.change = of_[policy];
  }

 private:
  void add(size_t policy, const PolicyResult& r) {
    if (!r.ok() || !r.certificate.compared) return;
    auto& most = of_[policy];
    most.resize(r.change.size());
    for (size_t k = 0; k < most.size(); ++k) most[k] = std::max(most[k], std::fabs(r.change[k]));
  }
  std::vector<std::vector<double>> of_;  // per policy: as PolicyResult::change
};

// Solves the worlds below `limit`, in the batches asked for, that the store lacks; whether all of them are in it now.
base::Result<bool> solve_missing(const Plan& plan, Store& store, uint64_t limit, const TypicalChange& typical,
                                 const RunControl& control) {
  const auto present = store.present(limit);
  const auto batches_missing = [&](const std::vector<bool>& there) {
    std::vector<uint64_t> out;
    for (uint64_t b = control.first_batch; b < control.last_batch && b * batch_width < limit + batch_width; ++b)
      if (!missing_in(b, there).empty()) out.push_back(b);
    return out;
  };
  const auto missing = batches_missing(present);
  const size_t policies = plan.policies.size(), groups = plan.groups.size();
  Progress progress{.done = store.worlds() * policies, .total = limit * policies, .at_start = 0};
  progress.at_start = progress.done;

  std::mutex lock;
  std::map<uint64_t, Batch> open;
  Writer writer(store);
  std::atomic<bool> stop{false};
  const unsigned inside = base::threads_each(control.threads, missing.size() * groups);
  base::for_each_index(missing.size() * groups, control.threads, stop, [&](uint64_t number) {
    if (control.stop && *control.stop) {
      stop = true;
      return;
    }
    const Job job = job_at(number, missing.size(), groups);
    const uint64_t b = missing[job.batch];
    const Group& group = plan.groups[job.group];
    const auto numbers = missing_in(b, present);
    std::vector<std::vector<double>> worlds;
    worlds.reserve(numbers.size());
    for (const uint64_t w : numbers) worlds.push_back(plan.world(w));
    solve::SolveOptions options = options_of(plan, b, numbers.front());
    options.stop = control.stop;
    std::vector<solve::Walkable> solved;
    try {
      solved = solve_group(plan.policies, group, worlds, options, false, inside);
    } catch (const base::Stopped&) {
      stop = true;
      return;
    }
    std::vector<std::vector<PolicyResult>> results(solved.size());
    for (size_t k = 0; k < solved.size(); ++k)
      for (auto& outcome : solved[k].outcomes) {
        results[k].push_back(result_of(plan, std::move(outcome)));
        typical.fill(group.places[k], results[k].back());
      }
    const std::lock_guard hold(lock);
    auto& batch = open[b];
    if (batch.records.empty()) {
      batch.left = groups;
      for (const uint64_t w : numbers) batch.records.push_back(empty_record(plan, w));
    }
    for (size_t k = 0; k < results.size(); ++k)
      for (size_t i = 0; i < numbers.size(); ++i) batch.records[i].policies[group.places[k]] = std::move(results[k][i]);
    progress.done += results.size() * numbers.size();
    if (control.progress) control.progress(progress);
    if (--batch.left > 0) return;
    for (auto& record : batch.records) record.claims = judge_claims(plan, record.params, record.policies);
    writer.add(std::move(batch.records));
    open.erase(b);
    if (!writer.error().empty()) stop = true;
  });
  writer.flush();
  if (!writer.error().empty()) return base::Error{writer.error()};
  return batches_missing(store.present(limit)).empty();
}

}  // namespace

base::Result<RunEnd> run_worlds(const Plan& plan, Store& store, const Median& median, const RunControl& control) {
  if (!store.has_median()) {
    WorldRecord record{.world = median_world, .params = median.params, .policies = {}, .claims = {}};
    for (const auto& p : median.policies) record.policies.push_back(p.result);
    record.claims = judge_claims(plan, record.params, record.policies);
    if (auto written = store.write({&record, 1}); !written) return base::Error{written.error()};
  }
  const auto present = store.present(median.beside.size());
  std::vector<WorldRecord> beside;
  for (const auto& record : median.beside)
    if (!present[static_cast<size_t>(record.world)]) {
      beside.push_back(record);
      beside.back().claims = judge_claims(plan, record.params, record.policies);
    }
  if (!beside.empty())
    if (auto written = store.write(beside); !written) return base::Error{written.error()};

  const TypicalChange typical(plan, median);
  RunEnd end;
  for (uint64_t limit = plan.options.until > 0 ? std::min(first_look, plan.worlds) : plan.worlds;;) {
    const auto solved = solve_missing(plan, store, limit, typical, control);
    if (!solved) return base::Error{solved.error()};
    end.stopped = !*solved;
    if (end.stopped) return end;
    if (plan.options.until <= 0) break;
    const auto next = next_limit(plan, store, limit);
    if (!next) return base::Error{next.error()};
    end.precise = *next == limit;
    if (*next == limit || limit == plan.worlds) break;
    limit = std::min(*next, plan.worlds);
  }
  if (plan.options.until <= 0 && store.worlds() < plan.worlds) return end;  // others have the rest
  if (auto written = store.complete(); !written) return base::Error{written.error()};
  return end;
}

}  // namespace casus::study
