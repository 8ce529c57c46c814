#include "coverage/examine.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "case_text.h"
#include "coverage/tree_truth.h"
#include "study/accuracy.h"
#include "study/inspect.h"
#include "verify/verify.h"

namespace casus::testing {

namespace {

study::Plan plan_for(const model::Case& c, Way way) {
  study::Options options;
  options.refine = true;
  options.accuracy = study::study_accuracy;
  options.solve.points = study::default_points;
  if (way != Way::study) {
    options.worlds = 1;
    options.solve.alone = true;
    options.accuracy = study::world_accuracy;
    options.solve.points = solve::SolveOptions{}.points;
  }
  if (way != Way::standard) options.solve.exact_up_to = 0;
  base::Diagnostics diagnostics;
  auto plan = study::make_plan(c, options, diagnostics);
  if (!plan) throw std::runtime_error(plan.error());
  return std::move(*plan);
}

// The equilibrium that answers are held against.
struct Yardstick {
  Choices choices;
  std::vector<double> reach;
  std::vector<double> measures;  // expected, by measure and round
};

std::vector<double> expectations(const std::vector<std::vector<double>>& by_profile, const solve::World& w) {
  const size_t profiles = w.profile_prior.size();
  std::vector<double> out;
  for (const auto& m : by_profile)
    for (size_t first = 0; first < m.size(); first += profiles) {
      double sum = 0;
      for (size_t p = 0; p < profiles; ++p) sum += w.profile_prior[p] * m[first + p];
      out.push_back(sum);
    }
  return out;
}

double choice_gap(const Choices& a, const Choices& b, const std::vector<double>& reach) {
  double out = 0;
  for (size_t i = 0; i < a.size(); ++i)
    for (size_t o = 0; reach[i] >= verify::likely && o < a[i].size(); ++o)
      out = std::max(out, std::fabs(std::exp(a[i][o]) - std::exp(b[i][o])));
  return out;
}

class Examiner {
 public:
  Examiner(const CoverageGame& drawn, const model::Case& c, const ExamineLimits& limits)
      : case_(c), limits_(limits), g_(compile(c)), w_(world(g_, fixed_params(c))) {
    out_.game = drawn;
  }

  Examined run() {
    auto unrolled = verify::unroll(g_, w_, {.node_limit = 1'000'000, .by_round = true});
    unrolled_ = std::move(*unrolled.value);
    out_.tree_nodes = unrolled_.tree.nodes.size();
    find_yardstick();
    for (size_t k = 0; k < ways.size(); ++k) answer(ways[k], out_.answers[k]);
    return std::move(out_);
  }

 private:
  // The principal branch as the tree's follower has it; where that fails, or leaves the branch and the other does not,
  // as it is on the graph of histories.
  void find_yardstick() {
    std::optional<Yardstick> of_graph;
    const auto solved = solve::solve_walkable(g_, {{fixed_params(case_)}}, {.alone = true});
    const auto& s = *solved.outcomes[0].solution;
    out_.graph_failed = s.certificate.method != solve::Method::exact || s.certificate.failed > 0;
    out_.graph_left = s.certificate.left_at < 1 || s.certificate.crossings > 0;
    if (!out_.graph_failed) {
      auto& y = of_graph.emplace();
      y.choices = reported_choices(g_, w_, *solved.first, {}, unrolled_.situations);
      y.reach = judge_on_tree(g_, w_, unrolled_, y.choices).reach;
      std::vector<std::vector<double>> measures;
      for (const auto& m : s.measures) measures.push_back(m.by_profile);
      y.measures = expectations(measures, w_);
    }
    const auto exact = verify::solve_exactly(g_, w_, 1'000'000);
    out_.tree_failed = exact.error;
    std::optional<Yardstick> of_tree;
    if (exact.value) {
      out_.tree_left = exact.value->left_at > 0 || exact.value->bifurcations > 0;
      auto& y = of_tree.emplace();
      y.reach = exact.value->reach;
      y.measures = expectations(exact.value->measures, w_);
      for (const auto& choice : exact.value->profile) {
        auto& to = y.choices.emplace_back();
        for (const double p : choice) to.push_back(std::log(p));
      }
    }
    if (of_tree && of_graph) out_.apart = choice_gap(of_graph->choices, of_tree->choices, of_tree->reach);
    if (of_tree && !(of_graph && out_.tree_left && !out_.graph_left))
      yardstick_ = std::move(*of_tree);
    else if (of_graph)
      yardstick_ = std::move(*of_graph);
  }

  void answer(Way way, Answer& out) {
    auto plan = plan_for(case_, way);
    size_t unknowns = 1;
    for (const auto& shape : g_.shapes) {
      size_t here = 0;
      for (const auto& m : shape.movers) here += g_.types(m.actor) * m.options.size();
      unknowns = std::max(unknowns, here);
    }
    const double most = limits_.work / static_cast<double>(unknowns * unknowns);
    if (study::fixed_points(plan, plan.options.solve) > most) return;
    out.tried = true;
    const auto begin = std::chrono::steady_clock::now();
    const auto median = study::solve_accurately(plan, {}, most);
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const auto& result = median->policies[0].result;
    out.said = result.certificate;
    out.refused = result.error;
    out.points = plan.options.solve.points;
    // Solved once more to get at the choices: an answer depends on nothing but the plan.
    const auto& params = median->params;
    const auto solved = solve::solve_walkable(plan.policies[0].prepared(), {&params, 1}, plan.options.solve);
    const auto choices = reported_choices(g_, w_, *solved.first, plan.options.solve, unrolled_.situations);
    const auto truth = judge_on_tree(g_, w_, unrolled_, choices);
    const double stakes = out.said.payoff_range > 0 ? out.said.payoff_range : 1;
    out.distance = truth.distance;
    out.distance_anywhere = truth.distance_anywhere;
    out.regret = truth.regret / stakes;
    if (yardstick_.choices.empty()) return;
    out.choice_error = choice_gap(choices, yardstick_.choices, yardstick_.reach);
    std::vector<std::vector<double>> measures;
    for (const auto& m : solved.outcomes[0].solution->measures) measures.push_back(m.by_profile);
    const auto expected = expectations(measures, w_);
    size_t at = 0;
    for (const auto& m : g_.source->measures) {
      const double unit = m.kind == model::MeasureKind::payoff ? stakes : 1;
      const size_t rounds = m.kind == model::MeasureKind::in_round ? static_cast<size_t>(g_.horizon) : 1;
      for (size_t r = 0; r < rounds; ++r, ++at)
        out.measure_error = std::max(out.measure_error, std::fabs(expected[at] - yardstick_.measures[at]) / unit);
    }
    if (out.error() <= wrong) return;
    const auto settled = settle(g_, w_, unrolled_, choices);
    out.elsewhere = settled && choice_gap(choices, *settled, truth.reach) <= wrong;
  }

  const model::Case& case_;
  ExamineLimits limits_;
  game::Game g_;
  solve::World w_;
  verify::Unrolled unrolled_;
  Yardstick yardstick_;
  Examined out_;
};

}  // namespace

Examined examine(uint32_t number, const ExamineLimits& limits) {
  constexpr uint32_t attempts = 200;
  for (uint32_t attempt = 0; attempt < attempts; ++attempt) {
    const auto drawn = draw_coverage_game(number, attempt);
    const auto c = load(drawn.text);
    if (verify::tree_size(compile(c)) <= limits.tree_nodes) return Examiner(drawn, c, limits).run();
  }
  throw std::runtime_error(fmt::format("none of {} draws of game {} unrolls", attempts, number));
}

}  // namespace casus::testing
