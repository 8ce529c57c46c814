// Where a walk through a solved world stands, for the library's own files.
#pragma once
#include "casus/compiled.h"

namespace casus {

struct Situation::Impl {
  std::shared_ptr<const Solved::Impl> world;
  solve::CourseWalk walk;
  double probability = 1;
};

namespace detail {

// Takes the only way while nothing is open. `passed`, where it is there, gets the steps.
void pass(solve::CourseWalk& walk, double& probability, std::vector<solve::CourseStep>* passed = nullptr);

// The edge of these options, one for each mover that has a choice, or nothing and why.
std::optional<uint32_t> edge_named(const model::Case& c, const solve::CourseStep& step,
                                   const std::vector<std::string>& options, std::string& error);
size_t choosers(const solve::CourseStep& step);  // movers with more than one option

std::vector<Belief> beliefs_of(const Solved::Impl& s, const std::vector<std::vector<double>>& belief);
std::vector<StateValue> state_of(const model::Case& c, const std::vector<int>& state);
Step step_of(const Solved::Impl& s, const solve::CourseStep& step);

}  // namespace detail
}  // namespace casus
