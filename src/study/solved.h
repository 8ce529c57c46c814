// A solved world: in, one of a plan's policies and parameters; out, its answer and the equilibrium behind it, to be
// walked through as often as one likes. Whoever wants to look into a world holds one of these.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "solve/walk/course.h"
#include "solve/world.h"
#include "study/plan.h"
#include "study/results.h"

namespace casus::study {

class SolvedWorld {
 public:
  // The first world of what was solved; its equilibrium is taken from there. The plan must outlive it.
  SolvedWorld(const Plan& plan, uint32_t place, std::vector<double> params, const solve::SolveOptions& options,
              solve::Walkable solved);
  // One equilibrium of a world; null: it cannot be walked through.
  SolvedWorld(const Plan& plan, uint32_t place, std::vector<double> params, const solve::SolveOptions& options,
              std::shared_ptr<const solve::Equilibrium> equilibrium, solve::Outcome outcome);

  const Plan& plan() const { return *plan_; }
  uint32_t place() const { return place_; }  // of the policy, in the plan
  const game::Game& game() const { return plan_->policies[place_].game; }
  const std::vector<double>& params() const { return params_; }
  const solve::SolveOptions& options() const { return options_; }
  const PolicyResult& result() const { return result_; }
  const std::string& error() const { return result_.error; }
  const std::vector<solve::Sway>& sway() const { return sway_; }  // solve::Solution
  // Other equilibria of the whole game that were found, in the order of result().others.
  const std::vector<std::shared_ptr<const SolvedWorld>>& others() const { return others_; }

  // Whether there is an equilibrium to walk through; where its numbers are not good enough to be told (`error`) there
  // may be one all the same. What follows asks for one.
  bool walkable() const { return equilibrium_ != nullptr; }
  const solve::World& world() const { return *world_; }
  solve::CourseWalk walk() const;
  // The course that `choose` picks, the likeliest without it.
  solve::Course follow(const solve::Chooser& choose = {}) const;
  // What is believed at the start: per informed actor, per type.
  std::vector<std::vector<double>> start_belief() const;
  // Expected total payoff of an actor, and a measure's value, when everybody's type is the one given (per actor).
  double payoff_given(uint32_t actor, std::span<const uint32_t> types) const;
  double measure_given(uint32_t measure, uint32_t round, std::span<const uint32_t> types) const;

 private:
  uint32_t profile_of(std::span<const uint32_t> types) const;
  double given_own(std::span<const double> by_profile, uint32_t whose, std::span<const uint32_t> types) const;

  const Plan* plan_;
  uint32_t place_;
  std::vector<double> params_;
  solve::SolveOptions options_;
  std::optional<solve::World> world_;
  std::shared_ptr<const solve::Equilibrium> equilibrium_;
  std::vector<double> payoffs_;  // [actor * profiles + profile]
  PolicyResult result_;
  std::vector<solve::Sway> sway_;
  std::vector<std::shared_ptr<const SolvedWorld>> others_;
};

// Solves one world under one policy.
std::shared_ptr<const SolvedWorld> solve_world(const Plan& plan, uint32_t place, const std::vector<double>& params,
                                               const solve::SolveOptions& options, unsigned threads = 1);

// A solution as the store keeps it; an error where it is not what the plan asks for.
PolicyResult result_of(const Plan& plan, solve::Solution solution);
PolicyResult result_of(const Plan& plan, solve::Outcome outcome);

}  // namespace casus::study
