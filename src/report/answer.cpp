#include "report/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lab/box.h"
#include "report/limit_text.h"
#include "report/text.h"

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

std::vector<std::string> certificate_sentences(const Answer& a) {
  double residual = 0, change = 0, probability_change = 0;
  lab::QuantileSketch changes;
  uint64_t nodes = 0, folds = 0, unstable = 0, failed = 0;
  for (const auto& p : a.summary->policies) {
    const auto& c = p.worst;
    if (c.payoff_range > 0) residual = std::max(residual, c.residual / c.payoff_range);
    change = std::max(change, c.grid_change);
    changes.merge(p.grid_change);
    for (size_t m = 0; m < p.measures.size(); ++m)
      if (a.plan->source->measures[m].probability)
        probability_change = std::max(probability_change, p.measures[m].change);
    nodes += c.nodes;
    folds += c.folds;
    unstable += c.unstable;
    failed += c.failed;
  }
  std::vector<std::string> out;
  out.push_back(
      fmt::format("The answers rest on {} fixed points ({} selection), those that policies share counted for each; the "
                  "worst is off by {:.1e} of the range of payoffs.",
                  nodes, study::selection_name(a.plan->options.solve.selection), residual));
  if (changes.count() > 0)
    out.push_back(fmt::format(
        "Refining the belief grid to {} points an axis moved no probability by more than {}. Given the types, "
        "and with expectations (payoffs in units of their range), it moved nothing by more than {} in half "
        "of the worlds, {} in 95 % of them and {} in any.",
        a.plan->options.solve.points, percent(probability_change), percent(changes.quantile(0.5)),
        percent(changes.quantile(0.95)), percent(change)));
  if (failed > 0) out.push_back(fmt::format("At {} of them no fixed point was found to the tolerance.", failed));
  if (unstable > 0)
    out.push_back(fmt::format(
        "At {} of them several equilibria were met ({} folds): the answer there depends on the "
        "selection; compare with --selection {}.",
        unstable, folds, a.plan->options.solve.selection == solve::Selection::global ? "recursive" : "global"));
  else
    out.push_back(fmt::format("No branch folded back, so nothing hinted at a second equilibrium."));
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
    for (const auto& x : p.starts) list.emplace_back(c.states[x.state].name, x.value);
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
