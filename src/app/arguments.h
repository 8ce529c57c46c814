// What the command line asked for, as plain data; the *command_line.cpp files fill it in, the commands read it.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/tree_commands.h"
#include "study/accuracy.h"
#include "study/plan.h"

namespace casus::app {

// Exit codes, the same for every command.
enum Exit : int { exit_good = 0, exit_failure = 1, exit_input = 2, exit_interrupted = 130 };

struct CaseArguments {
  std::filesystem::path file;
  std::vector<std::filesystem::path> overlays, libraries;
  std::vector<std::string> settings, levers, policies;
  uint32_t points = study::default_points;
  bool points_given = false;
  std::vector<std::string> held;            // with points
  double accuracy = study::world_accuracy;  // of measures
  std::optional<size_t> exact_up_to;        // none: the solver's own, or 0 where points or a selection are asked for
  std::optional<solve::Selection> selection;
  unsigned threads = 1;
  bool json = false;
  bool no_colour = false;
  bool solves = true;  // so that what does not fit into memory is refused
  bool mends = false;  // study::Options
  bool counts = true;  // actors who are alike, where they are many; a tree has them by name
};

struct CheckArguments : CaseArguments {
  CheckArguments() { accuracy = study::study_accuracy; }  // it estimates a run
  uint64_t worlds = study::default_worlds;
  uint64_t seed = 1;
};

struct FormatArguments {
  std::filesystem::path file;  // "-": the standard input
  bool write = false;          // into the file itself
  bool check = false;          // say only whether it is in the canonical form
  bool no_colour = false;
};

// A game tree may stand in the place of a case.
bool is_tree_file(const std::filesystem::path& file);

struct SolveArguments : CaseArguments {
  TreeSolveOptions tree;  // for a game tree
  bool csv = false;
  std::filesystem::path along;  // a transcript of casus play whose path is followed
  bool branches = false;        // look for other equilibria
  bool tree_options = false;    // some option that only a game tree has was given
};

struct RunArguments : CaseArguments {
  RunArguments() { accuracy = study::study_accuracy; }
  uint64_t worlds = study::default_worlds;
  uint64_t seed = 1;
  lab::DesignKind design = lab::DesignKind::latin_hypercube;
  std::filesystem::path worlds_file;  // a user's own worlds in place of a design; empty: none
  double until = 0;                   // half width of the claims' intervals; 0: as many worlds as asked for
  uint64_t branches = 0;              // worlds in which other equilibria are looked for
  std::string objective;
  bool minimise = false, maximise = false;
  bool markdown = false;
  std::filesystem::path out;     // empty: casus-runs/CASE-HASH.sqlite
  std::filesystem::path report;  // empty: no page
  bool no_store = false, resume = false, overwrite = false;
};

struct PlayArguments : CaseArguments {
  PlayArguments() {
    points = 9;
    accuracy = study::study_accuracy;
  }                      // a game is to begin at once
  std::string as, type;  // names; an empty type is drawn
  uint64_t seed = 1;
  std::filesystem::path replay, transcript;
};

struct ReportArguments {
  std::filesystem::path study;
  std::filesystem::path out;  // empty: the study's name with .html, here
  std::string objective;
  bool minimise = false, maximise = false;
  unsigned threads = 1;
};

struct ServeArguments {
  std::filesystem::path folder = ".";
  std::string host = "127.0.0.1";
  int port = 8080;  // 0: any free one
  bool open = false;
  std::vector<std::filesystem::path> libraries;
  unsigned threads = 1;
};

// Each runs one command and returns its exit code.
int check(const CheckArguments& arguments);
int format(const FormatArguments& arguments);
int solve(const SolveArguments& arguments);
int run(const RunArguments& arguments);
int report(const ReportArguments& arguments);
int play(const PlayArguments& arguments);
int serve(const ServeArguments& arguments);

}  // namespace casus::app
