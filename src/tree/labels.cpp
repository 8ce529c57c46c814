#include "tree/labels.h"

#include <fmt/format.h>

namespace casus::tree {

void LabelCheck::add(int scope, const std::string& label, base::Span span) {
  if (label.empty() || seen_.emplace(scope, label).second) return;
  if (repeated_++ > 0) return;
  first_ = label;
  first_span_ = span;
}

void LabelCheck::report(base::Diagnostics& diagnostics, const std::string& told_apart_by) const {
  if (repeated_ == 0) return;
  diagnostics.warning("duplicate-label", first_span_,
                      fmt::format("the label \"{}\" names more than one {}{}", first_, owner_,
                                  repeated_ > 1 ? fmt::format("; {} labels are repeated so", repeated_) : ""),
                      fmt::format("accepted; {}", told_apart_by));
}

}  // namespace casus::tree
