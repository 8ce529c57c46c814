#include "solve/particles/particles.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/stop.h"
#include "solve/belief/beliefs.h"
#include "solve/lanes/kernel.h"
#include "solve/lanes/pile.h"
#include "solve/particles/beliefs.h"
#include "solve/particles/node.h"
#include "solve/particles/paid.h"
#include "solve/particles/pool.h"
#include "solve/particles/tracks.h"
#include "solve/particles/windows.h"

namespace casus::solve {

namespace {

using game::NodeId;
using game::NodeKind;
using model::MeasureKind;

constexpr size_t side = ParticleNode::side;  // particles looked at side by side

class Counter {
 public:
  Counter(const ParticlePlan& plan, const World& w, const GridField& field, const Pooling& pooling)
      : plan_(plan),
        g_(plan.game),
        w_(w),
        field_(field),
        profiles_(g_.profiles),
        tracks_(plan.tracks.size()),
        axes_(g_.axes),
        track_mass_(plan, w),
        payments_(plan, w),
        here_(plan, w, field),
        beliefs_(plan, w),
        pool_(plan, w, pooling),
        waiting_(g_.nodes.size()) {
    for (const auto& m : g_.source->measures) by_round_.push_back(m.kind == MeasureKind::in_round);
    clear();
    forgotten_.resize(axes_);
    probability_.resize(tracks_);
  }

  // Instead of measures: how far beliefs reach.
  void look_for(Windows& windows, double leave_coarse, double leave_fine) {
    windows_.emplace(plan_, w_, windows, leave_coarse, leave_fine);
  }

  void begin(const game::Start& start, double share) {
    const size_t record = shape(start.node).record();
    if (waits(start.node)) {  // a twin
      double* mass = waiting_.at(start.node).data() + axes_;
      for (size_t i = 0; i < record - axes_; ++i)
        if (begins(i % tracks_)) mass[i] += share;
      return;
    }
    double* at = waiting_.at(start.node).add(record);
    std::copy(w_.prior_log_odds.begin(), w_.prior_log_odds.end(), at);
    for (size_t i = 0; i < record - axes_; ++i) at[axes_ + i] = begins(i % tracks_) ? share : 0;
    if (windows_) return;
    for (const uint32_t m : start.events) {
      std::fill(total_[m].begin(), total_[m].end(), 1.0);
      if (const uint16_t channel = unmet_at(start.node, m); channel != 0 && channel != ParticlePlan::nothing)
        std::fill_n(at + axes_ + channel * tracks_, tracks_, 0.0);
    }
    if (g_.lifted.empty()) return;
    std::vector<double> slots(g_.belief_program.size());
    const World* world = &w_;
    run_beliefs(g_, {&world, 1}, w_.prior_log_odds.data(), 1, slots.data());
    for (const auto& l : g_.lifted) std::fill(total_[l.measure].begin(), total_[l.measure].end(), slots[l.slot]);
  }

  bool waits(NodeId n) const { return waiting_.any(n); }

  // All particles at a node, which must come before those that it leads to.
  void visit(NodeId n) {
    pool_.join(n, shape(n), waiting_.at(n));
    if (windows_) windows_->drop_slight(waiting_.at(n), shape(n));
    if (!hand_on(n)) look_at_all(n);
    waiting_.give_back(n);
  }

  Particles finish(std::span<const double> values) {
    const auto& measures = g_.source->measures;
    for (size_t m = 0; m < measures.size(); ++m)
      if (measures[m].kind == MeasureKind::payoff)
        total_[m].assign(values.begin() + static_cast<std::ptrdiff_t>(size_t{measures[m].actor} * profiles_),
                         values.begin() + static_cast<std::ptrdiff_t>(size_t{measures[m].actor + 1} * profiles_));
    if (payments_.any()) {
      for (size_t m = 0; m < measures.size(); ++m)
        if (measures[m].kind == MeasureKind::payoff)
          std::copy_n(payments_.total().data() + size_t{measures[m].actor} * profiles_, profiles_, total_[m].data());
      total_.push_back(payments_.total());
    }
    Particles out{std::move(total_), count_};
    clear();
    return out;
  }

 private:
  void clear() {
    total_.clear();
    for (const bool by_round : by_round_)
      total_.emplace_back((by_round ? static_cast<size_t>(g_.horizon) : 1) * profiles_, 0.0);
    count_ = 0;
    payments_.clear();
  }
  ParticleShape shape(NodeId n) const { return {axes_, tracks_, plan_.channels[n]}; }
  bool begins(size_t track) const {
    const auto i = static_cast<uint32_t>(track);
    return plan_.tracks.now(i) == plan_.tracks.first(i);
  }
  // The channel of a node's mass that has not met a measure: all of it for one that does not recur.
  uint16_t unmet_at(NodeId n, uint32_t measure) const {
    const uint16_t place = plan_.recurs_as[measure];
    return place == ParticlePlan::nothing ? uint16_t{0} : plan_.unmet_at(n, place);
  }

  // Where nothing happens and nothing is forgotten, all particles go on as they are.
  bool hand_on(NodeId n) {
    const auto& node = g_.nodes[n];
    if (node.edges != 1 || !g_.shapes[node.shape].movers.empty() || g_.shapes[node.shape].kind == NodeKind::chance)
      return false;
    const auto& edge = g_.edges[node.first_edge];
    if (!g_.tallies[node.tally].empty() || !g_.events[edge.event].empty() || windows_ || payments_.any()) return false;
    if (g_.nodes[edge.target].mass_mask != node.mass_mask || waits(edge.target)) return false;
    for (size_t k = 0; k < plan_.recurring.size(); ++k)
      if (plan_.unmet_at(n, k) != plan_.unmet_at(edge.target, k)) return false;
    if (plan_.channels[n] != plan_.channels[edge.target]) return false;
    count_ += waiting_.at(n).size() / shape(n).record();
    waiting_.hand_on(n, edge.target);
    return true;
  }

  void look_at_all(NodeId n) {
    const auto& node = g_.nodes[n];
    const bool chosen = plan_.movers[node.shape].count > 0;
    here_.enter(n);
    const size_t record = shape(n).record(), count = waiting_.at(n).size() / record;
    count_ += count;
    if (windows_)
      windows_->note(n, waiting_.at(n), shape(n));
    else
      tally_all(n);
    for (size_t first = 0; first < count; first += side) {
      const size_t together = std::min(side, count - first);
      const double* records = waiting_.at(n).data() + first * record;
      here_.load(records, record, together);
      if (plan_.reading[n]) {
        beliefs_.find_before(here_.log_odds());
      }
      if (!windows_ && plan_.reading[n]) tally_beliefs(node, records, record, together);
      if (!windows_ && payments_.any()) payments_.at_node(n, records, record, together, track_mass_);
      if (node.edges == 0) continue;
      if (chosen) here_.choose();
      if (plan_.mixes[n]) {
        for (uint32_t seen = 0; seen < plan_.seen_at(n); ++seen) mix(n, records, together, seen);
        continue;
      }
      for (uint32_t e = 0; e < node.edges; ++e) {
        if (!here_.find_edge(e)) continue;
        if (plan_.lifting(n)) beliefs_.find_after(n, e, here_.sigma());
        step(n, records, together, e);
      }
    }
  }

  // What is counted of all particles of a node alike, whatever they believe.
  void tally_all(NodeId n) {
    const auto& node = g_.nodes[n];
    const auto& list = g_.tallies[node.tally];
    if (std::none_of(list.begin(), list.end(), [](const auto& t) { return !t.lifted && !t.by_belief; })) return;
    const size_t record = shape(n).record();
    std::fill(probability_.begin(), probability_.end(), 0.0);
    const double* all = waiting_.at(n).data();
    for (size_t i = axes_; i < waiting_.at(n).size(); i += record)
      for (uint32_t p = 0; p < tracks_; ++p) probability_[p] += all[i + p];
    for (const auto& t : list) {
      if (t.lifted || t.by_belief) continue;
      double* to = total_[t.measure].data() + (by_round_[t.measure] ? (node.round - 1) * profiles_ : 0);
      for (uint32_t k = 0; k < tracks_; ++k)
        to[plan_.tracks.first(k)] += w_.gain(g_, t, plan_.tracks.now(k)) * probability_[k];
    }
  }
  void tally_beliefs(const game::Node& node, const double* records, size_t record, size_t together) {
    for (const auto& t : g_.tallies[node.tally]) {
      if (t.lifted || !t.by_belief) continue;
      double* to = total_[t.measure].data() + (by_round_[t.measure] ? (node.round - 1) * profiles_ : 0);
      for (size_t i = 0; i < together; ++i) {
        const double value = beliefs_.before()[t.belief_slot * side + i];
        track_mass_.count(records + i * record + axes_, value, to);
      }
    }
  }

  // Pushes particles along an edge and counts what that makes true.
  void step(NodeId n, const double* records, size_t together, uint32_t e) {
    const game::Edge& edge = g_.edges[g_.nodes[n].first_edge + e];
    const double* share = track_mass_.by_track(here_.share());
    PushJob j = push_to(n, edge.target, records, together);
    set_channels(n, edge, j);
    j.share = share;
    kernels().push(j);
    if (windows_) return;
    if (payments_.any()) payments_.along(n, edge, records, shape(n).record(), together, share, track_mass_);
    count_events(n, edge, records, together, share);
    if (plan_.lifting(n)) lift(n, edge.target, j.out, together);
  }

  // The same for what is seen of what is done in secret, and where a type changes.
  void mix(NodeId n, const double* records, size_t together, uint32_t seen) {
    const auto& node = g_.nodes[n];
    PushJob j;
    for (uint32_t e = seen; e < node.edges; e += plan_.seen_at(n)) {
      if (!here_.find_edge(e)) continue;
      const game::Edge& edge = g_.edges[node.first_edge + e];
      const double* share = track_mass_.by_track(here_.share());
      if (!j.out) {
        j = push_to(n, edge.target, records, together);
        TrackMass::begin(j);
        if (plan_.lifting(n)) beliefs_.find_after(here_.log_odds(), here_.shift());
      }
      set_channels(n, edge, j);
      j.share = share;
      track_mass_.add(j, edge.turn);
      if (windows_) continue;
      if (payments_.any()) payments_.along(n, edge, records, shape(n).record(), together, share, track_mass_);
      count_events(n, edge, records, together, share);
    }
    if (j.out && !windows_ && plan_.lifting(n)) lift(n, g_.edges[node.first_edge + seen].target, j.out, together);
  }

  // Room for particles that go on to a node; of an edge just found.
  PushJob push_to(NodeId n, NodeId target, const double* records, size_t together) {
    const ParticleShape to = shape(target);
    for (uint32_t a = 0; a < axes_; ++a) forgotten_[a] = !plan_.read_at(target, a);
    return {.from = shape(n),
            .channels = to.channels,
            .records = records,
            .count = static_cast<uint32_t>(together),
            .shift = here_.shift(),
            .forgotten = forgotten_.data(),
            .prior = w_.prior_log_odds.data(),
            .out = waiting_.at(target).add(together * to.record())};
  }

  // Where the mass of each channel comes from.
  void set_channels(NodeId n, const game::Edge& edge, PushJob& j) {
    const auto& events = g_.events[edge.event];
    source_.assign(j.channels, 0);
    for (size_t k = 0; j.channels > 1 && k < plan_.recurring.size(); ++k) {
      const uint16_t channel = plan_.unmet_at(edge.target, k);
      if (channel == 0 || channel == ParticlePlan::nothing) continue;
      const bool event = std::find(events.begin(), events.end(), plan_.recurring[k]) != events.end();
      source_[channel] = event ? ParticlePlan::nothing : plan_.unmet_at(n, k);
    }
    j.source = source_.data();
  }

  void count_events(NodeId n, const game::Edge& edge, const double* records, size_t together, const double* share) {
    const auto& node = g_.nodes[n];
    const size_t record = shape(n).record();
    uint16_t summed = ParticlePlan::nothing;  // the channel that probability_ is of
    for (const uint32_t m : g_.events[edge.event]) {
      const uint16_t channel = unmet_at(n, m);
      if (channel == ParticlePlan::nothing) continue;
      if (channel != summed) {
        std::fill(probability_.begin(), probability_.end(), 0.0);
        for (size_t i = 0; i < together; ++i) {
          const double* mass = records + i * record + axes_ + channel * tracks_;
          for (uint32_t p = 0; p < tracks_; ++p) probability_[p] += mass[p] * share[p * side + i];
        }
        summed = channel;
      }
      track_mass_.count(probability_.data(), 1, total_[m].data() + (by_round_[m] ? (node.round - 1) * profiles_ : 0));
    }
  }

  // What a step changes of expectations of beliefs; `out`: the particles that it leads to.
  void lift(NodeId n, NodeId target, const double* out, size_t together) {
    const auto& node = g_.nodes[n];
    const size_t record = shape(target).record();
    for (const auto& l : g_.lifted) {
      if (!(l.reads & node.telling)) continue;
      std::fill(probability_.begin(), probability_.end(), 0.0);
      for (size_t i = 0; i < together; ++i) {
        const double change = beliefs_.after()[l.slot * side + i] - beliefs_.before()[l.slot * side + i];
        for (uint32_t p = 0; p < tracks_; ++p) probability_[p] += change * out[i * record + axes_ + p];
      }
      auto& total = total_[l.measure];
      for (size_t k = by_round_[l.measure] ? (node.round - 1) * profiles_ : 0; k < total.size(); k += profiles_)
        track_mass_.count(probability_.data(), 1, total.data() + k);
    }
  }

  const ParticlePlan& plan_;
  const game::Game& g_;
  const World& w_;
  const GridField& field_;
  uint32_t profiles_, tracks_, axes_;
  TrackMass track_mass_;
  ParticlePayments payments_;
  std::vector<bool> by_round_;
  Tally total_;
  uint64_t count_ = 0;
  ParticleNode here_;
  ParticleBeliefs beliefs_;
  ParticlePool pool_;
  Piles waiting_;  // per node: records as its shape has them
  std::vector<uint8_t> forgotten_;
  std::vector<uint16_t> source_;
  std::vector<double> probability_;
  std::optional<WindowSearch> windows_;
};

// Lets all counters go through the game, the last node first. Worlds one after the other at a node, so that what they
// read of its choices is still in the cache.
void go_through(const game::Game& g, std::vector<Counter>& counters, const std::atomic<bool>* stop) {
  for (auto n = static_cast<NodeId>(g.nodes.size()); n-- > 0;) {
    base::stop_if(stop);
    for (Counter& counter : counters)
      if (counter.waits(n)) counter.visit(n);
  }
}

}  // namespace

std::vector<std::vector<Particles>> count_particles(const ParticlePlan& plan, std::span<const World* const> worlds,
                                                    std::span<const GridField> fields,
                                                    std::span<const StartValues> starts, const Pooling& pooling,
                                                    const std::atomic<bool>* stop) {
  std::vector<Counter> counters;
  counters.reserve(worlds.size());
  for (size_t w = 0; w < worlds.size(); ++w) counters.emplace_back(plan, *worlds[w], fields[w], pooling);
  std::vector<std::vector<Particles>> out;
  for (const StartValues& start : starts) {
    for (Counter& counter : counters) counter.begin(*start.start, 1);
    go_through(plan.game, counters, stop);
    auto& of_start = out.emplace_back();
    for (size_t w = 0; w < worlds.size(); ++w) of_start.push_back(counters[w].finish(*start.values[w]));
  }
  return out;
}

std::vector<Windows> find_windows(const game::Game& g, std::span<const World* const> worlds,
                                  std::span<const GridField> fields, uint32_t points, const std::atomic<bool>* stop) {
  Pooling roughly = pooling(points);  // where a window ends need not be known as well
  roughly.cell *= 2;
  roughly.slight *= 8;
  const ParticlePlan plan(g, false);
  std::vector<Windows> out(worlds.size());
  std::vector<Counter> counters;
  counters.reserve(worlds.size());
  for (size_t w = 0; w < worlds.size(); ++w) {
    counters.emplace_back(plan, *worlds[w], fields[w], roughly);
    counters.back().look_for(out[w], reach(coarse_points(points)), reach(points));
    for (const auto& start : g.starts) counters.back().begin(start, 1 / static_cast<double>(g.starts.size()));
  }
  go_through(g, counters, stop);
  for (size_t w = 0; w < worlds.size(); ++w)
    for (Ranges* ranges : {&out[w].coarse, &out[w].fine}) {
      follow_turns(g, *ranges);
      widen(fields[w].grids, points, *ranges);
    }
  return out;
}

}  // namespace casus::solve
