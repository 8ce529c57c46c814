#include <nlohmann/json.hpp>

#include "base/diagnostic.h"

namespace casus::base {

std::string render_json(const Diagnostics& diagnostics, const SourceSet& sources) {
  auto out = nlohmann::json::array();
  for (const Diagnostic* d : in_order(diagnostics)) {
    nlohmann::json entry{{"severity", d->severity == Severity::error ? "error" : "warning"},
                         {"code", d->code},
                         {"message", d->message},
                         {"hint", d->hint},
                         {"file", nullptr}};
    if (d->span.file < sources.size()) {
      const auto begin = sources.position(d->span.file, d->span.begin);
      const auto end = sources.position(d->span.file, d->span.end);
      entry["file"] = sources.name(d->span.file);
      entry["line"] = begin.line;
      entry["column"] = begin.column;
      entry["end_line"] = end.line;
      entry["end_column"] = end.column;
    }
    out.push_back(std::move(entry));
  }
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace casus::base
