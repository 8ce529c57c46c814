#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "app/arguments.h"
#include "app/commands.h"
#include "app/options.h"
#include "app/session.h"

namespace casus::app {

Command add_run(CLI::App& root) {
  const auto a = std::make_shared<RunArguments>();
  auto& c = *root.add_subcommand("run", "Solve every plausible world under every policy and judge the claims");
  add_solved_case(c, *a);
  add_policies(c, *a, "only these policies; may be repeated (all)");
  c.add_option("--lever", a->levers,
               "a number that policies may choose: a parameter or whole-number state and its range, at 5 values (or "
               "every whole number) unless said; several make every combination")
      ->type_name("NAME=LOW:HIGH[:VALUES]")
      ->allow_extra_args(false);
  add_sampling(c, a->worlds, a->seed);
  add_design(c, a->design, a->worlds_file);
  c.add_option("--until", a->until,
               "add worlds until every claim's 95 % interval is at most this wide to either side (0.01: ± 1 "
               "point); --worlds is then the most (1000000), --design sobol unless said")
      ->type_name("X")
      ->check(CLI::Range(1e-4, 0.5));
  c.add_option("--branches", a->branches,
               "look for other equilibria in so many of the worlds, and say what hangs on the selection")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  add_objective(c, a->objective, a->minimise, a->maximise,
                "the measure by which policies are ranked (the first with one value)");
  c.add_flag("--markdown", a->markdown, "print a memo in Markdown");
  auto* out = add_out(c, a->out, "the study's file (casus-runs/CASE-HASH.sqlite)");
  c.add_option("--report", a->report, "write the report as one web page")->type_name("FILE.html");
  auto* no_store = c.add_flag("--no-store", a->no_store, "keep no file")->excludes(out);
  c.add_flag("--resume", a->resume, "continue an unfinished study")->excludes(no_store);
  c.add_flag("--overwrite", a->overwrite, "replace the study in the file")->excludes("--resume");
  c.footer(
      "The best policy is the one with the lowest objective if that is a probability (an author names first what is\n"
      "feared) and the highest if it is an expectation, unless --minimise or --maximise says otherwise. Policies that\n"
      "change only the starting state or parameters are other worlds, not choices, and are not ranked.\n\nExamples:\n"
      "  casus run cases/kazakhstan-2022.casus\n"
      "  casus run my.casus --worlds 1000 --design sobol --seed 7 --out study.sqlite\n"
      "  casus run my.casus --until 0.02                          until claims are known to 2 points\n"
      "  casus run my.casus --design saltelli --worlds 20000      for Sobol indices with casus analyse\n"
      "  casus run my.casus --design worlds.csv                   first line parameter names, then a world a line\n"
      "  casus run my.casus --policy tax --lever rate=0:0.5:11    the best setting of a number, by every criterion\n"
      "  casus run my.casus --branches 10                         do other equilibria say otherwise?\n"
      "  casus run my.casus --out study.sqlite --resume\n"
      "  casus run my.casus --objective 'lost' --minimise --markdown > memo.md\n"
      "  casus run my.casus --report my.html");
  return {&c, [a, &c] {
            if (a->until > 0) {
              if (c.count("--worlds") == 0) a->worlds = 1'000'000;
              if (c.count("--design") == 0) a->design = lab::DesignKind::sobol;
            }
            if (const auto problem = design_problem(c, a->worlds_file); !problem.empty())
              return complain(exit_input, problem);
            return run(*a);
          }};
}

Command add_report(CLI::App& root) {
  const auto a = std::make_shared<ReportArguments>();
  auto& c = *root.add_subcommand("report", "Write a stored study as one web page that needs no network");
  add_study(c, a->study);
  add_out(c, a->out, "the page (the study's name with .html, in this folder)", "FILE.html");
  add_objective(c, a->objective, a->minimise, a->maximise,
                "the measure by which policies are ranked (the first with one value)");
  add_threads(c, a->threads);
  c.footer(
      "The page holds its data, its pictures and its program; any browser shows it without a network. The median "
      "world\n"
      "is solved again for it (seconds).\n\nExamples:\n"
      "  casus report casus-runs/kazakhstan-2022-db99b5af.sqlite -o report.html\n"
      "  casus report study.sqlite --objective sphere --minimise");
  return {&c, [a] { return report(*a); }};
}

}  // namespace casus::app
