#include "report/analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lab/box.h"
#include "report/analysis_page.h"
#include "report/text.h"

namespace casus::report {

std::string design_text(const std::string& name) {
  if (name == "lhs") return "Latin hypercube";
  if (name == "maximin") return "maximin Latin hypercube";
  if (name == "sobol") return "Sobol points";
  if (name == "halton") return "Halton points";
  if (name == "random") return "independent draws";
  if (name == "factorial") return "full factorial";
  if (name == "one-at-a-time") return "one parameter at a time";
  if (name == "saltelli") return "Saltelli design";
  if (name == "efast") return "eFAST curves";
  return name;
}

std::string outcome_text(const AnalysisAnswer& a, const study::SensitivityAnswer& s) {
  const auto& policies = a.names->policies;
  if (!s.minus) return fmt::format("'{}' under {}", s.outcome.name, policies[s.policy].name);
  return fmt::format("the difference in '{}', {} less {},", s.outcome.name, policies[s.policy].name,
                     policies[*s.minus].name);
}

std::string question_text(const AnalysisAnswer& a, const study::DiscoveryAnswer& d) {
  const auto claim = [&](const char* verb) {
    const auto& c = a.names->claims[d.claim];
    return fmt::format("Where '{}' {} (claim {})", c.description.empty() ? plain_name(c.name) : c.description, verb,
                       c.name);
  };
  switch (d.where) {
    case study::Where::claim_fails:
      return claim("fails");
    case study::Where::claim_holds:
      return claim("holds");
    case study::Where::policy_is_best:
      return fmt::format("Where {} is the best policy", a.names->policies[d.policy].name);
    case study::Where::regret_above:
      break;
  }
  const auto& measure = a.names->measures[(*a.outcomes)[a.goal.outcome].measure];
  return fmt::format("Where {} is more than {} from the best policy", a.names->policies[d.policy].name,
                     difference_text(measure.probability, d.threshold));
}

std::string rule_text(const study::DiscoveryAnswer& d, const lab::BoxCount& box) {
  const auto [event, events] = [&]() -> std::pair<const char*, const char*> {
    switch (d.where) {
      case study::Where::claim_fails:
        return {"the claim fails", "failures"};
      case study::Where::claim_holds:
        return {"the claim holds", "worlds where it holds"};
      case study::Where::policy_is_best:
        return {"it is the best", "worlds where it is the best"};
      case study::Where::regret_above:
        break;
    }
    return {"it is so", "such worlds"};
  }();
  return lab::rule_sentence(d.parameters, lab::whole_box(d.parameters), box, event, events);
}

double weakest_limit(const lab::BoxCount& box) {
  double most = 0;
  for (const auto* list : {&box.qp_low, &box.qp_high})
    for (double qp : *list) most = std::max(most, qp);
  return most;
}

std::string terminal_text(const AnalysisAnswer& a, const Style& style) {
  AnalysisPage page(a, style);
  page.header();
  for (const auto& s : a.sensitivity) page.sensitivity(s);
  for (const auto& d : a.discovery) page.discovery(d);
  if (a.decision) page.decision(*a.decision);
  for (const auto& r : a.remarks) page.remark(r);
  page.footer();
  return page.text();
}

void AnalysisPage::header() {
  line(bold(a_.names->title.empty() ? a_.file : a_.names->title));
  prose(
      fmt::format("{} · {} ({}, seed {}) · {} · nothing was solved again", a_.file,
                  counted(a_.sample->in_study, "world"), design_text(a_.names->design), a_.names->seed,
                  a_.names->policies.size() == 1 ? "1 policy" : fmt::format("{} policies", a_.names->policies.size())));
  if (a_.names->state != "complete")
    prose(fmt::format("The study is unfinished: {} of {} worlds. What follows speaks of these only.",
                      a_.sample->in_study, a_.names->planned));
  if (a_.sample->worlds.size() < a_.sample->in_study)
    prose(fmt::format("Read: {} of them{}.", a_.sample->worlds.size(),
                      a_.sample->saltelli ? " (whole blocks of the design)" : ", evenly spaced"));
}

void AnalysisPage::footer() {
  out_ += "\n";
  if (a_.brief)
    prose(
        "More of each: --sensitivity (any --objective, --policy A, --minus B), --discover (--claim NAME, --best "
        "POLICY, "
        "--regret-above X), --decide (--require, --front). Definitions: docs/laboratory.md.");
  else
    prose("Definitions: docs/laboratory.md.");
}

std::string difference_text(bool probability, double value) {
  if (!probability) return number(value);
  const double points = 100 * value;
  if (points != 0 && std::fabs(points) < 0.01) return points > 0 ? "under 0.01 points" : "over -0.01 points";
  const auto text = fmt::format("{:.{}f}", points, std::fabs(points) < 0.095 ? 2 : 1);
  return fmt::format("{} point{}", text, text == "1.0" ? "" : "s");
}

}  // namespace casus::report
