// Nodes of any number of movers and types, in batches: in, a node; out, the job that it gives to the joint kernel.
#include <algorithm>
#include <cmath>

#include "base/stop.h"
#include "solve/batch/backward.h"

namespace casus::solve {

using game::NodeId;
using game::none;

JointJob Batch::Numbers::joint_job(NodeId n, JointParts& parts) const {
  const auto& node = g.nodes[n];
  const auto& shape = g.shapes[node.shape];
  const Layout& place = plan.layouts[n];
  JointJob j;
  j.worlds = static_cast<uint32_t>(plan.worlds);
  j.points = place.points;
  j.channels = plan.value_width[n];
  j.pay_stride = plan.channels;
  j.pattern = plan.pattern;
  j.profiles = g.profiles;
  j.edges = node.edges;
  j.exact = final_grid ? 1e-13 : 1e-6;  // windows need no more
  j.choice_width = plan.choice_width[n];
  j.chance = shape.kind == game::NodeKind::chance;

  parts.joint_type.assign(g.profiles, 0);
  parts.own_type.clear();
  const auto add = [&](uint32_t informed, uint32_t many) {
    JointMover& m = j.mover[j.movers];
    m.types = informed == none ? 1 : g.informed[informed].types;
    m.options = many;
    m.type_stride = j.types;
    m.axis = j.axes;
    m.place = j.choices;
    m.unknown = j.unknowns;
    for (uint32_t p = 0; p < g.profiles; ++p) {
      const uint32_t t = informed == none ? 0 : g.type_of(p, g.informed[informed].actor);
      parts.own_type.push_back(static_cast<uint8_t>(t));
      parts.joint_type[p] = static_cast<uint8_t>(parts.joint_type[p] + t * j.types);
    }
    for (uint32_t t = 1; t < m.types && many > 1; ++t) {
      JointAxis& axis = j.axis[j.axes++];
      const uint32_t a = g.informed[informed].first_axis + t - 1;
      axis.view = axis_view(node.round, a);
      axis.mover = j.movers;
      axis.type = t;
      axis.own_stride = place.stride[a];
      axis.own_points = axis.own_stride ? plan.points : 1;
      axis.own_log_odds = axis.own_stride ? axes[node.round - 1][a].log_odds.data() : prior.data() + a * batch_lanes;
    }
    j.types *= m.types;
    j.choices += m.types * many;
    j.unknowns += m.types * (many - 1);
    ++j.movers;
  };
  uint32_t moved[most_joint_movers];
  if (j.chance) {
    moved[0] = shape.informer;
    add(shape.informer, node.edges);
    j.unknowns = 0;
  }
  uint32_t choice = 0;
  for (const auto& m : shape.movers) {
    const auto many = static_cast<uint32_t>(m.options.size());
    if (many > 1) {
      JointMover& mover = j.mover[j.movers];
      mover.choice = choice;
      mover.channel = plan.actor_at[m.actor];
      mover.lambda = precision.data() + m.actor * batch_lanes;
      moved[j.movers] = g.informed_index[m.actor];
      add(moved[j.movers], many);
    }
    choice += g.types(m.actor) * many;
  }
  for (uint32_t m = j.movers, stride = 1; m-- > 0;) {
    j.mover[m].stride = stride;
    stride *= j.mover[m].options;
  }
  j.near = j.movers == 1;
  j.payoff_range = payoff_range.data();
  j.width = j.chance ? 4 : (j.movers * j.types + 3) / 4 * 4;

  parts.edge.assign(node.edges, {});
  for (uint32_t e = 0; e < node.edges; ++e) {
    const Layout& to = plan.layouts[g.edges[node.first_edge + e].target];
    JointEdge& edge = parts.edge[e];
    edge.base = plan.value_base[node.first_edge + e];
    edge.channels = plan.value_width[g.edges[node.first_edge + e].target];
    edge.plane = j.plane_rows;
    for (uint32_t d = 0; d < j.axes; ++d) {
      const JointAxis& axis = j.axis[d];
      const uint32_t stride = to.stride[g.informed[moved[axis.mover]].first_axis + axis.type - 1];
      if (stride == 0) continue;
      edge.axis[edge.axes] = d;
      edge.stride[edge.axes++] = stride;
      edge.points *= axis.view.points;
    }
    j.plane_rows += edge.points;
  }
  j.joint_type = parts.joint_type.data();
  j.own_type = parts.own_type.data();
  j.edge = parts.edge.data();
  return j;
}

namespace {

// Odds of an outcome given each of the informer's types, and how far it moves the beliefs.
void add_odds(const JointJob& j, const double* odds, JointEdge& edge, double*& room) {
  constexpr double most = 1e5;
  edge.odds = odds;
  for (uint32_t d = 0; d < j.axes; ++d, room += batch_lanes) {
    edge.shift[d] = room;
    for (size_t w = 0; w < batch_lanes; ++w) {
      const double base = std::max(odds[w], 0.0), p = std::max(odds[j.axis[d].type * batch_lanes + w], 0.0);
      room[w] = base > 0 || p > 0 ? std::clamp(std::log(p) - std::log(base), -most, most) : 0;
    }
  }
}

}  // namespace

void Batch::Backward::solve_joint(NodeId n, Worker& with) {
  const auto& node = in_.g.nodes[n];
  JointParts& parts = with.joint;
  JointJob j = in_.joint_job(n, parts);
  if (const size_t room = size_t{j.edges} * j.axes * batch_lanes; j.chance && room > parts.shift_room)
    parts.shift = Block(parts.shift_room = room);
  double* shift = parts.shift.data();
  for (uint32_t e = 0; e < j.edges; ++e) {
    const auto& edge = in_.g.edges[node.first_edge + e];
    parts.edge[e].child = values_[edge.target];
    parts.edge[e].pay = in_.pays(edge.payoff);
    if (j.chance) add_odds(j, in_.odds.data() + size_t{edge.probability} * batch_lanes, parts.edge[e], shift);
  }
  if (const size_t room = joint_doubles(j); room > with.joint_room) with.joint_scratch = Block(with.joint_room = room);
  j.scratch = with.joint_scratch.data();
  if ((j.stop = in_.options.stop)) j.stopped = [](const std::atomic<bool>* stop) { return stop->load(); };
  j.out = values_[n];
  if (!j.chance) {
    j.choice = choices(n);
    j.weight = round_.weights(node.value_mask, in_.plan.moved_mask(n));
    // Who has no choice, or only one option, does that.
    std::fill_n(j.choice, size_t{j.points} * in_.plan.worlds * j.choice_width, 0.0);
  }
  struct Context {
    Backward* pass;
    NodeId node;
  } context{this, n};
  MoveStatistics statistics;
  kernels().joint(
      j,
      [](void* c, uint32_t point, uint32_t world, double* x) {
        auto* at = static_cast<Context*>(c);
        at->pass->rescue_joint(at->node, point, world, x);
      },
      &context, statistics);
  base::stop_if(in_.options.stop);
  for (size_t w = 0; judged_ && !j.chance && w < in_.plan.worlds; ++w) {
    Certificate& c = certificates_[w][n];
    c.residual = std::max(c.residual, statistics.residual[w]);
    c.nodes += j.points;
    c.traced += statistics.traced[w];
  }
}

// The branch could not be followed in long steps: the reference's solver does it in short ones.
void Batch::Backward::rescue_joint(NodeId n, uint32_t point, uint32_t w, double* x) {
  const auto& node = in_.g.nodes[n];
  NodeProblem problem(in_.g, *in_.worlds[w], continuation(w));
  problem.set(n, in_.belief(in_.plan.layouts[n], node.round, point, w));
  const NodeAnswer answer = problem.solve({}, in_.options.tolerance);
  const auto& movers = in_.g.shapes[node.shape].movers;
  for (size_t m = 0; m < movers.size(); ++m) {
    const size_t options = movers[m].options.size();
    const double* log_sigma = answer.log_sigma.data() + problem.offset(m);
    for (uint32_t t = 0; t < problem.mover_types(m); ++t, log_sigma += options)
      for (size_t o = 1; o < options; ++o, x += batch_lanes) *x = log_sigma[o] - log_sigma[0];
  }
  note(n, w, answer, true);
}

}  // namespace casus::solve
