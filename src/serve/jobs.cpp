#include "serve/jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "casus/study.h"

namespace casus::serve {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

struct Jobs::Job {
  std::string id;
  std::string path;   // of the case
  std::string study;  // of the file, in the folder
  std::string command;
  std::optional<casus::Study> run = {};  // until it ends

  std::string state = "waiting";  // waiting, running, done, stopped, failed
  std::string error = {};
  double done = 0;  // worlds
  uint64_t worlds = 0;
  double at_start = 0;
  Clock::time_point begin = {};
  std::atomic<bool> stop{false};
};

Jobs::Jobs(const Settings& settings, const Folder& folder, const Models& models)
    : settings_(settings), folder_(folder), models_(models), worker_([this] { work(); }) {}

Jobs::~Jobs() {
  stop();
}

void Jobs::stop() {
  const std::lock_guard hold(lock_);
  ending_ = true;
  for (auto& job : jobs_) job->stop = true;
  changed_.notify_all();
}

size_t Jobs::finish() {
  std::vector<std::shared_ptr<Job>> open;
  {
    const std::lock_guard hold(lock_);
    std::copy_if(jobs_.begin(), jobs_.end(), std::back_inserter(open),
                 [](const auto& job) { return job->state == "running" || job->state == "waiting"; });
  }
  stop();
  if (worker_.joinable()) worker_.join();
  return static_cast<size_t>(
      std::count_if(open.begin(), open.end(), [](const auto& job) { return job->state != "done"; }));
}

Json Jobs::told(const Job& job) const {
  Json out{{"id", job.id},         {"path", job.path},   {"state", job.state}, {"done", job.done},
           {"worlds", job.worlds}, {"seconds_left", {}}, {"study", job.study}, {"command", job.command}};
  const double gained = job.done - job.at_start;
  if (job.state == "running" && gained > 0) {
    const double seconds = std::chrono::duration<double>(Clock::now() - job.begin).count();
    out["seconds_left"] = seconds * (static_cast<double>(job.worlds) - job.done) / gained;
  }
  if (!job.error.empty()) out["error"] = job.error;
  return out;
}

std::shared_ptr<Jobs::Job> Jobs::find(const std::string& id) const {
  const auto at = std::find_if(jobs_.begin(), jobs_.end(), [&](const auto& job) { return job->id == id; });
  if (at == jobs_.end()) throw Refusal{404, fmt::format("there is no job '{}'", id)};
  return *at;
}

Json Jobs::job(const std::string& id) const {
  const std::lock_guard hold(lock_);
  return told(*find(id));
}

Json Jobs::all() const {
  const std::lock_guard hold(lock_);
  Json out = Json::array();
  for (const auto& job : jobs_) out.push_back(told(*job));
  return out;
}

uint64_t Jobs::wait(uint64_t seen, double seconds) const {
  std::unique_lock hold(lock_);
  changed_.wait_for(hold, std::chrono::duration<double>(seconds), [&] { return changes_ > seen || ending_; });
  return changes_;
}

void Jobs::change(const std::function<void()>& what) {
  const std::lock_guard hold(lock_);
  what();
  ++changes_;
  changed_.notify_all();
}

Json Jobs::add(const std::shared_ptr<Job>& job) {
  job->worlds = job->run->planned();
  const std::lock_guard hold(lock_);
  if (ending_) throw Refusal{503, "the server is stopping"};
  const auto waits = [](const auto& other) { return other->state == "waiting" || other->state == "running"; };
  if (std::count_if(jobs_.begin(), jobs_.end(), waits) >= static_cast<ptrdiff_t>(most_waiting))
    throw Refusal{429, fmt::format("{} runs are waiting already; cancel one or wait", most_waiting)};
  for (const auto& other : jobs_)
    if (other->study == job->study && waits(other)) throw Refusal{409, "this study is being run already"};
  while (jobs_.size() >= most_remembered) {
    const auto old = std::find_if_not(jobs_.begin(), jobs_.end(), waits);
    if (old == jobs_.end()) break;
    jobs_.erase(old);
  }
  job->id = fmt::format("{}", next_++);
  jobs_.push_back(job);
  ++changes_;
  changed_.notify_all();
  return told(*job);
}

Json Jobs::start(const RunRequest& request, const std::string& text, bool overwrite) {
  auto job = std::make_shared<Job>();
  job->path = request.path;
  auto laid = models_.study(request, text, overwrite ? Existing::overwrite : Existing::refuse);
  job->study = "casus-runs/" + laid.name();
  const auto file = folder_.file(job->study, ".sqlite", false);
  laid.keep_in(file.string());
  job->command = laid.command();
  if (const auto refusal = laid.refusal(); !refusal.empty())
    throw Refusal{409, refusal, dumped(Json{{"study", job->study}})};
  job->run = std::move(laid);
  return add(job);
}

Json Jobs::resume_study(const std::string& path) {
  auto opened = casus::Study::open(folder_.file(path, ".sqlite").string(), settings_.threads);
  if (!opened.ok()) throw Refusal{422, opened.error()};
  auto job = std::make_shared<Job>();
  job->path = opened.project().name();
  job->command = opened.command();
  job->study = path;
  job->run = std::move(opened);
  return add(job);
}

Json Jobs::resume(const std::string& id) {
  std::string study;
  {
    const std::lock_guard hold(lock_);
    const auto job = find(id);
    if (job->state != "stopped" && job->state != "failed")
      throw Refusal{409, fmt::format("job {} is {}", id, job->state)};
    study = job->study;
  }
  return resume_study(study);
}

Json Jobs::cancel(const std::string& id) {
  const std::lock_guard hold(lock_);
  const auto job = find(id);
  job->stop = true;
  if (job->state == "waiting") job->state = "stopped";
  ++changes_;
  changed_.notify_all();
  return told(*job);
}

void Jobs::work() {
  while (true) {
    std::shared_ptr<Job> job;
    {
      std::unique_lock hold(lock_);
      const auto next = [&] {
        return std::find_if(jobs_.begin(), jobs_.end(), [](const auto& j) { return j->state == "waiting"; });
      };
      changed_.wait(hold, [&] { return ending_ || next() != jobs_.end(); });
      if (ending_) return;
      job = *next();
      job->state = "running";
      job->begin = Clock::now();
      ++changes_;
      changed_.notify_all();
    }
    try {
      solve(*job);
    } catch (const std::exception& e) {
      change([&] {
        job->state = "failed";
        job->error = e.what();
      });
    }
    // Games take memory; what was asked is in the study.
    change([&] { job->run.reset(); });
  }
}

void Jobs::solve(Job& job) {
  const auto fail = [&](const std::string& message) {
    change([&] {
      job.state = "failed";
      job.error = message;
    });
  };
  auto& run = *job.run;
  std::error_code error;
  std::filesystem::create_directories((folder_.root() / job.study).parent_path(), error);
  if (error) return fail(fmt::format("cannot make the folder casus-runs: {}", error.message()));
  if (const auto refusal = run.refusal(); !refusal.empty()) return fail(refusal);
  const auto policies = static_cast<double>(run.policies());
  auto last = Clock::time_point{};
  change([&] { job.done = job.at_start = static_cast<double>(run.worlds()); });
  const bool done = run.run(&job.stop, [&](const Progress& p) {
    const auto now = Clock::now();
    if (now - last < std::chrono::milliseconds(200) && p.done < p.total) return;
    last = now;
    change([&] {
      job.done = static_cast<double>(p.done) / policies;
      job.at_start = static_cast<double>(p.at_start) / policies;
    });
  });
  if (!run.ok()) return fail(run.error());
  change([&] {
    job.state = done ? "done" : "stopped";
    job.done = static_cast<double>(run.worlds());
  });
}

}  // namespace casus::serve
