// A solved world: in, a project, a policy and the values of parameters; out, what everybody chooses at every history,
// what it is worth to them, what everybody believes, and how good these numbers are. A value, as project.h says.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "casus/project.h"

namespace casus {

// How good the numbers of a world are; docs/json.md says what each entry means.
struct Certificate {
  bool exact = false;   // solved on public histories with exact beliefs, else on belief grids
  bool judged = false;  // whether choices were held against replies; else the next few numbers say nothing
  double distance = 0, regret = 0, best_reply = 0, effect = 0, seen = 1;
  double residual = 0;      // of the worst fixed point, in payoff
  double payoff_range = 0;  // largest minus smallest payment: the unit of regret and of the precision
  bool compared = false;    // with a coarser grid; else grid_change says nothing
  double grid_change = 0;
  unsigned points = 0;            // of the belief grid, an axis
  std::vector<std::string> held;  // actors about whom beliefs were held at the prior in working out what follows
  std::uint64_t nodes = 0, folds = 0, crossings = 0, unstable = 0, failed = 0;
};

struct Option {
  std::string name, description;
  double probability = 0;            // in the eyes of the public
  std::vector<double> given_type;    // the same given each type of `Mover::about` (one entry if there is none)
  std::vector<double> value;         // to the mover from here on, given each own type; empty for chance
  std::vector<double> belief_after;  // that `about` has each type once this was seen; empty if it tells nothing
};

// Somebody who chooses, or chance.
struct Mover {
  std::string actor;     // empty: chance
  std::string decision;  // of chance: the stage
  std::string description;
  std::string about;               // the actor of whose type the choice tells; empty: of none
  std::vector<std::string> types;  // of `about`
  std::vector<Option> options;
};

struct Belief {
  std::string actor;
  std::vector<std::string> types;
  std::vector<double> probability;
};

struct StateValue {
  std::string name, value;
};

// What happened at one stage.
struct Step {
  unsigned round = 1;
  std::string stage;               // empty: the end of a round
  std::vector<std::string> taken;  // "Decision.option" of each mover
  double probability = 1;
  std::vector<Belief> beliefs;    // afterwards
  std::vector<StateValue> state;  // afterwards
};

struct Course {
  std::vector<Step> steps;
  double probability = 1;
};

// A public history at which something is open, or the end. Stages at which nobody has a choice are passed by.
class CASUS_API Situation {
 public:
  bool over() const;
  unsigned round() const;
  std::string stage() const;
  std::vector<Mover> movers() const;  // those with one option too
  std::vector<Belief> beliefs() const;
  std::vector<StateValue> state() const;
  double probability() const;  // of getting here, in the eyes of the public
  double residual() const;     // of the fixed point solved here, in payoff

  // The history after these options: one for each mover that has a choice, in their order, "option" or
  // "Decision.option". Nothing, and why in `error`, where that cannot be done.
  std::optional<Situation> take(const std::vector<std::string>& options, std::string* error = nullptr) const;

  struct Impl;
  explicit Situation(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;
};

// One claim in one world.
struct WorldVerdict {
  std::string claim, text;
  std::string verdict;     // "holds", "fails", "unknown"
  double margin = 0;       // how far it holds (above 0) or fails
  bool too_close = false;  // for the numbers' own error
  bool turned = false;     // by another equilibrium
};

class CASUS_API Solved {
 public:
  // Whether there is an answer; else `error` says what is wrong in this world.
  bool ok() const;
  const std::string& error() const;
  bool stopped() const;

  std::string policy() const;
  std::vector<double> parameters() const;  // in the order of Project::parameters
  Certificate certificate() const;

  // A measure's value; `round` from 1, 0 where it has one value. `given`: the types of some actors. Nothing for what is
  // not there; no number (NaN) where what the measure is given never happens.
  std::optional<double> measure(const std::string& name, unsigned round = 0,
                                const std::map<std::string, std::string>& given = {}) const;
  std::optional<double> payoff(const std::string& actor) const;  // expected, discounted to the start

  // Whether there is an equilibrium to walk through. From the start, or along options as in Situation::take, one entry
  // for each mover that has a choice. `start` asks for a walkable world, the others say in `error` what is wrong.
  bool walkable() const;
  Situation start() const;
  std::optional<Situation> at(const std::vector<std::string>& path, std::string* error = nullptr) const;
  // The course of events along the options and then the likeliest.
  std::optional<Course> course(const std::vector<std::string>& path = {}, std::string* error = nullptr) const;

  // Other equilibria of the whole game that were found, each with measures, payoffs, a certificate and a walk. Empty
  // where none was found or nobody looked.
  std::vector<Solved> others() const;

  struct Impl;
  explicit Solved(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

// Of worlds solved together (Project::solve_all): the claims that speak of their policies only, and the whole answer as
// `casus solve` gives it.
CASUS_API std::vector<WorldVerdict> verdicts(const std::vector<Solved>& worlds);
CASUS_API std::string world_json(const std::vector<Solved>& worlds);
CASUS_API std::string world_text(const std::vector<Solved>& worlds, const Style& style = {});

}  // namespace casus
