#include "app/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <thread>

#include "solve/belief/stencil.h"

namespace casus::app {

void add_case(CLI::App& c, CaseArguments& a) {
  c.add_option("FILE", a.file, "the case")->required();
  c.add_option("--overlay", a.overlays, "a file that changes parameters, priors and policies; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  add_library(c, a.libraries);
  c.add_option(
       "--set", a.settings,
       "fix a parameter or a starting value, name=value (0.3, 30%, yes, a label); may be repeated, each name once")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  add_no_colour(c, a.no_colour);
}

void add_solved_case(CLI::App& c, CaseArguments& a) {
  add_case(c, a);
  c.add_option("--points", a.points,
               fmt::format("solve on belief grids of so many points an axis, however small the game ({})", a.points))
      ->type_name("N")
      ->each([&a](const std::string&) { a.points_given = true; })
      ->check(CLI::Range(static_cast<int>(solve::least_points), 1001));
  c.add_option("--hold", a.held,
               "with --points: what follows a decision is worked out as if beliefs about this actor never moved from "
               "the prior; may be repeated")
      ->type_name("ACTOR")
      ->allow_extra_args(false)
      ->delimiter(',');
  c.add_option("--accuracy", a.accuracy,
               fmt::format("how far measures may be off ({}); the belief grid is refined until they are not, unless "
                           "--points says which",
                           a.accuracy))
      ->type_name("X")
      ->check(CLI::Range(1e-9, 1.0));
  add_selection(c, a);
  c.add_option(
       "--exact-up-to", a.exact_up_to,
       fmt::format("solve with exact beliefs where the game has at most so many histories with a choice ({}); 0: "
                   "always on belief grids",
                   solve::SolveOptions{}.exact_up_to))
      ->type_name("N");
  add_threads(c, a.threads);
  add_json(c, a.json);
}

void add_library(CLI::App& c, std::vector<std::filesystem::path>& folders) {
  c.add_option("--library", folders, "a folder in which `use \"name\"` looks for modules; may be repeated")
      ->type_name("DIR")
      ->allow_extra_args(false);
}

void add_selection(CLI::App& c, CaseArguments& a) {
  c.add_option_function<std::string>(
       "--selection",
       [&a](const std::string& name) {
         a.selection = name == "global" ? solve::Selection::global : solve::Selection::recursive;
       },
       "which equilibrium on belief grids: each node's own branch or the whole game's (recursive)")
      ->type_name("recursive|global")
      ->check(CLI::IsMember({"recursive", "global"}));
}

void add_policies(CLI::App& c, CaseArguments& a, const char* text) {
  c.add_option("--policy", a.policies, text)->type_name("NAME")->allow_extra_args(false)->delimiter(',');
}

void add_no_colour(CLI::App& c, bool& no_colour) {
  c.add_flag("--no-color,--no-colour", no_colour, "no colours, as with NO_COLOR in the environment");
}

void add_json(CLI::App& c, bool& json) {
  c.add_flag("--json", json, "print JSON");
}

void add_threads(CLI::App& c, unsigned& threads) {
  threads = std::max(1u, std::thread::hardware_concurrency());
  c.add_option("--threads", threads, fmt::format("threads ({})", threads))->type_name("N")->check(CLI::Range(1, 1024));
}

void add_sampling(CLI::App& c, uint64_t& worlds, uint64_t& seed) {
  c.add_option("--worlds", worlds, fmt::format("plausible worlds ({})", worlds))
      ->type_name("N")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 32));
  c.add_option("--seed", seed, fmt::format("seed of the draws ({})", seed))->type_name("N");
}

void add_design(CLI::App& c, lab::DesignKind& design, std::filesystem::path& file) {
  c.add_option_function<std::string>(
       "--design",
       [&design, &file](const std::string& name) {
         if (name.ends_with(".csv")) {
           file = name;
           return;
         }
         const auto kind = lab::design_named(name == "mc" ? "random" : name);
         if (!kind) throw CLI::ValidationError("--design", kind.error());
         design = *kind;
       },
       "how worlds are drawn (lhs): lhs, maximin, sobol, halton, mc, factorial, one-at-a-time, saltelli; or a file "
       "NAME.csv of your own worlds")
      ->type_name("NAME");
}

std::string design_problem(const CLI::App& c, const std::filesystem::path& file) {
  if (file.empty()) return "";
  for (const char* other : {"--until", "--worlds"})
    if (const auto* option = c.get_option_no_throw(other); option && option->count() > 0)
      return fmt::format("{} does not go with worlds from a file: they are all there are", other);
  return "";
}

CLI::Option* add_out(CLI::App& c, std::filesystem::path& out, const char* text, const char* type) {
  return c.add_option("-o,--out", out, text)->type_name(type);
}

void add_objective(CLI::App& c, std::string& measure, bool& minimise, bool& maximise, const char* text) {
  c.add_option("--objective", measure, text)->type_name("MEASURE");
  auto* low = c.add_flag("--minimise,--minimize", minimise, "low is good (the default for a probability)");
  c.add_flag("--maximise,--maximize", maximise, "high is good (the default for an expectation)")->excludes(low);
}

void add_study(CLI::App& c, std::filesystem::path& file) {
  c.add_option("STUDY", file, "the study's file, from casus run")->required();
}

}  // namespace casus::app
