#include "report/html.h"

namespace casus::report {
namespace {

constexpr std::string_view place = "/*CASUS DATA*/";

// JSON inside a script element: no "</script" and no "<!--" may stand in it.
std::string harmless(const std::string& json) {
  std::string out;
  out.reserve(json.size());
  for (char c : json) {
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
  }
  return out;
}

}  // namespace

base::Result<std::string> html_page(const std::string& page_template, const std::string& data) {
  const auto at = page_template.find(place);
  if (at == std::string::npos)
    return base::Error{"the page's template has no place for the data; build it again: cmake/web.sh"};
  std::string out = page_template;
  return out.replace(at, place.size(), harmless(data));
}

}  // namespace casus::report
