// The right branch at near ties: random cases whose branches pass close by others, solved as `casus solve` does it and
// on belief grids, and held against slow continuation.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <thread>

#include "base/thread_pool.h"
#include "branches/slow_continuation.h"
#include "branches/tied_games.h"
#include "case_text.h"
#include "verify/verify.h"

namespace casus::testing {
namespace {

constexpr double apart = 0.01;  // of a probability: another branch
constexpr double caution = 10;  // of those held against
constexpr double slow_step = 4e-3;

struct Answer {
  std::vector<double> measures;  // by measure and profile
  bool told = false;             // that branches meet, or that the branch was left
  std::string failed;
  double seconds = 0;
};

double difference(const Answer& a, const Answer& b) {
  double most = a.measures.size() == b.measures.size() ? 0 : 1;
  for (size_t k = 0; k < a.measures.size() && k < b.measures.size(); ++k)
    most = std::max(most, std::fabs(a.measures[k] - b.measures[k]));
  return most;
}

Answer solved(const game::Game& g, bool on_grids, double with_caution) {
  solve::SolveOptions options;
  options.alone = true;
  options.compare = options.judge = false;
  options.points = 9;
  options.caution = with_caution;
  if (on_grids) options.exact_up_to = 0;
  Answer out;
  const auto begin = std::chrono::steady_clock::now();
  const auto outcome = std::move(solve::solve_batch(g, {{fixed_params(*g.source)}}, options)[0]);
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  out.failed = outcome.error;
  if (!outcome.solution) return out;
  const auto& c = outcome.solution->certificate;
  out.told = c.crossings > 0 || c.left_at < 1;
  if (c.failed > 0) out.failed = "no fixed point";
  for (const auto& m : outcome.solution->measures)
    out.measures.insert(out.measures.end(), m.by_profile.begin(), m.by_profile.end());
  return out;
}

Answer on_tree(const game::Game& g) {
  Answer out;
  const auto w = world(g, fixed_params(*g.source));
  const auto exact = verify::solve_exactly(g, w, 1'000'000, caution);
  out.failed = exact.error;
  if (!exact.value) return out;
  out.told = exact.value->bifurcations > 0 || exact.value->left_at > 0;
  for (const auto& m : exact.value->measures) out.measures.insert(out.measures.end(), m.begin(), m.end());
  return out;
}

Answer plain(const OneShot& game, double step) {
  Answer out;
  if (auto choices = follow_slowly(game, step))
    out.measures = std::move(*choices);
  else
    out.failed = "not followed";
  return out;
}

enum class Found { right, told, wrong, undecided };

struct Held {
  std::string title;
  Found exact = Found::right, grid = Found::right;
  bool references_differ = false;
  double exact_off = 0, grid_off = 0, seconds[2] = {};
  std::string note;
};

Found compare(const Answer& fast, const Answer& slow, double& off) {
  if (!slow.failed.empty() || slow.told) return fast.told ? Found::told : Found::undecided;
  off = fast.failed.empty() ? difference(fast, slow) : 1;
  if (off <= apart) return fast.told ? Found::told : Found::right;
  return fast.told ? Found::told : Found::wrong;
}

// `thorough`: also against plain continuation in small steps.
Held hold(const TiedGame& drawn, bool thorough) {
  Held out;
  out.title = drawn.title;
  const auto c = load(drawn.text);
  const auto g = compile(c);
  const Answer exact = solved(g, false, 1), grid = solved(g, true, 1);
  const Answer tree = on_tree(g), careful = solved(g, false, caution), careful_grid = solved(g, true, caution);
  out.seconds[0] = exact.seconds;
  out.seconds[1] = grid.seconds;
  const bool one_shot = drawn.one_shot.players() > 0;
  out.exact = compare(exact, tree, out.exact_off);
  // A node of its own has the whole game's branch; else each node has one given what follows.
  out.grid = compare(grid, one_shot ? tree : careful_grid, out.grid_off);
  const auto differ = [&](const Answer& other, const char* name) {
    if (!other.failed.empty() || other.told || tree.told || !tree.failed.empty()) return;
    if (difference(other, tree) <= apart) return;
    out.references_differ = true;
    out.note += fmt::format(" {} differs by {:.3g};", name, difference(other, tree));
  };
  differ(careful, "exact with caution");
  if (one_shot) {
    differ(careful_grid, "grid with caution");
    const Answer at_once = thorough ? plain(drawn.one_shot, slow_step) : Answer{},
                 again = thorough ? plain(drawn.one_shot, slow_step / 2) : Answer{};
    if (thorough && at_once.failed.empty() && again.failed.empty() && difference(at_once, again) <= apart)
      differ(again, "plain");
    else if (thorough)
      out.note += " plain undecided;";
  }
  if (tree.told) out.note += " tree tells;";
  if (!tree.failed.empty()) out.note += " tree " + tree.failed + ";";
  if (exact.told) out.note += " exact tells;";
  if (grid.told) out.note += " grid tells;";
  if (!grid.failed.empty()) out.note += " grid " + grid.failed + ";";
  if (!exact.failed.empty()) out.note += " exact " + exact.failed + ";";
  return out;
}

std::vector<Held> hold_all(TiedGame (*draw)(uint32_t), uint32_t first, uint32_t count, uint32_t stride, bool thorough) {
  std::vector<Held> out(count);
  const std::atomic<bool> never{false};
  base::for_each_index(count, std::max(1u, std::thread::hardware_concurrency()), never,
                       [&](uint64_t i) { out[i] = hold(draw(first + stride * static_cast<uint32_t>(i)), thorough); });
  return out;
}

void expect_right(const std::vector<Held>& all, const char* what) {
  int counts[2][4] = {}, differ = 0;
  double seconds[2] = {};
  for (const Held& h : all) {
    ++counts[0][static_cast<int>(h.exact)];
    ++counts[1][static_cast<int>(h.grid)];
    differ += h.references_differ;
    for (int k = 0; k < 2; ++k) seconds[k] += h.seconds[k];
    EXPECT_NE(h.exact, Found::wrong) << h.title << ": off by " << h.exact_off << h.note;
    EXPECT_NE(h.grid, Found::wrong) << h.title << ", on grids: off by " << h.grid_off << h.note;
    EXPECT_FALSE(h.references_differ) << h.title << h.note;
  }
  // A warning at every game would be no answer either: ties are exact in one game of some twenty.
  for (const auto& of : counts) EXPECT_GE(of[static_cast<int>(Found::right)], 0.9 * static_cast<double>(all.size()));
  for (int k = 0; k < 2; ++k)
    fmt::print("{} | {} | {} games | right {} | told {} | wrong {} | not decided {} | {:.3f} ms a game\n", what,
               k ? "grids" : "default", all.size(), counts[k][0], counts[k][1], counts[k][2], counts[k][3],
               1e3 * seconds[k] / static_cast<double>(all.size()));
}

TEST(RightBranch, NearTiesQuickForm) {
  expect_right(hold_all(near_tied_case, 1, 60, 17, false), "near ties");
}

TEST(RightBranch, SeveralEquilibriaQuickForm) {
  expect_right(hold_all(case_of_several_equilibria, 1, 40, 7, false), "several equilibria");
}

// The table of docs/verify.md is what these print.
TEST(SlowRightBranch, NearTies) {
  expect_right(hold_all(near_tied_case, 1, 1000, 1, true), "near ties");
}

TEST(SlowRightBranch, SeveralEquilibria) {
  expect_right(hold_all(case_of_several_equilibria, 1, 200, 1, true), "several equilibria");
}

}  // namespace
}  // namespace casus::testing
