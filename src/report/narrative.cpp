#include "report/narrative.h"

#include <fmt/format.h>

#include <cmath>

#include "report/alike.h"
#include "report/text.h"

namespace casus::report {
namespace {

bool begins_small(const std::string& text) {
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z';
}

std::string actor_name(const model::Case& c, uint32_t actor) {
  return description(c.actors[actor].name, c.actors[actor].words);
}

std::string move_sentence(const model::Case& c, const model::Decision& d, const model::Option& o) {
  const auto& text = o.words.text;
  if (text.empty()) return fmt::format("{}: {} ({})", actor_name(c, d.actor), plain_name(o.name), plain_name(d.name));
  return begins_small(text) ? actor_name(c, d.actor) + " " + text : text;
}

std::string chance_sentence(const model::Stage& stage, const model::Option& o) {
  if (!o.words.text.empty() && !begins_small(o.words.text)) return o.words.text;
  return fmt::format("{}: {}", description(stage.name, stage.words), description(o.name, o.words));
}

constexpr double least_shift = 0.005;  // half a percentage point

bool moved(const std::vector<std::vector<double>>& before, const std::vector<std::vector<double>>& after) {
  for (size_t k = 0; k < before.size(); ++k)
    for (size_t t = 0; t < before[k].size(); ++t)
      if (std::fabs(after[k][t] - before[k][t]) >= least_shift) return true;
  return false;
}

void add_beliefs(const game::Game& g, const std::vector<std::vector<double>>& before,
                 const std::vector<std::vector<double>>& after, RoundStory& round) {
  for (size_t k = 0; k < g.informed.size(); ++k) {
    // Of two types the first tells all; of more, the one that moved most.
    uint32_t type = 0;
    if (g.informed[k].types > 2)
      for (uint32_t t = 1; t < g.informed[k].types; ++t)
        if (std::fabs(after[k][t] - before[k][t]) > std::fabs(after[k][type] - before[k][type])) type = t;
    if (std::fabs(after[k][type] - before[k][type]) >= least_shift)
      round.beliefs.push_back({g.informed[k].actor, type, before[k][type], after[k][type]});
  }
}

void add_changes(const game::Game& g, const std::vector<int>& before, const std::vector<int>& after,
                 RoundStory& round) {
  const auto& c = *g.source;
  for (size_t v = 0; v < c.states.size(); ++v)
    if (before[v] != after[v] && !is_counted(g, v))
      round.changes.push_back(fmt::format("{}: {} → {}", plain_name(c.states[v].name),
                                          plain_name(model::value_text(c.states[v], before[v])),
                                          plain_name(model::value_text(c.states[v], after[v]))));
  for (auto& change : counted_changes(g, before, after)) round.changes.push_back(std::move(change));
}

bool same_events(const RoundStory& a, const RoundStory& b) {
  if (!a.changes.empty() || !b.changes.empty() || !a.beliefs.empty() || !b.beliefs.empty()) return false;
  if (a.happenings.size() != b.happenings.size()) return false;
  for (size_t i = 0; i < a.happenings.size(); ++i)
    if (a.happenings[i].sentence != b.happenings[i].sentence) return false;
  return true;
}

// A chance stage with one outcome and no word about it only keeps the books.
bool bookkeeping(const model::Stage& stage) {
  return stage.is_chance() && stage.outcomes.size() == 1 && stage.outcomes[0].words.text.empty();
}

void merge(RoundStory& into, const RoundStory& r) {
  into.last_round = r.last_round;
  for (size_t i = 0; i < into.happenings.size(); ++i) {
    auto& h = into.happenings[i];
    h.certain &= r.happenings[i].certain;
    h.at_least = true;
    h.probability = std::min(h.probability, r.happenings[i].probability);
  }
}

}  // namespace

Story tell(const model::Case& c, const game::Game& g, const solve::Course& course) {
  Story story{.rounds = {}, .probability = course.probability};
  std::vector<int> state = g.start().state;
  auto belief = course.start_belief;
  RoundStory now;
  auto close = [&](const std::vector<int>& at, const std::vector<std::vector<double>>& believed) {
    add_changes(g, state, at, now);
    add_beliefs(g, belief, believed, now);
    state = at;
    belief = believed;
    if (!story.rounds.empty() && same_events(story.rounds.back(), now))
      merge(story.rounds.back(), now);
    else if (!now.happenings.empty() || !now.changes.empty())
      story.rounds.push_back(std::move(now));
    now = {};
  };
  for (size_t i = 0; i < course.steps.size(); ++i) {
    const auto& step = course.steps[i];
    now.round = now.last_round = step.round;
    if (step.stage != game::none) {
      const bool eventful =
          step.before != step.after || moved(i ? course.steps[i - 1].belief : course.start_belief, step.belief);
      const auto& stage = c.stages[step.stage];
      for (const auto& m : step.movers) {
        const auto& taken = m.options[m.taken];
        const bool chance = m.actor == game::none;
        const auto sentence = [&] {
          if (chance) return chance_sentence(stage, stage.outcomes[taken.option]);
          const auto& decision = stage.decisions[m.decision];
          if (m.hidden) return fmt::format("{}, unseen", move_sentence(c, decision, decision.options[taken.option]));
          if (!is_one_of_many(g, m.actor)) return move_sentence(c, decision, decision.options[taken.option]);
          return fmt::format("{} × {}: {} ({})", m.alike, family_name(actor_name(c, decision.actor)),
                             plain_name(solve::taken_name(c, step, m)), plain_name(family_name(decision.name)));
        };
        now.happenings.push_back(
            {sentence(), solve::taken_probability(m), m.options.size() == 1, eventful && !bookkeeping(stage), false});
      }
    }
    const bool last = i + 1 == course.steps.size() || course.steps[i + 1].round != step.round;
    if (last) close(step.after, step.belief);
  }
  return story;
}

std::string belief_sentence(const model::Case& c, const BeliefShift& shift) {
  return fmt::format("{} {} {} → {}", actor_name(c, shift.actor), plain_name(c.actors[shift.actor].types[shift.type]),
                     percent(shift.before), percent(shift.after));
}

std::string sentence(const Happening& h) {
  std::string text = capitalised(h.sentence);
  if (text.ends_with('.')) text.pop_back();
  return h.certain ? text + "."
                   : fmt::format("{} ({}{}).", text, h.at_least ? "at least " : "", percent(h.probability));
}

std::string paragraph(const model::Case& c, const RoundStory& r, bool all) {
  std::string out;
  for (const auto& h : r.happenings)
    if (all || h.eventful) out += (out.empty() ? "" : " ") + sentence(h);
  if (out.empty()) out = "Nothing changes.";
  for (size_t i = 0; i < r.beliefs.size(); ++i)
    out += (i ? "; " : " Believed: ") + belief_sentence(c, r.beliefs[i]) + (i + 1 == r.beliefs.size() ? "." : "");
  return fmt::format("{}: {}", rounds_name(c, r), out);
}

std::string rounds_name(const model::Case& c, const RoundStory& r) {
  if (r.last_round == r.round) return round_name(c, r.round);
  return fmt::format("{}s {} to {}", capitalised(c.round_label.empty() ? "round" : c.round_label), r.round,
                     r.last_round);
}

}  // namespace casus::report
