// The report as a file: in, an answer; out, one HTML page, or a message.
#pragma once
#include <filesystem>
#include <string>

#include "base/source.h"
#include "report/answer.h"
#include "study/store.h"

namespace casus::app {

// Why no page could be written there (its template is not built, its folder is missing); empty if one can, or if `file`
// is empty.
std::string page_problem(const std::filesystem::path& file);
// Writes it; a message where that fails.
std::string write_page(const std::filesystem::path& file, const report::Answer& answer, const study::Store& store,
                       const base::SourceSet& sources);

}  // namespace casus::app
