// Runs of studies, one after the other: in, what to run; out, its progress, and a study file that a stopped run can be
// continued from.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "serve/folder.h"
#include "serve/models.h"

namespace casus::serve {

class Jobs {
 public:
  static constexpr size_t most_waiting = 16, most_remembered = 64;

  Jobs(const Settings& settings, const Folder& folder, const Models& models);
  ~Jobs();  // stops what runs; its worlds so far are in its file
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  // Each returns the job as JSON or refuses (api.h).
  Json start(const RunRequest& request, const std::string& text, bool overwrite);
  Json resume(const std::string& id);          // a stopped or failed job
  Json resume_study(const std::string& path);  // an unfinished study of the folder
  Json cancel(const std::string& id);
  Json job(const std::string& id) const;
  Json all() const;

  // Waits until something has changed since `seen` (or for `seconds`, or the end); the changes so far.
  uint64_t wait(uint64_t seen, double seconds) const;
  void stop();  // begins the end: no further job, no further waiting
  // Ends, and says how many runs that ran or waited then are unfinished: one may be done in the meantime.
  size_t finish();

 private:
  struct Job;
  Json add(const std::shared_ptr<Job>& job);
  void work();
  void solve(Job& job);
  void change(const std::function<void()>& what);
  Json told(const Job& job) const;
  std::shared_ptr<Job> find(const std::string& id) const;

  const Settings& settings_;
  const Folder& folder_;
  const Models& models_;
  mutable std::mutex lock_;
  mutable std::condition_variable changed_;
  std::deque<std::shared_ptr<Job>> jobs_;  // the oldest first
  uint64_t changes_ = 0;
  uint64_t next_ = 1;
  bool ending_ = false;
  std::jthread worker_;
};

}  // namespace casus::serve
