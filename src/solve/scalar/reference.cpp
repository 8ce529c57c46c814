#include "solve/scalar/reference.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <tuple>

#include "base/random.h"
#include "base/stop.h"
#include "game/join.h"
#include "solve/judge/grid_judge.h"
#include "solve/node/work.h"
#include "solve/work.h"

namespace casus::solve {

using game::NodeId;

namespace {

// The belief at point `point` of a layout.
Belief belief_at(const Grid& grid, const Layout& place, uint32_t point, const std::vector<double>& elsewhere) {
  Belief b{elsewhere, std::vector<int>(elsewhere.size(), -1)};
  for (size_t axis = 0; axis < place.stride.size(); ++axis) {
    if (place.stride[axis] == 0) continue;
    const uint32_t i = point / place.stride[axis] % grid.axes[axis].points;
    b.index[axis] = static_cast<int>(i);
    b.log_odds[axis] = grid.axes[axis].log_odds(i);
  }
  return b;
}

}  // namespace

Reference::Reference(const game::Game& g, const World& w, const SolveOptions& options)
    : whole_(g), held_(g, options.held), g_(held_.game()), w_(w), options_(options) {
  options_.compare &= !told_by_replies(options);
  for (uint32_t i = 0; i < g_.actors(); ++i) actor_at_.push_back(i * g_.profiles);
}

Belief Reference::prior() const {
  return {w_.prior_log_odds, std::vector<int>(g_.axes, -1)};
}

void Reference::lay_field(uint32_t points, const Ranges& ranges) {
  field_ = {};
  field_.grids = lay_grids(w_, ranges, points, options_.scale);
  field_.layouts.reserve(g_.nodes.size());
  for (const auto& n : g_.nodes) field_.layouts.push_back(layout(g_, field_.grids[n.round - 1], n.value_mask));
  field_.values.resize(g_.nodes.size());
  views_.assign(g_.nodes.size(), {});
  field_.y.resize(g_.nodes.size());
  field_.log_sigma.resize(g_.nodes.size());
}

void Reference::sweep(double precision_scale, bool warm) {
  NodeProblem problem(g_, w_, continuation());
  problem.be_cautious(options_.caution);
  const size_t width = row(), used = size_t{g_.actors()} * g_.profiles;
  for (NodeId n = 0; n < g_.nodes.size(); ++n) {
    const Layout& place = field_.layouts[n];
    const Grid& grid = field_.grids[g_.nodes[n].round - 1];
    auto& values = field_.values[n];
    auto& y = field_.y[n];
    Certificate& certificate = certificate_[n];
    auto& log_sigma = field_.log_sigma[n];
    values.resize(place.points * width);
    views_[n] = {values.data(), width, actor_at_.data(), static_cast<uint32_t>(width)};
    for (uint32_t point = 0; point < place.points; ++point) {
      base::stop_if(options_.stop);
      const auto begin = options_.work ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point();
      problem.set(n, belief_at(grid, place, point, w_.prior_log_odds), precision_scale);
      const size_t unknowns = problem.unknowns();
      y.resize(place.points * unknowns);
      log_sigma.resize(place.points * unknowns);
      if (unknowns > 0) {
        std::span<const double> start;
        if (warm)
          start = std::span<const double>(y).subspan(point * unknowns, unknowns);
        else if (point > 0)
          start = std::span<const double>(y).subspan((point - 1) * unknowns, unknowns);
        const NodeAnswer answer = picked(problem, n, problem.solve(start, options_.tolerance));
        std::copy(answer.y.begin(), answer.y.end(), y.begin() + static_cast<std::ptrdiff_t>(point * unknowns));
        std::copy(answer.log_sigma.begin(), answer.log_sigma.end(),
                  log_sigma.begin() + static_cast<std::ptrdiff_t>(point * unknowns));
        certificate.residual = std::max(certificate.residual, answer.residual);
        ++certificate.nodes;
        certificate.traced += answer.fell_back && point > 0;
        certificate.folds += static_cast<uint64_t>(answer.folds);
        certificate.crossings += static_cast<uint64_t>(answer.crossings);
        certificate.unstable += answer.unstable;
        certificate.failed += !answer.converged;
      }
      problem.values(std::span<const double>(log_sigma).subspan(point * unknowns, unknowns),
                     std::span<double>(values).subspan(point * width, used));
      if (options_.work) options_.work->by_point.add(work_by_point(g_, n), begin);
    }
  }
}

NodeAnswer Reference::picked(NodeProblem& problem, NodeId node, NodeAnswer answer) {
  if (search_.starts == 0 || !problem.coupled() || (search_.pick == Pick::principal && !last_grid_)) return answer;
  auto found = problem.others(answer, search_, options_.tolerance);
  ++found_.searched;
  found_.several += !found.empty();
  found_.most = std::max(found_.most, static_cast<uint32_t>(found.size() + 1));
  if (found.empty() || search_.pick == Pick::principal) return answer;
  found.insert(found.begin(), std::move(answer));
  // By worth; of equals, as mirror images are, by the probability of the first option, so that beliefs agree on a rank.
  constexpr double equal = 1e-9;
  std::vector<std::tuple<double, double, size_t>> by_worth;
  for (size_t k = 0; k < found.size(); ++k)
    by_worth.emplace_back(std::round(problem.worth(search_.actor, found[k].log_sigma) / equal), found[k].log_sigma[0],
                          k);
  std::sort(by_worth.begin(), by_worth.end());
  size_t rank = search_.pick == Pick::highest ? found.size() - 1 : 0;
  if (search_.pick == Pick::random)
    rank = (static_cast<size_t>(base::random_unit(search_.seed, node, 0) * static_cast<double>(found.size())) +
            search_.draw) %
           found.size();
  return std::move(found[std::get<2>(by_worth[rank])]);
}

void Reference::backward() {
  const bool recursive = options_.selection == Selection::recursive;
  const uint32_t rungs = recursive ? 1 : options_.rungs;
  for (uint32_t rung = 1; rung <= rungs; ++rung) {
    const double at = static_cast<double>(rung) / rungs;
    certificate_.assign(g_.nodes.size(), {});
    found_ = {};
    sweep(at * at, rung > 1);
  }
}

std::vector<Solution> Reference::solve_all() {
  const uint32_t points = std::max(options_.points, least_points), coarse_size = coarse_points(points);
  const Windows windows = find_windows(points, coarse_size);
  std::vector<Tally> coarse;
  if (options_.compare) {
    lay_field(coarse_size, windows.coarse);
    backward();
    for (const auto& start : g_.starts) coarse.push_back(count(start, coarse_points(counted_as(g_, options_))));
  }
  lay_field(points, windows.fine);
  last_grid_ = true;
  backward();
  std::vector<Solution> out(g_.starts.size());
  for (size_t k = 0; k < g_.starts.size(); ++k) {
    const auto met = game::reachable(g_, g_.starts[k]);
    for (NodeId n = 0; n < g_.nodes.size(); ++n)
      if (met[n]) add_node(certificate_[n], out[k].certificate);
    out[k].certificate.payoff_range = payoff_range(g_, w_, met);
    out[k].certificate.compared = options_.compare;
    const Tally fine = count(g_.starts[k], counted_as(g_, options_));
    finish(g_, w_, start_values(g_.starts[k]), fine, options_.compare ? coarse[k] : fine, out[k]);
    if (options_.judge) {
      std::vector<std::vector<double>> rows;
      const auto all = choices(rows);
      certify(judge(ParticlePlan(whole_, false), w_, {all, field_.layouts, field_.grids}, continuation(), g_.starts[k],
                    judge_options(options_)),
              options_, out[k]);
    }
  }
  return out;
}

// Rows of choices as particles read them, in `rows`.
std::vector<GridChoices> Reference::choices(std::vector<std::vector<double>>& rows) const {
  rows.assign(g_.nodes.size(), {});
  std::vector<GridChoices> out(g_.nodes.size());
  for (NodeId n = 0; n < g_.nodes.size(); ++n) {
    const size_t points = field_.layouts[n].points, unknowns = field_.y[n].size() / points,
                 width = (unknowns + 3) / 4 * 4;
    rows[n].resize(points * width);
    for (size_t i = 0; i < points; ++i)
      std::copy_n(field_.y[n].data() + i * unknowns, unknowns, rows[n].data() + i * width);
    out[n] = {rows[n].data(), width};
  }
  return out;
}

Windows Reference::find_windows(uint32_t points, uint32_t coarse_size) {
  if (!few_points(points)) {
    lay_field(coarse_size, widest(g_, w_, reach(points)));
    backward();
    return windows_of(g_);
  }
  SolveOptions options = options_;
  options.held = ~0u;
  Reference held(whole_, w_, options);
  held.lay_field(coarse_size, widest(g_, w_, reach(points)));
  held.backward();
  return held.windows_of(g_);
}

// How far beliefs reach in a game of which this is the same with some beliefs held.
Windows Reference::windows_of(const game::Game& g) const {
  std::vector<std::vector<double>> rows;
  const auto all = choices(rows);
  const World* world = &w_;
  const GridField field{all, field_.layouts, field_.grids};
  return std::move(
      solve::find_windows(g, {&world, 1}, {&field, 1}, std::max(options_.points, least_points), options_.stop).front());
}

Tally Reference::count(const game::Start& start, uint32_t as) const {
  std::vector<std::vector<double>> rows;
  const auto all = choices(rows);
  const World* world = &w_;
  const GridField field{all, field_.layouts, field_.grids};
  const std::vector<double> values = start_values(start);
  const StartValues here{&start, {&values}};
  return std::move(count_particles(ParticlePlan(g_), {&world, 1}, {&field, 1}, {&here, 1}, pooling(as), options_.stop)
                       .front()
                       .front()
                       .measures);
}

std::vector<double> Reference::start_values(const game::Start& start) const {
  const size_t width = size_t{g_.actors()} * g_.profiles, stride = row();
  Corners corners;
  const uint32_t round = g_.nodes[start.node].round;
  find_corners(field_.layouts[start.node], field_.grids[round - 1], prior(), false, corners);
  std::vector<double> values(width, 0.0);
  for (size_t c = 0; c < corners.point.size(); ++c)
    for (size_t i = 0; i < width; ++i)
      values[i] += corners.weight[c] * field_.values[start.node][corners.point[c] * stride + i];
  return values;
}

}  // namespace casus::solve
