// Small cases for tests: in, a case's text; out, its model, compiled games and solutions; a failure stops the test.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "game/game.h"
#include "language/language.h"
#include "solve/scalar/reference.h"
#include "solve/solver.h"

namespace casus::testing {

inline model::Case load(const std::string& text) {
  auto loaded = language::load_text("test.casus", text);
  if (!loaded.value) throw std::runtime_error(base::render_text(loaded.diagnostics, loaded.sources, false) + text);
  return std::move(*loaded.value);
}

inline game::Game compile(const model::Case& c, uint32_t policy = 0) {
  base::Diagnostics diagnostics;
  auto g = game::compile(c, policy, diagnostics);
  if (!g) throw std::runtime_error(diagnostics.all().empty() ? "no game" : diagnostics.all()[0].message);
  return std::move(*g);
}

// The values of all parameters where every one is fixed.
inline std::vector<double> fixed_params(const model::Case& c) {
  std::vector<double> out;
  for (const auto& p : c.params) out.push_back(c.pool[p.formula].value);
  return out;
}

inline solve::World world(const game::Game& g, const std::vector<double>& params) {
  auto w = solve::evaluate_world(g, params);
  if (!w.value) throw std::runtime_error(w.error);
  return std::move(*w.value);
}

// A measure's expectation over all types.
inline double mean(const solve::Solution& s, size_t measure, size_t round = 0) {
  const size_t profiles = s.profile_prior.size();
  double sum = 0;
  for (size_t p = 0; p < profiles; ++p)
    sum += s.profile_prior[p] * s.measures[measure].by_profile[round * profiles + p];
  return sum;
}

}  // namespace casus::testing
