#include "study/run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <mutex>

#include "base/stop.h"
#include "base/thread_pool.h"
#include "lab/streaming.h"
#include "study/claims.h"
#include "study/others.h"

namespace casus::study {
namespace {

const std::atomic<bool> never{false};

// Hands finished batches to the store: each batch whole, and not so often that writing takes time from solving.
class Writer {
 public:
  explicit Writer(Store& store) : store_(store), last_(Clock::now()) {}
  void add(std::vector<WorldRecord> records) {
    std::move(records.begin(), records.end(), std::back_inserter(waiting_));
    if (Clock::now() - last_ > std::chrono::milliseconds(200)) flush();
  }
  void flush() {
    if (waiting_.empty() || !error_.empty()) return;
    if (auto written = store_.write(waiting_); !written) error_ = written.error();
    waiting_.clear();
    last_ = Clock::now();
  }
  const std::string& error() const { return error_; }

 private:
  using Clock = std::chrono::steady_clock;
  Store& store_;
  std::vector<WorldRecord> waiting_;
  Clock::time_point last_;
  std::string error_;
};

// Worlds solved together, until every policy has been.
struct Batch {
  std::vector<WorldRecord> records;
  size_t left = 0;  // groups of policies
};

WorldRecord empty_record(const Plan& plan, uint64_t world) {
  return {.world = static_cast<int64_t>(world),
          .params = plan.world(world),
          .policies = std::vector<PolicyResult>(plan.policies.size()),
          .claims = {}};
}

// The median world is solved beside the plan's first worlds: the first batch has one place less for them.
constexpr uint64_t beside_median = batch_width - 1;

// The worlds of a batch that the store lacks. A world's answer does not depend on the others of its batch; batches keep
// their places all the same, so that a continued run has no odd ones.
std::vector<uint64_t> missing_in(uint64_t batch, const std::vector<bool>& present) {
  std::vector<uint64_t> out;
  const uint64_t end = std::min<uint64_t>(batch * batch_width + beside_median, present.size());
  for (uint64_t w = batch == 0 ? 0 : (batch - 1) * batch_width + beside_median; w < end; ++w)
    if (!present[w]) out.push_back(w);
  return out;
}

// Every so many batches choices are judged, and a quarter as often answers compared with a coarser grid's: every second
// in small studies, every eighth in large ones.
uint64_t judged_every(uint64_t worlds) {
  return std::clamp<uint64_t>((worlds + batch_width) / batch_width / 8, 2, 8);
}

// How a batch is solved. It is judged only where its own first world is there, so that no row depends on interruptions.
solve::SolveOptions options_of(const Plan& plan, uint64_t batch, uint64_t first_world) {
  solve::SolveOptions out = plan.options.solve;
  const bool whole = first_world == (batch == 0 ? 0 : (batch - 1) * batch_width + beside_median);
  out.judge = whole && batch % judged_every(plan.worlds) == 0;
  // Batch 0 is solved with the median world.
  if (whole && batch > 0) out.others = others_search(plan, batch);
  out.judge_least = 1e-3;
  out.compare = batch % (4 * judged_every(plan.worlds)) == 0;
  return out;
}

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

// Jobs in the order in which they are taken: groups of policies one after another within a few batches, so that the
// largest come first and what is finished can be written.
struct Job {
  size_t batch, group;
};
Job job_at(uint64_t number, size_t batches, size_t groups) {
  constexpr size_t together = 4;
  const size_t first = number / (together * groups) * together, width = std::min(together, batches - first);
  const size_t rest = number - first * groups;
  return {first + rest % width, rest / width};
}

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
    for (auto& record : batch.records) record.claims = judge_claims(plan, record.policies);
    writer.add(std::move(batch.records));
    open.erase(b);
    if (!writer.error().empty()) stop = true;
  });
  writer.flush();
  if (!writer.error().empty()) return base::Error{writer.error()};
  return batches_missing(store.present(limit)).empty();
}

// Worlds after which `until` is looked at first, and the grain of the further looks.
constexpr uint64_t first_look = 64;

// How many worlds the claims need for intervals as narrow as `until`, seen from the first `limit`; `limit` itself where
// they are enough. It depends on these worlds alone, so a continued run stops where an undisturbed one does.
base::Result<uint64_t> next_limit(const Plan& plan, const Store& store, uint64_t limit) {
  std::vector<uint64_t> holds(plan.claims.size()), known(plan.claims.size());
  auto read = store.each_verdict([&](int64_t world, uint32_t claim, const Verdict& v) {
    if (static_cast<uint64_t>(world) >= limit || v.truth == Truth::unknown) return;
    ++known[claim];
    holds[claim] += v.truth == Truth::holds;
  });
  if (!read) return base::Error{read.error()};
  std::vector<lab::Share> shares;
  for (size_t k = 0; k < known.size(); ++k)
    if (known[k] > 0) shares.push_back(lab::wilson(holds[k], known[k]));
  const auto stopping = lab::enough_worlds(shares, plan.options.until);
  if (stopping.enough) return limit;
  // Never more than doubled: the shares seen so far may be far off.
  const uint64_t more = std::clamp(stopping.more, first_look, limit);
  return limit + (more + first_look - 1) / first_look * first_look;
}

}  // namespace

std::optional<Median> solve_median(const Plan& plan, const RunControl& control) {
  Median out{plan.centre, std::vector<MedianPolicy>(plan.policies.size()), {}};
  std::vector<std::vector<double>> worlds{out.params};
  for (uint64_t w = 0; w < (plan.options.solve.alone ? 0 : std::min(beside_median, plan.worlds)); ++w) {
    out.beside.push_back(empty_record(plan, w));
    worlds.push_back(out.beside.back().params);
  }
  const auto& stop = control.stop ? *control.stop : never;
  const unsigned inside = base::threads_each(control.threads, plan.groups.size());
  const auto solve_one = [&](uint64_t k) {
    solve::SolveOptions options = plan.options.solve;
    options.others = others_search(plan, 0);
    options.stop = control.stop;
    auto solved = solve_group(plan.policies, plan.groups[k], worlds, options, true, inside);
    for (size_t i = 0; i < solved.size(); ++i) {
      const uint32_t p = plan.groups[k].places[i];
      for (size_t w = 0; w < out.beside.size(); ++w)
        out.beside[w].policies[p] = result_of(plan, std::move(solved[i].outcomes[w + 1]));
      auto world = std::make_shared<SolvedWorld>(plan, p, out.params, options, std::move(solved[i]));
      auto& median = out.policies[p];
      median.result = world->result();
      if (world->walkable()) median.course = world->follow();
      if (control.keep) median.world = std::move(world);
    }
  };
  try {
    base::for_each_index(plan.groups.size(), control.threads, stop, solve_one);
  } catch (const base::Stopped&) {
    return std::nullopt;
  }
  if (stop) return std::nullopt;
  if (plan.worlds == 1 && plan.map.dimensions() == 0) {  // the study's one world is the median one
    out.beside.push_back(empty_record(plan, 0));
    for (size_t p = 0; p < out.policies.size(); ++p) {
      PolicyResult& same = out.beside[0].policies[p] = out.policies[p].result;
      same.looked = false;  // other equilibria are told once
      same.others.clear();
    }
  }
  return out;
}

uint64_t batches(const Plan& plan) {
  return (plan.worlds + (batch_width - beside_median) + batch_width - 1) / batch_width;
}

base::Result<RunEnd> run_worlds(const Plan& plan, Store& store, const Median& median, const RunControl& control) {
  if (!store.has_median()) {
    WorldRecord record{.world = median_world, .params = median.params, .policies = {}, .claims = {}};
    for (const auto& p : median.policies) record.policies.push_back(p.result);
    record.claims = judge_claims(plan, record.policies);
    if (auto written = store.write({&record, 1}); !written) return base::Error{written.error()};
  }
  const auto present = store.present(median.beside.size());
  std::vector<WorldRecord> beside;
  for (const auto& record : median.beside)
    if (!present[static_cast<size_t>(record.world)]) {
      beside.push_back(record);
      beside.back().claims = judge_claims(plan, record.policies);
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
