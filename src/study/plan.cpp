#include "study/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/stop.h"
#include "game/rounds.h"
#include "solve/batch/work.h"
#include "solve/belief/stencil.h"
#include "solve/exact/sweep_plan.h"
#include "solve/meter.h"
#include "solve/world.h"
#include "study/accuracy.h"
#include "study/settings.h"

namespace casus::study {

ValueLayout::ValueLayout(const game::Game& g)
    : actors(g.actors()), asked(static_cast<uint32_t>(g.source->asked().size())), profile_type(g.profile_type) {
  profiles = g.profiles;
  for (const auto& m : g.source->measures)
    add(m.kind == model::MeasureKind::in_round ? static_cast<uint32_t>(g.source->horizon) : 1,
        derived_of(*g.source, m, profiles, actors, profile_type));
}

Profiles ValueLayout::having(const std::vector<int>& given_type) const {
  if (std::none_of(given_type.begin(), given_type.end(), [](int t) { return t >= 0; })) return {};
  Profiles out(profiles, 1);
  for (uint32_t p = 0; p < profiles; ++p)
    for (uint32_t i = 0; i < given_type.size(); ++i)
      out[p] &= given_type[i] < 0 || profile_type[p * actors + i] == static_cast<uint32_t>(given_type[i]);
  return out;
}

uint32_t ValueLayout::columns() const {
  return asked == rounds.size() ? static_cast<uint32_t>(size / profiles)
                                : static_cast<uint32_t>(first[asked] / profiles);
}

double expected(const ValueLayout& layout, const std::vector<double>& values, const std::vector<double>& profile_prior,
                uint32_t measure, uint32_t round, const std::vector<int>& given_type) {
  return measured(layout, values, profile_prior, measure, round, layout.having(given_type));
}

double expected_change(const ValueLayout& layout, const std::vector<double>& values, const std::vector<double>& change,
                       const std::vector<double>& profile_prior, uint32_t measure, uint32_t round,
                       const std::vector<int>& given_type) {
  return measured_change(layout, values, change, profile_prior, measure, round, layout.having(given_type));
}

std::vector<double> Plan::world(uint64_t index) const {
  if (!given.empty()) return map.world_of_values(given[index]);
  if (!design) return map.midpoint();
  const auto drawn = design->point(index);
  std::vector<double> point;
  for (uint32_t d : coordinates) point.push_back(drawn[d]);
  return map.world(point);
}

std::string_view Plan::design_name() const {
  return !given.empty() ? "csv" : design ? lab::design_name(options.design) : "none";
}

bool is_counterfactual(const model::Policy& p) {
  return !p.by_lever && p.commitments.empty() && !(p.starts.empty() && p.params.empty());
}

namespace {

// Designs in which world k does not depend on the number of worlds.
bool extensible(lab::DesignKind kind) {
  return kind == lab::DesignKind::sobol || kind == lab::DesignKind::halton || kind == lab::DesignKind::monte_carlo;
}

base::Result<bool> lay_design(Plan& plan) {
  const auto& c = *plan.source;
  const auto kind = plan.options.design;
  // Designs whose shape follows from the number of parameters have none for a parameter that is fixed.
  const bool shaped = kind == lab::DesignKind::full_factorial || kind == lab::DesignKind::one_at_a_time ||
                      kind == lab::DesignKind::saltelli;
  uint32_t drawn = 0;
  for (const auto& p : c.params) {
    if (p.distribution != model::Distribution::fixed)
      plan.coordinates.push_back(drawn++);
    else if (p.pinned && !shaped)
      ++drawn;
  }
  auto design =
      lab::Design::make({.kind = kind, .worlds = plan.options.worlds, .dimensions = drawn, .seed = plan.options.seed});
  if (!design) return base::Error{design.error()};
  plan.design = std::move(*design);
  plan.worlds = plan.design->size();
  return true;
}

base::Result<bool> take_given_worlds(Plan& plan) {
  const auto& free = plan.map.free();
  std::vector<std::string> names;
  names.reserve(free.size());
  for (uint32_t p : free) names.push_back(plan.source->params[p].name);
  const auto read = lab::read_user_design(plan.options.worlds_text, names);
  if (!read) return base::Error{fmt::format("'{}', {}", plan.options.worlds_file, read.error())};
  std::vector<double> median;
  for (size_t d = 0; d < free.size(); ++d) median.push_back(plan.map.quantile(d)(0.5));
  std::vector<bool> outside(free.size());
  for (const auto& row : read->rows) {
    auto world = median;
    for (size_t k = 0; k < read->columns.size(); ++k) {
      const size_t d = read->columns[k];
      world[d] = row[k];
      outside[d] = outside[d] || !plan.map.quantile(d).contains(row[k]);
    }
    plan.given.push_back(std::move(world));
  }
  plan.worlds = plan.given.size();
  const auto list = [](const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); };
  std::vector<std::string> odd;
  for (size_t d = 0; d < free.size(); ++d)
    if (outside[d]) odd.push_back(fmt::format("{} ({})", names[d], plan.map.quantile(d).range_text()));
  if (!odd.empty())
    plan.remarks.push_back(
        fmt::format("'{}' has values outside what the case calls plausible: {}", plan.options.worlds_file, list(odd)));
  if (!read->missing.empty())
    plan.remarks.push_back(fmt::format("'{}' has no column for {}: {} at the median", plan.options.worlds_file,
                                       list(read->missing), read->missing.size() == 1 ? "it stays" : "they stay"));
  return true;
}

// A limit of high precision that is asked for where it cannot be found: told before anything is solved. Whether a
// precision is infinite does not depend on the world.
bool refuse_limits(const Plan& plan, base::Diagnostics& diagnostics) {
  const auto& c = *plan.source;
  for (const auto& p : plan.policies) {
    if (!p.on_grids()) continue;
    const auto world = solve::evaluate_world(p.game, plan.map.midpoint());
    for (size_t i = 0; world.value && i < c.actors.size(); ++i) {
      if (!std::isinf(world.value->precision[i])) continue;
      diagnostics.error(
          "infinite-precision", c.pool[c.actors[i].precision].span,
          fmt::format("the precision of '{}' is infinite, and under policy '{}' the game is solved on belief grids, "
                      "which have no limit of high precision",
                      c.actors[i].name, c.policies[p.policy].name),
          plan.options.solve.exact_up_to == 0
              ? "give a finite precision; limits are found where 'solve' and 'run' solve exactly, so without --points "
                "and --selection"
              : fmt::format("give a finite precision; limits are found where at most {} public histories have a choice "
                            "(--exact-up-to)",
                            plan.options.solve.exact_up_to));
      return false;
    }
  }
  return true;
}

}  // namespace

bool has_limit(const Plan& plan) {
  return std::any_of(plan.policies.begin(), plan.policies.end(), [&](const Compared& p) {
    const auto world = solve::evaluate_world(p.game, plan.map.midpoint());
    return world.value && world.value->has_limit();
  });
}

std::string_view selection_name(solve::Selection s) {
  return s == solve::Selection::recursive ? "recursive" : "global";
}

namespace {

base::Result<uint32_t> find_held(const model::Case& c, const Options& options, const game::Game& g) {
  if (!options.held.empty() && options.refine)
    return base::Error{"beliefs are held on grids of given --points only; else the solver finds out which to hold"};
  uint32_t out = 0;
  for (const auto& name : options.held) {
    std::vector<std::string> known;
    bool there = false;
    for (uint32_t k = 0; k < g.informed.size(); ++k) {
      known.push_back(c.actors[g.informed[k].actor].name);
      there |= known.back() == name;
      if (known.back() == name) out |= 1u << k;
    }
    if (there && g.turning != 0)
      for (uint32_t k = 0; k < g.informed.size(); ++k)
        if (g.turning >> k & 1 && known[k] == name)
          return base::Error{"the belief about " + name + " cannot be held: its type may change"};
    if (!there) return base::Error{unknown_name("actor of several types", name, known)};
  }
  return out;
}

// Where exact beliefs cost a study much more than grids would: so many histories with a choice that games with more are
// put on grids, which are refined until they will do. Else as many as were asked for.
size_t exact_in_study(const Plan& plan) {
  // Seconds of a world, by history with a choice; a grid takes three passes.
  constexpr double exact = 1.2e-5, passes = 3, at_once = 2, much_more = 10;
  size_t out = plan.options.solve.exact_up_to;
  const auto worlds = static_cast<double>(plan.worlds);
  for (const auto& p : plan.policies) {
    if (!p.exact) continue;
    const double on_histories = exact * static_cast<double>(p.exact->deciding) * worlds;
    const double on_grids =
        passes * worlds / batch_width *
        solve::seconds_of(solve::pass_work(p.game, default_points, batch_width, plan.options.solve), {});
    if (on_histories > std::max(at_once, much_more * on_grids)) out = std::min(out, p.exact->deciding - 1);
  }
  return out;
}

bool any_on_grids(const std::vector<Compared>& policies) {
  return std::any_of(policies.begin(), policies.end(), [](const Compared& p) { return p.on_grids(); });
}

// Private types without a last round: so many rounds that what comes after counts for next to nothing stand for it, in
// every world of the plan, and the same with one less, to hold the answer to. False: not to be had, and said so.
bool lay_out_rounds(const Plan& plan, game::Game& g, base::Diagnostics& diagnostics) {
  if (!g.endless || g.informed.empty()) return true;
  constexpr double negligible = 1e-8, most_rounds = 1000;
  const auto& c = *plan.source;
  const auto refuse = [&](base::Span where, const std::string& what, const std::string& hint) {
    diagnostics.error("types-without-end", where, what, hint);
    return false;
  };
  const auto& who = c.actors[g.informed.front().actor];
  if (c.ends != model::no_expr)
    return refuse(c.pool[c.ends].span,
                  fmt::format("'{}' has private types, and then no chance of an end is offered", who.name),
                  "put it into the discount: who is patient by 0.95 and sees the end come with 0.1 has a discount of "
                  "0.95 * 0.9");
  for (const auto& m : c.measures)
    if (m.formula == model::no_expr && !model::is_a_parameter(c, m) && m.kind != model::MeasureKind::in_round &&
        m.kind != model::MeasureKind::payoff)
      return refuse(
          m.span,
          fmt::format("'{}' asks for what comes of beliefs in the end, which '{}', who has private types, keeps "
                      "moving",
                      m.name, who.name),
          "ask for '... in round', of which the first are told, or for E(payoff(Actor))");
  double patient = 0;
  const auto look = [&](const std::vector<double>& params) {
    if (const auto world = solve::evaluate_world(g, params); world.value)
      for (const double d : world.value->discount) patient = std::max(patient, d);
  };
  look(plan.map.midpoint());
  for (uint64_t w = 0; w < plan.worlds; ++w) look(plan.world(w));
  const double rounds = patient > 0 ? std::ceil(std::log(negligible) / std::log(patient)) : 1;
  if (rounds > most_rounds)
    return refuse(
        who.span,
        fmt::format("'{}' has private types, and at a discount of {:.4g} what comes after {:.0f} rounds still "
                    "counts",
                    who.name, patient, most_rounds),
        "give a discount of 0.98 or less, or a last round: horizon 300 rounds");
  // Of more than are told, so that what is told has ends behind it.
  const auto many = static_cast<uint32_t>(std::max(rounds, 2.0 * c.horizon));
  auto shorter = std::make_shared<game::Game>(game::so_many_rounds(g, many - 1));
  game::Game longer = game::so_many_rounds(g, many);
  longer.shorter = std::move(shorter);
  g = std::move(longer);
  return true;
}

bool compile_policies(Plan& plan, const std::vector<bool>& wanted, bool counts, base::Diagnostics& diagnostics) {
  const auto& c = *plan.source;
  const auto& solve = plan.options.solve;
  plan.policies.clear();
  plan.policy_place.assign(c.policies.size(), game::none);
  for (uint32_t p = 0; p < c.policies.size(); ++p) {
    if (!wanted[p]) continue;
    auto g = game::compile(
        c, p, diagnostics,
        {.counts = counts, .stop = solve.stop, .count = solve.meter ? &solve.meter->situations : nullptr});
    if (!g || !lay_out_rounds(plan, *g, diagnostics)) return false;
    plan.policy_place[p] = static_cast<uint32_t>(plan.policies.size());
    plan.policies.push_back({p, *std::move(g)});
  }
  return true;
}

}  // namespace

base::Result<Plan> make_plan(const model::Case& c, const Options& options, base::Diagnostics& diagnostics) {
  auto map = lab::WorldMap::make(c);
  if (!map) return base::Error{map.error()};
  Plan plan{.source = &c, .options = options, .map = std::move(*map)};
  plan.centre = plan.map.midpoint();

  plan.worlds = 1;
  if (!options.worlds_file.empty()) {
    if (auto laid = take_given_worlds(plan); !laid) return base::Error{laid.error()};
  } else if (plan.map.dimensions() > 0) {
    if (auto laid = lay_design(plan); !laid) return base::Error{laid.error()};
  }
  if (plan.map.dimensions() == 0) plan.options.solve.alone = true;
  auto& exact_up_to = plan.options.solve.exact_up_to;
  if (plan.options.solve.alone && exact_up_to == solve::SolveOptions{}.exact_up_to) exact_up_to = solve::exact_alone;
  if (options.until > 0 && c.claims.empty()) return base::Error{"--until needs claims, and the case makes none"};
  if (options.until > 0 && plan.design && !extensible(options.design))
    return base::Error{
        fmt::format("worlds of the design '{}' cannot be added one by one; with --until use sobol, "
                    "halton or random",
                    lab::design_name(options.design))};

  std::vector<bool> wanted(c.policies.size(), options.policies.empty());
  for (const auto& name : options.policies) {
    const auto p = model::find_policy(c, name);
    if (!p) {
      std::vector<std::string> known;
      for (const auto& other : c.policies) known.push_back(other.name);
      return base::Error{unknown_name("policy", name, known)};
    }
    wanted[*p] = true;
  }
  if (!compile_policies(plan, wanted, options.counts, diagnostics)) return base::Error{""};
  // Actors who are counted under some policies only are told apart under all, so that answers can be compared.
  const auto counted = std::count_if(plan.policies.begin(), plan.policies.end(),
                                     [](const Compared& p) { return p.game.counted.has_value(); });
  if (counted > 0 && static_cast<size_t>(counted) < plan.policies.size() &&
      !compile_policies(plan, wanted, false, diagnostics))
    return base::Error{""};
  plan.options.solve.meter = nullptr;  // of whoever asked for the plan
  for (auto& p : plan.policies) {
    base::stop_if(options.solve.stop);
    p.exact = solve::Prepared(p.game, plan.options.solve).exact;
  }
  if (options.solves && !refuse_limits(plan, diagnostics)) return base::Error{""};
  if (!plan.options.solve.alone && options.refine && exact_up_to == solve::SolveOptions{}.exact_up_to &&
      !has_limit(plan)) {
    exact_up_to = exact_in_study(plan);
    for (auto& p : plan.policies)
      if (p.exact && p.exact->deciding > exact_up_to) p.exact = nullptr;
  }
  if (auto held = find_held(c, options, plan.policies.front().game); !held)
    return base::Error{held.error()};
  else
    plan.options.solve.held = *held;
  // Over so many rounds mending takes far longer than finer grids.
  if ((options.refine || options.mends) && !c.endless && plan.options.solve.alone && any_on_grids(plan.policies))
    plan.options.solve.mend = {options.accuracy, choice_per_measure * options.accuracy, wrong_regret};
  if (options.refine) resolve(plan.options.solve, first_resolution(plan.policies, plan.options.solve));
  plan.groups = group_policies(plan.policies, plan.options.solve);
  plan.layout = ValueLayout(plan.policies.front().game);
  for (uint32_t k = 0; k < c.claims.size(); ++k) {
    bool all = true;
    for (const auto& ref : c.claims[k].refs) all &= plan.policy_place[ref.policy] != game::none;
    if (all) plan.claims.push_back(k);
  }
  return plan;
}

}  // namespace casus::study
