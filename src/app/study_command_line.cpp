#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands.h"
#include "app/options.h"
#include "app/study_commands.h"
#include "report/export.h"

namespace casus::app {

Command add_analyse(CLI::App& root) {
  const auto a = std::make_shared<AnalyseArguments>();
  auto& c = *root.add_subcommand("analyse", "Say what a stored study means: nothing is solved again");
  c.alias("analyze");
  add_study(c, a->file);
  c.add_flag("--sensitivity", a->request.sensitivity, "which parameters an outcome hangs on");
  c.add_flag("--discover", a->request.discover,
             "where claims fail, where policies are the best, where regret is large");
  c.add_flag("--decide", a->request.decide,
             "which policy to take, by every criterion, and what it is worth to know first");
  add_objective(c, a->request.objective, a->minimise, a->maximise,
                "the outcome (the first measure with one value); lost, 'lost[Russia.limited]', 'attack[round 2]'");
  c.add_option("--policy", a->request.policy, "sensitivity: under this policy (the first); regret: of this policy")
      ->type_name("NAME");
  c.add_option("--minus", a->request.minus, "sensitivity: of the difference to this policy")->type_name("NAME");
  c.add_option("--claim", a->request.claims, "discover: where this claim fails; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->delimiter(',');
  c.add_option("--best", a->request.best, "discover: where this policy is the best; may be repeated")
      ->type_name("POLICY")
      ->allow_extra_args(false)
      ->delimiter(',');
  c.add_option("--regret-above", a->request.regret_above,
               "discover: where --policy (the best on average) is this far from the best of its world")
      ->type_name("X")
      ->check(CLI::NonNegativeNumber);
  c.add_option("--optimism", a->request.optimism, "decide: weight of the best world in Hurwicz's mix (0.5)")
      ->type_name("X")
      ->check(CLI::Range(0.0, 1.0));
  c.add_option("--require", a->request.demands,
               "decide: what is good enough, 'lost<=0.2'; may be repeated, all must be met")
      ->type_name("DEMAND")
      ->allow_extra_args(false);
  c.add_option("--front", a->request.front, "decide: Pareto front over these measures, lost:min,gain:max")
      ->type_name("MEASURE:min|max,...")
      ->allow_extra_args(false)
      ->delimiter(',');
  add_json(c, a->json);
  add_no_colour(c, a->no_colour);
  c.footer(
      "Without --sensitivity, --discover or --decide: all three, short. Sobol's indices are computed where the study\n"
      "was drawn with --design saltelli; otherwise shares from class means, PAWN, delta and regression.\n\nExamples:\n"
      "  casus analyse study.sqlite\n"
      "  casus analyse study.sqlite --sensitivity --objective lost --policy support_now --minus free\n"
      "  casus analyse study.sqlite --discover --claim appeasement_fails --best support_now\n"
      "  casus analyse study.sqlite --decide --require 'lost<=0.3' --front lost:min,west:max");
  return {&c, [a] { return analyse(*a); }};
}

Command add_compare(CLI::App& root) {
  const auto a = std::make_shared<CompareArguments>();
  auto& c = *root.add_subcommand("compare", "Say what changed between two studies, and whether beyond sampling error");
  c.add_option("A", a->before, "the first study's file")->required();
  c.add_option("B", a->after, "the second study's file")->required();
  add_json(c, a->json);
  add_no_colour(c, a->no_colour);
  c.footer(
      "Where both have the same worlds (same design, seed and distributions), each world is compared with itself, "
      "which\n"
      "shows far smaller changes. Claims, measures, policies and parameters are matched by name.\n\nExample:\n"
      "  casus run my.casus --out before.sqlite\n"
      "  casus run my.casus --set upkeep=0.1 --out after.sqlite\n"
      "  casus compare before.sqlite after.sqlite");
  return {&c, [a] { return compare(*a); }};
}

Command add_export(CLI::App& root) {
  const auto a = std::make_shared<ExportArguments>();
  auto& c = *root.add_subcommand("export", "Write a stored study for other tools: CSV tables or netCDF");
  add_study(c, a->file);
  auto* table =
      c.add_option("--table", a->table, "this table only: " + fmt::format("{}", fmt::join(report::table_names(), ", ")))
          ->type_name("NAME")
          ->check(CLI::IsMember(report::table_names()));
  c.add_flag("--netcdf", a->netcdf, "one netCDF-4 file instead of CSV")->excludes(table);
  add_out(c, a->out, "the folder of the tables, or the file (beside the study; one table: standard output)", "PATH");
  c.footer(
      "Examples:\n"
      "  casus export study.sqlite                        study/worlds.csv, measures.csv, types.csv, ...\n"
      "  casus export study.sqlite --table claims > claims.csv\n"
      "  casus export study.sqlite --netcdf -o study.nc   xarray.open_dataset('study.nc')");
  return {&c, [a] { return export_study(*a); }};
}

}  // namespace casus::app
