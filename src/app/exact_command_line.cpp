#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands.h"
#include "app/exact_commands.h"
#include "app/options.h"
#include "app/session.h"
#include "solve/belief/stencil.h"

namespace casus::app {
namespace {

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
  add_design(c, a.design, a.worlds_file);
  c.add_option("--node-limit", a.node_limit, fmt::format("refuse larger trees ({})", node_limit))
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, size_t{1} << 30));
}

}  // namespace

Command add_unroll(CLI::App& root) {
  const auto a = std::make_shared<UnrollArguments>();
  auto& c = *root.add_subcommand("unroll", "Write one world of a case as a game tree that Gambit reads");
  add_case(c, *a);
  add_world(c, *a, 1'000'000);
  c.add_flag("--by-round", a->by_round, "one player a round for each actor, so that precision 1 is exactly the case");
  add_out(c, a->out, "write here (the standard output)");
  c.footer(
      "The tree has the draw of everybody's types as its opening chance move and every public history as its nodes.\n"
      "A tree has one precision for all players and means present values; a case has one for each actor and means\n"
      "values in the round of the choice. The comment in the file says what follows from that. With --by-round the\n"
      "logit equilibrium at precision 1 is the case's, whatever its discounts and precisions.\n\nExamples:\n"
      "  casus unroll cases/chain-store.casus -o game.efg\n"
      "  casus unroll my.casus --policy appease --set rounds=2 --world 7 --seed 3 --by-round -o game.efg");
  return {&c, [a, &c] {
            const auto problem = design_problem(c, a->worlds_file);
            return problem.empty() ? unroll(*a) : complain(exit_input, problem);
          }};
}

Command add_verify(CLI::App& root) {
  const auto a = std::make_shared<VerifyArguments>();
  auto& c = *root.add_subcommand("verify", "Set a case's belief grid beside its exact tree");
  add_case(c, *a);
  add_world(c, *a, 200'000);
  c.add_option("--points", a->grids, fmt::format("grid points for each axis of belief ({})", fmt::join(a->grids, ",")))
      ->type_name("N,N,...")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Range(static_cast<int>(solve::least_points), 1001));
  c.add_option("--tolerance", a->tolerance, fmt::format("largest difference that is good enough ({})", a->tolerance))
      ->type_name("X")
      ->check(CLI::PositiveNumber);
  add_selection(c, *a);
  add_json(c, a->json);
  c.footer(
      "Solves one world on belief grids and as an exact tree, and shows the largest difference of any choice\n"
      "probability and of any measure. Exit code 0 if from some grid on those on the path stay within --tolerance,\n"
      "else 1.\n\nExamples:\n"
      "  casus verify cases/chain-store.casus\n"
      "  casus verify my.casus --policy appease --points 17,33 --tolerance 1e-4 --selection global");
  return {&c, [a, &c] {
            const auto problem = design_problem(c, a->worlds_file);
            return problem.empty() ? verify(*a) : complain(exit_input, problem);
          }};
}

}  // namespace casus::app
