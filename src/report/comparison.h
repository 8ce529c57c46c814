// The answer of `casus compare`: in, two studies set side by side; out, text or JSON.
#pragma once
#include <string>

#include "report/answer.h"
#include "study/compare.h"

namespace casus::report {

struct ComparisonAnswer {
  std::string before, after;  // files
  std::string version;
  const study::Comparison* comparison = nullptr;
};

std::string terminal_text(const ComparisonAnswer& a, const Style& style);
std::string json_text(const ComparisonAnswer& a);

}  // namespace casus::report
