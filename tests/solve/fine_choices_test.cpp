// A mover who chooses alone among many options is solved option by option: the same answers as all equations at once.
#include <cmath>
#include <random>

#include "case_text.h"
#include "solve/node/equations.h"
#include "solve/same_solution.h"

namespace casus {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Slopes of a mover of so many types and options, sharp as a precision makes them, and the same in full.
struct Slopes {
  Index types, options, n = types * options;
  MatrixXd by_option{n, types};
  VectorXd sigma{n};
  std::vector<Index> rows;

  Slopes(Index many_types, Index many_options, double size, std::mt19937& random)
      : types(many_types), options(many_options) {
    std::normal_distribution<> normal;
    for (double& x : by_option.reshaped()) x = size * normal(random);
    for (Index t = 0; t < types; ++t) {
      auto row = sigma.segment(t * options, options);
      for (double& x : row) x = std::exp(2 * normal(random));
      row /= row.sum();
      rows.push_back(t * options);
    }
    rows.push_back(n);
  }
  std::vector<double> packed() const {
    std::vector<double> out(by_option.data(), by_option.data() + by_option.size());
    out.insert(out.end(), sigma.begin(), sigma.end());
    return out;
  }
  MatrixXd full() const {
    MatrixXd out(n, n);
    for (Index r = 0; r < n; ++r)
      for (Index c = 0; c < n; ++c)
        out(r, c) = by_option(r, c / options) * ((r % options == c % options ? 1.0 : 0.0) - sigma[c]);
    return out;
  }
};

void expect_alike(const Slopes& slopes, double t, std::mt19937& random) {
  const Index n = slopes.n;
  solve::NodeEquations by_option(slopes.rows, true), in_full(slopes.rows, false);
  const auto packed = slopes.packed();
  const MatrixXd full = slopes.full();
  const std::span<const double> whole{full.data(), static_cast<size_t>(full.size())};
  std::normal_distribution<> normal;
  const auto some = [&](Index rows, Index columns) {
    MatrixXd out(rows, columns);
    for (double& x : out.reshaped()) x = normal(random);
    return out;
  };
  const auto compare = [&](const MatrixXd& right) {
    MatrixXd a = right, b = right;
    by_option.solve(a);
    in_full.solve(b);
    EXPECT_EQ(by_option.sign(), in_full.sign());
    EXPECT_LT((a - b).cwiseAbs().maxCoeff(), 1e-8 * std::max(1.0, b.cwiseAbs().maxCoeff()));
  };
  by_option.factor(packed, t);
  in_full.factor(whole, t);
  compare(some(n, 1));
  const VectorXd column = some(n, 1), last = some(n + 1, 1);
  by_option.factor_bordered(packed, t, column, last);
  in_full.factor_bordered(whole, t, column, last);
  compare(some(n + 1, 4));
}

TEST(FineChoices, OptionByOptionAsAllAtOnce) {
  std::mt19937 random(1);
  for (const Index types : {1, 2, 3, 5})
    for (const Index options : {2, 5, 41})
      for (const double size : {0.0, 0.3, 1.0, 30.0})
        for (int i = 0; i < 20; ++i) expect_alike({types, options, size, random}, 0.2 + 0.05 * i, random);
}

// An option by itself may be singular where all together are not: there the digits are those of all at once.
TEST(FineChoices, AnOptionThatIsSingularByItself) {
  std::mt19937 random(2);
  for (const double off : {0.0, 1e-14, 1e-9, 1e-4})
    for (const Index types : {2, 3}) {
      Slopes slopes(types, 11, 0.5, random);
      for (Index s = 0; s < types; ++s) slopes.by_option(3, s) = s == 0 ? 1 - off : 0;
      expect_alike(slopes, 1, random);
    }
}

// Demands of a prize by one of several types, over some rounds.
std::string bargaining(uint32_t options, uint32_t types, uint32_t rounds, double precision) {
  std::string offers, kinds, shares, costs, odds;
  for (uint32_t o = 0; o < options; ++o) {
    offers += (o ? ", o" : "o") + std::to_string(o);
    shares += (o ? ", o" : "o") + std::to_string(o) + " = " + std::to_string(o / (options - 1.0));
  }
  for (uint32_t t = 0; t < types; ++t) {
    const std::string name = (t ? ", t" : "t") + std::to_string(t);
    kinds += name + (t + 1 < types ? ": " + std::to_string(1.0 / types) : ": otherwise");
    costs += name + " = " + std::to_string(0.05 + 0.4 * t / std::max(types - 1.0, 1.0));
    odds += name + " = " + std::to_string(0.7 - 0.3 * t / std::max(types - 1.0, 1.0));
  }
  return "case \"Demands\"\nhorizon " + std::to_string(rounds) + " rounds\ndiscount 0.95\nprecision " +
         std::to_string(precision) + "\nset Offers = { " + offers + " }\nactor Challenger { types { " + kinds +
         " } }\nactor Target\nparam share[Offers] { " + shares + " }\nparam cost[Challenger] { " + costs +
         " }\nparam odds[Challenger] { " + odds +
         " }\nstate asked: Offers = o0\nstate over: boolean = no\n"
         "let demand = sum(o in Offers) (asked == o) * share[o]\n"
         "round {\n  move Demand by Challenger when not over { demand_[o in Offers] { asked = o } }\n"
         "  move Answer by Target when not over {\n"
         "    accept { over = yes; asked = o0 } pays Challenger: demand, Target: 1 - demand\n"
         "    fight { over = yes; asked = o0 } pays Challenger: odds[Challenger] - cost[Challenger], "
         "Target: 0.8 - odds[Challenger]\n"
         "    refuse if round < horizon { asked = o0 } pays Target: -0.02, Challenger: -0.02\n  }\n}\n"
         "measure fights = P(ever Answer.fight)\nmeasure gets = E(payoff(Challenger))\n";
}

// Whichever way a game is solved, by histories, by kernels or by the scalar node problem.
void expect_same_in_every_way(uint32_t options, uint32_t types, uint32_t rounds, double precision, uint32_t points) {
  const auto c = testing::load(bargaining(options, types, rounds, precision));
  const auto g = testing::compile(c);
  const auto params = testing::fixed_params(c);
  const auto w = testing::world(g, params);
  solve::SolveOptions grids;
  grids.exact_up_to = 0;
  grids.points = points;
  const auto batch = solve::solve_batch(g, std::vector<std::vector<double>>{params, params}, grids);
  ASSERT_TRUE(batch[0].solution) << batch[0].error;
  testing::expect_same(*batch[0].solution, solve::Reference(g, w, grids).solve(), 1e-10);
  EXPECT_EQ(batch[0].solution->certificate.failed, 0u);
  solve::SolveOptions alone = grids;
  alone.alone = true;
  const auto one = solve::solve_batch(g, std::vector<std::vector<double>>{params}, alone);
  ASSERT_TRUE(one[0].solution) << one[0].error;
  testing::expect_same(*one[0].solution, solve::Reference(g, w, alone).solve(), 1e-10);
  if (rounds > 2) return;
  const auto exact = solve::solve_batch(g, std::vector<std::vector<double>>{params}, {});
  ASSERT_TRUE(exact[0].solution) << exact[0].error;
  EXPECT_LT(exact[0].solution->certificate.distance, 1e-10);
  EXPECT_EQ(exact[0].solution->certificate.folds, 0u);
}

TEST(FineChoices, EveryWayOfSolvingAgrees) {
  for (const uint32_t options : {5u, 17u, 41u})
    for (const uint32_t types : {2u, 3u}) expect_same_in_every_way(options, types, 2, 3, 9);
  expect_same_in_every_way(70, 2, 2, 3, 9);   // more than the kernel of one axis holds
  expect_same_in_every_way(100, 3, 1, 3, 7);  // and than the joint one
}

}  // namespace
}  // namespace casus
