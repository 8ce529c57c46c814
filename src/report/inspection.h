// The answer of `casus check`: how large a case is, in words and as JSON (there with its diagnostics).
#pragma once
#include <string>

#include "base/diagnostic.h"
#include "report/answer.h"
#include "study/inspect.h"

namespace casus::report {

struct InspectionAnswer {
  std::string case_file;
  std::string version;
  const base::Diagnostics* diagnostics = nullptr;
  const base::SourceSet* sources = nullptr;
  const study::Plan* plan = nullptr;              // null where there are errors
  const study::Inspection* inspection = nullptr;  // null where there are errors
  unsigned threads = 1;
  const study::NodeChange* nodes = nullptr;  // of the median world, if there are continuous types
};

// A run's on the threads asked for, which take whole batches of worlds under a group of policies.
double run_seconds(const InspectionAnswer& a);
// The size only; diagnostics are rendered by base::render_text.
std::string terminal_text(const InspectionAnswer& a, const Style& style);
std::string json_text(const InspectionAnswer& a);

}  // namespace casus::report
