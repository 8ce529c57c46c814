#include "report/play.h"
#include "study/accuracy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "report/alike.h"
#include "report/narrative.h"
#include "report/policy_words.h"
#include "report/text.h"

namespace casus::report {
namespace {

using Json = nlohmann::ordered_json;

const game::Game& game_of(const PlayAnswer& a) {
  return a.plan->policies[a.place].game;
}

std::string bold(const Style& style, std::string_view text) {
  return style.colour ? fmt::format("\033[1m{}\033[0m", text) : std::string(text);
}

std::string actor_words(const model::Case& c, uint32_t actor) {
  return description(c.actors[actor].name, c.actors[actor].words);
}

std::string prose(const Style& style, std::string_view text, size_t indent) {
  return wrapped(std::string(indent, ' '), text, std::clamp<size_t>(style.columns, 60, 100), indent);
}

// "open ended 60 %, limited 40 %".
std::string odds(const model::Actor& actor, const std::vector<double>& belief) {
  std::string out;
  for (size_t t = 0; t < belief.size(); ++t)
    out += fmt::format("{}{} {}", t ? ", " : "", plain_name(actor.types[t]), percent(belief[t]));
  return out;
}

std::string beliefs_text(const PlayAnswer& a, const std::vector<std::vector<double>>& belief, const Style& style) {
  const auto& c = *a.plan->source;
  const auto& g = game_of(a);
  std::string out;
  for (size_t k = 0; k < g.informed.size(); ++k) {
    const auto& actor = c.actors[g.informed[k].actor];
    const bool own = g.informed[k].actor == a.seat.actor;
    out +=
        prose(style,
              own ? fmt::format("They believe of you: {}.", odds(actor, belief[k]))
                  : fmt::format("You believe of {}: {}.", actor_words(c, g.informed[k].actor), odds(actor, belief[k])),
              2);
  }
  return out;
}

const model::Decision& decision_of(const PlayAnswer& a, const study::Choice& choice) {
  return a.plan->source->stages[choice.stage].decisions[choice.decision];
}

std::string option_words(const model::Option& o) {
  return o.words.text.empty() || o.words.text == plain_name(o.name)
             ? plain_name(o.name)
             : fmt::format("{} ({})", plain_name(o.name), o.words.text);
}

double total_cost(const study::Played& played) {
  double out = 0;
  for (const auto& x : played.choices) out += x.cost();
  return out;
}

}  // namespace

std::string welcome_text(const PlayAnswer& a, const std::vector<uint32_t>& types, const Style& style) {
  const auto& c = *a.plan->source;
  const auto& me = c.actors[a.seat.actor];
  std::string who = fmt::format("You are {}", actor_words(c, a.seat.actor));
  if (me.types.size() > 1) {
    const auto t = types[a.seat.actor];
    who += fmt::format(", and {}", plain_name(me.types[t]));
    if (!me.type_words[t].text.empty()) who += fmt::format(" ({})", me.type_words[t].text);
    who += "; only you know that";
  }
  std::string out = bold(style, c.title.empty() ? a.case_file : c.title) + "\n";
  out += prose(style, who + ".", 0);
  out += prose(style,
               fmt::format("{}, with every number at its median. The others play their equilibrium; what they are is "
                           "drawn and hidden. Answer with the number or the name of an option; ? shows what each is "
                           "worth, q leaves.",
                           horizon_text(c)),
               0);
  for (const auto& sentence : bound_types(c, c.policies[a.plan->policies[a.place].policy]))
    out += prose(style, "Everybody knows: " + sentence + ".", 0);
  return out +
         beliefs_text(
             a, solve::as_believed_by(game_of(a), a.start_belief, a.start_profiles, a.seat.actor, types[a.seat.actor]),
             style);
}

std::string turn_text(const PlayAnswer& a, const solve::CourseStep& step, const study::Choice& choice,
                      const Style& style) {
  const auto& c = *a.plan->source;
  const auto& decision = decision_of(a, choice);
  std::string out = "\n" +
                    bold(style, fmt::format("{}: your choice, {}", round_name(c, step.round),
                                            description(decision.name, decision.words))) +
                    "\n";
  const auto& g = a.plan->policies[a.place].game;
  const auto& me = c.actors[a.seat.actor];
  if (const uint32_t k = g.informed_index[a.seat.actor]; k != game::none && g.turning >> k & 1)
    out += prose(style, fmt::format("You are {} now; only you know that.", plain_name(me.types[choice.type])), 2);
  std::string seen = counted_state(g, step.before);
  for (size_t v = 0; v < c.states.size(); ++v)
    if (!is_counted(g, v))
      seen += fmt::format("{}{} {}", seen.empty() ? "" : ", ", plain_name(c.states[v].name),
                          plain_name(model::value_text(c.states[v], step.before[v])));
  out += prose(style, "Everybody sees: " + seen + ".", 2);
  out += beliefs_text(a, solve::as_believed_by(g, step.belief, step.profiles, a.seat.actor, choice.type), style);
  for (size_t o = 0; o < choice.options.size(); ++o)
    out += prose(style, fmt::format("{}  {}", o + 1, option_words(decision.options[choice.options[o]])), 4);
  return out;
}

std::string hint_text(const PlayAnswer& a, const study::Choice& choice, const Style& style) {
  const auto& decision = decision_of(a, choice);
  std::string out;
  for (size_t o = 0; o < choice.options.size(); ++o)
    out += prose(style,
                 fmt::format("{}  {}: worth {} to you from here on; taken with {} in equilibrium", o + 1,
                             plain_name(decision.options[choice.options[o]].name), number(choice.value[o]),
                             percent(choice.probability[o])),
                 4);
  return out;
}

std::string seen_text(const PlayAnswer& a, const solve::CourseStep& step, const Style& style) {
  if (step.stage == game::none) return "";
  const auto& g = game_of(a);
  solve::CourseStep one = solve::as_seen_by(step, a.seat.actor);
  one.after = g.start().state;
  one.before = g.start().state;
  const auto story = tell(*a.plan->source, g, {.start_belief = step.belief, .steps = {one}});
  std::string out;
  for (const auto& r : story.rounds)
    for (const auto& h : r.happenings)
      if (!h.certain) out += prose(style, sentence(h), 2);
  return out;
}

std::string debrief_text(const PlayAnswer& a, const Style& style) {
  const auto& c = *a.plan->source;
  const auto& g = game_of(a);
  const auto& played = *a.played;
  std::string out = "\n" + bold(style, "What they really were") + "\n";
  const auto mine = [&](const std::vector<std::vector<double>>& belief, const std::vector<double>& profiles,
                        const std::vector<uint32_t>& types) {
    return solve::as_believed_by(g, belief, profiles, a.seat.actor, types[a.seat.actor]);
  };
  const auto first = mine(a.start_belief, a.start_profiles, played.types);
  const auto last =
      played.steps.empty() ? first : mine(played.steps.back().belief, played.steps.back().profiles, played.types_now);
  for (size_t k = 0; k < g.informed.size(); ++k) {
    const uint32_t actor = g.informed[k].actor, type = played.types[actor];
    const bool own = actor == a.seat.actor;
    if (g.turning >> k & 1) {
      const uint32_t now = played.types_now[actor];
      out += prose(style,
                   fmt::format("{} {} {} at the start and {} in the end; {} believed the one with {} at the start and "
                               "the other with {} in the end.",
                               own ? "You" : capitalised(actor_words(c, actor)), own ? "were" : "was",
                               plain_name(c.actors[actor].types[type]), plain_name(c.actors[actor].types[now]),
                               own ? "the others" : "you", percent(first[k][type]), percent(last[k][now])),
                   2);
      continue;
    }
    out += prose(style,
                 fmt::format("{} {} {}; {} believed that with {} at the start and {} in the end.",
                             own ? "You" : capitalised(actor_words(c, actor)), own ? "were" : "was",
                             plain_name(c.actors[actor].types[type]), own ? "the others" : "you",
                             percent(first[k][type]), percent(last[k][type])),
                 2);
  }
  if (g.informed.empty()) out += prose(style, "Nobody had anything to hide.", 2);

  out += "\n" + bold(style, "Your choices") + "\n";
  for (const auto& x : played.choices) {
    const auto& decision = decision_of(a, x);
    const auto& mine = decision.options[x.options[x.taken]];
    std::string line =
        fmt::format("{}, {}: {} (in equilibrium with {}), worth {}", round_name(c, x.round), plain_name(decision.name),
                    plain_name(mine.name), percent(x.probability[x.taken]), number(x.value[x.taken]));
    if (x.departs())
      line += fmt::format("; {} was worth {}: that cost {}", plain_name(decision.options[x.options[x.best]].name),
                          number(x.value[x.best]), number(x.cost()));
    else
      line += "; the best you could do";
    out += prose(style, line + ".", 2);
  }
  if (played.choices.empty()) out += prose(style, "There was nothing for you to choose.", 2);
  out += prose(style,
               fmt::format("Together your departures cost {} (each as expected when it was made, in units of payoff).",
                           number(total_cost(played))),
               2);

  if (played.finished) {
    out += "\n" + bold(style, "What came of it") + "\n";
    const auto& state = played.steps.back().before;
    std::string end = state != g.start().state ? counted_state(g, state) : "";
    for (size_t v = 0; v < c.states.size(); ++v)
      if (state[v] != g.start().state[v] && !is_counted(g, v))
        end += fmt::format("{}{} {}", end.empty() ? "" : ", ", plain_name(c.states[v].name),
                           plain_name(model::value_text(c.states[v], state[v])));
    out += prose(style, end.empty() ? "Everything is as it was." : "In the end: " + end + ".", 2);
    std::string payoffs;
    double others = 0;
    size_t many = 0;
    for (uint32_t i = 0; i < c.actors.size(); ++i) {
      if (c.actors[i].fact) continue;
      if (i != a.seat.actor && is_one_of_many(g, i)) {
        others += played.payoff[i];
        ++many;
        continue;
      }
      payoffs += fmt::format("{}{} {}", payoffs.empty() ? "" : ", ", i == a.seat.actor ? "you" : c.actors[i].name,
                             number(played.payoff[i]));
    }
    if (many > 0)
      payoffs += fmt::format(", {} other {} on average {}", many, g.counted->crowd.family,
                             number(others / static_cast<double>(many)));
    out += prose(style, "Payoffs, discounted to the start: " + payoffs + ".", 2);
    if (c.endless)
      out += prose(style,
                   fmt::format("What would come after {} {} is not in them.",
                               c.round_label.empty() ? "round" : c.round_label, c.horizon),
                   2);
  } else {
    out += prose(style, "You left before the end.", 2);
  }

  if (!a.policies.empty()) {
    out += "\n" + bold(style, "What a policy would have led to") + "\n";
    out += prose(style, "Expected at the start, given what everybody really was:", 2);
    for (const auto& p : a.policies) {
      const auto& policy = c.policies[a.plan->policies[p.place].policy];
      std::string line = pad_right("    " + fitted(policy.name, 24), 30);
      if (!p.error.empty())
        line += p.error;
      else {
        line += "your payoff " + pad_left(number(p.payoff), 7);
        if (a.objective)
          line += fmt::format("   {} {}", c.measures[*a.objective].name,
                              value_text(c.measures[*a.objective].probability, p.objective));
      }
      out += line + "\n";
    }
  }
  return out;
}

std::string json_text(const PlayAnswer& a) {
  const auto& c = *a.plan->source;
  const auto& g = game_of(a);
  const auto& played = *a.played;
  auto real = [](double x) { return std::isfinite(x) ? Json(x) : Json(); };
  auto beliefs = [&](const std::vector<std::vector<double>>& belief) {
    Json out = Json::object();
    for (size_t k = 0; k < g.informed.size(); ++k)
      for (size_t t = 0; t < belief[k].size(); ++t)
        out[c.actors[g.informed[k].actor].name][c.actors[g.informed[k].actor].types[t]] = belief[k][t];
    return out;
  };
  Json out{{"casus", a.version},
           {"kind", "play"},
           {"case", a.case_file},
           {"title", c.title},
           {"as", c.actors[a.seat.actor].name},
           {"policy", c.policies[a.plan->policies[a.place].policy].name},
           {"seed", a.seat.seed},
           {"points", a.plan->options.solve.points},
           {"held", study::held_names(*a.plan, a.plan->options.solve.held)},
           {"mended", a.plan->options.solve.mend.accuracy > 0 ? Json(a.plan->options.solve.mend.accuracy) : Json()},
           {"exact_up_to", a.plan->options.solve.exact_up_to},
           {"selection", study::selection_name(a.plan->options.solve.selection)},
           {"settings", a.plan->options.settings},
           {"finished", played.finished}};
  Json types = Json::object();
  for (uint32_t i = 0; i < c.actors.size(); ++i)
    if (c.actors[i].types.size() > 1) types[c.actors[i].name] = c.actors[i].types[played.types[i]];
  out["types"] = types;
  Json now = Json::object();
  for (uint32_t i = 0; i < c.actors.size(); ++i)
    if (g.informed_index[i] != game::none && g.turning >> g.informed_index[i] & 1)
      now[c.actors[i].name] = c.actors[i].types[played.types_now[i]];
  if (!now.empty()) out["types_in_the_end"] = now;
  out["start_belief"] = beliefs(a.start_belief);
  Json path = Json::array();
  for (const auto& step : played.steps) {
    if (step.stage == game::none) continue;
    const auto& stage = c.stages[step.stage];
    Json taken = Json::array();
    for (const auto& m : step.movers) taken.push_back(solve::taken_name(c, step, m));
    path.push_back({{"round", step.round}, {"stage", stage.name}, {"taken", taken}});
  }
  out["path"] = path;
  Json choices = Json::array();
  for (const auto& x : played.choices) {
    const auto& decision = decision_of(a, x);
    Json options = Json::array();
    for (size_t o = 0; o < x.options.size(); ++o)
      options.push_back({{"option", decision.options[x.options[o]].name},
                         {"probability", x.probability[o]},
                         {"value", real(x.value[o])}});
    choices.push_back({{"round", x.round},
                       {"decision", decision.name},
                       {"taken", decision.options[x.options[x.taken]].name},
                       {"best", decision.options[x.options[x.best]].name},
                       {"cost", real(x.cost())},
                       {"options", options}});
  }
  out["choices"] = choices;
  out["cost"] = real(total_cost(played));
  Json payoffs = Json::object();
  for (uint32_t i = 0; i < c.actors.size(); ++i)
    if (!c.actors[i].fact) payoffs[c.actors[i].name] = real(played.payoff[i]);
  out["payoffs"] = payoffs;
  Json policies = Json::array();
  for (const auto& p : a.policies) {
    Json one{{"policy", c.policies[a.plan->policies[p.place].policy].name}};
    if (!p.error.empty()) {
      one["error"] = p.error;
    } else {
      one["payoff"] = real(p.payoff);
      if (a.objective) one[c.measures[*a.objective].name] = real(p.objective);
    }
    policies.push_back(one);
  }
  out["policies"] = policies;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace casus::report
