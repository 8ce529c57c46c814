#include <cmath>
#include <numeric>

#include "report/analysis_page.h"

namespace casus::report {

void AnalysisPage::decision(const study::DecisionAnswer& d) {
  const auto& outcome = (*a_.outcomes)[d.order.goal.outcome];
  const auto& measure = a_.names->measures[outcome.measure];
  const auto name = [&](size_t place) { return a_.names->policies[d.policies[place]].name; };
  heading("Which policy to take");
  std::string title = fmt::format("{} has the {} '{}' on average", name(d.best),
                                  d.order.goal.minimise ? "lowest" : "highest", outcome.name);
  if (d.lead - d.lead_half_width > 0)
    title += fmt::format(", by {} (±{}) before {}", difference_text(measure.probability, d.lead),
                         difference_text(measure.probability, d.lead_half_width), name(d.next));
  else
    title += fmt::format(", but {} cannot be told from it in this many worlds", name(d.next));
  size_t agree = 0, all = 0;
  std::string others;
  for (const auto& c : d.criteria) {
    if (c.name == "equal odds" || c.name == "best case") continue;
    ++all;
    if (std::find(c.best.begin(), c.best.end(), d.best) != c.best.end())
      ++agree;
    else
      others += fmt::format("{}{} by {}", others.empty() ? "" : ", ", name(c.best.front()), c.name);
  }
  title += agree == all
               ? ". Every criterion says the same."
               : fmt::format(". {} of {} criteria agree; the best is {}: the advice hinges on the attitude to doubt.",
                             agree, all, others);
  title += fmt::format(" {}{}.", counted(d.worlds, "world"),
                       d.left_out ? fmt::format(", {} left out where some policy has no solution", d.left_out) : "");
  if (a_.goal_by_default)
    title +=
        fmt::format(" (Best means the {} '{}', the first measure; change with --objective, --minimise, --maximise.)",
                    d.order.goal.minimise ? "lowest" : "highest", outcome.name);
  prose(title);
  best_table(d);
  demands(d);
  front(d);
  information(d);
}

void AnalysisPage::best_table(const study::DecisionAnswer& d) {
  const auto& measure = a_.names->measures[(*a_.outcomes)[d.order.goal.outcome].measure];
  const double sign = d.order.goal.minimise ? -1 : 1;
  struct Shown {
    const char* criterion;
    const char* head;
    bool regret;
  };
  const std::vector<Shown> columns{{"expected value", "mean", false},   {"worst case", "worst", false},
                                   {"optimism mix", "mix", false},      {"tail mean", "bad 10 %", false},
                                   {"expected regret", "regret", true}, {"largest regret", "most", true}};
  std::vector<std::vector<std::string>> rows{{"policy", "best in"}};
  for (const auto& c : columns) rows[0].push_back(std::string(c.head) + " ");
  std::vector<size_t> order(d.policies.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto criterion = [&](const char* wanted) -> const lab::Criterion& {
    return *std::find_if(d.criteria.begin(), d.criteria.end(), [&](const auto& c) { return c.name == wanted; });
  };
  const auto& mean = criterion("expected value").values;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return mean[a] > mean[b]; });
  for (size_t p : order) {
    std::vector<std::string> row{a_.names->policies[d.policies[p]].name, percent(d.best_in[p].value)};
    for (const auto& c : columns) {
      const auto& x = criterion(c.criterion);
      const bool best = std::find(x.best.begin(), x.best.end(), p) != x.best.end();
      row.push_back(value_text(measure.probability, c.regret ? x.values[p] : sign * x.values[p]) + (best ? "*" : " "));
    }
    rows.push_back(std::move(row));
  }
  table(rows);
  if (a_.brief) {
    prose(
        "* the best by that criterion. best in: share of worlds; bad 10 %: mean of the worst tenth of the worlds; "
        "regret, most: distance to the best policy of the same world, its mean and its largest.",
        2);
    return;
  }
  legend("*", "the best by that criterion (ties all marked)");
  legend("best in", "share of the worlds in which it is the best policy");
  legend("mean", fmt::format("expected value, which is also Laplace's equal odds since every world weighs the same; "
                             "95 % interval of the first: ±{}",
                             difference_text(measure.probability, d.half_width[order[0]])));
  legend("worst", "the worst world (Wald's minimax)");
  legend("mix", fmt::format("Hurwicz: {:.3g} of the worst world and {:.3g} of the best", d.order.weight_of_worst,
                            1 - d.order.weight_of_worst));
  legend("bad 10 %", "mean of the worst tenth of the worlds");
  legend("regret", "distance to the best policy of the same world, on average");
  legend("most", "the same at its largest (Savage's minimax regret)");
  if (d.close > 0)
    prose(fmt::format("In {} of the worlds the best leads the next by less than the grid's accuracy.",
                      percent(static_cast<double>(d.close) / static_cast<double>(d.worlds))));
}

void AnalysisPage::demands(const study::DecisionAnswer& d) {
  if (d.meets.empty()) return;
  std::string wanted;
  for (const auto& x : d.order.demands) {
    const auto& o = (*a_.outcomes)[x.outcome];
    wanted += fmt::format("{}'{}' at {} {}", wanted.empty() ? "" : " and ", o.name, x.at_least ? "least" : "most",
                          value_text(a_.names->measures[o.measure].probability, x.threshold));
  }
  size_t best = 0;
  for (size_t p = 1; p < d.meets.size(); ++p)
    if (d.meets[p].value > d.meets[best].value) best = p;
  heading(fmt::format("How often it is good enough: {}", wanted));
  prose(d.meets[best].yes == 0 ? "No policy meets that in any world."
                               : fmt::format("{} meets that most often, in {} of {} (satisficing).",
                                             a_.names->policies[d.policies[best]].name, percent(d.meets[best].value),
                                             counted(d.worlds, "world")));
  std::vector<std::vector<std::string>> rows{{"policy", "worlds", "95 % interval"}};
  for (size_t p = 0; p < d.meets.size(); ++p)
    rows.push_back({a_.names->policies[d.policies[p]].name, percent(d.meets[p].value),
                    fmt::format("{} to {}", percent(d.meets[p].low), percent(d.meets[p].high))});
  table(rows);
}

void AnalysisPage::front(const study::DecisionAnswer& d) {
  if (d.order.front.empty()) return;
  heading("Policies that no other beats on every measure (Pareto front)");
  std::vector<bool> on(d.policies.size());
  for (size_t p : d.front) on[p] = true;
  prose(
      fmt::format("{} of {} are on the front; the others are beaten by one that is at least as good on every measure "
                  "and better on one. Means over {}.",
                  d.front.size(), d.policies.size(), counted(d.worlds, "world")));
  std::vector<std::vector<std::string>> rows{{"policy", "front"}};
  for (const auto& aim : d.order.front)
    rows[0].push_back(fmt::format("{} ({})", (*a_.outcomes)[aim.outcome].name, aim.minimise ? "low" : "high"));
  for (size_t p = 0; p < d.policies.size(); ++p) {
    std::vector<std::string> row{a_.names->policies[d.policies[p]].name, on[p] ? "yes" : "-"};
    for (size_t k = 0; k < d.order.front.size(); ++k)
      row.push_back(value_text(a_.names->measures[(*a_.outcomes)[d.order.front[k].outcome].measure].probability,
                               d.front_means[p][k]));
    rows.push_back(std::move(row));
  }
  table(rows);
}

void AnalysisPage::information(const study::DecisionAnswer& d) {
  const auto& outcome = (*a_.outcomes)[d.order.goal.outcome];
  const bool points = a_.names->measures[outcome.measure].probability;
  const auto& params = a_.sample->parameters.columns;
  if (d.partial.empty()) return;
  heading("What it would be worth to know first");
  const auto worth = [&](double v) { return difference_text(points, v); };
  size_t told = 0;
  for (const auto& k : d.partial) told += k.beyond_chance;
  std::string title = fmt::format("Knowing everything before choosing would {} '{}' by {} (±{}) on average",
                                  d.order.goal.minimise ? "lower" : "raise", outcome.name, worth(d.perfect.value),
                                  worth(1.96 * d.perfect.standard_error));
  if (d.perfect.value <= 1e-12)
    title += ": nothing, for one policy is the best in every world.";
  else if (told == 0)
    title += ". No parameter alone is worth more than chance would show in this many worlds.";
  else
    title += fmt::format(". Of single parameters, {} is worth most: {}.", params[d.partial[0].column].name,
                         worth(d.partial[0].worth.value));
  prose(title);
  if (d.perfect.value <= 1e-12 || told == 0) return;
  std::vector<std::vector<std::string>> rows{{"parameter", "worth", "±", "by chance", "of everything"}};
  const size_t most = a_.brief ? 3 : 10;
  for (size_t k = 0; k < d.partial.size() && rows.size() <= most; ++k) {
    const auto& x = d.partial[k];
    if (!x.beyond_chance) continue;
    rows.push_back({params[x.column].name, worth(x.worth.value), worth(1.96 * x.worth.standard_error),
                    worth(x.worth.floor), percent(x.worth.value / d.perfect.value)});
  }
  table(rows);
  if (a_.brief) return;
  legend("worth", fmt::format("expected value of partial information: what the choice would gain on average if this "
                              "one were known first ({} classes of its values; Strong & Oakley 2013)",
                              d.classes));
  legend("±", "half a 95 % interval");
  legend("by chance", "what a parameter that tells nothing gets in such a table");
  legend("of everything", "share of the value of perfect information");
  prose("Only parameters beyond chance are shown (5 %, shared among them).");
}

}  // namespace casus::report
