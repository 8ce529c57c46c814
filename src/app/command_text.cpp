#include "app/command_text.h"

#include <fmt/format.h>

#include "study/plan.h"

namespace casus::app {
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

std::string command_of(const RunArguments& a) {
  std::string out = "casus run " + quoted(a.file.string());
  for (const auto& o : a.overlays) out += " --overlay " + quoted(o.string());
  for (const auto& l : a.libraries) out += " --library " + quoted(l.string());
  for (const auto& s : a.settings) out += " --set " + quoted(s);
  for (const auto& l : a.levers) out += " --lever " + quoted(l);
  for (const auto& p : a.policies) out += " --policy " + quoted(p);
  if (a.worlds_file.empty())
    out += fmt::format(" --worlds {} --seed {} --design {}", a.worlds, a.seed, lab::design_name(a.design));
  else
    out += " --design " + quoted(a.worlds_file.string());
  if (a.until > 0) out += fmt::format(" --until {}", a.until);
  if (a.points_given) out += fmt::format(" --points {}", a.points);
  if (a.accuracy != study::study_accuracy) out += fmt::format(" --accuracy {}", a.accuracy);
  if (a.selection) out += fmt::format(" --selection {}", study::selection_name(*a.selection));
  if (a.exact_up_to) out += fmt::format(" --exact-up-to {}", *a.exact_up_to);
  if (a.branches > 0) out += fmt::format(" --branches {}", a.branches);
  if (!a.objective.empty()) out += " --objective " + quoted(a.objective);
  if (a.minimise) out += " --minimise";
  if (a.maximise) out += " --maximise";
  return out;
}

}  // namespace casus::app
