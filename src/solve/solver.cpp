#include "solve/solver.h"

#include <algorithm>
#include <cmath>

#include "solve/batch.h"
#include "solve/reference.h"

namespace casus::solve {

namespace {

// The worlds whose numbers are in order, and their places among all.
struct Numbers {
  std::vector<World> worlds;
  std::vector<size_t> place;
};

Numbers evaluate(const game::Game& g, std::span<const std::vector<double>> worlds, std::vector<Outcome>& out) {
  Numbers numbers;
  out.resize(worlds.size());
  for (size_t w = 0; w < worlds.size(); ++w) {
    WorldResult r = evaluate_world(g, worlds[w]);
    if (r.value) {
      numbers.worlds.push_back(std::move(*r.value));
      numbers.place.push_back(w);
    } else {
      out[w].error = std::move(r.error);
    }
  }
  return numbers;
}

bool batched(const game::Game& g, const SolveOptions& options) {
  return options.selection == Selection::recursive && Batch::takes(g);
}

// Solves the worlds from `from` on that fill one batch.
void solve_eight(const game::Game& g, const Numbers& numbers, size_t from, const SolveOptions& options,
                 std::vector<Outcome>& out, std::unique_ptr<Equilibrium>* first = nullptr) {
  std::array<const World*, batch_lanes> lanes;
  for (size_t l = 0; l < batch_lanes; ++l) lanes[l] = &numbers.worlds[std::min(from + l, numbers.worlds.size() - 1)];
  auto solutions = Batch(g, lanes, options).solve(first);
  for (size_t l = 0; l < batch_lanes && from + l < numbers.worlds.size(); ++l)
    out[numbers.place[from + l]].solution = std::move(solutions[l]);
}

// The reference solver with the world that it refers to.
class OwnedReference : public Equilibrium {
 public:
  OwnedReference(const game::Game& g, World world, const SolveOptions& options)
      : world_(std::move(world)), reference_(g, world_, options) {}
  Solution solve() { return reference_.solve(); }
  Continuation continuation() const override { return reference_.continuation(); }
  Belief prior() const override { return reference_.prior(); }

 private:
  World world_;
  Reference reference_;
};

}  // namespace

std::vector<Outcome> solve_batch(const game::Game& g, std::span<const std::vector<double>> worlds,
                                 const SolveOptions& options) {
  std::vector<Outcome> out;
  const Numbers numbers = evaluate(g, worlds, out);
  if (batched(g, options)) {
    for (size_t first = 0; first < numbers.worlds.size(); first += batch_lanes)
      solve_eight(g, numbers, first, options, out);
  } else {
    for (size_t i = 0; i < numbers.worlds.size(); ++i)
      out[numbers.place[i]].solution = Reference(g, numbers.worlds[i], options).solve();
  }
  return out;
}

Walkable solve_walkable(const game::Game& g, std::span<const std::vector<double>> worlds, const SolveOptions& options) {
  Walkable out;
  Numbers numbers = evaluate(g, worlds, out.outcomes);
  if (numbers.worlds.empty()) return out;
  const bool first_is_good = numbers.place[0] == 0;
  if (batched(g, options)) {
    solve_eight(g, numbers, 0, options, out.outcomes, first_is_good ? &out.first : nullptr);
    return out;
  }
  for (size_t i = 0; i < numbers.worlds.size(); ++i) {
    auto reference = std::make_unique<OwnedReference>(g, std::move(numbers.worlds[i]), options);
    out.outcomes[numbers.place[i]].solution = reference->solve();
    if (i == 0 && first_is_good) out.first = std::move(reference);
  }
  return out;
}

double memory_estimate(const game::Game& g, const SolveOptions& options) {
  // Choices are kept for the whole game, values for about one round of layers.
  double choices = 0, most_values = 0;
  std::vector<double> values(static_cast<size_t>(g.horizon) + 2, 0.0);
  for (const auto& n : g.nodes) {
    double points = 1;
    for (uint32_t k = 0; k < g.informed.size(); ++k)
      if (n.value_mask >> k & 1) points *= std::pow(options.points, g.informed[k].types - 1);
    if (!g.shapes[n.shape].movers.empty()) choices += points * 3 * n.edges;
    values[n.round] += points * g.actors() * g.profiles;
    most_values = std::max(most_values, values[n.round]);
  }
  return sizeof(double) * static_cast<double>(batch_lanes) * (choices + 2 * most_values) +
         200.0 * static_cast<double>(g.nodes.size());
}

}  // namespace casus::solve
