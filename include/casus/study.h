// A study: in, a project and how many worlds to draw; out, every world solved under every policy, written as it goes,
// and what that says. It can be stopped, resumed, opened again, and run in blocks on several machines.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "casus/project.h"
#include "casus/solved.h"

namespace casus {

// What to do with a study that is in the file already. A finished one of the same case, seed and options is written
// anew in any case.
enum class Existing { refuse, resume, overwrite };

struct StudyRequest {
  std::uint64_t worlds = 96, seed = 1;
  std::string design =
      "lhs";  // "lhs", "maximin", "sobol", "halton", "random", "factorial", "one-at-a-time", "saltelli"
  // A user's own worlds in place of a design: the name and the text of a CSV table, a column for each parameter.
  std::string worlds_name = {}, worlds_csv = {};
  double until = 0;  // above 0: worlds are added until the claims' intervals reach so far to either side
  std::vector<std::string> policies = {};  // empty: all
  std::string objective = {};              // a measure; empty: the first with one value
  std::optional<bool> minimise = {};       // none: a probability is minimised, anything else maximised
  std::string store = {};                  // the file; empty: see the next line
  std::string store_folder = {};           // for a file named after the case and what is asked; empty: it is not kept
  Existing existing = Existing::refuse;
  // Asked before the file is opened for writing: why it may not be, or nothing.
  std::function<std::string(const std::string& file)> objection = {};
  std::uint64_t search = 0;  // worlds in which other equilibria are looked for thoroughly
  // Keeps the median world's equilibria, for `median` and `page`.
  bool keep = false;
  Method method = {};
};

struct Progress {
  std::uint64_t done = 0, total = 0;  // worlds times policies
  std::uint64_t at_start = 0;         // of `done`: there before this run
};

// A claim over the worlds.
struct Verdict {
  std::string claim, text;
  std::string verdict;                  // "holds" or "fails" in at least 95 % of the worlds, "depends", "unknown"
  double share = 0, low = 0, high = 0;  // where it holds, of those where it can be judged; 95 % interval (Wilson)
  std::uint64_t worlds = 0, holds = 0, unknown = 0, too_close = 0;
  std::vector<std::string> conditions;  // where it fails, in sentences
};

// A measure under a policy over the worlds.
struct Spread {
  std::string policy, measure;
  unsigned round = 0;  // from 1; 0: it has one value
  // 5 % of the worlds lie below `low`, 5 % above `high`; of those in which the measure has a value, NaN if in none.
  double mean = 0, low = 0, high = 0;
};

// A policy that can be chosen, by the objective.
struct Standing {
  std::string policy;
  double best_share = 0, mean_regret = 0, worst_regret = 0, worst_value = 0;
};

// A value, as project.h says, but copies share what is run: while one thread runs a study no other may read it, and
// what is done by then comes through `progress`.
class CASUS_API Study {
 public:
  // A stored study with its case, as it was; `ok` is false where this version of the program would lay out another.
  static Study open(const std::string& file, unsigned threads = 1, const std::string& objective = {},
                    std::optional<bool> minimise = {});

  // Whether it can be used; else `error` says why, and `input_error` whether the mistake is in what was asked for.
  // Where only the case's text is wrong, `error` is empty and `diagnostics` say it.
  bool ok() const;
  const std::string& error() const;
  bool input_error() const;
  std::vector<Diagnostic> diagnostics() const;
  std::string diagnostics_text(bool colour = false) const;
  std::vector<std::string> remarks() const;  // what was taken for granted

  Project project() const;
  std::uint64_t planned() const;  // worlds
  std::uint64_t worlds() const;   // that are solved
  std::string file() const;       // empty: it is not kept
  std::string command() const;    // that gives these numbers again
  std::string name() const;       // "kazakhstan-2022-1f0c9a2b.sqlite": after the case and what is asked
  std::uint64_t policies() const;
  // Keeps it in that file, before it is run.
  void keep_in(const std::string& file);

  // Why `run` would refuse what is in the file already, as far as is known before; empty if it would not.
  std::string refusal() const;
  // Solves the worlds that are missing; what is done is in the file. False where it was stopped, or failed (then `ok`
  // is false until the next run: what kept it from the file may have gone). The rows depend on case, seed and options
  // alone, not on threads or interruptions.
  bool run(Stop stop = nullptr, const std::function<void(const Progress&)>& progress = {});
  // The same for some blocks of worlds (study::batch_width each) only: [first, last). Each block depends on case, seed
  // and options alone, so that several programs may share a study's blocks.
  bool run_blocks(std::uint64_t first, std::uint64_t last, Stop stop = nullptr,
                  const std::function<void(const Progress&)>& progress = {});
  std::uint64_t blocks() const;
  bool complete() const;
  bool searching_stopped() const;  // every world is solved, but the search for other equilibria was stopped

  // The median world of the study under each policy, solved once more where the study was opened; empty if stopped.
  std::vector<Solved> median(Stop stop = nullptr);

  std::vector<Verdict> verdicts() const;
  std::vector<Spread> measures() const;
  std::vector<Standing> standings() const;  // of the policies that can be chosen
  bool any_solution() const;                // some policy has one in some world

  // The answer of `casus run`: as JSON, as a memo in Markdown, for a terminal.
  std::string json() const;
  std::string markdown() const;
  std::string text(const Style& style = {}) const;
  // As a web page that needs no network; `median` must have been asked for, or `keep`. Nothing, and why in `error`.
  std::optional<std::string> page(const std::string& page_template, std::string* error = nullptr) const;
  std::optional<std::string> page_data(std::string* error = nullptr) const;  // the JSON in that page

  struct Impl;
  explicit Study(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace casus
