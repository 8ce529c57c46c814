#include "study/solved.h"

#include <cassert>

#include "solve/belief/beliefs.h"
#include "study/accuracy.h"

namespace casus::study {

PolicyResult result_of(const Plan& plan, solve::Solution s) {
  PolicyResult out;
  out.certificate = s.certificate;
  out.error = shortfall(s.certificate, plan.options.accuracy, plan.options.refine && plan.options.solve.alone);
  if (!out.ok()) return out;
  for (auto& m : s.measures) {
    out.values.insert(out.values.end(), m.by_profile.begin(), m.by_profile.end());
    out.change.insert(out.change.end(), m.change.begin(), m.change.end());
  }
  fill_derived(plan.layout, out.values, out.change, s.profile_prior);
  for (uint32_t i = 0; i < plan.layout.actors; ++i) {
    double payoff = 0;
    for (uint32_t p = 0; p < plan.layout.profiles; ++p)
      payoff += s.profile_prior[p] * s.values[i * plan.layout.profiles + p];
    out.payoffs.push_back(payoff);
  }
  out.profile_prior = std::move(s.profile_prior);
  out.looked = s.others.looked;
  out.starts = s.others.starts;
  out.decisions = s.others.decisions;
  for (auto& other : s.others.found) out.others.push_back(result_of(plan, std::move(other)));
  return out;
}

PolicyResult result_of(const Plan& plan, solve::Outcome outcome) {
  if (outcome.solution) return result_of(plan, *std::move(outcome.solution));
  PolicyResult out;
  out.error = std::move(outcome.error);
  return out;
}

SolvedWorld::SolvedWorld(const Plan& plan, uint32_t place, std::vector<double> params,
                         const solve::SolveOptions& options, solve::Walkable solved)
    : SolvedWorld(plan, place, std::move(params), options, std::move(solved.first),
                  std::move(solved.outcomes.front())) {}

SolvedWorld::SolvedWorld(const Plan& plan, uint32_t place, std::vector<double> params,
                         const solve::SolveOptions& options, std::shared_ptr<const solve::Equilibrium> equilibrium,
                         solve::Outcome outcome)
    : plan_(&plan), place_(place), params_(std::move(params)), options_(options), equilibrium_(std::move(equilibrium)) {
  options_.stop = nullptr;  // of whoever asked for it to be solved
  options_.meter = nullptr;
  if (equilibrium_) world_ = std::move(*solve::evaluate_world(game(), params_).value);
  if (outcome.solution) {
    payoffs_ = outcome.solution->values;
    sway_ = outcome.solution->sway;
    const auto& other = outcome.solution->others;
    for (size_t k = 0; k < other.kept.size(); ++k)
      others_.push_back(std::make_shared<SolvedWorld>(plan, place, params_, options_, other.kept[k],
                                                      solve::Outcome{other.found[k], {}}));
  }
  result_ = result_of(plan, std::move(outcome));
}

solve::CourseWalk SolvedWorld::walk() const {
  assert(walkable());
  return {game(), *world_, *equilibrium_, options_};
}

solve::Course SolvedWorld::follow(const solve::Chooser& choose) const {
  assert(walkable());
  return solve::follow(game(), *world_, *equilibrium_, options_, choose);
}

std::vector<std::vector<double>> SolvedWorld::start_belief() const {
  assert(walkable());
  return solve::type_probabilities(game(), *world_, equilibrium_->prior());
}

uint32_t SolvedWorld::profile_of(std::span<const uint32_t> types) const {
  const auto& g = game();
  for (uint32_t profile = 0; profile < g.profiles; ++profile) {
    bool same = true;
    for (uint32_t i = 0; i < g.actors(); ++i) same = same && g.type_of(profile, i) == types[i];
    if (same) return profile;
  }
  assert(false);
  return 0;
}

// Where actors are counted a value is known given one's own type; what speaks of nobody in particular is its mean.
double SolvedWorld::given_own(std::span<const double> by_profile, uint32_t whose,
                              std::span<const uint32_t> types) const {
  const auto& g = game();
  if (whose != game::none && g.informed_index[whose] != game::none) return by_profile[types[whose]];
  double mean = 0;
  for (uint32_t p = 0; p < g.profiles; ++p) mean += result_.profile_prior[p] * by_profile[p];
  return mean;
}

double SolvedWorld::payoff_given(uint32_t actor, std::span<const uint32_t> types) const {
  const std::span row = std::span(payoffs_).subspan(size_t{actor} * game().profiles, game().profiles);
  return game().counted ? given_own(row, actor, types) : row[profile_of(types)];
}

double SolvedWorld::measure_given(uint32_t measure, uint32_t round, std::span<const uint32_t> types) const {
  assert(result_.ok());
  if (game().counted && !plan_->layout.derived[measure].counted())  // its terms are about different members
    return expected(plan_->layout, result_.values, result_.profile_prior, measure, round);
  if (game().counted) {
    const auto& crowd = game().counted->crowd;
    const auto& m = game().source->measures[measure];
    const uint32_t about = crowd.about[measure];
    const uint32_t whose = m.kind == model::MeasureKind::payoff ? m.actor
                           : about == game::none                ? game::none
                                                                : crowd.members[about];
    const size_t first = plan_->layout.at(measure, round, 0);
    return given_own(std::span(result_.values).subspan(first, game().profiles), whose, types);
  }
  return result_.values[plan_->layout.at(measure, round, profile_of(types))];
}

std::shared_ptr<const SolvedWorld> solve_world(const Plan& plan, uint32_t place, const std::vector<double>& params,
                                               const solve::SolveOptions& options, unsigned threads) {
  return std::make_shared<SolvedWorld>(
      plan, place, params, options,
      solve::solve_walkable(plan.policies[place].prepared(), {&params, 1}, options, threads));
}

}  // namespace casus::study
