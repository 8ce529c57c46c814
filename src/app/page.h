// The report as a file: in, a study; out, one HTML page, or a message.
#pragma once
#include <filesystem>
#include <string>

#include "casus/study.h"

namespace casus::app {

// The page without its data, as it was built.
std::filesystem::path page_template();
// Why no page could be written there (its template is not built, its folder is missing); empty if one can, or if `file`
// is empty.
std::string page_problem(const std::filesystem::path& file);
// Writes it; a message where that fails.
std::string write_page(const std::filesystem::path& file, const Study& study);

}  // namespace casus::app
