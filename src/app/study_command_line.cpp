#include "app/study_command_line.h"

#include <CLI/CLI.hpp>

namespace casus::app {

StudyCommandLine::StudyCommandLine(CLI::App& root) {
  add_analyse(root);
}

std::optional<int> StudyCommandLine::run() const {
  if (*analyse_) return analyse(analyse_arguments_);
  return std::nullopt;
}

void StudyCommandLine::add_analyse(CLI::App& root) {
  auto& a = analyse_arguments_;
  auto& c = *root.add_subcommand("analyse", "Say what a stored study means: nothing is solved again");
  c.alias("analyze");
  analyse_ = &c;
  c.add_option("STUDY", a.file, "the study's file, from casus run")->required();
  c.add_flag("--sensitivity", a.sensitivity, "which parameters an outcome hangs on");
  c.add_flag("--discover", a.discover, "where claims fail, where policies are the best, where regret is large");
  c.add_flag("--decide", a.decide, "which policy to take, by every criterion, and what it is worth to know first");
  c.add_option("--measure", a.measure,
               "the outcome (the first measure with one value); lost, 'lost[Russia.limited]', "
               "'attack[round 2]'")
      ->type_name("MEASURE");
  auto* minimise = c.add_flag("--minimise,--minimize", a.minimise, "low is good (the default for a probability)");
  c.add_flag("--maximise,--maximize", a.maximise, "high is good (the default for an expectation)")->excludes(minimise);
  c.add_option("--policy", a.policy, "sensitivity: under this policy (the first); regret: of this policy")
      ->type_name("NAME");
  c.add_option("--minus", a.minus, "sensitivity: of the difference to this policy")->type_name("NAME");
  c.add_option("--claim", a.claims, "discover: where this claim fails; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->delimiter(',');
  c.add_option("--best", a.best, "discover: where this policy is the best; may be repeated")
      ->type_name("POLICY")
      ->allow_extra_args(false)
      ->delimiter(',');
  c.add_option("--regret-above", a.regret_above,
               "discover: where --policy (the best on average) is this far from the best of its world")
      ->type_name("X")
      ->check(CLI::NonNegativeNumber);
  c.add_option("--optimism", a.optimism, "decide: weight of the best world in Hurwicz's mix (0.5)")
      ->type_name("X")
      ->check(CLI::Range(0.0, 1.0));
  c.add_option("--require", a.demands, "decide: what is good enough, 'lost<=0.2'; may be repeated, all must be met")
      ->type_name("DEMAND")
      ->allow_extra_args(false);
  c.add_option("--front", a.front, "decide: Pareto front over these measures, lost:min,gain:max")
      ->type_name("MEASURE:min|max,...")
      ->allow_extra_args(false)
      ->delimiter(',');
  c.add_flag("--json", a.json, "print JSON");
  c.add_flag("--no-color,--no-colour", a.no_colour, "no colours, as with NO_COLOR in the environment");
  c.footer(
      "Without --sensitivity, --discover or --decide: all three, short. Sobol's indices are computed where the study\n"
      "was drawn with --design saltelli; otherwise shares from class means, PAWN, delta and regression.\n\nExamples:\n"
      "  casus analyse study.sqlite\n"
      "  casus analyse study.sqlite --sensitivity --measure lost --policy support_now --minus free\n"
      "  casus analyse study.sqlite --discover --claim appeasement_fails --best support_now\n"
      "  casus analyse study.sqlite --decide --require 'lost<=0.3' --front lost:min,west:max");
}

}  // namespace casus::app
