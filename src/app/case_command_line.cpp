#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "app/arguments.h"
#include "app/commands.h"
#include "app/options.h"

namespace casus::app {

Command add_check(CLI::App& root) {
  const auto a = std::make_shared<CheckArguments>();
  auto& c = *root.add_subcommand("check", "Say what is wrong with a case, and how large it is");
  add_solved_case(c, *a);
  add_policies(c, *a, "only these policies; may be repeated (all)");
  add_sampling(c, a->worlds, a->seed);
  c.footer(
      "Tries the numbers of the case in 200 worlds, compiles it under every policy, and estimates how long a run of\n"
      "--worlds takes.\n\nExamples:\n  casus check my.casus\n  casus check my.casus --overlay pessimist.casus --json");
  return {&c, [a] { return check(*a); }};
}

Command add_format(CLI::App& root) {
  const auto a = std::make_shared<FormatArguments>();
  auto& c = *root.add_subcommand("format", "Print a case (or a game tree) in its canonical form");
  c.add_option("FILE", a->file, "the case; - for the standard input")->required();
  c.add_flag("--write", a->write, "write it back into the file");
  c.add_flag("--check", a->check, "print nothing; exit code 1 if the form is not canonical");
  add_no_colour(c, a->no_colour);
  c.footer("Examples:\n  casus format my.casus\n  casus format --write my.casus");
  return {&c, [a] { return format(*a); }};
}

namespace {

// Which were given is seen by the group.
CLI::Option_group* add_tree_options(CLI::App& c, const std::shared_ptr<SolveArguments>& a) {
  auto& tree = a->tree;
  auto* trees = c.add_option_group("For a game tree (.efg, .nfg)");
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
  trees->add_flag("--csv", a->csv, "with --branch: print CSV (the default, but for --json)");
  trees
      ->add_flag_callback(
          "--branch", [a] { a->tree.method = "branch"; }, "the same as --method branch")
      ->excludes(method);
  return trees;
}

}  // namespace

Command add_solve(CLI::App& root) {
  const auto a = std::make_shared<SolveArguments>();
  auto& c =
      *root.add_subcommand("solve", "Solve one world and tell its likeliest course of events; or solve a game tree");
  add_solved_case(c, *a);
  c.get_option("FILE")->description("a case (.casus), or a game tree of Gambit's (.efg, .nfg)");
  add_policies(c, *a, "under this policy; may be repeated, or 'all' (the first of the case)");
  c.add_option("--along", a->along,
               "tell the course of this transcript of casus play (its policy and settings too), not the likeliest")
      ->type_name("FILE");
  c.add_flag("--branches", a->branches, "look for other equilibria of this world, and say what hangs on the selection");
  const auto* trees = add_tree_options(c, a);
  c.footer(
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
  return {&c, [a, trees] {
            a->tree_options = trees->count_all() > 0;
            return solve(*a);
          }};
}

Command add_play(CLI::App& root) {
  const auto a = std::make_shared<PlayArguments>();
  auto& c = *root.add_subcommand("play", "Take a seat at the table and play against the equilibrium");
  add_solved_case(c, *a);
  c.add_option("--as", a->as, "the actor whose seat you take")->type_name("ACTOR");
  c.add_option("--type", a->type, "what you are (drawn)")->type_name("TYPE");
  c.add_option("--policy", a->policies, "under this policy (the first of the case)")->type_name("NAME")->expected(1);
  c.add_option("--seed", a->seed, "seed of the types and of luck (1)")->type_name("N");
  c.add_option("--replay", a->replay, "play the choices of this transcript again, then go on")->type_name("FILE");
  c.add_option("--transcript", a->transcript, "write the game here, as JSON")->type_name("FILE");
  c.footer(
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
  return {&c, [a] { return play(*a); }};
}

}  // namespace casus::app
