// The page that `casus analyse` prints: in, one analysis after the other; out, text for a terminal.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "report/analysis.h"
#include "report/text.h"

namespace casus::report {

// A difference of two values of a measure: "3.1 points" (percentage points) for a probability, else a number.
std::string difference_text(bool probability, double value);

class AnalysisPage {
 public:
  AnalysisPage(const AnalysisAnswer& a, const Style& style)
      : a_(a), columns_(std::clamp<size_t>(style.columns, 60, 160)), colour_(style.colour) {}

  void header();
  void sensitivity(const study::SensitivityAnswer& s);
  void discovery(const study::DiscoveryAnswer& d);
  void decision(const study::DecisionAnswer& d);
  void remark(std::string_view text) {
    out_ += "\n";
    prose(text);
  }
  void footer();
  const std::string& text() const { return out_; }

 private:
  std::string tint(const char* code, std::string_view text) const {
    return colour_ ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
  }
  std::string bold(std::string_view text) const { return tint("1", text); }
  std::string dim(std::string_view text) const { return tint("2", text); }
  void line(std::string_view text) { out_ += std::string(text) + "\n"; }
  void prose(std::string_view text, size_t indent = 0) {
    out_ += wrapped(std::string(indent, ' '), text, columns_, indent);
  }
  // "  alone    how much ...": a column's name and what it holds.
  void legend(std::string_view name, std::string_view meaning) {
    out_ += wrapped(pad_right(fmt::format("  {}", name), 13), meaning, columns_, 13);
  }
  void heading(std::string_view text) {
    out_ += "\n";
    for (const auto& l : lines(wrapped("", text, columns_, 0))) out_ += bold(l) + "\n";
  }
  // The first row is the head; the first column is flush left, the others flush right, two blanks between.
  void table(const std::vector<std::vector<std::string>>& rows);
  // What these parameters mean, where the case says.
  void glossary(const std::vector<std::string>& params);
  static std::vector<std::string> lines(const std::string& text);

  void best_table(const study::DecisionAnswer& d);
  void demands(const study::DecisionAnswer& d);
  void front(const study::DecisionAnswer& d);
  void information(const study::DecisionAnswer& d);

  const AnalysisAnswer& a_;
  size_t columns_;
  bool colour_;
  std::string out_;
};

}  // namespace casus::report
