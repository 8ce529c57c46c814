// What the inner loops cost, by instruction set: exp, log, asinh and soft-max on arrays that lie in the first cache,
// and the solver's kernels on a node of two belief axes (13 points each, four profiles, six actors, two options), the
// flagship's commonest. The counter `each` is the time for one number, or for one belief point and world.
#include <benchmark/benchmark.h>

#include <cmath>
#include <string>

#include "solve/lanes/block.h"
#include "solve/lanes/kernel.h"
#include "support/lane_loops.h"
#include "support/machine.h"

namespace {

using namespace casus;
using namespace casus::solve;

constexpr uint32_t axis_points = 13, points = axis_points * axis_points, profiles = 4, actors = 6, edges = 2;
constexpr uint32_t channels = actors * profiles;
constexpr uint32_t choice_width = 2 * edges;  // two types of a mover

// Seconds for each of `parts` parts of an iteration.
void report(benchmark::State& state, double parts) {
  state.counters["each"] = benchmark::Counter(static_cast<double>(state.iterations()) * parts,
                                              benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void lane_loop(benchmark::State& state, void (*loop)(const double*, double*, size_t), double low, double high) {
  constexpr size_t count = 1024;
  const Block x(count), out(count);
  for (size_t i = 0; i < count; ++i) x.data()[i] = low + (high - low) * static_cast<double>(i * 389 % count) / count;
  for (auto _ : state) {
    loop(x.data(), out.data(), count);
    benchmark::ClobberMemory();
  }
  report(state, count);
}

// A node and its successors on the grid of one round, for eight worlds that differ a little.
struct Node {
  Block low{8}, step{8}, log_odds{axis_points * 8}, lambda{8}, weight{points * profiles * 8},
      child{points * 8 * channels}, pay{8 * channels}, discount{8 * channels}, odds{2 * 8}, shift{8, true},
      out{points * 8 * channels}, choice{points * 8 * choice_width, true},
      scratch{size_t{2} * most_lines_together * most_fast_options * axis_points * 8}, type_pattern{profiles},
      room_a{points * 8 * channels}, room_b{points * 8 * channels}, stencil_weight{axis_points * stencil_points * 8};
  std::vector<uint32_t> moved_base, same_base, first, numbers[2];
  std::vector<uint8_t> own_type;
  EdgeView edge[edges];

  explicit Node(const Kernels& kernel) : first(axis_points * 8), own_type{0, 1, 0, 1} {
    for (size_t w = 0; w < 8; ++w) {
      const double reach = 3 + 0.1 * static_cast<double>(w);
      low.data()[w] = -reach;
      step.data()[w] = (axis_points - 1) / (2 * reach);
      lambda.data()[w] = 3 + 0.2 * static_cast<double>(w);
      for (uint32_t i = 0; i < axis_points; ++i) log_odds.data()[i * 8 + w] = std::sinh(i / step.data()[w] - reach);
      for (uint32_t c = 0; c < channels; ++c) {
        pay.data()[w * channels + c] = 0.05 * (c % 7);
        discount.data()[w * channels + c] = 0.97;
      }
      odds.data()[w] = 0.3;
      odds.data()[8 + w] = 0.7;
    }
    for (uint32_t p = 0; p < points; ++p) {
      moved_base.push_back(p / axis_points * axis_points);
      same_base.push_back(p);
      numbers[0].push_back(p % axis_points);
      numbers[1].push_back(p / axis_points);
      for (size_t w = 0; w < 8; ++w) {
        const double belief = 1 / (1 + std::exp(-log_odds.data()[p / axis_points * 8 + w]));
        for (uint32_t k = 0; k < profiles; ++k)
          weight.data()[(p * profiles + k) * 8 + w] = k / 2 == 0 ? 1 - belief : belief;
        for (uint32_t c = 0; c < channels; ++c)
          child.data()[(p * 8 + w) * channels + c] =
              std::tanh(0.3 * log_odds.data()[p % axis_points * 8 + w]) * std::cos(c) * 0.3 + 0.01 * p / points;
      }
    }
    for (uint32_t k = 0; k < profiles; ++k) type_pattern.data()[k] = own_type[k];
    for (uint32_t i = 0; i < axis_points; ++i)
      kernel.stencils(axis(), log_odds.data() + i * 8, &first[i * 8], stencil_weight.data() + i * stencil_points * 8);
  }

  AxisView axis() const { return {low.data(), step.data(), 1, axis_points}; }

  NodeJob job(bool coupled, bool chance, uint32_t row) {
    NodeJob j;
    j.points = points;
    j.channels = channels;
    j.pay_stride = channels;
    j.pattern = profiles;
    j.profiles = profiles;
    j.edges = edges;
    j.types = 2;
    j.own_stride = 1;
    j.own_points = axis_points;
    j.own_log_odds = log_odds.data();
    j.coupled = coupled;
    j.own_type = own_type.data();
    j.type_pattern = type_pattern.data();
    j.lambda = lambda.data();
    j.weight = weight.data();
    j.axis = axis();
    j.out = out.data();
    if (!chance) j.choice = choice.data();
    j.choice_width = choice_width;
    j.scratch = scratch.data();
    for (auto& e : edge) {
      e = {};
      e.child = child.data();
      e.base = coupled ? moved_base.data() : same_base.data();
      e.stride = coupled ? 1 : 0;
      e.pay = &e == &edge[0] ? pay.data() : nullptr;
      e.odds = odds.data() + (&e - edge) * 8;
      e.shift = shift.data();
      e.channels = row;
    }
    j.types = chance ? 1 : 2;
    j.edge = edge;
    return j;
  }

  SettleJob settle_job(uint32_t row) {
    SettleJob j;
    j.points = points;
    j.channels = row;
    j.axes = 2;
    for (uint32_t a = 0; a < 2; ++a) {
      j.numbers[a] = numbers[a].data();
      j.stride[a] = a ? axis_points : 1;
      j.first[a] = first.data();
      j.weight[a] = stencil_weight.data();
    }
    j.child = child.data();
    j.pay = pay.data();
    j.discount = discount.data();
    j.out = out.data();
    j.child_channels = row;
    j.pay_stride = channels;
    j.line = axis_points;
    j.scratch[0] = room_a.data();
    j.scratch[1] = room_b.data();
    return j;
  }
};

void move(benchmark::State& state, const Kernels* kernel, bool coupled) {
  Node node(*kernel);
  const NodeJob j = node.job(coupled, false, channels);
  MoveStatistics statistics;
  uint32_t failed = 0;
  for (auto _ : state)
    kernel->move(
        j, [](void* context, uint32_t, uint32_t worlds, double*) { *static_cast<uint32_t*>(context) |= worlds; },
        &failed, statistics);
  if (failed) state.SkipWithError("Newton failed");
  report(state, points * 8);
  if (coupled)
    state.SetLabel(
        std::to_string(static_cast<double>(statistics.iterations) / static_cast<double>(state.iterations()) / points) +
        " Newton steps a point");
}

void chance(benchmark::State& state, const Kernels* kernel) {
  Node node(*kernel);
  const NodeJob j = node.job(false, true, channels);
  for (auto _ : state) kernel->chance(j);
  report(state, points * 8);
}

void settle(benchmark::State& state, const Kernels* kernel) {
  Node node(*kernel);
  const SettleJob j = node.settle_job(channels);
  for (auto _ : state) kernel->settle(j);
  report(state, points * 8);
}

void stencils(benchmark::State& state, const Kernels* kernel) {
  Node node(*kernel);
  for (auto _ : state)
    for (uint32_t i = 0; i < axis_points; ++i)
      kernel->stencils(node.axis(), node.log_odds.data() + i * 8, &node.first[i * 8],
                       node.stencil_weight.data() + i * stencil_points * 8);
  report(state, axis_points * 8);
}

// Choices of eight particles on one world's grid.
void read_rows(benchmark::State& state, const Kernels* kernel) {
  Node node(*kernel);
  Block out(size_t{choice_width} * 8), weight(few_row_points * 8);
  std::vector<uint32_t> first(8);
  kernel->few_stencils(node.axis(), node.log_odds.data() + axis_points / 2 * 8, first.data(), weight.data());
  RowsJob j{.rows = node.choice.data(),
            .per_point = 8 * choice_width,
            .width = choice_width,
            .axes = 2,
            .count = few_row_points,
            .out = out.data()};
  for (uint32_t a = 0; a < 2; ++a) {
    j.stride[a] = a ? axis_points : 1;
    j.first[a] = first.data();
    j.weight[a] = weight.data();
  }
  for (auto _ : state) kernel->read_rows(j);
  report(state, 8);
}

// Particles of a node whose mass stands in two channels, spread over a belief each.
struct Pile {
  static constexpr uint32_t count = 256;
  static constexpr ParticleShape shape{2, profiles, 2};
  Block records{count * shape.record()}, weight{profiles, true}, share{profiles * 8}, shift{8, true},
      out{8 * shape.record()}, kept{count * shape.record()};
  Pile() {
    for (uint32_t i = 0; i < count; ++i) {
      double* record = records.data() + i * shape.record();
      for (uint32_t a = 0; a < 2; ++a) record[a] = 1.5 * std::sin(i * (a + 1.7));
      for (uint32_t c = 0; c < 2 * profiles; ++c) record[2 + c] = std::exp(-(i * 37 % 11) - 0.1 * c);
    }
    std::fill_n(weight.data(), profiles, 1.0 / profiles);
    std::fill_n(share.data(), profiles * 8, 0.4);
  }
};

void pool(benchmark::State& state, const Kernels* kernel) {
  const Pile pile;
  std::vector<ParticleCell> table(2 * Pile::count);
  std::vector<uint8_t> joined(Pile::count);
  const uint8_t read[] = {1, 1};
  PoolJob j{.shape = Pile::shape,
            .records = pile.kept.data(),
            .count = Pile::count,
            .read = read,
            .weight = pile.weight.data(),
            .per_cell = 4,
            .per_slight = 5e3,
            .table = table.data(),
            .mask = table.size() - 1,
            .joined = joined.data()};
  uint32_t kept = 0;
  for (auto _ : state) {
    std::copy_n(pile.records.data(), Pile::count * Pile::shape.record(), pile.kept.data());
    ++j.stamp;
    kept = kernel->pool(j);
  }
  report(state, Pile::count);
  state.SetLabel("of " + std::to_string(Pile::count) + " kept " + std::to_string(kept));
}

void push(benchmark::State& state, const Kernels* kernel) {
  const Pile pile;
  const uint16_t source[] = {0, 1};
  const double* shift[] = {pile.shift.data(), nullptr};
  const uint8_t forgotten[] = {0, 0};
  const double prior[] = {0, 0};
  const PushJob j{.from = Pile::shape,
                  .channels = 2,
                  .source = source,
                  .records = pile.records.data(),
                  .count = 8,
                  .share = pile.share.data(),
                  .shift = shift,
                  .forgotten = forgotten,
                  .prior = prior,
                  .out = pile.out.data()};
  for (auto _ : state) kernel->push(j);
  report(state, 8);
}

void add_loops(const bench::LaneLoops& loops) {
  auto add = [&](const std::string& name, auto loop, double low, double high) {
    benchmark::RegisterBenchmark((name + "/" + loops.set).c_str(), lane_loop, loop, low, high);
  };
  add("exp", loops.exp, -30, 30);
  add("log", loops.log, 1e-6, 1e3);
  add("asinh", loops.asinh, -100, 100);
  add("soft_max_of_4", loops.soft_max, -5, 5);
}

void add_kernels(const std::string& set) {
  const Kernels* kernel = kernels_named(set.c_str());
  auto add = [&](const std::string& name, auto f, auto... rest) {
    benchmark::RegisterBenchmark((name + "/" + set).c_str(), f, kernel, rest...);
  };
  add("stencil", stencils);
  add("move_coupled", move, true);
  add("move_plain", move, false);
  add("chance", chance);
  add("settle", settle);
  add("read_rows", read_rows);
  add("pool", pool);
  add("push", push);
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto& set : bench::instruction_sets()) {
    if (set == "baseline") add_loops(bench::loops_baseline);
#if defined(__x86_64__)
    if (set == "avx2") add_loops(bench::loops_avx2);
    if (set == "avx512") add_loops(bench::loops_avx512);
#endif
    add_kernels(set);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
