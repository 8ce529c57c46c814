#include "report/world.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/alike.h"
#include "report/branches.h"
#include "report/grids.h"
#include "report/limit_text.h"
#include "report/nodes.h"
#include "report/others.h"
#include "report/policy_words.h"
#include "report/related.h"
#include "report/text.h"
#include "solve/belief/window.h"

namespace casus::report {
namespace {

class WorldText {
 public:
  WorldText(const WorldAnswer& a, const Style& style)
      : a_(a), c_(*a.plan->source), columns_(std::clamp<size_t>(style.columns, 60, 160)), colour_(style.colour) {}

  std::string text() {
    out_ += tint("1", c_.title.empty() ? a_.case_file : c_.title) + "\n";
    const auto& settings = a_.plan->options.settings;
    prose(settings.empty()
              ? "One world: every uncertain parameter at its median."
              : fmt::format("One world: {}; every other uncertain parameter at its median.", fmt::join(settings, ", ")),
          0);
    for (size_t p = 0; p < a_.policies.size(); ++p) policy(p);
    if (a_.nodes) {
      out_ += "\n";
      prose(nodes_sentence(*a_.plan, *a_.nodes), 0);
    }
    claims();
    if (a_.branches) out_ += branches_text(*a_.plan, *a_.branches, {.colour = colour_, .columns = columns_});
    return out_;
  }

 private:
  std::string tint(const char* code, std::string_view text) const {
    return colour_ ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
  }
  void prose(std::string_view text, size_t indent) {
    out_ += wrapped(std::string(indent, ' '), text, columns_, indent);
  }
  void heading(std::string_view text) { out_ += "\n" + tint("1", text) + "\n"; }

  void policy(size_t p) {
    const auto& words = c_.policies[a_.plan->policies[p].policy];
    heading(fmt::format("Policy {}{}", words.name, words.words.text.empty() ? "" : ": " + words.words.text));
    for (const auto& sentence : bound_types(c_, words)) prose(sentence + ".", 2);
    const auto& solved = a_.policies[p];
    if (!solved.result.ok()) {
      prose(fmt::format("This world has no solution: {}.", solved.result.error), 2);
      return;
    }
    const auto& g = a_.plan->policies[p].game;
    beliefs(g, solved.course.start_belief);
    for (const auto& sentence : related_types(c_, g)) prose(sentence, 0);
    uint32_t round = 0;
    auto belief = solved.course.start_belief;
    std::vector<int> state = g.start().state;
    for (const auto& step : solved.course.steps) {
      if (step.stage == game::none) continue;
      if (step.round != round) {
        round = step.round;
        out_ += "\n" + tint("1", round_name(c_, round)) + "\n";
      }
      stage(g, step);
      changes(g, step);
      shifts(g, belief, step.belief);
      belief = step.belief;
    }
    prose(fmt::format("This course of events has probability {}.", percent(solved.course.probability)), 0);
    if (c_.endless) prose(going_on(c_), 0);
    measures(g, solved.result);
    certificate(g, solved.result.certificate);
    others(p);
  }

  void beliefs(const game::Game& g, const std::vector<std::vector<double>>& belief) {
    for (size_t k = 0; k < g.informed.size(); ++k) {
      const auto& actor = c_.actors[g.informed[k].actor];
      std::string text = fmt::format("Prior about {}:", description(stands_for(g, g.informed[k].actor), actor.words));
      for (size_t t = 0; t < actor.types.size(); ++t)
        text += fmt::format("{} {} {}", t ? "," : "", plain_name(actor.types[t]), percent(belief[k][t]));
      prose(text + ".", 0);
    }
  }

  // The mover's options: their public probability, and for each of its types the probability and the value.
  void stage(const game::Game& g, const solve::CourseStep& step) {
    const auto& s = c_.stages[step.stage];
    for (const auto& m : step.movers) {
      const bool chance = m.actor == game::none;
      const auto& options = chance ? s.outcomes : s.decisions[m.decision].options;
      const auto title_of = [&] {
        if (chance) return fmt::format("{} ({})", s.name, s.hidden ? "seen" : "chance");
        const auto &decision = s.decisions[m.decision].name, &actor = c_.actors[m.actor].name;
        if (m.hidden) return fmt::format("{} by {}, hidden", decision, actor);
        if (!is_one_of_many(g, m.actor)) return fmt::format("{} by {}", decision, actor);
        return fmt::format("{} by {} × {}", family_name(decision), m.alike, family_name(actor));
      };
      const std::string title = title_of();
      const size_t types = m.options.front().by_type.size();
      const uint32_t whose = m.about(g);
      constexpr size_t label = 22;
      std::string head = pad_right("  " + fitted(title, label + 2), label + 6) + pad_left("public", 9);
      if (types > 1)
        for (size_t t = 0; t < types; ++t) head += pad_left(fitted(plain_name(c_.actors[whose].types[t]), 17), 19);
      else if (!chance)
        head += pad_left("value", 10);
      if (!m.counts.empty()) head += pad_left("of them", 10);
      out_ += tint("2", head) + "\n";
      for (size_t o = 0; o < m.options.size(); ++o) {
        const auto& x = m.options[o];
        std::string row = fmt::format("  {} {} {}", o == m.taken ? "→" : " ",
                                      pad_right(fitted(plain_name(options[x.option].name), label), label), " ");
        row += pad_left(percent(x.probability), 9);
        if (types > 1)
          for (size_t t = 0; t < types; ++t)
            row += pad_left(chance ? percent(x.by_type[t])
                                   : fmt::format("{} {}", percent(x.by_type[t]), pad_left(number(x.value[t]), 9)),
                            19);
        else if (!chance)
          row += pad_left(number(x.value[0]), 10);
        if (!m.counts.empty()) row += pad_left(fmt::format("{}", m.counts[o]), 10);
        out_ += (o == m.taken ? tint("1", row) : row) + "\n";
      }
      for (size_t t = 0; t < m.bound.size(); ++t)
        if (m.bound[t] != game::none)
          prose(fmt::format("{} is bound to {}, whatever it is worth.",
                            capitalised(plain_name(c_.actors[m.actor].types[t])),
                            plain_name(options[m.options[m.bound[t]].option].name)),
                4);
    }
  }

  void changes(const game::Game& g, const solve::CourseStep& step) {
    std::string text;
    for (size_t v = 0; v < c_.states.size(); ++v)
      if (step.before[v] != step.after[v] && !is_counted(g, v))
        text += fmt::format("{}{}: {} → {}", text.empty() ? "" : "; ", plain_name(c_.states[v].name),
                            model::value_text(c_.states[v], step.before[v]),
                            model::value_text(c_.states[v], step.after[v]));
    for (const auto& change : counted_changes(g, step.before, step.after))
      text += fmt::format("{}{}", text.empty() ? "" : "; ", change);
    if (!text.empty()) prose(text, 4);
  }

  void shifts(const game::Game& g, const std::vector<std::vector<double>>& before,
              const std::vector<std::vector<double>>& after) {
    for (size_t k = 0; k < g.informed.size(); ++k)
      for (uint32_t t = 0; t < g.informed[k].types; ++t) {
        if (t > 0 && g.informed[k].types == 2) continue;
        if (percent(before[k][t]) != percent(after[k][t]))
          prose("Believed: " + belief_sentence(c_, {g.informed[k].actor, t, before[k][t], after[k][t]}), 4);
      }
  }

  static bool compared(const study::PolicyResult& r) {
    return r.certificate.method == solve::Method::grid && r.certificate.compared;
  }

  void measures(const game::Game& g, const study::PolicyResult& r) {
    if (c_.asked().empty()) return;
    out_ += "\n" + tint("1", "Measures") +
            tint("2", !compared(r) ? " (then given one type)"
                      : !solve::told_by_replies(a_.plan->options.solve)
                          ? " (± change when the grid was refined; then given one type)"
                          : " (± change if everybody replied; then given one type)") +
            "\n";
    for (uint32_t m = 0; m < c_.asked().size(); ++m)
      for (uint32_t k = 0; k < a_.plan->layout.rounds[m] && !said_of_another(g, m); ++k) {
        const auto& x = c_.measures[m];
        const bool probability = x.probability;
        const auto& layout = a_.plan->layout;
        auto value = [&](const std::vector<int>& given) {
          return study::expected(layout, r.values, r.profile_prior, m, k, given);
        };
        std::string text = fmt::format(
            "{}: {}{}", a_.plan->layout.rounds[m] > 1 ? fmt::format("{}, {}", x.name, round_name(c_, k + 1)) : x.name,
            told_text(probability, value({})),
            compared(r) && change_is_known(*a_.plan, r, m, k) && !std::isnan(value({}))
                ? " ± " + value_text(probability, std::abs(study::expected_change(layout, r.values, r.change,
                                                                                  r.profile_prior, m, k)))
                : "");
        for (uint32_t i = 0; i < c_.actors.size(); ++i)
          for (size_t t = 0; c_.actors[i].types.size() > 1 && !g.like_another(i) && t < c_.actors[i].types.size();
               ++t) {
            std::vector<int> given(c_.actors.size(), -1);
            given[i] = static_cast<int>(t);
            text += fmt::format("; {}.{} {}", whose_type(g, m, i), c_.actors[i].types[t],
                                told_text(probability, value(given)));
          }
        out_ += wrapped("  ", text, columns_, 6);
      }
    std::string payoffs;
    for (size_t i = 0; i < c_.actors.size(); ++i)
      if (const std::string who = stands_for(g, i); !who.empty() && !c_.actors[i].fact)
        payoffs += fmt::format("{}{} {}", payoffs.empty() ? "" : ", ", who, number(r.payoffs[i]));
    prose(fmt::format("Expected payoffs: {}.", payoffs), 2);
  }

  static std::string stationary_text(const solve::Certificate& c) {
    return fmt::format("Certificate: a stationary equilibrium, exact at {}, {}.", counted(c.nodes, "decision"),
                       c.nodes == 0   ? "with nothing to choose"
                       : c.traced > 0 ? "at the end of the branch of the whole game that begins at precision 0"
                                      : fmt::format("the one that ever longer horizons lead to (found after {})",
                                                    counted(c.rounds, "round")));
  }

  void certificate(const game::Game& g, const solve::Certificate& c) {
    std::string text = g.endless ? stationary_text(c)
                       : c.method == solve::Method::exact
                           ? fmt::format("Certificate: solved with exact beliefs at {} of public histories.",
                                         counted(c.nodes, "decision"))
                           : fmt::format("Certificate: solved {}, {} fixed points.",
                                         grids_text(*a_.plan, study::resolution(a_.plan->options.solve)), c.nodes);
    if (g.stands_for_endless)
      text += fmt::format(" {} stand for a game without a last one; one less changes no measure by more than {}.",
                          counted(static_cast<uint64_t>(g.horizon), "round"), bound(c.effect));
    if (c.judged)
      text += fmt::format(
          " Whoever gets to a decision with 0.1 % or more{} chooses within {} of the logit reply to what truly "
          "follows, "
          "and would gain at most {} of the stakes ({}) by giving it; the best option is worth up to {} more than what "
          "is chosen.",
          c.method == solve::Method::exact ? ""
                                           : fmt::format(" (looked at: {} of all that is decided)", percent(c.seen)),
          bound(c.distance), bound(c.regret), number(c.payoff_range), bound(c.best_reply));
    if (c.method == solve::Method::grid && c.judged)
      text += fmt::format(" If all gave it, no measure would move by more than {}.", bound(c.effect));
    if (c.corrected > 0)
      text += fmt::format(" Choices were worked out anew at {} beliefs, where play goes.", c.corrected);
    if (c.method == solve::Method::grid && c.compared && c.corrected == 0 &&
        !solve::told_by_replies(a_.plan->options.solve))
      text += fmt::format(" A coarser grid moves measures by up to {}.", percent(c.grid_change));
    text += fmt::format(
        " Folds met: {}; points where branches meet: {}; fixed points off their branch's first stretch: "
        "{}.",
        c.folds, c.crossings, c.unstable);
    prose(text, 2);
    if (const auto limit = limit_sentence(c); !limit.empty()) prose(limit, 2);
  }

  void others(size_t p) {
    const auto& r = a_.policies[p].result;
    study::OtherSummary found;
    if (r.looked) found.add(*a_.plan, study::median_world, static_cast<uint32_t>(p), r);
    for (const auto& sentence : other_sentences(*a_.plan, found, a_.branches.has_value())) prose(sentence, 2);
  }

  void claims() {
    if (a_.claims.empty()) return;
    heading("Claims in this world");
    for (size_t k = 0; k < a_.claims.size(); ++k) {
      const auto& v = a_.claims[k];
      const char* word = v.truth == study::Truth::holds   ? "holds"
                         : v.truth == study::Truth::fails ? "fails"
                                                          : "unknown";
      out_ += wrapped(pad_right(word, 9),
                      fmt::format("{} (margin {}{}{})", claim_text(c_.claims[a_.plan->claims[k]]), number(v.margin),
                                  v.too_close() ? ", too close to call" : "",
                                  v.turned ? "; another equilibrium turns this verdict" : ""),
                      columns_, 9);
    }
  }

  const WorldAnswer& a_;
  const model::Case& c_;
  size_t columns_;
  bool colour_;
  std::string out_;
};

}  // namespace

std::string terminal_text(const WorldAnswer& a, const Style& style) {
  return WorldText(a, style).text();
}

}  // namespace casus::report
