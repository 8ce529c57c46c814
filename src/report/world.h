// The answer of `casus solve`: one world in full, with every mover's options along the likeliest course.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "report/answer.h"

namespace casus::report {

struct WorldAnswer {
  const study::Plan* plan = nullptr;
  std::string case_file;
  std::string version;
  std::vector<double> params;                        // in the order of Case::params
  std::vector<study::MedianPolicy> policies;         // in the order of Plan::policies
  std::vector<study::Verdict> claims;                // in the order of Plan::claims
  std::optional<study::BranchAnswer> branches = {};  // if other equilibria were looked for
  std::optional<study::NodeChange> nodes = {};       // if there are continuous types
};

std::string terminal_text(const WorldAnswer& a, const Style& style);
std::string json_text(const WorldAnswer& a);

}  // namespace casus::report
