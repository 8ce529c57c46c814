#include "solve/batch/backward.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/stop.h"
#include "base/thread_pool.h"
#include "solve/batch/work.h"
#include "solve/meter.h"
#include "solve/node/work.h"

namespace casus::solve {

using game::NodeId;

Batch::Backward::Backward(const Numbers& numbers, Arena& arena, Block& choices, bool judged)
    : in_(numbers), arena_(arena), choices_(choices), judged_(judged), round_(numbers) {
  values_.resize(in_.g.nodes.size());
  for (size_t w = 0; w < in_.plan.worlds; ++w) {
    views_[w].resize(in_.g.nodes.size());
    certificates_[w].resize(judged ? in_.g.nodes.size() : 0);
  }
  start_values_.resize(in_.g.starts.size());
}

void Batch::Backward::solve(unsigned threads, KeptField* first) {
  if (first) {
    first->grids = in_.grids[0];
    first->layouts = in_.plan.layouts;
    first->actor_at = in_.plan.actor_at;
    first->nodes.resize(in_.g.nodes.size());
    size_t size = 0;
    for (NodeId n = 0; n < in_.g.nodes.size(); ++n) size += in_.plan.values_of(n) / in_.plan.worlds;
    first->values.reserve(size);
  }
  readers_ = in_.plan.readers;
  arena_.restart();
  workers_.resize(std::max(threads, 1u));
  uint32_t options = 1;
  for (NodeId n = 0; n < in_.g.nodes.size(); ++n)
    if (in_.plan.way[n] == NodeWay::move) options = std::max(options, in_.g.nodes[n].edges);
  for (Worker& w : workers_)
    w.scratch = Block(size_t{most_lines_together} * options * in_.plan.points * 2 * batch_lanes);
  const auto& layers = in_.g.layers;
  auto layer = [&](uint64_t step) -> const game::LayerInfo& { return layers[layers.size() - 1 - step]; };
  // One thread by itself gives room back node by node, so that the next node's is still in the cache.
  const bool alone = workers_.size() == 1;
  base::for_each_in_steps(
      layers.size(), static_cast<unsigned>(workers_.size()),
      [&](uint64_t step) {
        const auto& l = layer(step);
        if (l.first < l.last) round_.prepare(l.round);
        for (NodeId n = l.first; !alone && n < l.last; ++n) take(n);
        return l.last - l.first;
      },
      [&](uint64_t step, uint64_t index, unsigned thread) {
        base::stop_if(in_.options.stop);
        const NodeId n = layer(step).first + static_cast<NodeId>(index);
        if (alone) take(n);
        if (in_.options.work)
          solve_counted(n, workers_[thread]);
        else
          solve_node(n, workers_[thread]);
        Meter::add(in_.options.meter, in_.plan.units(n));
        if (alone) solved(n, first);
      },
      [&](uint64_t step) {
        const auto& l = layer(step);
        for (NodeId n = l.first; !alone && n < l.last; ++n) solved(n, first);
      });
}

void Batch::Backward::take(NodeId n) {
  values_[n] = arena_.take(in_.plan.values_of(n));
  const uint32_t width = in_.plan.value_width[n];
  for (size_t w = 0; w < in_.plan.worlds; ++w)
    views_[w][n] = {values_[n] + w * width, in_.plan.worlds * width, in_.plan.actor_at.data(), width};
}

void Batch::Backward::solve_node(NodeId n, Worker& with) {
  const auto& node = in_.g.nodes[n];
  const uint32_t width = in_.plan.value_width[n];
  switch (in_.plan.way[n]) {
    case NodeWay::end:
      for (size_t w = 0; w < in_.plan.worlds; ++w)
        std::copy_n(in_.pay.data() + (node.payoff * in_.plan.worlds + w) * in_.plan.channels, width,
                    values_[n] + w * width);
      break;
    case NodeWay::settle: {
      SettleJob j = round_.settle_job(n, with.settle);
      j.child = values_[in_.g.edges[node.first_edge].target];
      j.out = values_[n];
      kernels().settle(j);
      break;
    }
    case NodeWay::chance:
      kernels().chance(job(n, with));
      break;
    case NodeWay::move:
      solve_move(n, with);
      break;
    case NodeWay::joint:
      solve_joint(n, with);
      break;
    case NodeWay::general:
      solve_general(n);
      break;
  }
}

void Batch::Backward::solve_counted(NodeId n, Worker& with) {
  const auto begin = std::chrono::steady_clock::now();
  solve_node(n, with);
  if (in_.plan.way[n] == NodeWay::joint)
    in_.options.work->joint.add(in_.plan.layouts[n].points * work_by_point(in_.g, n), begin);
  else if (in_.plan.way[n] != NodeWay::general)  // that counts by itself
    in_.options.work->kernels.add(in_.plan.layouts[n].points * work_of_kernels(in_.g, n, in_.plan.value_width[n]),
                                  begin);
}

NodeJob Batch::Backward::job(NodeId n, Worker& with) const {
  const auto& node = in_.g.nodes[n];
  NodeJob j = in_.job(n, with.edge);
  for (uint32_t e = 0; e < node.edges; ++e) {
    const auto& edge = in_.g.edges[node.first_edge + e];
    with.edge[e].child = values_[edge.target];
    with.edge[e].pay = in_.pays(edge.payoff);
  }
  j.scratch = with.scratch.data();
  j.out = values_[n];
  return j;
}

void Batch::Backward::solve_move(NodeId n, Worker& with) {
  NodeJob j = job(n, with);
  j.choice = choices(n);
  j.choice_width = in_.plan.choice_width[n];
  j.weight = round_.weights(in_.g.nodes[n].value_mask, in_.plan.own[n] == game::none ? 0 : 1u << in_.plan.own[n]);
  struct Context {
    Backward* pass;
    NodeId node;
  } context{this, n};
  MoveStatistics statistics;
  kernels().move(
      j,
      [](void* c, uint32_t point, uint32_t world, double* z) {
        auto* at = static_cast<Context*>(c);
        at->pass->rescue(at->node, point, world, z);
      },
      &context, statistics);
  for (size_t w = 0; judged_ && w < in_.plan.worlds; ++w) {
    Certificate& c = certificates_[w][n];
    c.residual = std::max(c.residual, statistics.residual[w]);
    c.nodes += j.points;
    c.traced += statistics.traced[w];
  }
}

// Adds what an answer of the reference's solver says to a node's certificate.
void Batch::Backward::note(NodeId n, size_t world, const NodeAnswer& answer, bool traced) {
  if (!judged_) return;
  Certificate& c = certificates_[world][n];
  c.traced += traced;
  c.folds += static_cast<uint64_t>(answer.folds);
  c.crossings += static_cast<uint64_t>(answer.crossings);
  c.unstable += answer.unstable;
  c.failed += !answer.converged;
}

// Newton failed in a world at a point: the reference's solver takes over there, from the neighbouring point's choice.
void Batch::Backward::rescue(NodeId n, uint32_t point, uint32_t w, double* z) {
  const Layout& place = in_.plan.layouts[n];
  const uint32_t options = in_.g.nodes[n].edges;
  const uint32_t own = place.stride[in_.g.informed[in_.plan.own[n]].first_axis];
  const bool has_neighbour = own > 0 && point / own % in_.plan.points > 0;
  const double* before =
      choices(n) + (size_t{point - (has_neighbour ? own : 0)} * in_.plan.worlds + w) * in_.plan.choice_width[n];
  const std::vector<double> start(before, before + (has_neighbour ? 2 * options : 0));
  NodeProblem problem(in_.g, *in_.worlds[w], continuation(w));
  problem.set(n, in_.belief(place, in_.g.nodes[n].round, point, w));
  const NodeAnswer answer = problem.solve(start, in_.options.tolerance);
  for (uint32_t o = 0; o < options; ++o) z[o * batch_lanes] = answer.log_sigma[options + o] - answer.log_sigma[o];
  note(n, w, answer, true);
}

void Batch::Backward::solve_general(NodeId n) {
  const auto& node = in_.g.nodes[n];
  const Layout& place = in_.plan.layouts[n];
  const uint32_t width = in_.plan.value_width[n];
  std::vector<double> values(size_t{in_.g.actors()} * in_.g.profiles), before;
  for (size_t w = 0; w < in_.plan.worlds; ++w) {
    if (w > 0 && in_.worlds[w] == in_.worlds[w - 1]) {  // a lane that only fills up the batch
      copy_lane(n, w - 1, w);
      continue;
    }
    NodeProblem problem(in_.g, *in_.worlds[w], continuation(w));
    before.clear();
    for (uint32_t point = 0; point < place.points; ++point) {
      base::stop_if(in_.options.stop);
      const auto begin = in_.options.work ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point();
      problem.set(n, in_.belief(place, node.round, point, w));
      NodeAnswer answer;
      if (problem.unknowns() > 0) {
        answer = problem.solve(before, in_.options.tolerance);
        before = answer.y;
        std::copy(answer.log_sigma.begin(), answer.log_sigma.end(),
                  choices(n) + (point * in_.plan.worlds + w) * in_.plan.choice_width[n]);
        note(n, w, answer, answer.fell_back && point > 0);
        if (judged_) {
          certificates_[w][n].residual = std::max(certificates_[w][n].residual, answer.residual);
          ++certificates_[w][n].nodes;
        }
      }
      problem.values(answer.log_sigma, values);
      double* to = values_[n] + (point * in_.plan.worlds + w) * width;
      std::fill_n(to, width, 0.0);
      for (uint32_t i = 0; i < in_.g.actors(); ++i)
        if (in_.plan.actor_at[i] < width)
          std::copy_n(values.data() + size_t{i} * in_.g.profiles, in_.g.profiles, to + in_.plan.actor_at[i]);
      if (in_.options.work) in_.options.work->by_point.add(work_by_point(in_.g, n), begin);
    }
  }
}

// What solving a node has left in one lane, to another.
void Batch::Backward::copy_lane(NodeId n, size_t from, size_t to) {
  const uint32_t width = in_.plan.value_width[n], choice_width = in_.plan.choice_width[n];
  for (size_t point = 0; point < in_.plan.layouts[n].points; ++point) {
    std::copy_n(values_[n] + (point * batch_lanes + from) * width, width,
                values_[n] + (point * batch_lanes + to) * width);
    std::copy_n(choices(n) + (point * batch_lanes + from) * choice_width, choice_width,
                choices(n) + (point * batch_lanes + to) * choice_width);
  }
  if (judged_) certificates_[to][n] = certificates_[from][n];
}

void Batch::Backward::solved(NodeId n, KeptField* first) {
  for (size_t k = 0; k < in_.g.starts.size(); ++k)
    if (in_.g.starts[k].node == n) keep_start_values(in_.g.starts[k], start_values_[k]);
  if (first) {
    const uint32_t width = in_.plan.value_width[n];
    first->nodes[n] = {width, first->values.size()};
    const double* from = values_[n];
    for (uint32_t point = 0; point < in_.plan.layouts[n].points; ++point, from += in_.plan.worlds * width)
      first->values.insert(first->values.end(), from, from + width);
  }
  if (readers_[n] == 0) release(n);
  const auto& node = in_.g.nodes[n];
  for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e)
    if (--readers_[in_.g.edges[e].target] == 0) release(in_.g.edges[e].target);
}

void Batch::Backward::release(NodeId n) {
  arena_.give(values_[n], in_.plan.values_of(n));
  values_[n] = nullptr;
}

void Batch::Backward::keep_start_values(const game::Start& start,
                                        std::array<std::vector<double>, batch_lanes>& to) const {
  for (size_t w = 0; w < in_.plan.worlds; ++w) {
    const NodeValues& values = views_[w][start.node];
    Corners corners;
    find_corners(in_.plan.layouts[start.node], in_.grids[w][in_.g.nodes[start.node].round - 1],
                 {in_.worlds[w]->prior_log_odds, std::vector<int>(in_.g.axes, -1)}, false, corners);
    to[w].assign(size_t{in_.g.actors()} * in_.g.profiles, 0);
    for (size_t c = 0; c < corners.point.size(); ++c)
      for (uint32_t i = 0; i < in_.g.actors(); ++i)
        for (uint32_t p = 0; p < in_.g.profiles; ++p)
          to[w][size_t{i} * in_.g.profiles + p] += corners.weight[c] * values.at(corners.point[c], i, p);
  }
}

std::vector<GridChoices> Batch::Backward::grid_choices(size_t world) const {
  std::vector<GridChoices> out;
  for (NodeId n = 0; n < in_.g.nodes.size(); ++n) {
    const uint32_t width = in_.plan.choice_width[n];
    out.push_back({choices(n) + world * width, in_.plan.worlds * width});
  }
  return out;
}

void Batch::Backward::keep_choices(KeptField& first) const {
  for (NodeId n = 0; n < in_.g.nodes.size(); ++n) {
    const uint32_t width = in_.plan.choice_width[n];
    first.nodes[n].choice_width = width;
    first.nodes[n].first_choice = first.choices.size();
    const double* from = choices(n);
    for (uint32_t point = 0; width > 0 && point < in_.plan.layouts[n].points; ++point, from += in_.plan.worlds * width)
      first.choices.insert(first.choices.end(), from, from + width);
  }
}

std::array<Certificate, batch_lanes> Batch::Backward::certificate(const std::vector<bool>& met) const {
  std::array<Certificate, batch_lanes> out;
  for (size_t w = 0; w < in_.plan.worlds; ++w)
    for (NodeId n = 0; n < in_.g.nodes.size(); ++n)
      if (met[n]) add_node(certificates_[w][n], out[w]);
  return out;
}

}  // namespace casus::solve
