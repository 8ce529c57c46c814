#include "study/inspect.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

#include "base/memory.h"
#include "solve/batch/work.h"
#include "solve/solver.h"
#include "solve/world.h"
#include "study/estimate.h"

namespace casus::study {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<StageSize> stage_sizes(const model::Case& c, const game::Game& g) {
  std::vector<StageSize> out;
  std::map<std::string, size_t> place;
  for (const auto& l : g.layers) {
    const std::string name = l.stage != game::none           ? c.stages[l.stage].name
                             : l.round > uint32_t(c.horizon) ? "end of the game"
                                                             : "end of the round";
    const auto [it, fresh] = place.try_emplace(name, out.size());
    if (fresh) out.push_back({name});
    out[it->second].states += l.states;
    out[it->second].nodes += l.last - l.first;
  }
  return out;
}

// The option that a message names as 'Stage.option', and the parameters in its probability.
std::vector<uint32_t> named_params(const model::Case& c, const std::string& message) {
  std::vector<bool> used(c.params.size(), false);
  for (const auto& stage : c.stages)
    for (const auto& o : stage.outcomes) {
      if (o.probability == model::no_expr ||
          message.find(fmt::format("'{}.{}'", stage.name, o.name)) == std::string::npos)
        continue;
      std::vector<model::ExprId> todo{o.probability};
      while (!todo.empty()) {
        const auto& e = c.pool[todo.back()];
        todo.pop_back();
        if (e.op == model::Op::param) used[e.index] = true;
        if (e.op == model::Op::type_param)
          for (uint32_t t = 0; t < c.actors[e.actor].types.size(); ++t) used[e.index + t] = true;
        for (auto operand : {e.a, e.b, e.c})
          if (operand != model::no_expr) todo.push_back(operand);
      }
    }
  std::vector<uint32_t> out;
  for (uint32_t p = 0; p < used.size(); ++p)
    if (used[p]) out.push_back(p);
  return out;
}

base::Span place_of(const model::Case& c, const std::string& message) {
  auto named = [&](const std::string& owner, const model::Option& o) {
    return message.find(fmt::format("'{}.{}'", owner, o.name)) != std::string::npos;
  };
  for (const auto& stage : c.stages) {
    for (const auto& o : stage.outcomes)
      if (named(stage.name, o)) return o.span;
    for (const auto& d : stage.decisions)
      for (const auto& o : d.options)
        if (named(d.name, o)) return o.span;
  }
  return {};
}

void try_worlds(const Plan& plan, uint64_t samples, Clock::time_point until, Inspection& out,
                base::Diagnostics& diagnostics) {
  const auto& c = *plan.source;
  struct Fault {
    std::string message, policy;
    uint64_t worlds = 0;
    std::vector<double> params;
  };
  std::map<uint32_t, Fault> faults;  // by the place in the text
  std::vector<std::vector<double>> worlds{plan.map.midpoint()};
  if (plan.map.dimensions() > 0) {
    const auto design = lab::Design::make({.kind = lab::DesignKind::latin_hypercube,
                                           .worlds = samples,
                                           .dimensions = plan.map.dimensions(),
                                           .seed = plan.options.seed});
    if (design)
      for (uint64_t w = 0; w < design->size(); ++w) worlds.push_back(plan.map.world(design->point(w)));
  }
  uint64_t bad = 0;
  for (const auto& params : worlds) {
    if (out.sampled > 0 && Clock::now() > until) break;
    ++out.sampled;
    bool sound = true;
    std::map<uint32_t, bool> counted;
    for (const auto& p : plan.policies) {
      const auto r = solve::evaluate_world(p.game, params);
      if (r.value) continue;
      sound = false;
      const uint32_t key = place_of(c, r.error).begin;
      auto [it, fresh] = faults.try_emplace(key);
      if (fresh) it->second = {r.error, c.policies[p.policy].name, 0, params};
      if (!counted[key]) ++it->second.worlds;
      counted[key] = true;
    }
    bad += !sound;
  }
  for (const auto& [key, f] : faults) {
    std::string shown;
    const auto named = named_params(c, f.message);
    for (uint32_t p : named)
      shown += fmt::format("{}{} = {:.6g}", shown.empty() ? "" : ", ", c.params[p].name, f.params[p]);
    const std::string message =
        fmt::format("{}{}, under policy '{}'; so in {} of {} sampled worlds", f.message,
                    shown.empty() ? "" : fmt::format(" and {}", shown), f.policy, f.worlds, out.sampled);
    const std::string hint = "such worlds are left out of a run and counted; narrow the ranges or clamp the formula";
    if (bad == out.sampled)
      diagnostics.error("unsound-number", place_of(c, f.message), message, hint);
    else
      diagnostics.warning("unsound-number", place_of(c, f.message), message, hint);
  }
}

void lint_stages(const Plan& plan, base::Diagnostics& diagnostics) {
  const auto& c = *plan.source;
  std::vector<bool> applies(c.stages.size(), false);
  for (const auto& p : plan.policies)
    for (const auto& l : p.game.layers)
      if (l.stage != game::none && l.states > 0) applies[l.stage] = true;
  for (size_t k = 0; k < c.stages.size(); ++k)
    if (!applies[k])
      diagnostics.warning("never-applies", c.stages[k].span,
                          fmt::format("stage '{}' applies under no policy", c.stages[k].name),
                          "no state that can be reached meets its condition");
}

}  // namespace

double fixed_points(const game::Game& g, const solve::SolveOptions& options) {
  double sum = 0;
  for (game::NodeId n = 0; n < g.nodes.size(); ++n)
    if (g.shapes[g.nodes[n].shape].decides()) sum += solve::points_of(g, n, options);
  return sum;
}

double fixed_points(const Plan& plan, const solve::SolveOptions& options) {
  double out = 0;
  for (const auto& group : plan.groups)
    if (group.joined || plan.policies[group.places.front()].on_grids())
      out += fixed_points(game_of(plan.policies, group), options);
  return out;
}

double bytes_of(const Plan& plan, const solve::SolveOptions& options) {
  double most = 0;
  for (const auto& group : plan.groups)
    most =
        std::max(most, group.joined ? solve::grid_memory(game_of(plan.policies, group), options)
                                    : solve::memory_estimate(plan.policies[group.places.front()].prepared(), options));
  return most;
}

namespace {

// What solving on such grids takes of room and fixed points.
void put_sizes(const Plan& plan, const Resolution& by, Inspection& out) {
  solve::SolveOptions options = plan.options.solve;
  resolve(options, by);
  out.points = by.points;
  out.held = by.held;
  out.bytes = bytes_of(plan, options);
  for (size_t p = 0; p < out.policies.size(); ++p) {
    out.policies[p].fixed_points = static_cast<uint64_t>(fixed_points(plan.policies[p].game, options));
    out.policies[p].bytes = solve::memory_estimate(plan.policies[p].prepared(), options);
  }
}

}  // namespace

Inspection inspect(const Plan& plan, uint64_t samples, Clock::time_point until, base::Diagnostics& diagnostics) {
  Inspection out;
  const auto& first = plan.policies.front().game;
  out.stages = stage_sizes(*plan.source, first);
  out.belief_axes = first.axes;
  out.profiles = first.profiles;
  lint_stages(plan, diagnostics);
  const auto begin = Clock::now();
  try_worlds(plan, samples, begin + (until - begin) / 3, out, diagnostics);
  const bool fits = too_large(plan, 1).empty();
  for (const auto& p : plan.policies) {
    PolicySize size{.policy = p.policy, .nodes = p.game.nodes.size(), .edges = p.game.edges.size()};
    for (const auto& l : p.game.layers) size.states += l.states;
    out.policies.push_back(size);
  }
  if (!fits) {
    put_sizes(plan, resolution(plan.options.solve), out);
    return out;
  }
  const Estimate cost = estimate(plan, until);
  for (size_t p = 0; p < out.policies.size(); ++p) out.policies[p].seconds = cost.policies[p];
  out.seconds = cost.world;
  out.run_seconds = cost.run;
  out.more = cost.more;
  put_sizes(plan, cost.by, out);
  out.bytes = std::max(out.bytes, cost.bytes);  // play that is judged is not in the sizes
  out.finer = cost.finer;
  return out;
}

std::string too_large(const Plan& plan, unsigned threads) {
  uint64_t nodes = 0;
  for (const auto& group : plan.groups) nodes = std::max<uint64_t>(nodes, game_of(plan.policies, group).nodes.size());
  const double needed = bytes_of(plan, plan.options.solve) * threads, there = base::physical_memory();
  if (needed <= 0.9 * there) return {};
  return fmt::format(
      "solving {} nodes on {} belief points an axis needs about {:.1f} GB for {} thread{}, this machine has "
      "{:.1f} GB; use fewer --points, fewer --threads or a smaller case",
      nodes, plan.options.solve.points, needed / 1e9, threads, threads == 1 ? "" : "s", there / 1e9);
}

}  // namespace casus::study
