#include "report/inspection.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/grids.h"
#include "report/nodes.h"
#include "report/text.h"
#include "study/batches.h"

namespace casus::report {
namespace {

std::string bytes_text(double bytes) {
  if (bytes < 1e6) return fmt::format("{:.0f} kB", std::max(1.0, bytes / 1e3));
  if (bytes < 1e9) return fmt::format("{:.0f} MB", bytes / 1e6);
  return fmt::format("{:.1f} GB", bytes / 1e9);
}

std::string seconds_text(double seconds) {
  if (seconds < 1e-3) return "under 1 ms";
  if (seconds < 1) return fmt::format("{:.0f} ms", 1e3 * seconds);
  if (seconds < 120) return fmt::format("{:.1f} s", seconds);
  return fmt::format("{:.0f} min", seconds / 60);
}

}  // namespace

double run_seconds(const InspectionAnswer& a) {
  const uint64_t parts = study::batches(*a.plan) * a.plan->groups.size();
  return a.inspection->run_seconds /
         static_cast<double>(std::clamp<uint64_t>(a.threads, 1, std::max<uint64_t>(1, parts)));
}

std::string terminal_text(const InspectionAnswer& a, const Style& style) {
  const auto& c = *a.plan->source;
  const auto& x = *a.inspection;
  std::string out;
  auto bold = [&](std::string_view text) {
    return style.colour ? fmt::format("\033[1m{}\033[0m", text) : std::string(text);
  };
  out += bold(fmt::format("{}: sound", a.case_file)) + "\n";
  out += wrapped("",
                 fmt::format("{} actors ({} with private types, {} type profiles, {} belief axes), {} parameters ({} "
                             "uncertain), {} state variables, {} stages, {}, {} policies, {} measures, {} claims.",
                             c.actors.size(), a.plan->policies.front().game.informed.size(), x.profiles, x.belief_axes,
                             c.params.size(), a.plan->map.dimensions(), c.states.size(), c.stages.size(),
                             horizon_text(c), c.policies.size(), c.asked().size(), c.claims.size()),
                 style.columns, 0);
  out += "\n" + bold(fmt::format("Stages under policy {}", c.policies[a.plan->policies.front().policy].name)) + "\n";
  size_t label = 16;
  for (const auto& s : x.stages) label = std::max(label, width(s.name));
  label = std::min<size_t>(label, 36);
  out += fmt::format("{}  {:>12}  {:>12}\n", std::string(label, ' '), "states", "merged nodes");
  for (const auto& s : x.stages)
    out += fmt::format("{}  {:>12}  {:>12}\n", pad_right(fitted(s.name, label), label), s.states, s.nodes);
  out += "\n" + bold("Policies") + "\n";
  label = 10;
  for (const auto& p : x.policies) label = std::max(label, width(c.policies[p.policy].name));
  label = std::min<size_t>(label, 24);
  out += fmt::format("{}  {:>9}  {:>8}  {:>12}  {:>8}  {:>10}\n", std::string(label, ' '), "states", "nodes",
                     "fixed points", "memory", "a world");
  for (const auto& p : x.policies)
    out += fmt::format("{}  {:>9}  {:>8}  {:>12}  {:>8}  {:>10}\n",
                       pad_right(fitted(c.policies[p.policy].name, label), label), p.states, p.nodes, p.fixed_points,
                       bytes_text(p.bytes), seconds_text(p.seconds));
  out += "\n";
  uint64_t alone = 0, together = 0;
  for (const auto& group : a.plan->groups) {
    together += study::game_of(a.plan->policies, group).nodes.size();
    for (const uint32_t p : group.places) alone += a.plan->policies[p].game.nodes.size();
  }
  if (together < alone)
    out += wrapped("", fmt::format("What policies share is solved once: {} nodes instead of {}.", together, alone),
                   style.columns, 0);
  out += wrapped(
      "",
      fmt::format("Estimated: {}{} for one world under every policy {}; {} on {} take {} {}, and {} "
                  "for each thread.{} Numbers were tried in {}.",
                  x.more ? "more than about " : "", seconds_text(x.seconds), grids_text(*a.plan, {x.points, x.held}),
                  counted(a.plan->worlds, "world"), counted(a.threads, "thread"), x.more ? "more than about" : "about",
                  seconds_text(run_seconds(a)), bytes_text(x.bytes),
                  x.finer ? " Finer grids, where these are not accurate enough, take longer and more." : "",
                  counted(x.sampled, "world")),
      style.columns, 0);
  if (a.nodes) out += wrapped("", nodes_sentence(*a.plan, *a.nodes), style.columns, 0);
  return out;
}

}  // namespace casus::report
