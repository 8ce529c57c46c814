// The answer of `casus analyse`: in, the analyses of a stored study; out, tables with a sentence over each, or JSON.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "report/answer.h"
#include "study/analysis.h"

namespace casus::report {

struct AnalysisAnswer {
  const study::Catalogue* names = nullptr;
  const study::Sample* sample = nullptr;
  const std::vector<study::Outcome>* outcomes = nullptr;  // of the sample
  std::string file, version;
  study::Goal goal;
  bool goal_by_default = true;
  bool brief = false;  // the most important lines of each only
  std::vector<study::SensitivityAnswer> sensitivity = {};
  std::vector<study::DiscoveryAnswer> discovery = {};
  std::optional<study::DecisionAnswer> decision = {};
  std::vector<std::string> remarks = {};  // analyses that could not be made, and why
};

std::string terminal_text(const AnalysisAnswer& a, const Style& style);
std::string json_text(const AnalysisAnswer& a);

// "Where the claim 'Appeasing never works' fails".
std::string question_text(const AnalysisAnswer& a, const study::DiscoveryAnswer& d);
// "lives below 0.31: the claim fails in 91 % of these worlds, which are 74 % of all failures".
std::string rule_text(const study::DiscoveryAnswer& d, const lab::BoxCount& box);
// The largest quasi-p of a box's limits.
double weakest_limit(const lab::BoxCount& box);
// "Latin hypercube", as the design is called in prose.
std::string design_text(const std::string& name);
// "'lost' under appease less under free".
std::string outcome_text(const AnalysisAnswer& a, const study::SensitivityAnswer& s);

}  // namespace casus::report
