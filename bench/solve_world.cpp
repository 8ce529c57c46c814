// What one world costs: the batched solver against the scalar reference, on the shipped cases under their first policy,
// certificate included. The counters are fixed points solved on the final grid per second, and worlds per second, on
// one core.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "lab/world.h"
#include "language/language.h"
#include "solve/reference.h"
#include "solve/solver.h"

namespace {

using namespace casus;

struct Prepared {
  model::Case model;
  std::optional<game::Game> game;
  std::vector<std::vector<double>> worlds;
};

Prepared& prepared(const std::string& name) {
  static std::map<std::string, std::unique_ptr<Prepared>> known;
  auto& slot = known[name];
  if (!slot) {
    slot = std::make_unique<Prepared>();
    const std::string root = CASUS_SOURCE_DIR;
    auto loaded =
        language::load_file(root + "/cases/" + name + ".casus", {.overlays = {}, .library_dirs = {root + "/library"}});
    if (!loaded.value) throw std::runtime_error("cannot load " + name);
    slot->model = std::move(*loaded.value);
    base::Diagnostics diagnostics;
    slot->game = game::compile(slot->model, 0, diagnostics);
    auto map = lab::WorldMap::make(slot->model);
    for (size_t w = 0; w < 8; ++w) {
      // Eight worlds along the diagonal of the cube: different, and the same on every run.
      const std::vector<double> u(map->dimensions(), (static_cast<double>(w) + 0.5) / 8);
      slot->worlds.push_back(map->world(u));
    }
  }
  return *slot;
}

void batched(benchmark::State& state, const std::string& name) {
  Prepared& p = prepared(name);
  solve::SolveOptions options;
  options.points = static_cast<uint32_t>(state.range(0));
  double nodes = 0;
  for (auto _ : state)
    for (const auto& o : solve::solve_batch(*p.game, p.worlds, options))
      nodes += static_cast<double>(o.solution->certificate.nodes);
  state.counters["nodes/s"] = benchmark::Counter(nodes, benchmark::Counter::kIsRate);
  state.counters["worlds/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * 8, benchmark::Counter::kIsRate);
}

void reference(benchmark::State& state, const std::string& name) {
  Prepared& p = prepared(name);
  solve::SolveOptions options;
  options.points = static_cast<uint32_t>(state.range(0));
  const auto w = solve::evaluate_world(*p.game, p.worlds[3]);
  double nodes = 0;
  for (auto _ : state)
    nodes += static_cast<double>(solve::Reference(*p.game, *w.value, options).solve().certificate.nodes);
  state.counters["nodes/s"] = benchmark::Counter(nodes, benchmark::Counter::kIsRate);
  state.counters["worlds/s"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

}  // namespace

BENCHMARK_CAPTURE(batched, chain_store, std::string("chain-store"))->Arg(33)->Arg(65)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reference, chain_store, std::string("chain-store"))->Arg(33)->Arg(65)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(batched, kazakhstan, std::string("kazakhstan-2022"))
    ->Arg(9)
    ->Arg(13)
    ->Arg(17)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reference, kazakhstan, std::string("kazakhstan-2022"))->Arg(9)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
