#include "app/page.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "app/output.h"

namespace casus::app {

std::filesystem::path page_template() {
  return std::filesystem::path(CASUS_WEB_DIR) / "report.html";
}

std::string page_problem(const std::filesystem::path& file) {
  if (file.empty()) return "";
  std::error_code ignored;
  if (!std::filesystem::exists(page_template(), ignored))
    return fmt::format(
        "the report's page is not built yet ('{}' is missing); run cmake/web.sh, which needs node, npm and once the "
        "network (./casus does it by itself)",
        page_template().string());
  if (file.has_parent_path() && !std::filesystem::is_directory(file.parent_path(), ignored))
    return fmt::format("there is no folder '{}' to write the report into", file.parent_path().string());
  return "";
}

std::string write_page(const std::filesystem::path& file, const Study& study) {
  std::ifstream in(page_template(), std::ios::binary);
  std::string problem;
  const auto page = study.page({std::istreambuf_iterator<char>(in), {}}, &problem);
  if (!page) return problem;
  return write_output(file, *page);
}

}  // namespace casus::app
