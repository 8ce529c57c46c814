#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <iostream>

#include "app/arguments.h"
#include "app/output.h"
#include "app/progress.h"
#include "app/session.h"
#include "base/thread_pool.h"
#include "report/play.h"
#include "report/text.h"
#include "report/transcript.h"
#include "study/accuracy.h"
#include "study/settings.h"
#include "study/summary.h"

namespace casus::app {
namespace {

// What was asked for on the standard input; an empty answer at its end.
class Player {
 public:
  Player(const report::PlayAnswer& a, bool quiet, std::vector<std::string> replay, const report::Style& style)
      : a_(a), quiet_(quiet), replay_(std::move(replay)), style_(style) {}

  std::optional<uint32_t> choose(const solve::CourseStep& step, const study::Choice& choice) {
    say(report::turn_text(a_, step, choice, style_));
    while (true) {
      const bool replayed = next_ < replay_.size();
      std::string line;
      if (replayed) {
        line = replay_[next_++];
        say(fmt::format("  > {}\n", line));
      } else {
        say("  > ");
        if (!std::getline(std::cin, line)) {
          say("\n");
          return std::nullopt;
        }
        if (!isatty(0)) say(line + "\n");  // nobody has seen it being typed
      }
      line.erase(0, line.find_first_not_of(" \t"));
      line.erase(line.find_last_not_of(" \t\r") + 1);
      if (line == "q") return std::nullopt;
      if (line == "?") {
        say(report::hint_text(a_, choice, style_));
        continue;
      }
      if (const auto taken = place_of(choice, line)) return taken;
      std::vector<std::string> names;
      for (uint32_t o : choice.options) names.push_back(option(choice, o));
      say(fmt::format("  {}; or a number from 1 to {}\n", study::unknown_name("option", line, names), names.size()));
      if (replayed) return std::nullopt;
    }
  }
  void see(const solve::CourseStep& step) { say(report::seen_text(a_, step, style_)); }

 private:
  const std::string& option(const study::Choice& x, uint32_t o) const {
    return a_.plan->source->stages[x.stage].decisions[x.decision].options[o].name;
  }
  std::optional<uint32_t> place_of(const study::Choice& choice, const std::string& line) const {
    uint32_t number = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (error == std::errc() && end == line.data() + line.size() && number >= 1 && number <= choice.options.size())
      return number - 1;
    for (uint32_t k = 0; k < choice.options.size(); ++k)
      if (option(choice, choice.options[k]) == line || report::plain_name(option(choice, choice.options[k])) == line)
        return k;
    return std::nullopt;
  }
  void say(const std::string& text) const {
    if (!quiet_) fmt::print("{}", text);
    std::fflush(stdout);
  }

  const report::PlayAnswer& a_;
  bool quiet_;
  std::vector<std::string> replay_;
  size_t next_ = 0;
  report::Style style_;
};

// Under every policy that can be chosen, given the true types.
std::vector<report::PlayedPolicy> compare(const study::Plan& plan, const report::PlayAnswer& a, unsigned threads) {
  std::vector<report::PlayedPolicy> out;
  for (uint32_t p = 0; p < plan.policies.size(); ++p)
    if (!study::is_counterfactual(plan.source->policies[plan.policies[p].policy])) out.push_back({.place = p});
  const std::atomic<bool> never{false};
  const unsigned inside = base::threads_each(threads, out.size());
  base::for_each_index(out.size(), threads, never, [&](uint64_t k) {
    auto& p = out[k];
    const auto solved = study::solve_world(plan, p.place, plan.map.midpoint(), plan.options.solve, inside);
    p.error = solved->error();
    if (!p.error.empty()) return;
    p.payoff = solved->payoff_given(a.seat.actor, a.played->types);
    if (a.objective) p.objective = solved->measure_given(*a.objective, 0, a.played->types);
  });
  return out;
}

std::vector<std::string> names_of(const std::vector<model::Actor>& actors) {
  std::vector<std::string> out;
  out.reserve(actors.size());
  for (const auto& x : actors) out.push_back(x.name);
  return out;
}

}  // namespace

int play(const PlayArguments& given) {
  PlayArguments arguments = given;
  std::vector<std::string> replayed;
  if (!arguments.replay.empty()) {
    auto transcript = report::read_transcript(arguments.replay);
    if (!transcript) return complain(exit_input, transcript.error());
    if (!arguments.as.empty() && arguments.as != transcript->actor)
      return complain(exit_input,
                      fmt::format("the transcript was played as {}, not as {}", transcript->actor, arguments.as));
    arguments.as = transcript->actor;
    arguments.type = transcript->type;
    arguments.seed = transcript->seed;
    arguments.policies = {transcript->policy};
    arguments.points = transcript->points;
    arguments.held = transcript->held;
    arguments.points_given = transcript->resolved;
    if (transcript->mended) arguments.accuracy = *transcript->mended;
    arguments.mends = transcript->mended.has_value();
    arguments.exact_up_to = transcript->exact_up_to;
    arguments.settings = transcript->settings;
    replayed = std::move(transcript->choices);
  }
  auto session = load(arguments);
  if (session.exit != exit_good) return session.exit;
  const auto& c = session.source();
  const auto actor = model::find_actor(c, arguments.as);
  if (!actor)
    return complain(exit_input, arguments.as.empty() ? fmt::format("whose seat do you take? --as {}",
                                                                   fmt::join(names_of(c.actors), ", --as "))
                                                     : study::unknown_name("actor", arguments.as, names_of(c.actors)));
  if (c.actors[*actor].fact) return complain(exit_input, fmt::format("'{}' is a fact and has no seat", arguments.as));
  auto inputs = inputs_of(session);
  inputs.push_back(arguments.replay);
  const Output output{arguments.transcript, Content::transcript, "--transcript"};
  if (const auto problem = output_problem({&output, 1}, inputs); !problem.empty()) return complain(exit_input, problem);
  report::PlayAnswer answer{.case_file = arguments.file.string(), .version = version()};
  answer.seat = {.actor = *actor, .type = -1, .seed = arguments.seed};
  if (!arguments.type.empty()) {
    const auto& types = c.actors[*actor].types;
    const auto at = std::find(types.begin(), types.end(), arguments.type);
    if (at == types.end()) return complain(exit_input, study::unknown_name("type", arguments.type, types));
    answer.seat.type = static_cast<int>(at - types.begin());
  }
  const std::string policy = arguments.policies.empty() ? c.policies.front().name : arguments.policies.front();
  arguments.policies.clear();
  make_plan(session, arguments, {.worlds = 1});
  if (session.exit != exit_good) return session.exit;
  const auto& plan = session.plan();
  const auto wanted = model::find_policy(c, policy);
  if (!wanted) {
    std::vector<std::string> known;
    for (const auto& p : c.policies) known.push_back(p.name);
    return complain(exit_input, study::unknown_name("policy", policy, known));
  }
  answer.plan = &plan;
  answer.place = plan.policy_place[*wanted];
  if (const auto objective = study::choose_objective(c, "", {}); objective && *objective)
    answer.objective = (*objective)->measure;

  auto options = plan.options.solve;
  options.stop = &interrupted();
  SolveProgress progress;
  options.meter = progress.meter();
  constexpr double most_fixed_points = 2e6;  // some seconds
  const auto solved = plan.options.refine && options.held != 0
                          ? study::solve_accurately(plan, answer.place, plan.map.midpoint(), options, arguments.threads,
                                                    most_fixed_points)
                          : study::solve_world(plan, answer.place, plan.map.midpoint(), options, arguments.threads);
  progress.end();
  resolve(session.plan().options.solve, study::resolution(solved->options()));
  if (!solved->walkable()) return complain(exit_failure, solved->error());
  answer.start_belief = solved->start_belief();
  answer.start_profiles = solved->walk().here().profiles;

  const auto style = style_of(1, arguments.no_colour);
  Player player(answer, arguments.json, std::move(replayed), style);
  study::TypesKnown known = [&](const std::vector<uint32_t>& types) {
    if (!arguments.json) fmt::print("{}", report::welcome_text(answer, types, style));
  };
  const auto played = study::play(
      *solved, answer.seat, known,
      [&](const solve::CourseStep& s, const study::Choice& x) { return player.choose(s, x); },
      [&](const solve::CourseStep& s) { player.see(s); });
  answer.played = &played;
  if (played.finished) answer.policies = compare(plan, answer, arguments.threads);

  const auto json = report::json_text(answer);
  if (!arguments.transcript.empty())
    if (const auto problem = write_output(arguments.transcript, json); !problem.empty())
      return complain(exit_failure, problem);
  return print(arguments.json ? json : report::debrief_text(answer, style), played.finished ? exit_good : exit_failure);
}

}  // namespace casus::app
