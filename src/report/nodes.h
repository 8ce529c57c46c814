// How much hangs on the number of nodes for continuous types, in words and as JSON.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "study/node_change.h"

namespace casus::report {

// "Types by 8 nodes: measures change by at most 0.0004 against 6 (lost, under free)."
std::string nodes_sentence(const study::Plan& plan, const study::NodeChange& change);
nlohmann::ordered_json nodes_json(const study::Plan& plan, const study::NodeChange& change);

}  // namespace casus::report
