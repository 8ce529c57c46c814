// Labels that Gambit wants to be unique: in, labels with their places; out, one warning if any is used twice.
#pragma once
#include <set>
#include <string>
#include <utility>

#include "base/diagnostic.h"

namespace casus::tree {

class LabelCheck {
 public:
  // `owner` names what should have a label of its own: "information set".
  explicit LabelCheck(std::string owner) : owner_(std::move(owner)) {}

  // Labels of different scopes do not clash, and an empty label clashes with nothing.
  void add(int scope, const std::string& label, base::Span span);
  // Warns at the first label that was there before; `told_apart_by` says what does the work of the label.
  void report(base::Diagnostics& diagnostics, const std::string& told_apart_by) const;

 private:
  std::string owner_;
  std::set<std::pair<int, std::string>> seen_;
  int repeated_ = 0;
  std::string first_;
  base::Span first_span_;
};

}  // namespace casus::tree
