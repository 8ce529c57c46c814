// A case and what can be asked of it: in, a text with its modules, overlays, levers and settings; out, a checked case,
// its solved worlds and its studies. Everything here is a value: it owns what it holds, copies are cheap and share it,
// and any number of threads may read it. Nothing is printed.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "casus/diagnostic.h"
#include "casus/export.h"

namespace casus {

class Solved;
class Study;
struct StudyRequest;

// Set it from anywhere (another thread, a signal handler) to end long work; null: it cannot be ended.
using Stop = const std::atomic<bool>*;

// The library's own version, as studies record it: "0.1.0".
CASUS_API std::string version();

struct ProjectOptions {
  std::vector<std::string> overlays = {};   // files that change parameters, priors and policies only
  std::vector<std::string> libraries = {};  // folders where `use "name"` looks, after the case's own
  std::vector<std::string> settings = {};   // "luck=0.3", "tied=yes", "share=30%": fixed in every world
  std::vector<std::string> levers = {};     // "luck=0:1:5": one more policy for each value
  std::vector<std::string> policies = {};   // those that get the levers, and those asked about; empty: all
  // Texts that stand in the place of files, by the paths at which these are looked for: an editor's unsaved text.
  std::map<std::string, std::string> texts = {};
  bool only_texts = false;  // no file is read
};

struct Actor {
  std::string name, description;
  std::vector<std::string> types;  // one unnamed type where nothing is private
};
struct Parameter {
  std::string name, description;
  bool uncertain = false;
  double median = 0;         // of what is not uncertain: its value
  double low = 0, high = 0;  // below each lie 5 % and 95 % of its distribution
};
struct Policy {
  std::string name, description;
  bool counterfactual = false;  // another world, not another choice
  bool by_lever = false;
};
struct Measure {
  std::string name, description;
  bool probability = false;
  unsigned rounds = 1;  // values: one for each round, or one
};
struct Claim {
  std::string name, text;
};

enum class Selection {
  by_default,  // exactly on histories where they are few, else on belief grids
  recursive,   // on belief grids: each node's own principal branch
  global,      // on belief grids: the whole game followed from precision 0
};

// How worlds are solved. The defaults are what the command line does.
struct Method {
  std::optional<double> accuracy = {};          // asked of measures; 1e-4 of one world, 1e-3 of a study
  std::optional<unsigned> points = {};          // a belief grid's, an axis; none: as many as it takes
  std::vector<std::string> held = {};           // with points: actors about whom beliefs are held at the prior
  std::optional<std::size_t> exact_up_to = {};  // public histories with a choice up to which a game is solved exactly
  Selection selection = Selection::by_default;
  unsigned threads = 1;
};

struct SolveRequest {
  std::vector<std::string> policies = {};     // empty: all
  std::map<std::string, double> values = {};  // of uncertain parameters; the others stand at their medians
  Method method = {};
};

class CASUS_API Project {
 public:
  // Reads and checks a case file, or a text under a name (modules are then looked for in `libraries` only).
  static Project open(const std::string& file, const ProjectOptions& options = {});
  static Project from_text(const std::string& name, const std::string& text, const ProjectOptions& options = {});

  // Whether there is a case to work with. Else `diagnostics` say what is wrong with the text, or `error` with the
  // options.
  bool sound() const;
  std::vector<Diagnostic> diagnostics() const;
  // The same as a compiler prints them, with the line and a caret; empty if there are none.
  std::string diagnostics_text(bool colour = false) const;
  const std::string& error() const;
  const std::vector<std::string>& remarks() const;  // what was taken, but not in silence

  const std::string& name() const;  // the file, or what it was called
  // What is in the case; all empty unless it is sound.
  std::string title() const;
  std::vector<Actor> actors() const;
  std::vector<Parameter> parameters() const;
  std::vector<Policy> policies() const;
  std::vector<Measure> measures() const;
  std::vector<Claim> claims() const;

  // Solves one world under each policy asked for, all on grids of the same points. The answer to a request that makes
  // no sense (an unknown policy) is one Solved whose error says so; stopped: one that says that. The project is sound.
  std::vector<Solved> solve_all(const SolveRequest& request = {}, Stop stop = nullptr) const;
  Solved solve(const std::string& policy, const SolveRequest& request = {}, Stop stop = nullptr) const;

  // Lays out a study; nothing is solved yet. The project is sound.
  Study study(const StudyRequest& request, Stop stop = nullptr) const;

  struct Impl;
  explicit Project(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace casus
