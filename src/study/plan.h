// The plan of a study: in, a checked case and options; out, everything that is the same for all its worlds.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "game/game.h"
#include "kernel/lanes.h"
#include "lab/design.h"
#include "lab/world.h"
#include "solve/solver.h"
#include "study/derived.h"
#include "study/group.h"

namespace casus::study {

// Chosen together so that the flagship takes less than ten seconds on two cores.
inline constexpr uint64_t default_worlds = 96;
inline constexpr uint32_t default_points = 7;  // grid points per belief axis, to begin with
// Worlds solved together.
inline constexpr uint64_t batch_width = kernel::lanes;

struct Options {
  uint64_t worlds = default_worlds;
  uint64_t seed = 1;
  lab::DesignKind design = lab::DesignKind::latin_hypercube;
  // A user's own worlds, in place of a design: the name and the text of a CSV file (lab::read_user_design).
  std::string worlds_file = {}, worlds_text = {};
  // Above 0: worlds are added, up to `worlds`, until every claim's 95 % interval reaches at most so far to either side.
  double until = 0;
  solve::SolveOptions solve = {};
  double accuracy = 1e-3;  // that is asked of measures
  bool refine = false;     // the grid is left to the solver: it begins with solve.points
  // With given points: they are those on which an answer was mended (solve::Mend), and it is to be had again.
  bool mends = false;
  std::vector<std::string> held = {};      // with given points: actors about whom beliefs are held (SolveOptions::held)
  bool solves = true;                      // else the plan serves to look at a case, or to write out a tree
  bool counts = true;                      // game::CompileOptions::counts
  std::vector<std::string> policies = {};  // names; empty: all
  // As given, for the record only: the case already has them.
  std::vector<std::string> settings = {}, levers = {};
};

// Where a measure's values stand in a row of numbers: [measure][round][profile]; a measure without rounds has one.
struct ValueLayout : MeasureRows {
  uint32_t actors = 0;
  uint32_t asked = 0;                  // measures that are asked for; the rest serve these
  std::vector<uint32_t> profile_type;  // [profile * actors + actor]

  explicit ValueLayout(const game::Game& g);
  ValueLayout() = default;
  // Profiles that have the given types (-1: any; an empty list: all any).
  Profiles having(const std::vector<int>& given_type) const;
  uint32_t columns() const;  // measures asked for times their rounds
};

// A measure given some types, and how far off it is (measured, measured_change). `round` counts from 0.
double expected(const ValueLayout& layout, const std::vector<double>& values, const std::vector<double>& profile_prior,
                uint32_t measure, uint32_t round, const std::vector<int>& given_type = {});
double expected_change(const ValueLayout& layout, const std::vector<double>& values, const std::vector<double>& change,
                       const std::vector<double>& profile_prior, uint32_t measure, uint32_t round,
                       const std::vector<int>& given_type = {});

// One policy of the study and its compiled game.
struct Compared {
  uint32_t policy = 0;  // in Case::policies
  game::Game game;
  std::shared_ptr<const solve::SweepPlan> exact = {};  // its histories, where it is solved exactly
  solve::Prepared prepared() const { return {game, exact}; }
  bool on_grids() const { return !exact && !game.open(); }
};

struct Plan {
  const model::Case* source = nullptr;
  Options options;
  uint64_t worlds = 0;  // that the design has
  lab::WorldMap map;
  std::vector<double> centre = {};  // the world shown in full: parameters at their medians, unless somebody sets it
  std::optional<lab::Design> design = {};       // none: nothing is uncertain, there is one world, or the user gave them
  std::vector<uint32_t> coordinates = {};       // per uncertain parameter: its coordinate of the design
  std::vector<std::vector<double>> given = {};  // a user's worlds: values of the uncertain parameters
  std::vector<std::string> remarks = {};        // for the user: what the plan took for granted
  std::vector<Compared> policies = {};
  std::vector<Group> groups = {};           // of policies that are solved together
  std::vector<uint32_t> claims = {};        // those of Case::claims whose policies are all in the study
  std::vector<uint32_t> policy_place = {};  // per policy of the case: its place in `policies`, or game::none
  ValueLayout layout = {};

  std::vector<double> world(uint64_t index) const;
  std::string_view design_name() const;  // of the design's kind; "none", or "csv" for a user's worlds
};

// Compiles the games and lays out the design. On failure there is a message or `diagnostics` has errors (then the
// message is empty). `c` must outlive the plan.
base::Result<Plan> make_plan(const model::Case& c, const Options& options, base::Diagnostics& diagnostics);

// Whether a policy changes only where play begins or the parameters, and is no lever's setting: another world, not
// another choice.
bool is_counterfactual(const model::Policy& p);

// Whether some policy is asked about at infinite precision.
bool has_limit(const Plan& plan);

std::string_view selection_name(solve::Selection s);  // "recursive", "global"

}  // namespace casus::study
