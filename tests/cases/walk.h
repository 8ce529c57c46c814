// Walks for the tests of cases: in, a case file, a policy and some parameters; out, every mover's choice probabilities
// at every history, and the measures of a world.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "lab/world.h"
#include "language/language.h"
#include "solve/scalar/reference.h"
#include "solve/solver.h"
#include "solve/walk/course.h"

namespace casus::test {

inline std::string case_text(const std::string& name) {
  std::ifstream in(std::filesystem::path(CASUS_SOURCE_DIR) / "cases" / (name + ".casus"));
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// A checked case and a world of it: every uncertain parameter at its median unless set.
struct Lab {
  model::Case c;
  std::vector<double> params;
  solve::SolveOptions options;

  explicit Lab(const std::string& text) {
    auto loaded = language::load_text("case", text);
    EXPECT_TRUE(loaded.value) << base::render_text(loaded.diagnostics, loaded.sources, false);
    if (!loaded.value) return;
    c = std::move(*loaded.value);
    auto map = lab::WorldMap::make(c);
    EXPECT_TRUE(map.ok());
    params = map.value().midpoint();
  }
  void set(const std::string& name, double value) { params.at(model::find_param(c, name).value()) = value; }
  // This world with one parameter changed.
  std::vector<double> with(const std::string& name, double value) const {
    auto out = params;
    out.at(model::find_param(c, name).value()) = value;
    return out;
  }
  void start(const std::string& name, int value) { c.states.at(model::find_state(c, name).value()).initial = value; }
  uint32_t policy(const std::string& name) const { return model::find_policy(c, name).value(); }

  game::Game game(const std::string& policy_name) const {
    base::Diagnostics diagnostics;
    auto out = game::compile(c, policy(policy_name), diagnostics);
    EXPECT_TRUE(out && !diagnostics.has_errors());
    return std::move(*out);
  }
  solve::Solution solve(const std::string& policy_name) const { return solve(policy_name, {params})[0]; }
  std::vector<solve::Solution> solve(const std::string& policy_name,
                                     const std::vector<std::vector<double>>& worlds) const {
    std::vector<solve::Solution> out;
    for (auto& outcome : solve::solve_batch(game(policy_name), worlds, options)) {
      EXPECT_TRUE(outcome.solution) << outcome.error;
      out.push_back(std::move(*outcome.solution));
    }
    return out;
  }
  // A measure's expectation over everybody's types
  double measure(const solve::Solution& s, const std::string& name, uint32_t round = 1) const {
    const auto& v = s.measures.at(model::find_measure(c, name).value()).by_profile;
    const size_t profiles = s.profile_prior.size();
    double out = 0;
    for (size_t k = 0; k < profiles; ++k) out += s.profile_prior[k] * v[(round - 1) * profiles + k];
    return out;
  }
};

// What the movers do at one history: its key is "Stage.option, ..." of every choice so far, then "| Decision".
struct Choice {
  std::vector<std::string> options;
  std::vector<std::vector<double>> by_type;  // [option][type of the mover]
};

// Follows the solved game through every history of choices (chance steps take their likeliest outcome).
class Walk {
 public:
  Walk(const Lab& lab, const std::string& policy) : c_(lab.c), options_(lab.options), game_(lab.game(policy)) {
    auto world = solve::evaluate_world(game_, lab.params);
    EXPECT_TRUE(world.value) << world.error;
    world_ = *world.value;
    solved_ = std::make_unique<solve::Reference>(game_, world_, options_);
    solution_ = solved_->solve();
  }
  Walk(Lab&&, const std::string&) = delete;  // it reads the laboratory as long as it lives
  const solve::Solution& solution() const { return solution_; }

  const std::map<std::string, Choice>& all() {
    if (found_.empty()) {
      std::vector<uint32_t> forced;
      descend(forced);
    }
    return found_;
  }
  // The course in which the named options are taken ("Threat.vague"), and else the likeliest.
  solve::Course course(const std::map<std::string, std::string>& taken) {
    const auto choose = [&](const solve::CourseStep& step, const std::vector<double>& edges) -> uint32_t {
      if (step.movers.size() == 1 && step.stage != game::none) {
        const auto wanted = taken.find(stage_name(step));
        if (wanted != taken.end())
          for (uint32_t o = 0; o < step.movers[0].options.size(); ++o)
            if (option_name(step, o) == wanted->second) return o;
      }
      return static_cast<uint32_t>(std::max_element(edges.begin(), edges.end()) - edges.begin());
    };
    return solve::follow(game_, world_, *solved_, options_, choose);
  }
  std::string stage_name(const solve::CourseStep& step) const { return c_.stages[step.stage].name; }
  std::string option_name(const solve::CourseStep& step, uint32_t position) const {
    const model::Stage& stage = c_.stages[step.stage];
    const uint32_t o = step.movers[0].options[position].option;
    return stage.is_chance() ? stage.outcomes[o].name : stage.decisions[step.movers[0].decision].options[o].name;
  }

 private:
  // Plays the forced choices, then the first edge of everything; branches at the first choice beyond them.
  void descend(std::vector<uint32_t>& forced) {
    size_t depth = 0;
    const auto choose = [&](const solve::CourseStep& step, const std::vector<double>& edges) -> uint32_t {
      const bool mover = step.stage != game::none && !c_.stages[step.stage].is_chance();
      if (!mover) return static_cast<uint32_t>(std::max_element(edges.begin(), edges.end()) - edges.begin());
      return depth < forced.size() ? forced[depth++] : 0;
    };
    const solve::Course course = solve::follow(game_, world_, *solved_, options_, choose);
    std::string history;
    size_t choices = 0;
    for (const auto& step : course.steps) {
      if (step.stage != game::none && !c_.stages[step.stage].is_chance()) {
        if (choices == forced.size()) {
          Choice& here = found_[history + "| " + stage_name(step)];
          for (uint32_t o = 0; o < step.movers[0].options.size(); ++o) {
            here.options.push_back(option_name(step, o));
            here.by_type.push_back(step.movers[0].options[o].by_type);
          }
          const auto count = static_cast<uint32_t>(here.options.size());
          for (uint32_t o = 0; o < count; ++o) {
            forced.push_back(o);
            descend(forced);
            forced.pop_back();
          }
          return;
        }
        history += option_name(step, step.movers[0].taken) + " ";
        ++choices;
      }
    }
  }

  const model::Case& c_;
  solve::SolveOptions options_;
  game::Game game_;
  solve::World world_;
  std::unique_ptr<solve::Reference> solved_;
  solve::Solution solution_;
  std::map<std::string, Choice> found_;
};

}  // namespace casus::test
