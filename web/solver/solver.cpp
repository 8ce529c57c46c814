// The solver for a page: in, a case's text, a policy and values of its uncertain parameters; out, that world's answer
// as JSON. Built natively and as WebAssembly from the same sources, so that the two can be compared number by number.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "game/game.h"
#include "lab/world.h"
#include "language/language.h"
#include "solve/scalar/reference.h"
#include "solve/walk/course.h"

namespace casus {
namespace {

struct Open {
  language::Loaded loaded;
  std::vector<std::optional<game::Game>> games;  // per policy; compiled when first asked for
  std::optional<lab::WorldMap> map;
};

std::unique_ptr<Open> open_case;
std::string answer;

std::string numbers(const std::vector<double>& values) {
  std::string out = "[";
  for (size_t i = 0; i < values.size(); ++i) out += fmt::format("{}{:.17g}", i ? "," : "", values[i]);
  return out + "]";
}

}  // namespace
}  // namespace casus

extern "C" {

// Reads and checks the case. An empty answer, or the first diagnostic.
const char* casus_open(const char* text) {
  using namespace casus;
  open_case = std::make_unique<Open>();
  open_case->loaded = language::load_text("case", text);
  auto& loaded = open_case->loaded;
  answer = loaded.value ? "" : base::render_text(loaded.diagnostics, loaded.sources, false);
  if (loaded.value) {
    open_case->games.resize(loaded.value->policies.size());
    if (auto map = lab::WorldMap::make(*loaded.value))
      open_case->map = std::move(*map);
    else
      answer = map.error();
  }
  return answer.c_str();
}

// Compiles the game of a policy (by its place in the case); an empty answer, or what is wrong.
const char* casus_compile(int policy) {
  using namespace casus;
  auto& game = open_case->games[static_cast<size_t>(policy)];
  if (!game)
    game = game::compile(*open_case->loaded.value, static_cast<uint32_t>(policy), open_case->loaded.diagnostics);
  answer = game ? "" : "the game does not compile";
  return answer.c_str();
}

// Solves one world: `free` holds the uncertain parameters in their order, or is null for the median world.
const char* casus_solve(int policy, const double* free, int points) {
  using namespace casus;
  const auto& map = *open_case->map;
  const auto& g = *open_case->games[static_cast<size_t>(policy)];
  const auto params = free ? map.world_of_values({free, map.dimensions()}) : map.midpoint();
  const auto world = solve::evaluate_world(g, params);
  if (!world.value) {
    answer = fmt::format("{{\"error\":\"{}\"}}", world.error);
    return answer.c_str();
  }
  const solve::SolveOptions options{.points = static_cast<uint32_t>(points)};
  solve::Reference reference(g, *world.value, options);
  const auto solution = reference.solve();
  const auto course = solve::follow(g, *world.value, reference, options);
  answer = fmt::format("{{\"values\":{},\"prior\":{},\"measures\":[", numbers(solution.values),
                       numbers(solution.profile_prior));
  for (size_t m = 0; m < solution.measures.size(); ++m)
    answer += (m ? "," : "") + numbers(solution.measures[m].by_profile);
  answer += fmt::format("],\"course\":{:.17g},\"nodes\":{},\"grid_change\":{:.17g}}}", course.probability,
                        solution.certificate.nodes, solution.certificate.grid_change);
  return answer.c_str();
}
}
