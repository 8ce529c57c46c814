#include "solve/particles/graph.h"

#include <algorithm>
#include <cmath>

#include "base/stop.h"

namespace casus::solve {

using game::NodeId;
using game::none;

namespace {
constexpr size_t side = ParticleNode::side;

double sum_of(const double* mass, const std::vector<double>& weight) {
  double out = 0;
  for (size_t p = 0; p < weight.size(); ++p) out += mass[p] * weight[p];
  return out;
}
}  // namespace

ParticleGraph::ParticleGraph(const ParticlePlan& plan, const World& w, const GridField& field, const game::Start& start,
                             double least, double whole, const Pooling& pooling, size_t most,
                             const std::atomic<bool>* stop)
    : plan_(plan),
      g_(plan.game),
      w_(w),
      least_(least),
      whole_(whole),
      pooling_(pooling),
      profiles_(g_.profiles),
      tracks_(plan.tracks.size()),
      axes_(g_.axes),
      track_mass_(plan, w),
      shape_{axes_, tracks_, 1},
      here_(plan, w, field),
      nodes_(g_.nodes.size()) {
  for (uint32_t i = 0; i < tracks_; ++i) window_weight_.push_back(window_weight(w_, plan.tracks.first(i)));
  double* first = nodes_[start.node].waiting.add(shape_.record());
  std::copy(w_.prior_log_odds.begin(), w_.prior_log_odds.end(), first);
  for (uint32_t i = 0; i < tracks_; ++i) first[axes_ + i] = plan.tracks.now(i) == plan.tracks.first(i) ? 1 : 0;
  nodes_[start.node].near.push_back(1);
  for (auto n = static_cast<NodeId>(g_.nodes.size()); n-- > 0;) {
    base::stop_if(stop);
    if (nodes_[n].waiting.empty()) continue;
    visit(n);
    too_large_ = doubles_ > most;
    if (too_large_) return;
  }
}

bool ParticleGraph::decides(const game::Game& g, NodeId n) {
  return g.shapes[g.nodes[n].shape].decides();
}

size_t ParticleGraph::child(NodeId n, uint32_t i, uint32_t e) const {
  const uint32_t record = child_[nodes_[n].edge + size_t{i} * g_.nodes[n].edges + e];
  if (record == none) return nowhere;
  const Node& to = nodes_[g_.edges[g_.nodes[n].first_edge + e].target];
  return to.first + to.place[record];
}

void ParticleGraph::visit(NodeId n) {
  Node& v = nodes_[n];
  pool(n);
  v.first = particles_;
  v.edge = child_.size();
  particles_ += v.count;
  const auto& node = g_.nodes[n];
  const size_t record = shape_.record();
  child_.resize(child_.size() + size_t{v.count} * node.edges, none);
  v.records = Block(v.count * record);
  v.share = Block(size_t{v.count} * node.edges * profiles_);
  std::copy_n(v.waiting.data(), v.count * record, v.records.data());
  doubles_ += v.count * (record + node.edges * profiles_);
  const bool decision = decides(g_, n);
  std::vector<uint8_t> near(v.count, 0), likely(v.count, 0);
  for (size_t i = 0; i < v.near.size(); ++i) near[v.place[i]] |= v.near[i];
  for (uint32_t i = 0; i < v.count; ++i) {
    const double* at = v.records.data() + i * record;
    likely[i] = sum_of(at + axes_, window_weight_) >= least_;
    looked_.push_back(likely[i] | near[i]);
    several_.push_back(v.near.size() > v.count && joined_[i]);
    record_.push_back(at);
    if (!decision) continue;
    const double probability = sum_of(at + axes_, prior());
    decisions_ += probability;
    if (looked_.back()) seen_ += probability;
  }
  here_.enter(n);
  for (uint32_t first = 0; first < v.count && node.edges > 0; first += side) {
    const size_t together = std::min<size_t>(side, v.count - first);
    const double* records = v.waiting.data() + first * record;
    here_.load(records, record, together);
    if (plan_.movers[node.shape].count > 0) here_.choose();
    for (uint32_t seen = 0; seen < plan_.seen_at(n); ++seen) {
      Node& to = nodes_[g_.edges[node.first_edge + seen].target];
      PushJob j;
      for (uint32_t e = seen; e < node.edges; e += plan_.seen_at(n)) {
        if (!here_.find_edge(e)) continue;
        push(n, e, records, together, j);
        for (size_t i = 0; i < together; ++i) {
          const size_t edge = (first + i) * node.edges + e;
          child_[v.edge + edge] = static_cast<uint32_t>(to.near.size() + i);
          for (uint32_t p = 0; p < profiles_; ++p) v.share.data()[edge * profiles_ + p] = here_.share()[p * side + i];
        }
      }
      for (size_t i = 0; j.out && i < together; ++i)
        to.near.push_back(likely[first + i] | (!decision && near[first + i]));
    }
  }
  v.waiting = {};
  v.near = {};
}

// Begins the records that `j` fills, unless an edge after which the same is seen has.
void ParticleGraph::push(NodeId n, uint32_t e, const double* records, size_t together, PushJob& j) {
  static constexpr uint16_t all = 0;
  const game::Edge& edge = g_.edges[g_.nodes[n].first_edge + e];
  const bool fresh = !j.out;
  if (fresh) {
    forgotten_.assign(axes_, 0);
    for (uint32_t a = 0; a < axes_; ++a) forgotten_[a] = !plan_.read_at(edge.target, a);
    j = {.from = shape_,
         .channels = 1,
         .source = &all,
         .records = records,
         .count = static_cast<uint32_t>(together),
         .shift = here_.shift(),
         .forgotten = forgotten_.data(),
         .prior = w_.prior_log_odds.data(),
         .out = nodes_[edge.target].waiting.add(together * shape_.record())};
  }
  j.share = track_mass_.by_track(here_.share());
  if (!plan_.mixes[n]) {
    kernels().push(j);
    return;
  }
  if (fresh) TrackMass::begin(j);
  track_mass_.add(j, edge.turn);
}

void ParticleGraph::pool(NodeId n) {
  Node& v = nodes_[n];
  const size_t raw = v.near.size(), record = shape_.record();
  v.place.resize(raw);
  v.count = static_cast<uint32_t>(raw);
  for (size_t i = 0; i < raw; ++i) v.place[i] = static_cast<uint32_t>(i);
  if (raw <= pooling_.few) return;
  size_t slots = 16;
  while (slots < 2 * raw) slots *= 2;
  if (table_.size() < slots) table_.assign(slots, {});
  joined_.resize(std::max(joined_.size(), raw));
  tells_apart_.resize(axes_);
  for (uint32_t a = 0; a < axes_; ++a) tells_apart_[a] = plan_.read_at(n, a);
  const Pooling& by = pooling_;
  v.count = kernels().pool({.shape = shape_,
                            .records = v.waiting.data(),
                            .count = static_cast<uint32_t>(raw),
                            .read = tells_apart_.data(),
                            .weight = window_weight_.data(),
                            .per_cell = 1 / by.cell,
                            .per_slight = by.cell * by.cell / by.slight,
                            .whole = whole_,
                            .table = table_.data(),
                            .mask = slots - 1,
                            .stamp = ++stamp_,
                            .joined = joined_.data(),
                            .place = v.place.data()});
  v.waiting.cut(v.count * record);
  for (uint32_t i = 0; i < v.count; ++i)
    if (joined_[i]) believe(n, v.waiting.data() + i * record);
}

// What the mass of particles that were joined says of everybody whom their node reads.
void ParticleGraph::believe(NodeId n, double* record) {
  for (uint32_t k = 0; k < g_.informed.size(); ++k) {
    const auto& x = g_.informed[k];
    if (!(g_.nodes[n].mass_mask >> k & 1)) continue;
    of_type_.assign(x.types, 0.0);
    for (uint32_t i = 0; i < tracks_; ++i)
      of_type_[plan_.type[k * profiles_ + plan_.tracks.now(i)]] += track_mass_.by_itself()[i] * record[axes_ + i];
    constexpr double least = 1e-290;  // below, its first history's belief says more
    if (!(of_type_[0] > least)) {
      for (double& mass : of_type_) mass = std::log(std::max(mass, least));
      believe_without_first(x.types, of_type_.data(), std::log(least), record + x.first_axis);
      continue;
    }
    for (uint32_t t = 1; t < x.types; ++t)
      if (of_type_[0] > least && of_type_[t] > least)
        record[x.first_axis + t - 1] = std::log(of_type_[t]) - std::log(of_type_[0]);
  }
}

}  // namespace casus::solve
