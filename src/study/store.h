// The store: one SQLite file for each study. In, the plan and what each world gave; out, a file that says what was
// asked and what was found, that plain SQL can read (schema.cpp) and that a killed run can be continued from.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/source.h"
#include "study/plan.h"
#include "study/results.h"

namespace casus::study {

// What makes two studies the same: keys and values as in the table `study`, and the texts.
struct Identity {
  std::vector<std::pair<std::string, std::string>> keys;
  std::vector<std::pair<std::string, std::string>> sources;  // name, text
  std::string hash() const;                                  // 8 hexadecimal digits of all but the source names
};
Identity identity_of(const Plan& plan, const base::SourceSet& sources, const std::string& version);

struct BranchAnswer;

enum class Existing { refuse, resume, overwrite };

class Store {
 public:
  // A file for writing. An empty path: a private file for a study that is not kept. What is there already:
  // - a finished study of the same identity is written anew (it will hold the same);
  // - an unfinished one of the same identity is continued with `resume`, replaced with `overwrite`, else refused;
  // - one of another identity is replaced with `overwrite`, else refused, saying what differs;
  // - anything else is refused.
  static base::Result<Store> open(const std::string& path, const Plan& plan, const Identity& identity,
                                  Existing existing);
  // Why `open` would refuse what is in the file; empty if it would not.
  static std::string refusal(const std::string& path, const Identity& identity, Existing existing);
  // For reading only.
  static base::Result<Store> read(const std::string& path);

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  // Worlds in the store, the median world not counted.
  uint64_t worlds() const;
  // Per world below `count`: whether it is in the store.
  std::vector<bool> present(uint64_t count) const;
  bool has_median() const;

  // All or nothing, in one transaction. The message of a failure says what to do.
  base::Result<bool> write(std::span<const WorldRecord> records);
  // What a search for other equilibria found, in place of what an earlier one did.
  base::Result<bool> write(const BranchAnswer& answer);
  base::Result<bool> complete();

  // The results in order of world, then policy place; the median world is left out. Stops at an error of the file.
  using Visit = std::function<void(int64_t world, uint32_t policy_place, const PolicyResult&)>;
  base::Result<bool> each_result(const Visit& visit) const;
  base::Result<bool> each_world(const std::function<void(int64_t, const std::vector<double>&)>& visit) const;
  base::Result<bool> each_verdict(
      const std::function<void(int64_t, uint32_t claim_place, const Verdict&)>& visit) const;
  // The results of the worlds and policies where other equilibria were looked for, with what was found; median_world
  // too.
  base::Result<bool> each_looked(const Visit& visit) const;
  // The claims, by place, that another equilibrium turns in a world; median_world too.
  base::Result<bool> each_turned(const std::function<void(int64_t world, uint32_t claim_place)>& visit) const;
  // Every verdict of one world (median_world too), by claim place.
  base::Result<std::vector<Verdict>> verdicts(int64_t world) const;

  std::optional<std::string> value(const std::string& key) const;  // of the table `study`
  // The texts of the case, its overlays and modules as they were, with their names; the case first.
  base::Result<std::vector<std::pair<std::string, std::string>>> sources() const;
  const std::string& path() const;

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace casus::study
