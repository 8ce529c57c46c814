#include "casus/command_text.h"

#include <fmt/format.h>

#include "study/accuracy.h"

namespace casus::detail {
namespace {

std::string quoted(const std::string& text) {
  const bool plain = !text.empty() && text.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                          "_-./=,:+@%") == std::string::npos;
  if (plain) return text;
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

std::string command_of(const std::string& case_file, const ProjectOptions& project, const StudyRequest& request) {
  std::string out = "casus run " + quoted(case_file);
  for (const auto& o : project.overlays) out += " --overlay " + quoted(o);
  for (const auto& l : project.libraries) out += " --library " + quoted(l);
  for (const auto& s : project.settings) out += " --set " + quoted(s);
  for (const auto& l : project.levers) out += " --lever " + quoted(l);
  for (const auto& p : request.policies) out += " --policy " + quoted(p);
  if (request.worlds_name.empty())
    out += fmt::format(" --worlds {} --seed {} --design {}", request.worlds, request.seed, request.design);
  else
    out += " --design " + quoted(request.worlds_name);
  const auto& m = request.method;
  if (request.until > 0) out += fmt::format(" --until {}", request.until);
  if (m.points) out += fmt::format(" --points {}", *m.points);
  for (const auto& actor : m.held) out += " --hold " + quoted(actor);
  if (m.accuracy && *m.accuracy != study::study_accuracy) out += fmt::format(" --accuracy {}", *m.accuracy);
  if (m.selection != Selection::by_default)
    out += fmt::format(" --selection {}", m.selection == Selection::global ? "global" : "recursive");
  if (m.exact_up_to) out += fmt::format(" --exact-up-to {}", *m.exact_up_to);
  if (request.search > 0) out += fmt::format(" --branches {}", request.search);
  if (!request.objective.empty()) out += " --objective " + quoted(request.objective);
  if (request.minimise) out += *request.minimise ? " --minimise" : " --maximise";
  return out;
}

}  // namespace casus::detail
