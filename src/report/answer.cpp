#include "report/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lab/box.h"
#include "report/grids.h"
#include "report/limit_text.h"
#include "report/nodes.h"
#include "report/others.h"
#include "report/text.h"
#include "solve/belief/window.h"

namespace casus::report {

std::string objective_sentence(const Answer& a) {
  const auto& o = a.summary->objective;
  if (!o) return "No measure has a single value, so no policy is called the best; choose one with --objective.";
  const auto& m = a.plan->source->measures[o->measure];
  std::string out = fmt::format("Best means the {} '{}'", o->minimise ? "lowest" : "highest", m.name);
  if (o->by_default)
    out += fmt::format(" (the first measure; {}; change with --objective, --minimise, --maximise)",
                       m.probability ? "a probability is minimised" : "an expectation is maximised");
  return out + ".";
}

namespace {

// What the certificates of all policies say together.
struct Together {
  double distance = 0, regret = 0, best_reply = 0, effect = 0, seen = 1, residual = 0;
  double grid_change = 0, probability_change = 0;
  lab::QuantileSketch effects, grid_changes;
  uint64_t worlds = 0, exact = 0, followed = 0, judged = 0, decisions = 0, folds = 0, unstable = 0, failed = 0,
           crossings = 0;
};

Together together(const Answer& a) {
  Together t;
  for (const auto& p : a.summary->policies) {
    const auto& c = p.worst;
    if (c.judged) {
      t.distance = std::max(t.distance, c.distance);
      t.regret = std::max(t.regret, c.regret);
      t.best_reply = std::max(t.best_reply, c.best_reply);
      t.effect = std::max(t.effect, c.effect);
      t.seen = std::min(t.seen, c.seen);
    }
    if (c.payoff_range > 0) t.residual = std::max(t.residual, c.residual / c.payoff_range);
    t.grid_change = std::max(t.grid_change, c.grid_change);
    t.effects.merge(p.effect);
    t.grid_changes.merge(p.grid_change);
    for (size_t m = 0; m < p.measures.size(); ++m)
      if (a.plan->source->measures[m].probability && std::isfinite(p.measures[m].change))
        t.probability_change = std::max(t.probability_change, p.measures[m].change);
    t.worlds += a.summary->worlds - std::min(p.failed, a.summary->worlds);
    t.exact += p.exact;
    t.followed += p.followed;
    t.judged += p.judged;
    t.decisions += c.nodes;
    t.folds += c.folds;
    t.unstable += c.unstable;
    t.failed += c.failed;
    t.crossings += c.crossings;
  }
  return t;
}

}  // namespace

std::vector<std::string> certificate_sentences(const Answer& a) {
  const Together t = together(a);
  std::vector<std::string> out;
  if (t.worlds == 0) return {"No world was solved, so there is nothing to certify."};
  const uint64_t on_grids = t.worlds - t.exact;
  if (t.exact > 0 && a.plan->policies.front().game.endless)
    out.push_back(fmt::format(
        "Solved as games without a last round, {} in all: stationary equilibria, exact values. Of {} answers (a world "
        "under a policy) {}.",
        counted(t.decisions, "decision"), t.exact,
        t.followed == 0 ? "all are what ever longer horizons lead to"
                        : fmt::format("{} are what ever longer horizons lead to; the others stand at the end of the "
                                      "branch of the whole game that begins at precision 0",
                                      t.exact - std::min(t.followed, t.exact))));
  else if (t.exact > 0)
    out.push_back(fmt::format(
        "{}olved with exact beliefs at every public history, {} in all, along the branch of "
        "equilibria that begins at precision 0.",
        on_grids == 0 ? "S" : fmt::format("{} of {} answers (a world under a policy) were s", t.exact, t.worlds),
        counted(t.decisions, "decision")));
  if (on_grids > 0)
    out.push_back(
        fmt::format("{} {} ({} selection, fixed points to {:.1e} of the stakes). Of {} answers (a "
                    "world under a policy) {} were looked at anew, decision by decision with exact beliefs{}.",
                    t.exact > 0 ? "The others were solved" : "Solved",
                    grids_text(*a.plan, study::resolution(a.plan->options.solve)),
                    study::selection_name(a.plan->options.solve.selection), t.residual, on_grids, t.judged,
                    t.judged > 0 ? fmt::format(", at least {} of all that is decided there", percent(t.seen)) : ""));
  if (const auto& g = a.plan->policies.front().game; g.stands_for_endless)
    out.push_back(fmt::format("{} stand for a game without a last one; one less changes no measure by more than {}.",
                              counted(static_cast<uint64_t>(g.horizon), "round"), bound(t.effect)));
  if (t.exact + t.judged > 0) {
    out.push_back(fmt::format(
        "There, whoever gets to a decision with a probability of 0.1 % or more chooses within {} of the logit reply "
        "to what truly follows, and would gain at most {} of the stakes (the range of payments) by giving that reply.",
        bound(t.distance), bound(t.regret)));
    if (on_grids > 0)
      out.push_back(fmt::format(
          "If everybody gave that reply, no measure would move by more than {}, in half of these answers {}.",
          bound(t.effect), bound(t.effects.count() > 0 ? t.effects.quantile(0.5) : 0)));
    out.push_back(fmt::format(
        "At its precision nobody is perfect: the best option is worth up to {} of the stakes more than what is chosen.",
        bound(t.best_reply)));
  }
  if (t.grid_changes.count() > 0 && !solve::told_by_replies(a.plan->options.solve))
    out.push_back(fmt::format(
        "Refining the grid to these points moved no probability by more than {} (compared in {} answers; where not, "
        "claims are called too close by the largest change of the median world and those beside it); given the types, "
        "and with expectations (payoffs in units of their range), it moved nothing by more than {} in half of them, {} "
        "in 95 % and {} in any.",
        percent(t.probability_change), t.grid_changes.count(), percent(t.grid_changes.quantile(0.5)),
        percent(t.grid_changes.quantile(0.95)), percent(t.grid_change)));
  if (a.nodes) out.push_back(nodes_sentence(*a.plan, *a.nodes));
  if (t.crossings > 0)
    out.push_back(
        fmt::format("On the way branches met {} time{} to within rounding, as in symmetric games: there the "
                    "way that goes straight on was taken.",
                    t.crossings, t.crossings == 1 ? "" : "s"));
  if (t.failed > 0) out.push_back(fmt::format("At {} of them no fixed point was found to the tolerance.", t.failed));
  if (t.unstable > 0)
    out.push_back(fmt::format(
        "At {} of them several equilibria were met ({} folds): the answer there depends on the "
        "selection; compare with --selection {}.",
        t.unstable, t.folds, a.plan->options.solve.selection == solve::Selection::global ? "recursive" : "global"));
  else if (t.folds > 0)
    out.push_back(fmt::format("The branches turned back {} on their way.", counted(t.folds, "time")));
  for (auto& sentence : other_sentences(*a.plan, a.summary->others, a.branches != nullptr))
    out.push_back(std::move(sentence));
  if (const auto limit = limit_sentence(a); !limit.empty()) out.push_back(limit);
  return out;
}

std::vector<std::string> range_ends(const Answer& a, const model::Policy& policy) {
  std::vector<std::string> out;
  const auto& c = *a.plan->source;
  // Name and value of what a policy sets.
  const auto settings_of = [&](const model::Policy& p) {
    std::vector<std::pair<std::string, double>> list;
    for (const auto& x : p.params) list.emplace_back(c.params[x.param].name, c.pool[x.value].value);
    for (const auto& x : p.starts) list.emplace_back(c.states[x.state].name, c.states[x.state].number_of(x.value));
    return list;
  };
  if (!policy.by_lever) return out;
  for (const auto& [name, value] : settings_of(policy)) {
    double low = value, high = value;
    for (const auto& p : c.policies)
      for (const auto& [other, at] : p.by_lever ? settings_of(p) : std::vector<std::pair<std::string, double>>{})
        if (other == name) {
          low = std::min(low, at);
          high = std::max(high, at);
        }
    if (low < high && (value == low || value == high)) out.push_back(name);
  }
  return out;
}

std::string claim_text(const model::Claim& c) {
  return c.words.text.empty() ? plain_name(c.name) : c.words.text;
}

std::string share_sentence(const study::ClaimSummary& c) {
  if (c.worlds == 0) return "could be judged in no world";
  std::string out = fmt::format("holds in {} of {} world{} (95 % interval {} to {})", percent(c.share), c.worlds,
                                c.worlds == 1 ? "" : "s", percent(c.low), percent(c.high));
  if (c.too_close > 0)
    out += fmt::format("; too close to call in {}",
                       percent(static_cast<double>(c.too_close) / static_cast<double>(c.worlds)));
  if (c.unknown > 0) out += fmt::format("; unknown in {} more", c.unknown);
  if (const auto turned = turned_words(c.turned, c.looked); !turned.empty()) out += "; " + turned;
  return out;
}

std::vector<std::string> separation_sentences(const Answer& a, const study::ClaimSummary& c) {
  std::vector<std::string> out;
  const auto& table = a.summary->parameters;
  for (const auto& s : c.separations) {
    const auto& column = table.columns[s.column];
    const auto& param = a.plan->source->params[a.plan->map.free()[s.column]];
    const auto [low, high] = std::minmax_element(column.values.begin(), column.values.end());
    const bool above = s.distance > 0;
    out.push_back(fmt::format("{} {} {}{}", column.name, above ? "above" : "below",
                              lab::rounded_words(s.boundary, *high - *low),
                              param.words.text.empty() ? "" : fmt::format(" ({})", param.words.text)));
  }
  return out;
}

std::vector<std::string> rule_sentences(const Answer& a, const study::ClaimSummary& c) {
  std::vector<std::string> out;
  const auto& table = a.summary->parameters;
  for (const auto& r : c.rules)
    out.push_back(lab::rule_sentence(table, lab::whole_box(table), r.box,
                                     c.rules_of_holding ? "the claim holds" : "the claim fails",
                                     c.rules_of_holding ? "worlds where it holds" : "failures"));
  return out;
}

std::vector<Story> stories(const Answer& a) {
  std::vector<Story> out;
  for (size_t p = 0; p < a.plan->policies.size(); ++p) {
    const auto& median = a.median->policies[p];
    out.push_back(median.result.ok() ? tell(*a.plan->source, a.plan->policies[p].game, median.course) : Story{});
  }
  return out;
}

size_t same_story(const Answer& a, const std::vector<Story>& all, size_t place) {
  auto events = [&](size_t p) {
    std::string out;
    for (const auto& r : all[p].rounds) {
      out += fmt::format("{}-{}:", r.round, r.last_round);
      for (const auto& h : r.happenings)
        if (h.eventful) out += h.sentence + ";";
      for (const auto& b : r.beliefs) out += belief_sentence(*a.plan->source, b) + ";";
    }
    return out;
  };
  for (size_t p = 0; p < place; ++p)
    if (a.median->policies[p].result.ok() && events(p) == events(place)) return p;
  return place;
}

}  // namespace casus::report
