#include "study/plan.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "study/settings.h"

namespace casus::study {

ValueLayout::ValueLayout(const game::Game& g) : profiles(g.profiles), actors(g.actors()), profile_type(g.profile_type) {
  for (const auto& m : g.source->measures) {
    rounds.push_back(m.kind == model::MeasureKind::in_round ? static_cast<uint32_t>(g.horizon) : 1);
    first.push_back(size);
    size += size_t{rounds.back()} * profiles;
  }
}

double expected(const ValueLayout& layout, const std::vector<double>& values, const std::vector<double>& profile_prior,
                uint32_t measure, uint32_t round, const std::vector<int>& given_type) {
  double weight = 0, sum = 0;
  for (uint32_t p = 0; p < layout.profiles; ++p) {
    bool matches = true;
    for (uint32_t i = 0; i < given_type.size(); ++i)
      matches &=
          given_type[i] < 0 || layout.profile_type[p * layout.actors + i] == static_cast<uint32_t>(given_type[i]);
    if (!matches || profile_prior[p] == 0) continue;
    weight += profile_prior[p];
    sum += profile_prior[p] * values[layout.at(measure, round, p)];
  }
  return weight > 0 ? sum / weight : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> Plan::world(uint64_t index) const {
  return design ? map.world(design->point(index)) : map.midpoint();
}

bool is_counterfactual(const model::Policy& p) {
  return p.commitments.empty() && !(p.starts.empty() && p.params.empty());
}

std::string_view selection_name(solve::Selection s) {
  return s == solve::Selection::recursive ? "recursive" : "global";
}

base::Result<Plan> make_plan(const model::Case& c, const Options& options, base::Diagnostics& diagnostics) {
  auto map = lab::WorldMap::make(c);
  if (!map) return base::Error{map.error()};
  Plan plan{.source = &c, .options = options, .map = std::move(*map)};

  plan.worlds = 1;
  if (plan.map.dimensions() > 0) {
    auto design = lab::Design::make(
        {.kind = options.design, .worlds = options.worlds, .dimensions = plan.map.dimensions(), .seed = options.seed});
    if (!design) return base::Error{design.error()};
    plan.design = std::move(*design);
    plan.worlds = plan.design->size();
  }

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
  plan.policy_place.assign(c.policies.size(), game::none);
  for (uint32_t p = 0; p < c.policies.size(); ++p) {
    if (!wanted[p]) continue;
    auto g = game::compile(c, p, diagnostics);
    if (!g) return base::Error{""};
    plan.policy_place[p] = static_cast<uint32_t>(plan.policies.size());
    plan.policies.push_back({p, *std::move(g)});
  }
  plan.layout = ValueLayout(plan.policies.front().game);
  for (uint32_t k = 0; k < c.claims.size(); ++k) {
    bool all = true;
    for (const auto& ref : c.claims[k].refs) all &= plan.policy_place[ref.policy] != game::none;
    if (all) plan.claims.push_back(k);
  }
  return plan;
}

}  // namespace casus::study
