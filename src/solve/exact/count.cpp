#include "solve/exact/count.h"

#include <algorithm>
#include <cmath>

#include "game/tracks.h"
#include "solve/belief/beliefs.h"
#include "solve/belief/log_sums.h"

namespace casus::solve {

using game::none;
using model::MeasureKind;

namespace {

template <size_t lanes>
class Counter {
 public:
  Counter(const SweepPlan& plan, const SweepJob& job, std::span<const World* const> worlds)
      : plan_(plan), g_(plan.game), tracks_(g_), job_(job), worlds_(worlds), out_(worlds.size()) {
    const auto& measures = g_.source->measures;
    for (size_t m = 0; m < measures.size(); ++m) {
      channel_.push_back(g_.recurs[m] ? channels_++ : 0);
      rounds_.push_back(measures[m].kind == MeasureKind::in_round ? static_cast<size_t>(g_.horizon) : 1);
      total_.emplace_back(rounds_.back() * g_.profiles * lanes, 0.0);
    }
    width_ = size_t{channels_} * tracks_.size() * lanes;
    amount_.resize(width_);
    probability_.resize(size_t{tracks_.size()} * lanes);
    slots_before_.resize(g_.belief_program.size() * lanes);
    slots_after_ = slots_before_;
    after_.resize(size_t{std::max(1u, g_.axes)} * lanes);
  }

  std::vector<Counted> run(std::span<const std::vector<double>> values) {
    begin();
    for (uint32_t h = 0; h < plan_.history.size(); ++h) visit(h);
    const auto& measures = g_.source->measures;
    for (size_t w = 0; w < worlds_.size(); ++w)
      for (size_t m = 0; m < measures.size(); ++m) {
        auto& to = out_[w].measures.emplace_back(total_[m].size() / lanes);
        for (size_t i = 0; i < to.size(); ++i) to[i] = total_[m][i * lanes + w];
        if (measures[m].kind == MeasureKind::payoff)
          to.assign(values[w].begin() + static_cast<std::ptrdiff_t>(size_t{measures[m].actor} * g_.profiles),
                    values[w].begin() + static_cast<std::ptrdiff_t>(size_t{measures[m].actor + 1} * g_.profiles));
      }
    return std::move(out_);
  }

 private:
  const World& world(size_t lane) const { return *worlds_[std::min(lane, worlds_.size() - 1)]; }

  void begin() {
    mass_.resize(plan_.history.size());
    belief_.resize(plan_.history.size());
    belief_[0].resize(size_t{g_.axes} * lanes);
    for (size_t a = 0; a < g_.axes; ++a)
      for (size_t l = 0; l < lanes; ++l) belief_[0][a * lanes + l] = world(l).prior_log_odds[a];
    mass_[0].assign(width_, 1.0);
    for (size_t c = 0; c < channels_; ++c)
      for (uint32_t i = 0; i < tracks_.size(); ++i)
        if (tracks_.now(i) != tracks_.first(i))
          std::fill_n(mass_[0].data() + (c * tracks_.size() + i) * lanes, lanes, 0.0);
    for (const uint32_t m : g_.start().events) {
      std::fill(total_[m].begin(), total_[m].end(), 1.0);
      if (g_.recurs[m]) std::fill_n(mass_[0].data() + channel_[m] * probability_.size(), probability_.size(), 0.0);
    }
    if (g_.lifted.empty()) return;
    run_beliefs(g_, worlds_, belief_[0].data(), lanes, slots_before_.data());
    for (const auto& l : g_.lifted)
      for (size_t i = 0; i < total_[l.measure].size(); ++i)
        total_[l.measure][i] = slots_before_[l.slot * lanes + i % lanes];
  }

  void visit(uint32_t h) {
    const auto& node = g_.nodes[plan_.history[h].node];
    const SweepNode& n = plan_.tables.node[plan_.history[h].node];
    const auto& list = g_.tallies[node.tally];
    const bool lifting = node.telling != 0 && !g_.lifted.empty();
    if (lifting || std::any_of(list.begin(), list.end(), [](const auto& t) { return t.by_belief && !t.lifted; }))
      run_beliefs(g_, worlds_, belief_[h].data(), lanes, slots_before_.data());
    for (const auto& t : list) {
      if (t.lifted) continue;
      const size_t round = rounds_[t.measure] > 1 ? node.round - 1 : 0;
      double* to = total_[t.measure].data() + round * g_.profiles * lanes;
      for (size_t i = 0; i < probability_.size(); ++i)
        to[first_of(i)] += gain(t, tracks_.now(static_cast<uint32_t>(i / lanes)), i % lanes) * mass_[h][i];
    }
    if (n.movers > 0) judge(h, n);
    for (uint32_t e = 0; e < node.edges; ++e) step(h, node, n, e, lifting);
    std::vector<double>().swap(mass_[h]);
    std::vector<double>().swap(belief_[h]);
  }

  // Of a tally's entry at the history that is looked at, given a profile.
  double gain(const game::TallyEntry& t, uint32_t profile, size_t lane) const {
    if (t.by_belief) return slots_before_[t.belief_slot * lanes + lane];
    return t.row == none ? t.value : world(lane).gain(g_, t, profile);
  }

  void step(uint32_t h, const game::Node& node, const SweepNode& n, uint32_t e, bool lifting) {
    const SweepHistory& history = plan_.history[h];
    const auto& edge = g_.edges[node.first_edge + e];
    find_probability(history, n, edge, e);
    for (size_t c = 0; c < channels_; ++c)
      for (size_t i = 0; i < probability_.size(); ++i)
        amount_[c * probability_.size() + i] = probability_[i] * mass_[h][c * probability_.size() + i];
    for (const uint32_t m : g_.events[edge.event]) {
      double* from = amount_.data() + channel_[m] * probability_.size();
      const size_t round = rounds_[m] > 1 ? node.round - 1 : 0;
      double* to = total_[m].data() + round * g_.profiles * lanes;
      for (size_t i = 0; i < probability_.size(); ++i) to[first_of(i)] += from[i];
      if (g_.recurs[m]) std::fill_n(from, probability_.size(), 0.0);
    }
    const uint32_t next = plan_.histories.child[history.first_child + e];
    const bool new_there = plan_.history[next].from == h && plan_.history[next].from_edge == e;
    if (lifting || new_there) find_after(h, n, edge, e);
    if (lifting) lift(node);
    if (edge.turn != 0) turn(edge);
    if (new_there) {
      // Beliefs that are not read any more are forgotten, as in histories.h.
      belief_[next] = after_;
      for (size_t a = 0; a < g_.axes; ++a)
        if (!(g_.nodes[edge.target].mass_mask >> plan_.tables.axis_informed[a] & 1))
          for (size_t l = 0; l < lanes; ++l) belief_[next][a * lanes + l] = world(l).prior_log_odds[a];
    }
    if (mass_[next].empty()) {
      mass_[next] = amount_;
    } else {
      for (size_t i = 0; i < width_; ++i) mass_[next][i] += amount_[i];
    }
  }

  // Where mass on a track counts: given the types at the start.
  size_t first_of(size_t i) const { return tracks_.first(static_cast<uint32_t>(i / lanes)) * lanes + i % lanes; }

  // What becomes of a type at an edge.
  void turn(const game::Edge& edge) {
    const game::Turn& turn = g_.turns[edge.turn];
    const uint32_t types = g_.informed[turn.informed].types;
    turned_.assign(width_, 0.0);
    for (size_t c = 0; c < channels_; ++c)
      for (uint32_t i = 0; i < tracks_.size(); ++i)
        for (uint32_t u = 0; u < types; ++u) {
          const double* odds =
              job_.worlds.odds + (size_t{turn.first} + tracks_.type(i, turn.informed) * types + u) * lanes;
          const double* from = amount_.data() + (c * tracks_.size() + i) * lanes;
          double* to = turned_.data() + (c * tracks_.size() + tracks_.turned(i, turn.informed, u)) * lanes;
          for (size_t l = 0; l < lanes; ++l) to[l] += odds[l] * from[l];
        }
    amount_.swap(turned_);
  }

  // Of an edge, given who everybody is.
  void find_probability(const SweepHistory& history, const SweepNode& n, const game::Edge& edge, uint32_t e) {
    for (uint32_t i = 0; i < tracks_.size(); ++i) {
      const uint32_t p = tracks_.now(i);
      double* to = probability_.data() + size_t{i} * lanes;
      std::fill_n(to, lanes, 1.0);
      if (n.kind == SweepNode::chance || n.signals > 0) {
        const uint32_t t = n.informer == none ? 0 : g_.type_of(p, g_.informed[n.informer].actor);
        std::copy_n(job_.worlds.odds + (size_t{edge.probability} + t) * lanes, lanes, to);
      }
      for (uint32_t m = 0; m < n.movers; ++m) {
        const SweepMover& mover = plan_.tables.mover[n.first_mover + m];
        const uint32_t t = g_.type_of(p, mover.actor);
        const double* log_sigma =
            job_.log_sigma +
            (size_t{history.chance} + mover.chance + t * mover.options + e / mover.stride % mover.options) * lanes;
        for (size_t l = 0; l < lanes; ++l) to[l] *= std::exp(log_sigma[l]);
      }
    }
  }

  // What is believed after an edge about everybody.
  void find_after(uint32_t h, const SweepNode& n, const game::Edge& edge, uint32_t e) {
    std::copy(belief_[h].begin(), belief_[h].end(), after_.begin());
    if (n.signals > 0) {
      if (n.informer != none) find_mixed(h, n, n.informer, e);
      return;
    }
    for (uint32_t m = 0; m < n.movers; ++m) {
      const SweepMover& mover = plan_.tables.mover[n.first_mover + m];
      if (mover.informed == none || mover.options < 2) continue;
      const double* first =
          job_.log_sigma + (size_t{plan_.history[h].chance} + mover.chance + e / mover.stride % mover.options) * lanes;
      for (uint32_t t = 1; t < mover.types; ++t) {
        double* to = after_.data() + (g_.informed[mover.informed].first_axis + t - 1) * lanes;
        for (size_t l = 0; l < lanes; ++l) to[l] += first[size_t{t} * mover.options * lanes + l] - first[l];
      }
    }
    if (n.kind == SweepNode::chance && n.informer != none && n.edges > 1)
      for (uint32_t t = 1; t < g_.informed[n.informer].types; ++t)
        for (size_t l = 0; l < lanes; ++l)
          after_[(g_.informed[n.informer].first_axis + t - 1) * lanes + l] +=
              job_.worlds.shift[(size_t{edge.probability} + t) * lanes + l];
    if (edge.turn != 0) find_turned(g_.turns[edge.turn]);
  }

  // After a type has changed, whatever was believed of it before.
  void find_turned(const game::Turn& turn) {
    const auto& x = g_.informed[turn.informed];
    for (size_t l = 0; l < lanes; ++l) {
      double* own = after_.data() + x.first_axis * lanes + l;
      sum_.begin(x.types);
      for (uint32_t t = 0; t < x.types; ++t)
        for (uint32_t u = 0; u < x.types; ++u)
          sum_.add(u, t == 0 ? 0 : own[(t - 1) * lanes],
                   job_.worlds.odds[(size_t{turn.first} + t * x.types + u) * lanes + l]);
      sum_.end();
      for (uint32_t u = 1; u < x.types; ++u) own[(u - 1) * lanes] = sum_.log_odds(u);
    }
  }

  // After what is seen of what was done in secret: every edge with the same signal may have led there.
  void find_mixed(uint32_t h, const SweepNode& n, uint32_t k, uint32_t e) {
    const auto& x = g_.informed[k];
    const SweepHistory& history = plan_.history[h];
    for (size_t l = 0; l < lanes; ++l) {
      const double* own = belief_[h].data() + x.first_axis * lanes + l;
      sum_.begin(x.types);
      for (uint32_t at = e % n.signals; at < n.edges; at += n.signals) {
        const game::Edge& edge = g_.edges[n.first_edge + at];
        for (uint32_t t = 0; t < x.types; ++t) {
          double log_p = t == 0 ? 0 : own[(t - 1) * lanes];
          for (uint32_t m = 0; m < n.movers; ++m) {
            const SweepMover& mover = plan_.tables.mover[n.first_mover + m];
            const uint32_t type = mover.informed == k ? t : 0;
            log_p += job_.log_sigma[(size_t{history.chance} + mover.chance + type * mover.options +
                                     at / mover.stride % mover.options) *
                                        lanes +
                                    l];
          }
          const double odds = job_.worlds.odds[(size_t{edge.probability} + t) * lanes + l];
          for (uint32_t u = 0; u < x.types; ++u)
            sum_.add(
                u, log_p,
                odds * (edge.turn == 0
                            ? static_cast<double>(t == u)
                            : job_.worlds.odds[(size_t{g_.turns[edge.turn].first} + t * x.types + u) * lanes + l]));
        }
      }
      sum_.end();
      for (uint32_t u = 1; u < x.types; ++u) after_[(x.first_axis + u - 1) * lanes + l] = sum_.log_odds(u);
    }
  }

  // What the step changes of expectations of beliefs.
  void lift(const game::Node& node) {
    run_beliefs(g_, worlds_, after_.data(), lanes, slots_after_.data());
    for (const auto& l : g_.lifted) {
      if (!(l.reads & node.telling)) continue;
      const bool at_end = g_.source->measures[l.measure].kind == MeasureKind::at_end;
      auto& to = total_[l.measure];
      const size_t round = g_.profiles * lanes;
      for (size_t first = at_end ? 0 : (node.round - 1) * round; first < to.size(); first += round)
        for (size_t k = 0; k < probability_.size(); ++k)
          to[first + first_of(k)] +=
              (slots_after_[l.slot * lanes + k % lanes] - slots_before_[l.slot * lanes + k % lanes]) * amount_[k];
    }
  }

  // How good the choices at a history are.
  void judge(uint32_t h, const SweepNode& n) {
    const SweepHistory& history = plan_.history[h];
    for (uint32_t m = 0; m < n.movers; ++m) {
      const SweepMover& mover = plan_.tables.mover[n.first_mover + m];
      if (mover.options < 2) continue;
      for (uint32_t t = 0; t < mover.types; ++t) {
        if (plan_.tables.tie(mover, t) != none) continue;  // no choice that could be better
        for (size_t w = 0; w < worlds_.size(); ++w) {
          double reach = 0;
          // Of a type that may have become so: the probability that it is there at all.
          const bool given = mover.informed != none && !(g_.turning >> mover.informed & 1);
          for (uint32_t i = 0; i < tracks_.size(); ++i)
            if (g_.type_of(tracks_.now(i), mover.actor) == t)
              reach += world(w).profile_prior[tracks_.first(i)] * mass_[h][i * lanes + w] /
                       (given ? world(w).prior[mover.informed][t] : 1);
          judge(history, n, mover, t, w, reach);
        }
      }
    }
  }

  void judge(const SweepHistory& history, const SweepNode& n, const SweepMover& mover, uint32_t t, size_t w,
             double reach) {
    const double* log_sigma = job_.log_sigma + (size_t{history.chance} + mover.chance + t * mover.options) * lanes + w;
    const double* residual =
        job_.residual + (size_t{history.unknown} + mover.unknown + t * (mover.options - 1)) * lanes + w;
    // The logit reply's log-odds are the choice's less the residual.
    auto reply = [&](uint32_t o) {
      return log_sigma[o * lanes] - (n.implicit && o > 0 ? residual[(o - 1) * lanes] : 0);
    };
    const ReplyGap gap = reply_gap(
        mover.options, [&](uint32_t o) { return log_sigma[o * lanes]; }, reply);
    double off = 0;
    for (uint32_t o = 1; n.implicit && o < mover.options; ++o)
      off = std::max(off, std::fabs(residual[(o - 1) * lanes]));
    const double lambda = job_.worlds.precision[mover.actor * lanes + w], per = lambda > 0 ? 1 / lambda : 0;
    auto note = [&](Regrets& r) {
      r.residual = std::max(r.residual, off * per);
      r.distance = std::max(r.distance, gap.distance);
      r.regret = std::max(r.regret, gap.divergence * per);
      r.best_reply = std::max(r.best_reply, gap.best * per);
      ++r.decisions;
    };
    note(out_[w].anywhere);
    if (std::isinf(world(w).precision[mover.actor]))
      out_[w].gain_in_limit = std::max(out_[w].gain_in_limit, gap.best * per);
    if (reach >= likely_reach) note(out_[w].likely);
  }

  const SweepPlan& plan_;
  const game::Game& g_;
  const game::Tracks tracks_;
  const SweepJob& job_;
  std::span<const World* const> worlds_;
  std::vector<Counted> out_;
  size_t channels_ = 1, width_ = 0;          // of mass: all of it, and what has not met each measure that recurs
  std::vector<size_t> channel_, rounds_;     // per measure
  std::vector<std::vector<double>> total_;   // per measure: [round][profile][lane]
  std::vector<std::vector<double>> mass_;    // per history, while it is on the way: [channel][track][lane]
  std::vector<std::vector<double>> belief_;  // the same: [axis][lane]
  std::vector<double> amount_, probability_, after_, slots_before_, slots_after_, turned_;
  LogSums sum_;
};

}  // namespace

std::vector<Counted> count(const SweepPlan& plan, const SweepJob& job, std::span<const World* const> worlds,
                           size_t lanes, std::span<const std::vector<double>> values) {
  if (lanes == 1) return Counter<1>(plan, job, worlds).run(values);
  return Counter<sweep_lanes>(plan, job, worlds).run(values);
}

}  // namespace casus::solve
