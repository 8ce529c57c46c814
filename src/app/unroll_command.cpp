#include <fmt/format.h>

#include "app/exact_commands.h"
#include "app/output.h"
#include "tree/efg.h"
#include "verify/unroll.h"

namespace casus::app {

std::string world_text(const WorldArguments& a, const study::Plan& plan) {
  if (!a.world) return "the median world";
  if (!a.worlds_file.empty())
    return fmt::format("world {} of {} ({})", *a.world, plan.worlds, a.worlds_file.filename().string());
  return fmt::format("world {} of {} ({}, seed {})", *a.world, a.worlds, lab::design_name(a.design), a.seed);
}

ChosenWorld choose_world(const WorldArguments& given) {
  WorldArguments arguments = given;
  ChosenWorld out;
  out.session = load(arguments);
  auto& session = out.session;
  if (session.exit != exit_good) return out;
  if (arguments.policies.empty()) arguments.policies = {session.source().policies.front().name};
  if (arguments.policies.size() > 1) {
    session.exit = complain(exit_input, "one policy at a time: each has a tree of its own");
    return out;
  }
  study::Options options{.worlds = arguments.worlds, .seed = arguments.seed, .design = arguments.design};
  if (const auto problem = read_worlds(arguments.worlds_file, options); !problem.empty()) {
    session.exit = complain(exit_input, problem);
    return out;
  }
  make_plan(session, arguments, options);
  if (session.exit != exit_good) return out;
  const auto& plan = session.plan();
  if (session.source().endless) {
    session.exit = complain(exit_input,
                            "the case has no last round (horizon none), so that its tree has no end; give it one for "
                            "this, such as 'horizon 6 rounds', in a copy of the case");
    return out;
  }
  for (const auto& remark : plan.remarks) complain(exit_good, remark);
  if (arguments.world && *arguments.world >= plan.worlds) {
    session.exit = complain(
        exit_input, fmt::format("there is no world {}: there are worlds 0 to {}", *arguments.world, plan.worlds - 1));
    return out;
  }
  out.params = arguments.world ? plan.world(*arguments.world) : plan.map.midpoint();
  auto numbers = solve::evaluate_world(out.game(), out.params);
  if (!numbers.value)
    session.exit =
        complain(exit_failure, fmt::format("{} has no numbers: {}", world_text(arguments, plan), numbers.error));
  else
    out.numbers = *std::move(numbers.value);
  return out;
}

int unroll(const UnrollArguments& arguments) {
  const auto chosen = choose_world(arguments);
  if (chosen.session.exit != exit_good) return chosen.session.exit;
  auto inputs = inputs_of(chosen.session);
  inputs.push_back(arguments.worlds_file);
  const Output output{arguments.out, Content::tree, "-o"};
  if (const auto problem = output_problem({&output, 1}, inputs); !problem.empty()) return complain(exit_input, problem);
  auto unrolled = verify::unroll(chosen.game(), chosen.numbers,
                                 {.node_limit = arguments.node_limit, .by_round = arguments.by_round});
  if (!unrolled.value) return complain(exit_input, unrolled.error);
  auto& tree = unrolled.value->tree;
  std::string params;
  for (size_t i = 0; i < chosen.params.size(); ++i)
    params += fmt::format("{}{} = {}", i ? ", " : "; ", chosen.session.source().params[i].name, chosen.params[i]);
  tree.comment = fmt::format("Unrolled from {}, policy {}, {}{}. {}", arguments.file.filename().string(),
                             chosen.policy().name, world_text(arguments, chosen.session.plan()), params, tree.comment);
  const std::string text = tree::write_efg(tree);
  if (arguments.out.empty()) return print(text);
  if (const auto problem = write_output(arguments.out, text); !problem.empty()) return complain(exit_failure, problem);
  fmt::print(stderr, "{}: {} nodes, {} information sets\n", arguments.out.string(), tree.nodes.size(),
             unrolled.value->situations.size());
  return exit_good;
}

}  // namespace casus::app
