#include "app/command_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <thread>

#include "app/arguments.h"
#include "app/exact_commands.h"
#include "app/serve_command_line.h"
#include "app/session.h"
#include "app/study_command_line.h"
#include "solve/belief/stencil.h"
#include "study/settings.h"

namespace casus::app {
namespace {

void add_case(CLI::App& c, CaseArguments& a) {
  c.add_option("FILE", a.file, "the case")->required();
  c.add_option("--overlay", a.overlays, "a file that changes parameters, priors and policies; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  c.add_option("--library", a.libraries, "a folder in which `use \"name\"` looks for modules; may be repeated")
      ->type_name("DIR")
      ->allow_extra_args(false);
  c.add_option("--set", a.settings, "fix a parameter or a starting value, name=value; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  c.add_flag("--no-color,--no-colour", a.no_colour, "no colours, as with NO_COLOR in the environment");
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

void add_case_options(CLI::App& c, CaseArguments& a) {
  add_case(c, a);
  c.add_option("--points", a.points,
               fmt::format("solve on belief grids of so many points an axis, however small the game ({})", a.points))
      ->type_name("N")
      ->each([&a](const std::string&) { a.points_given = true; })
      ->check(CLI::Range(static_cast<int>(solve::least_points), 1001));
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
  c.add_option("--threads", a.threads, fmt::format("threads ({})", a.threads))
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  c.add_flag("--json", a.json, "print JSON");
}

void add_policies(CLI::App& c, CaseArguments& a, const char* text) {
  c.add_option("--policy", a.policies, text)->type_name("NAME")->allow_extra_args(false)->delimiter(',');
}

void add_sampling(CLI::App& c, uint64_t& worlds, uint64_t& seed) {
  c.add_option("--worlds", worlds, fmt::format("plausible worlds ({})", worlds))
      ->type_name("N")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 32));
  c.add_option("--seed", seed, fmt::format("seed of the draws ({})", seed))->type_name("N");
}

// With `file` a name that ends in .csv is a user's own worlds.
void add_design(CLI::App& c, lab::DesignKind& design, std::filesystem::path* file = nullptr) {
  c.add_option_function<std::string>(
       "--design",
       [&design, file](const std::string& name) {
         if (file && name.ends_with(".csv")) {
           *file = name;
           return;
         }
         const auto kind = lab::design_named(name == "mc" ? "random" : name);
         if (!kind) throw CLI::ValidationError("--design", kind.error());
         design = *kind;
       },
       std::string("how worlds are drawn (lhs): lhs, maximin, sobol, halton, mc, factorial, one-at-a-time, saltelli") +
           (file ? "; or a file NAME.csv of your own worlds" : ""))
      ->type_name("NAME");
}

// One world under one policy, and how large its tree may be.
void add_world(CLI::App& c, WorldArguments& a, size_t node_limit) {
  a.node_limit = node_limit;
  add_policies(c, a, "under this policy (the first of the case)");
  c.add_option_function<std::string>(
       "--world",
       [&a](const std::string& name) {
         uint64_t index = 0;
         if (name == "median")
           a.world.reset();
         else if (CLI::detail::lexical_cast(name, index))
           a.world = index;
         else
           throw CLI::ValidationError("--world", "'" + name + "' is neither 'median' nor a number from 0");
       },
       "which world (median): its number, from 0, in the design that casus run would draw with --worlds and --seed")
      ->type_name("median|N");
  add_sampling(c, a.worlds, a.seed);
  add_design(c, a.design);
  c.add_option("--node-limit", a.node_limit, fmt::format("refuse larger trees ({})", node_limit))
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, size_t{1} << 30));
}

void add_unroll(CLI::App& c, UnrollArguments& a) {
  add_case(c, a);
  add_world(c, a, 1'000'000);
  c.add_flag("--by-round", a.by_round, "one player a round for each actor, so that precision 1 is exactly the case");
  c.add_option("-o,--out", a.out, "write here (the standard output)")->type_name("FILE");
  c.footer(
      "The tree has the draw of everybody's types as its opening chance move and every public history as its nodes.\n"
      "A tree has one precision for all players and means present values; a case has one for each actor and means\n"
      "values in the round of the choice. The comment in the file says what follows from that. With --by-round the\n"
      "logit equilibrium at precision 1 is the case's, whatever its discounts and precisions.\n\nExamples:\n"
      "  casus unroll cases/chain-store.casus -o game.efg\n"
      "  casus unroll my.casus --policy appease --set rounds=2 --world 7 --seed 3 --by-round -o game.efg");
}

void add_verify(CLI::App& c, VerifyArguments& a) {
  add_case(c, a);
  add_world(c, a, 200'000);
  c.add_option("--points", a.grids, fmt::format("grid points for each axis of belief ({})", fmt::join(a.grids, ",")))
      ->type_name("N,N,...")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Range(static_cast<int>(solve::least_points), 1001));
  c.add_option("--tolerance", a.tolerance, fmt::format("largest difference that is good enough ({})", a.tolerance))
      ->type_name("X")
      ->check(CLI::PositiveNumber);
  add_selection(c, a);
  c.add_flag("--json", a.json, "print JSON");
  c.footer(
      "Solves one world on belief grids and as an exact tree, and shows the largest difference of any choice\n"
      "probability and of any measure. Exit code 0 if from some grid on those on the path stay within --tolerance,\n"
      "else 1.\n\nExamples:\n"
      "  casus verify cases/chain-store.casus\n"
      "  casus verify my.casus --policy appease --points 17,33 --tolerance 1e-4 --selection global");
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App root{"Casus: a crisis as a game, solved in every plausible world.", "casus"};
  root.set_version_flag("--version", "casus " + version());
  root.set_help_all_flag("--help-all", "help on every command");
  root.require_subcommand(1);
  root.footer(
      "Examples:\n"
      "  casus run cases/kazakhstan-2022.casus          the answer, with verdicts\n"
      "  casus check my.casus                           mistakes, lints and the size of the game\n"
      "  casus solve my.casus --policy appease          one world in full\n\n"
      "Exit codes: 0 good, 1 failure, 2 mistake in the input, 130 interrupted.");
  const unsigned threads = std::max(1u, std::thread::hardware_concurrency());

  CheckArguments check_arguments;
  check_arguments.threads = threads;
  auto* check_command = root.add_subcommand("check", "Say what is wrong with a case, and how large it is");
  add_case_options(*check_command, check_arguments);
  add_policies(*check_command, check_arguments, "only these policies; may be repeated (all)");
  add_sampling(*check_command, check_arguments.worlds, check_arguments.seed);
  check_command->footer(
      "Tries the numbers of the case in 200 worlds, compiles it under every policy, and estimates how long a run of\n"
      "--worlds takes.\n\nExamples:\n  casus check my.casus\n  casus check my.casus --overlay pessimist.casus --json");

  FormatArguments format_arguments;
  auto* format_command = root.add_subcommand("format", "Print a case (or a game tree) in its canonical form");
  format_command->add_option("FILE", format_arguments.file, "the case; - for the standard input")->required();
  format_command->add_flag("--write", format_arguments.write, "write it back into the file");
  format_command->add_flag("--check", format_arguments.check,
                           "print nothing; exit code 1 if the form is not canonical");
  format_command->add_flag("--no-color,--no-colour", format_arguments.no_colour, "no colours");
  format_command->footer("Examples:\n  casus format my.casus\n  casus format --write my.casus");

  SolveArguments solve_arguments;
  solve_arguments.threads = threads;
  auto* solve_command =
      root.add_subcommand("solve", "Solve one world and tell its likeliest course of events; or solve a game tree");
  add_case_options(*solve_command, solve_arguments);
  solve_command->get_option("FILE")->description("a case (.casus), or a game tree of Gambit's (.efg, .nfg)");
  add_policies(*solve_command, solve_arguments, "under this policy; may be repeated, or 'all' (the first of the case)");
  solve_command
      ->add_option("--along", solve_arguments.along,
                   "tell the course of this transcript of casus play (its policy and settings too), not the likeliest")
      ->type_name("FILE");
  solve_command->add_flag("--branches", solve_arguments.branches,
                          "look for other equilibria of this world, and say what hangs on the selection");
  auto& tree = solve_arguments.tree;
  auto* trees = solve_command->add_option_group("For a game tree (.efg, .nfg)");
  auto* method = trees->add_option("--method", tree.method, "what to find (logit with --precision, else limit)");
  method->type_name("limit|logit|branch|backward|pure|support|zero-sum")
      ->check(CLI::IsMember({"limit", "logit", "branch", "backward", "pure", "support", "zero-sum"}));
  trees
      ->add_option("--precision", tree.precisions,
                   "logit: at these, in units of payoff, separated by commas; branch: up to the last")
      ->type_name("X")
      ->delimiter(',');
  trees
      ->add_option("--tolerance", tree.tolerance,
                   fmt::format("relative gain up to which it is an equilibrium ({})", tree.tolerance))
      ->type_name("X")
      ->check(CLI::PositiveNumber);
  trees->add_option("--max-seconds", tree.max_seconds, "give up then and say so (0: no limit)")
      ->type_name("S")
      ->check(CLI::NonNegativeNumber);
  trees
      ->add_option("--max-folds", tree.max_folds,
                   "go on until the branch has turned round more often, whatever that costs (limit: 5, and less where "
                   "it is dear; then the tree is taken apart)")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  trees->add_option("--max-nodes", tree.max_nodes, "refuse to make a larger tree from a strategic form (.nfg)")
      ->type_name("N");
  trees->add_flag("--csv", solve_arguments.csv, "with --branch: print CSV (the default, but for --json)");
  trees
      ->add_flag_callback(
          "--branch", [&] { tree.method = "branch"; }, "the same as --method branch")
      ->excludes(method);
  solve_command->footer(
      "The world of a case has every uncertain parameter at its median, but for --set.\n\n"
      "A game tree's methods: limit is the limiting logit equilibrium, a sequential equilibrium with beliefs at every\n"
      "information set; logit the quantal response equilibrium at a precision; branch every point on the way; "
      "backward\n"
      "the subgame perfect equilibrium (perfect information); pure and support enumerate Nash equilibria of small\n"
      "games; zero-sum is a linear programme. Every profile comes with the most that anybody gains by deviating.\n"
      "A branch is printed point by point; Ctrl-C ends it after the last, and what was printed stays whole.\n"
      "Exit code 1: nothing was found, or what was found is not an equilibrium; 2: the file cannot be read.\n\n"
      "Examples:\n"
      "  casus solve poker.efg\n  casus solve poker.efg --precision 1,5,20 --json\n  casus solve poker.efg --branch > "
      "branch.csv\n"
      "  casus solve my.casus\n  casus solve my.casus --policy appease --set p_open=0.8 --set tied=2");

  RunArguments run_arguments;
  run_arguments.threads = threads;
  auto* run_command = root.add_subcommand("run", "Solve every plausible world under every policy and judge the claims");
  add_case_options(*run_command, run_arguments);
  add_policies(*run_command, run_arguments, "only these policies; may be repeated (all)");
  run_command
      ->add_option(
          "--lever", run_arguments.levers,
          "a number that policies may choose: a parameter or whole-number state and its range, at 5 values (or "
          "every whole number) unless said; several make every combination")
      ->type_name("NAME=LOW:HIGH[:VALUES]")
      ->allow_extra_args(false);
  add_sampling(*run_command, run_arguments.worlds, run_arguments.seed);
  add_design(*run_command, run_arguments.design, &run_arguments.worlds_file);
  run_command
      ->add_option("--until", run_arguments.until,
                   "add worlds until every claim's 95 % interval is at most this wide to either side (0.01: ± 1 "
                   "point); --worlds is then the most (1000000), --design sobol unless said")
      ->type_name("X")
      ->check(CLI::Range(1e-4, 0.5));
  run_command
      ->add_option("--branches", run_arguments.branches,
                   "look for other equilibria in so many of the worlds, and say what hangs on the selection")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  run_command
      ->add_option("--objective", run_arguments.objective,
                   "the measure by which policies are ranked (the first with one value)")
      ->type_name("MEASURE");
  auto* minimise =
      run_command->add_flag("--minimise,--minimize", run_arguments.minimise, "the best policy has the lowest");
  run_command->add_flag("--maximise,--maximize", run_arguments.maximise, "the best policy has the highest")
      ->excludes(minimise);
  run_command->add_flag("--markdown", run_arguments.markdown, "print a memo in Markdown");
  auto* out = run_command->add_option("--out", run_arguments.out, "the study's file (casus-runs/CASE-HASH.sqlite)")
                  ->type_name("FILE");
  run_command->add_option("--report", run_arguments.report, "write the report as one web page")->type_name("FILE.html");
  auto* no_store = run_command->add_flag("--no-store", run_arguments.no_store, "keep no file")->excludes(out);
  run_command->add_flag("--resume", run_arguments.resume, "continue an unfinished study")->excludes(no_store);
  run_command->add_flag("--overwrite", run_arguments.overwrite, "replace the study in the file")->excludes("--resume");
  run_command->footer(
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

  PlayArguments play_arguments;
  play_arguments.threads = threads;
  auto* play_command = root.add_subcommand("play", "Take a seat at the table and play against the equilibrium");
  add_case_options(*play_command, play_arguments);
  play_command->add_option("--as", play_arguments.as, "the actor whose seat you take")->type_name("ACTOR");
  play_command->add_option("--type", play_arguments.type, "what you are (drawn)")->type_name("TYPE");
  play_command->add_option("--policy", play_arguments.policies, "under this policy (the first of the case)")
      ->type_name("NAME")
      ->expected(1);
  play_command->add_option("--seed", play_arguments.seed, "seed of the types and of luck (1)")->type_name("N");
  auto* replay = play_command->add_option("--replay", play_arguments.replay,
                                          "play the choices of this transcript again, then go on");
  replay->type_name("FILE");
  play_command->add_option("--transcript", play_arguments.transcript, "write the game here, as JSON")
      ->type_name("FILE");
  play_command->footer(
      "The others play their equilibrium; what they are is drawn from the prior and hidden until the end. Type the "
      "number\n"
      "or the name of an option, ? to see what each is worth, q to leave. The same seed deals the same types and luck\n"
      "whatever you choose. The debrief says what they were, where you departed from the best option and what that "
      "cost,\n"
      "and what each policy would have led to. Exit code 1 if the game was left before its end.\n\nExamples:\n"
      "  casus play cases/kazakhstan-2022.casus --as West\n"
      "  casus play my.casus --as Home --seed 7 --transcript game.json\n"
      "  casus play my.casus --replay game.json\n"
      "  casus solve my.casus --points 9 --along game.json     every option's worth on that path");

  ServeArguments serve_arguments;
  serve_arguments.threads = threads;
  const auto* serve_command = add_serve(root, serve_arguments);

  ReportArguments report_arguments;
  report_arguments.threads = threads;
  auto* report_command = root.add_subcommand("report", "Write a stored study as one web page that needs no network");
  report_command->add_option("STUDY", report_arguments.study, "the study's file, from casus run")->required();
  report_command->add_option("-o,--out", report_arguments.out, "the page (the study's name with .html, in this folder)")
      ->type_name("FILE.html");
  report_command
      ->add_option("--objective", report_arguments.objective,
                   "the measure by which policies are ranked (the first with one value)")
      ->type_name("MEASURE");
  auto* report_minimise =
      report_command->add_flag("--minimise,--minimize", report_arguments.minimise, "the best policy has the lowest");
  report_command->add_flag("--maximise,--maximize", report_arguments.maximise, "the best policy has the highest")
      ->excludes(report_minimise);
  report_command->add_option("--threads", report_arguments.threads, fmt::format("threads ({})", threads))
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  report_command->footer(
      "The page holds its data, its pictures and its program; any browser shows it without a network. The median "
      "world\n"
      "is solved again for it (seconds).\n\nExamples:\n"
      "  casus report casus-runs/kazakhstan-2022-db99b5af.sqlite -o report.html\n"
      "  casus report study.sqlite --objective sphere --minimise");

  UnrollArguments unroll_arguments;
  auto* unroll_command = root.add_subcommand("unroll", "Write one world of a case as a game tree that Gambit reads");
  add_unroll(*unroll_command, unroll_arguments);

  VerifyArguments verify_arguments;
  auto* verify_command = root.add_subcommand("verify", "Set a case's belief grid beside its exact tree");
  add_verify(*verify_command, verify_arguments);

  StudyCommandLine studies(root);

  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return root.exit(e) == 0 ? exit_good : exit_input;
  }
  if (*check_command) return check(check_arguments);
  if (*format_command) return format(format_arguments);
  solve_arguments.tree_options = trees->count_all() > 0;
  if (*solve_command) return solve(solve_arguments);
  if (*unroll_command) return unroll(unroll_arguments);
  if (*verify_command) return verify(verify_arguments);
  if (const auto code = studies.run()) return *code;
  if (*play_command) return play(play_arguments);
  if (*serve_command) return serve(serve_arguments);
  if (*report_command) return report(report_arguments);
  if (run_arguments.until > 0) {
    if (run_command->count("--worlds") == 0) run_arguments.worlds = 1'000'000;
    if (run_command->count("--design") == 0) run_arguments.design = lab::DesignKind::sobol;
  }
  if (!run_arguments.worlds_file.empty())
    for (const char* other : {"--until", "--worlds"})
      if (run_command->count(other) > 0)
        return complain(exit_input, fmt::format("{} does not go with worlds from a file: they are all solved", other));
  return run(run_arguments);
}

}  // namespace casus::app
