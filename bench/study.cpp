// What a study costs: in, a case (or a generated one), its size and at most one quantity to vary; out, a row for each
// size with time, rate and memory, as a table or JSON.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/thread_pool.h"
#include "language/language.h"
#include "solve/lanes/kernel.h"
#include "solve/scalar/reference.h"
#include "solve/solver.h"
#include "study/run.h"
#include "study/summary.h"
#include "support/generated_case.h"
#include "support/machine.h"
#include "support/process.h"

namespace {

using namespace casus;
using bench::process_seconds;
using bench::thread_seconds;

[[noreturn]] void give_up(const std::string& what) {
  fmt::print(stderr, "bench_study: {}\n", what);
  std::exit(1);
}

struct Settings {
  std::string file = CASUS_SOURCE_DIR "/cases/kazakhstan-2022.casus";
  std::vector<std::string> overlays, policies;
  bool generated = false;
  bench::CaseSize size;
  uint64_t worlds = 16, seed = 1;
  uint32_t points = study::default_points;
  bool exact = false;
  unsigned threads = 1;
  int repeat = 1;
  std::string part = "batches";
  uint64_t reference = 0;
  double flops = 0;
};

struct Row {
  std::string value;
  uint64_t nodes = 0, policies = 0, worlds = 0, fixed_points = 0;
  double compile = 0, wall = 0, processor = 0;  // seconds; the least of the repeats
  double mebibytes = 0;
  double reference = 0;    // the scalar reference's seconds for a world and policy
  double difference = -1;  // largest between the two paths, payoffs in units of their range
  double per_solve() const { return processor / static_cast<double>(worlds * policies); }
  double rate() const { return static_cast<double>(fixed_points) / processor; }
};

language::Loaded load(const Settings& s) {
  const std::filesystem::path library = CASUS_SOURCE_DIR "/library";
  auto loaded = s.generated ? language::load_text("generated.casus", bench::generated_case(s.size))
                            : language::load_file(s.file, {.overlays = {s.overlays.begin(), s.overlays.end()},
                                                           .library_dirs = {library}});
  if (!loaded.value) give_up(base::render_text(loaded.diagnostics, loaded.sources, false));
  return loaded;
}

// Every batch of worlds under every policy, nothing kept: the solver alone. Returns the fixed points of the final
// grids.
uint64_t solve_batches(const study::Plan& plan, unsigned threads) {
  const uint64_t batches = (plan.worlds + study::batch_width - 1) / study::batch_width;
  const std::atomic<bool> stop{false};
  std::atomic<uint64_t> fixed_points{0};
  const size_t groups = plan.groups.size();
  const unsigned inside = base::threads_each(threads, batches * groups);
  base::for_each_index(batches * groups, threads, stop, [&](uint64_t job) {
    const uint64_t first = job / groups * study::batch_width;
    std::vector<std::vector<double>> worlds;
    for (uint64_t w = first; w < std::min(plan.worlds, first + study::batch_width); ++w)
      worlds.push_back(plan.world(w));
    const auto& group = plan.groups[job % groups];
    for (const auto& solved : study::solve_group(plan.policies, group, worlds, plan.options.solve, false, inside))
      for (const auto& o : solved.outcomes) fixed_points += o.solution ? o.solution->certificate.nodes : 0;
  });
  return fixed_points;
}

// All that `casus run --no-store` does but for printing: the median world, every world, the store, the summary.
uint64_t run_study(const study::Plan& plan, const base::SourceSet& sources, unsigned threads) {
  auto store = study::Store::open("", plan, study::identity_of(plan, sources, "bench"), study::Existing::refuse);
  if (!store) give_up(store.error());
  const auto median = study::solve_median(plan, {.threads = threads});
  if (!median) give_up("stopped");
  if (const auto end = study::run_worlds(plan, *store, *median, {.threads = threads}); !end) give_up(end.error());
  const auto objective = study::choose_objective(*plan.source, "", std::nullopt);
  const auto summary = study::summarise(plan, *store, *objective);
  if (!summary) give_up(summary.error());
  uint64_t fixed_points = 0;
  for (const auto& p : summary->policies) fixed_points += p.worst.nodes;
  return fixed_points;
}

// Largest difference between two solutions of one world, payoffs in units of their range.
double difference(const model::Case& c, const solve::Solution& a, const solve::Solution& b) {
  const double unit = a.certificate.payoff_range > 0 ? a.certificate.payoff_range : 1;
  double most = 0;
  for (size_t i = 0; i < a.values.size(); ++i) most = std::max(most, std::abs(a.values[i] - b.values[i]) / unit);
  for (size_t m = 0; m < a.measures.size(); ++m)
    for (size_t i = 0; i < a.measures[m].by_profile.size(); ++i) {
      const double apart = std::abs(a.measures[m].by_profile[i] - b.measures[m].by_profile[i]);
      most = std::max(most, c.measures[m].kind == model::MeasureKind::payoff ? apart / unit : apart);
    }
  return most;
}

void compare_with_reference(const study::Plan& plan, uint64_t worlds, Row& row) {
  double seconds = 0;
  worlds = std::min(worlds, plan.worlds);
  for (const auto& policy : plan.policies)
    for (uint64_t w = 0; w < worlds; ++w) {
      const auto params = plan.world(w);
      const auto numbers = solve::evaluate_world(policy.game, params);
      if (!numbers.value) give_up(numbers.error);
      const double begin = thread_seconds();
      const auto plain = solve::Reference(policy.game, *numbers.value, plan.options.solve).solve();
      seconds += thread_seconds() - begin;
      const auto fast = solve::solve_batch(policy.game, {&params, 1}, plan.options.solve);
      row.difference = std::max(row.difference, difference(*plan.source, *fast[0].solution, plain));
    }
  row.reference = seconds / static_cast<double>(worlds * plan.policies.size());
}

Row measure(const Settings& s) {
  bench::reset_peak_memory();
  Row row;
  const auto loaded = load(s);
  const double begin = process_seconds();
  study::Options options{.worlds = s.worlds, .seed = s.seed};
  options.solve.points = s.points;
  if (!s.exact) options.solve.exact_up_to = 0;
  options.solve.compare = false;
  options.solve.judge = false;
  options.policies = s.policies;
  base::Diagnostics diagnostics;
  auto plan = study::make_plan(*loaded.value, options, diagnostics);
  if (!plan)
    give_up(plan.error().empty() ? base::render_text(diagnostics, loaded.sources, false) : std::string(plan.error()));
  row.compile = process_seconds() - begin;
  row.worlds = plan->worlds;
  row.policies = plan->policies.size();
  for (const auto& p : plan->policies) row.nodes += p.game.nodes.size();
  for (int i = 0; i < s.repeat; ++i) {
    const double wall = bench::wall_seconds(), processor = process_seconds();
    row.fixed_points =
        s.part == "study" ? run_study(*plan, loaded.sources, s.threads) : solve_batches(*plan, s.threads);
    const double took = process_seconds() - processor, elapsed = bench::wall_seconds() - wall;
    row.processor = i == 0 ? took : std::min(row.processor, took);
    row.wall = i == 0 ? elapsed : std::min(row.wall, elapsed);
  }
  row.mebibytes = bench::peak_memory();
  if (s.reference > 0) compare_with_reference(*plan, s.reference, row);
  return row;
}

// Sets the varied quantity.
void vary(Settings& s, const std::string& name, const std::string& value) {
  const auto number = std::strtoull(value.c_str(), nullptr, 10);
  const auto small = static_cast<int>(number);
  if (name == "worlds") s.worlds = number;
  if (name == "points") s.points = static_cast<uint32_t>(number);
  if (name == "threads") s.threads = static_cast<unsigned>(number);
  if (name == "rounds") s.size.rounds = small;
  if (name == "stages") s.size.stages = small;
  if (name == "informed") s.size.informed = small;
  if (name == "types") s.size.types = small;
  if (name == "states") s.size.states = small;
}

const std::vector<std::string> of_generated = {"rounds", "stages", "informed", "types", "states"};

void print_table(const std::vector<Row>& rows, const std::string& name, const Settings& s, double peak) {
  const bool reference = s.reference > 0, flops = s.flops > 0;
  fmt::print(
      "| {} | nodes | fixed points | processor s | wall s | ms a world and policy | million fixed points/s | peak "
      "MiB |{}{}\n|--:|--:|--:|--:|--:|--:|--:|--:|{}{}\n",
      name, reference ? " reference, ms | times | largest difference |" : "", flops ? " Gflop/s | of peak |" : "",
      reference ? "--:|--:|--:|" : "", flops ? "--:|--:|" : "");
  for (const auto& r : rows) {
    fmt::print("| {} | {} | {} | {:.3f} | {:.3f} | {:.3f} | {:.3f} | {:.0f} |", r.value, r.nodes, r.fixed_points,
               r.processor, r.wall, 1e3 * r.per_solve(), 1e-6 * r.rate(), r.mebibytes);
    if (reference)
      fmt::print(" {:.2f} | {:.1f} | {:.1e} |", 1e3 * r.reference, r.reference / r.per_solve(), r.difference);
    if (flops) fmt::print(" {:.2f} | {:.1f} % |", 1e-9 * s.flops * r.rate(), 1e-7 * s.flops * r.rate() / peak);
    fmt::print("\n");
  }
}

nlohmann::json json_of(const std::vector<Row>& rows, const std::string& name, const Settings& s, double peak) {
  nlohmann::json out{{"case", s.generated ? "generated" : std::filesystem::path(s.file).filename().string()},
                     {"processor", bench::processor_name()},
                     {"instruction_set", solve::kernels().name},
                     {"part", s.part},
                     {"points", s.points},
                     {"seed", s.seed},
                     {"repeat", s.repeat},
                     {"varied", name},
                     {"rows", nlohmann::json::array()}};
  if (s.flops > 0) out["peak_gflops"] = peak;
  for (const auto& r : rows) {
    nlohmann::json row{{"value", r.value},
                       {"nodes", r.nodes},
                       {"policies", r.policies},
                       {"worlds", r.worlds},
                       {"fixed_points", r.fixed_points},
                       {"compile_seconds", r.compile},
                       {"processor_seconds", r.processor},
                       {"wall_seconds", r.wall},
                       {"peak_mebibytes", r.mebibytes}};
    if (s.reference > 0) {
      row["reference_seconds_per_world_and_policy"] = r.reference;
      row["largest_difference"] = r.difference;
    }
    if (s.flops > 0) row["gflops"] = 1e-9 * s.flops * r.rate();
    out["rows"].push_back(row);
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  std::string varied, set, json;
  std::vector<std::string> values;
  bool show_case = false;
  CLI::App app("Measure what a study costs: time, fixed points a second, memory", "bench_study");
  app.add_option("case", s.file, "a case (the flagship)")->type_name("FILE");
  app.add_option("--overlay", s.overlays, "an overlay; may be repeated")->type_name("FILE")->allow_extra_args(false);
  app.add_option("--policy", s.policies, "only this policy; may be repeated (all)")->allow_extra_args(false);
  app.add_flag("--generate", s.generated, "a generated contest in place of a case");
  app.add_option("--rounds", s.size.rounds, "generated: rounds (4)")->check(CLI::Range(1, 1000));
  app.add_option("--stages", s.size.stages, "generated: moves in a round (2)")->check(CLI::Range(1, 16));
  app.add_option("--informed", s.size.informed, "generated: actors with private types (1)")->check(CLI::Range(0, 4));
  app.add_option("--types", s.size.types, "generated: types of each of them (2)")->check(CLI::Range(2, 4));
  app.add_option("--states", s.size.states, "generated: levels of the state (4)")->check(CLI::Range(2, 1000));
  app.add_flag("--show-case", show_case, "print the generated case and stop");
  app.add_option("--worlds", s.worlds, "worlds (16)")->check(CLI::PositiveNumber);
  app.add_option("--points", s.points, "grid points per belief axis (7)")->check(CLI::Range(7, 1001));
  app.add_flag("--exact", s.exact, "solve small games on their histories, as casus run does");
  app.add_option("--seed", s.seed, "seed of the draws (1)");
  app.add_option("--threads", s.threads, "threads (1)")->check(CLI::Range(1, 1024));
  app.add_option("--part", s.part, "batches: the solver alone; study: median world, store and summary too (batches)")
      ->check(CLI::IsMember({"batches", "study"}));
  app.add_option("--repeat", s.repeat, "repetitions, of which the quickest counts (1)")->check(CLI::Range(1, 1000));
  app.add_option("--vary", varied, "a row for each of --values of this quantity")
      ->check(CLI::IsMember({"worlds", "points", "threads", "rounds", "stages", "informed", "types", "states"}));
  app.add_option("--values", values, "values of the varied quantity, 1,2,4")->delimiter(',');
  app.add_option("--reference", s.reference, "also solve so many worlds by the scalar reference, and compare (0)");
  app.add_option("--flops", s.flops,
                 "counted flops for each fixed point (bench/count_flops.py): print the share of peak")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--isa", set, "instruction set (the best)")->check(CLI::IsMember(bench::instruction_sets()));
  app.add_option("--json", json, "also write JSON; - is the standard output, in place of the table")->type_name("FILE");
  app.footer(
      "Processor time is that of all threads; the rate counts the fixed points of the final grid per second of it,\n"
      "with everything else that was computed for them (coarser grids, forward passes, certificate) in the price.\n\n"
      "Examples:\n"
      "  bench_study --worlds 16 --repeat 3\n"
      "  bench_study cases/chain-store.casus --overlay bench/chain-store-worlds.casus --vary worlds --values "
      "1000,10000\n"
      "  bench_study --generate --informed 2 --vary rounds --values 2,4,8,16\n"
      "  bench_study --vary threads --values 1,2 --json - --reference 1");
  CLI11_PARSE(app, argc, argv);
  if (!set.empty()) setenv("CASUS_ISA", set.c_str(), 1);
  if (varied.empty() != values.empty()) give_up("--vary and --values belong together");
  if (std::find(of_generated.begin(), of_generated.end(), varied) != of_generated.end() && !s.generated)
    give_up("'" + varied + "' is a quantity of generated cases: add --generate");
  if (show_case) {
    std::cout << bench::generated_case(s.size);
    return 0;
  }

  std::vector<Row> rows;
  if (values.empty()) values = {"-"};
  for (const auto& value : values) {
    vary(s, varied, value);
    rows.push_back(measure(s));
    rows.back().value = value;
  }
  const double peak = s.flops > 0 ? bench::peak_gflops(solve::kernels().name) : 0;
  if (json != "-") print_table(rows, varied.empty() ? "study" : varied, s, peak);
  if (json.empty()) return 0;
  const std::string text = json_of(rows, varied, s, peak).dump(1) + "\n";
  if (json == "-")
    std::cout << text;
  else if (!(std::ofstream(json) << text))
    give_up("cannot write '" + json + "'");
  return 0;
}
