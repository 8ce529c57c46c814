#include "solve/judge/grid_judge.h"

#include <algorithm>
#include <cmath>

#include "base/stop.h"
#include "solve/belief/beliefs.h"
#include "solve/belief/paid.h"
#include "solve/belief/window.h"
#include "solve/judge/reply_effect.h"
#include "solve/meter.h"
#include "solve/particles/graph.h"

namespace casus::solve {

namespace {

using game::NodeId;
using game::NodeKind;
using game::none;

constexpr size_t side = ParticleNode::side;
constexpr double most_log_odds = 1e5;
constexpr size_t most_doubles = size_t{1} << 26;  // of a graph: half a gigabyte
constexpr double negligible_distance = 1e-6;      // of a choice from a reply: nobody asks why

class Judge {
 public:
  Judge(const ParticlePlan& plan, const World& w, const GridField& field, const Continuation& next,
        const game::Start& start, const JudgeOptions& options)
      : plan_(plan),
        g_(plan.game),
        w_(w),
        next_(next),
        profiles_(g_.profiles),
        axes_(g_.axes),
        rows_(size_t{g_.actors()} * profiles_),
        graph_(plan, w, field, start, options.least, options.whole, options.pooling, most_doubles, options.stop),
        here_(plan, w, field),
        values_(g_),
        worth_(g_.nodes.size()),
        readers_(g_.nodes.size()),
        replies_(graph_.particles()),
        likeliest_(options.likeliest),
        held_(options.held) {
    if (graph_.too_large()) return;
    if (held_) out_.sway.resize(g_.informed.size());
    for (const auto& v : next_.values) width_ = std::max<size_t>(width_, v.kept);
    uint32_t edges = 1;
    for (const auto& n : g_.nodes) edges = std::max(edges, n.edges);
    at_node_ = Block(width_ * side);
    after_edge_ = Block(edges * width_ * side, true);
    posterior_ = Block(std::max(axes_, 1u) * side);
    for (const auto& e : g_.edges) ++readers_[e.target];
    const size_t nodes = g_.nodes.size();
    for (NodeId n = 0; n < g_.nodes.size(); ++n) {
      base::stop_if(options.stop);
      Meter::add(options.meter, options.units * (n + 1) / nodes - options.units * n / nodes);
      worth_[n].assign(graph_.count(n) * rows_, 0.0);
      if (graph_.count(n) > 0) back(n);
      for (uint32_t e = g_.nodes[n].first_edge; e < g_.nodes[n].first_edge + g_.nodes[n].edges; ++e)
        if (--readers_[g_.edges[e].target] == 0) worth_[g_.edges[e].target] = {};
    }
    out_.seen = graph_.seen();
    std::sort_heap(out_.likeliest.begin(), out_.likeliest.end(), likelier);
    ReplyEffect effect = reply_effect(plan_, w_, graph_, replies_, w_.payoff_range > 0 ? w_.payoff_range : 1);
    out_.effect = effect.most;
    out_.changes = std::move(effect.measures);
  }

  bool too_large() const { return graph_.too_large(); }
  Judged judged() { return std::move(out_); }

 private:
  // What the grid's value leaves out of every particle's true worth, once that of all that follows is known.
  void back(NodeId n) {
    const auto& node = g_.nodes[n];
    if (node.edges == 0) return;
    const size_t first = graph_.first(n);
    const bool settles = g_.shapes[node.shape].kind == NodeKind::settle;
    for (uint32_t i = 0; i < graph_.count(n); ++i)
      for (uint32_t e = 0; e < node.edges; ++e) {
        const double* child = worth_after(n, i, e);
        if (!child) continue;
        child = turned(g_.edges[node.first_edge + e], child);
        const double* share = graph_.share(n, i, e);
        double* to = worth_[n].data() + i * rows_;
        for (uint32_t a = 0; a < g_.actors(); ++a) {
          const double discount = settles ? w_.discount[a] : 1;
          for (uint32_t p = 0; p < profiles_; ++p)
            to[a * profiles_ + p] += share[p] * discount * child[a * profiles_ + p];
        }
      }
    here_.enter(n);
    std::vector<uint32_t> group;
    for (uint32_t i = 0; i < graph_.count(n); ++i) {
      if (graph_.looked_at(first + i)) group.push_back(i);
      if (group.size() == side || (i + 1 == graph_.count(n) && !group.empty())) {
        look(n, group);
        group.clear();
      }
    }
  }

  // What follows an edge at which a type changes is worth, before it is known what becomes of it: rows
  // [actor][profile].
  const double* turned(const game::Edge& edge, const double* rows) {
    if (edge.turn == 0 || !rows) return rows;
    const game::Turning turning(g_, edge.turn);
    turned_.assign(rows_, 0.0);
    for (size_t r = 0; r < rows_; ++r)
      turning.each(static_cast<uint32_t>(r % profiles_),
                   [&](uint32_t to, game::Slot odds) { turned_[r] += w_.slots[odds] * rows[r - r % profiles_ + to]; });
    return turned_.data();
  }
  // The same of values as they are read for eight particles.
  void turn_values(const game::Edge& edge, double* read) {
    const game::Turning turning(g_, edge.turn);
    const NodeValues& v = next_.values[edge.target];
    turned_.resize(profiles_ * side);
    for (uint32_t a = 0; a < g_.actors(); ++a) {
      if (v.actor_at[a] >= v.kept) continue;
      double* const of = read + v.actor_at[a] * side;
      std::fill(turned_.begin(), turned_.end(), 0.0);
      for (uint32_t p = 0; p < profiles_; ++p)
        turning.each(p, [&](uint32_t to, game::Slot odds) {
          for (size_t l = 0; l < side; ++l) turned_[p * side + l] += w_.slots[odds] * of[to * side + l];
        });
      std::copy_n(turned_.data(), profiles_ * side, of);
    }
  }

  // The correction of what an edge leads a particle of a node to; null: it cannot happen.
  const double* worth_after(NodeId n, uint32_t i, uint32_t e) const {
    const size_t child = graph_.child(n, i, e);
    const NodeId target = g_.edges[g_.nodes[n].first_edge + e].target;
    return child == ParticleGraph::nowhere ? nullptr : worth_[target].data() + (child - graph_.first(target)) * rows_;
  }

  // Up to eight particles: adds the difference between one step of lookahead and the grid's value, and judges choices.
  void look(NodeId n, const std::vector<uint32_t>& group) {
    const size_t first = graph_.first(n);
    const auto& node = g_.nodes[n];
    const auto& shape = g_.shapes[node.shape];
    out_.looked += group.size();
    std::vector<double> records;
    for (const uint32_t i : group)
      records.insert(records.end(), graph_.log_odds(first + i), graph_.log_odds(first + i) + axes_);
    here_.load(records.data(), axes_, group.size());
    if (plan_.movers[node.shape].count > 0) here_.choose();
    read_values(n, here_.log_odds(), at_node_.data());
    for (size_t l = 0; l < group.size(); ++l)
      add(n, worth_[n].data() + group[l] * rows_, l, at_node_.data(), -1, nullptr, none);
    for (size_t l = 0; l < group.size(); ++l) {
      const game::Slot* pay = g_.payoff(node.payoff);
      for (size_t r = 0; r < rows_; ++r) worth_[n][group[l] * rows_ + r] += w_.slots[pay[r]];
      add_belief_pay(g_, w_, n, here_.log_odds() + l, side, worth_[n].data() + group[l] * rows_);
    }
    for (uint32_t e = 0; e < node.edges; ++e) {
      if (!here_.find_edge(e)) continue;
      for (uint32_t a = 0; a < axes_; ++a)
        for (size_t l = 0; l < side; ++l) {
          const double by = here_.shift()[a] ? here_.shift()[a][l] : 0;
          posterior_.data()[a * side + l] =
              std::clamp(here_.log_odds()[a * side + l] + by, -most_log_odds, most_log_odds);
        }
      const auto& edge = g_.edges[node.first_edge + e];
      read_values(edge.target, posterior_.data(), after(e));
      if (edge.turn != 0) turn_values(edge, after(e));
      for (size_t l = 0; l < group.size(); ++l)
        add(edge.target, worth_[n].data() + group[l] * rows_, l, after(e), 1, graph_.share(n, group[l], e), edge.payoff,
            shape.kind == NodeKind::settle);
    }
    if (ParticleGraph::decides(g_, n))
      for (size_t l = 0; l < group.size(); ++l) judge(n, group[l], l);
  }

  double* after(uint32_t e) { return after_edge_.data() + e * width_ * side; }
  void read_values(NodeId n, const double* log_odds, double* out) {
    const NodeValues& v = next_.values[n];
    if (v.kept == 0) return;
    values_.lay_out(next_.layouts[n], next_.grids[g_.nodes[n].round - 1]);
    values_.locate(log_odds);
    values_.read(v.data, v.point_stride, v.kept, out);
  }
  // Adds what was read of a node's values, and what is paid on the way there, to a particle's correction `to`.
  void add(NodeId n, double* to, size_t lane, const double* read, double sign, const double* share, uint32_t payoff,
           bool discounted = false) {
    const NodeValues& v = next_.values[n];
    const game::Slot* pay = payoff == none ? nullptr : g_.payoff(payoff);
    for (uint32_t a = 0; a < g_.actors(); ++a) {
      const double by = sign * (discounted ? w_.discount[a] : 1);
      for (uint32_t p = 0; p < profiles_; ++p) {
        const double value = v.actor_at[a] < v.kept ? read[(v.actor_at[a] + p) * side + lane] : 0;
        const double paid = pay ? w_.slots[pay[a * profiles_ + p]] : 0;
        to[a * profiles_ + p] += (share ? share[p] : 1) * (paid + by * value);
      }
    }
  }

  // The choices of one particle that was looked at.
  void judge(NodeId n, uint32_t i, size_t lane) {
    const auto& node = g_.nodes[n];
    const auto& shape = g_.shapes[node.shape];
    const MoverNumbers& numbers = plan_.movers[node.shape];
    const double* mass = graph_.mass(graph_.first(n) + i);
    remember(n, i, lane);
    reply_.assign(numbers.count, 1.0);
    uint32_t stride = node.edges;  // of a mover's options in edges; signals vary faster than all
    for (size_t m = 0; m < shape.movers.size(); ++m) {
      const auto options = static_cast<uint32_t>(shape.movers[m].options.size());
      stride /= options;
      if (options < 2) continue;
      const uint32_t actor = shape.movers[m].actor;
      find_worth(n, i, lane, m, stride);
      met_.assign(g_.types(actor), 0.0);
      bool off = false;
      for (uint32_t t = 0; t < g_.types(actor); ++t) {
        double* replied = reply_.data() + numbers.offset[m] + t * options;
        if (const uint32_t tie = shape.movers[m].tie(t); tie != none) {  // no choice that could be better
          for (uint32_t o = 0; o < options; ++o) replied[o] = o == tie ? 1 : 0;
          continue;
        }
        const double* q = q_.data() + size_t{t} * options;
        const double* log_sigma = here_.log_sigma() + (size_t{numbers.offset[m]} + t * options) * side + lane;
        const double lambda = w_.precision[actor];
        const auto reply = [&](uint32_t o) { return lambda * q[o]; };
        const auto gap = reply_gap(
            options, [&](uint32_t o) { return log_sigma[o * side]; }, reply);
        logit(options, reply, replied);
        double met = 0, share = 0;
        for (uint32_t k = 0; k < plan_.tracks.size(); ++k)
          if (g_.type_of(plan_.tracks.now(k), actor) == t) {
            met += graph_.prior()[k] * mass[k];
            share += graph_.prior()[k];
          }
        // Of a type that may have become so: the probability that it is there at all.
        if (const uint32_t k = g_.informed_index[actor]; k != none && g_.turning >> k & 1) share = 1;
        out_.drift += met * gap.changed;
        add_gap(gap, lambda, out_.anywhere);
        if (met >= likely_reach * share) add_gap(gap, lambda, out_.likely);
        if (gap.distance > negligible_distance && met >= likely_reach * share) met_[t] = met, off = true;
      }
      for (uint32_t k = 0; off && k < g_.informed.size(); ++k)
        if (held_ >> k & 1 && k != g_.informed_index[actor]) note_sway(n, i, lane, m, stride, k);
    }
    note_replies(n, i, lane);
  }

  // How much the replies of a mover's types would change if the belief about informed[k] were the prior.
  void note_sway(NodeId n, uint32_t i, size_t lane, size_t mover, uint32_t stride, uint32_t k) {
    const auto& shape = g_.shapes[g_.nodes[n].shape];
    const uint32_t actor = shape.movers[mover].actor;
    const auto options = static_cast<uint32_t>(shape.movers[mover].options.size());
    find_worth(n, i, lane, mover, stride, k);
    replied_.resize(options);
    for (uint32_t t = 0; t < g_.types(actor); ++t) {
      if (met_[t] == 0) continue;
      const double* q = q_.data() + size_t{t} * options;
      logit(
          options, [&](uint32_t o) { return w_.precision[actor] * q[o]; }, replied_.data());
      const double* exact = reply_.data() + plan_.movers[g_.nodes[n].shape].offset[mover] + t * options;
      double changed = 0, most = 0;
      for (uint32_t o = 0; o < options; ++o) {
        changed += std::fabs(replied_[o] - exact[o]) / 2;
        most = std::max(most, std::fabs(replied_[o] - exact[o]));
      }
      out_.sway[k].drift += met_[t] * changed;
      out_.sway[k].distance = std::max(out_.sway[k].distance, most);
    }
  }

  void remember(NodeId n, uint32_t i, size_t lane) {
    keep_likeliest(g_, graph_, n, i, likeliest_, out_.likeliest, [&](LikelyDecision& d) {
      for (uint32_t c = 0; c < plan_.movers[g_.nodes[n].shape].count; ++c)
        d.log_sigma.push_back(here_.log_sigma()[c * side + lane]);
    });
  }

  // How replies would change the probabilities of a particle's edges.
  void note_replies(NodeId n, uint32_t i, size_t lane) {
    double* change = replies_.add(graph_.first(n) + i, size_t{g_.nodes[n].edges} * profiles_);
    reply_changes(
        plan_, w_, n, [&](size_t at) { return here_.sigma()[at * side + lane]; }, reply_.data(), change);
  }

  // What each option is truly worth to each type of a mover, into q_ [type][option]; `stride` of its options in edges.
  // `at_prior`: the belief about that informed actor is taken to be the prior.
  void find_worth(NodeId n, uint32_t i, size_t lane, size_t mover, uint32_t stride, uint32_t at_prior = none) {
    const auto& node = g_.nodes[n];
    const auto& shape = g_.shapes[node.shape];
    const uint32_t actor = shape.movers[mover].actor, informed = g_.informed_index[actor];
    const auto options = static_cast<uint32_t>(shape.movers[mover].options.size());
    q_.assign(size_t{g_.types(actor)} * options, 0.0);
    find_weights(informed, lane, at_prior);
    for (uint32_t e = 0; e < node.edges; ++e) {
      const uint32_t o = e / stride % options;
      const double* more = turned(g_.edges[node.first_edge + e], worth_after(n, i, e));
      const auto& edge = g_.edges[node.first_edge + e];
      const NodeValues& values = next_.values[edge.target];
      const game::Slot* pay = g_.payoff(edge.payoff);
      for (uint32_t p = 0; p < profiles_; ++p) {
        const size_t r = size_t{actor} * profiles_ + p;
        const double value =
            values.actor_at[actor] < values.kept ? after(e)[(values.actor_at[actor] + p) * side + lane] : 0;
        const uint32_t t = g_.type_of(p, actor);
        const double odds = signal_odds(plan_, w_, shape, edge, p);
        q_[size_t{t} * options + o] +=
            weight_[p] * others(n, e, p, mover, lane) * odds * (w_.slots[pay[r]] + value + (more ? more[r] : 0));
      }
    }
  }
  // Probability of each profile as the particle believes, given the type of the mover.
  void find_weights(uint32_t mover, size_t lane, uint32_t at_prior) {
    if (!g_.related.empty()) {
      log_odds_.resize(axes_);
      for (uint32_t a = 0; a < axes_; ++a) log_odds_[a] = here_.log_odds()[a * side + lane];
      if (at_prior != none) {
        const auto& x = g_.informed[at_prior];
        std::copy_n(w_.prior_log_odds.data() + x.first_axis, x.types - 1, log_odds_.data() + x.first_axis);
      }
      weigh_profiles(g_, w_, log_odds_.data(), 1, mover, weight_);
      return;
    }
    weight_.assign(profiles_, 1.0);
    for (uint32_t k = 0; k < g_.informed.size(); ++k) {
      if (k == mover) continue;
      const auto& x = g_.informed[k];
      if (k == at_prior) {
        for (uint32_t p = 0; p < profiles_; ++p) weight_[p] *= w_.prior[k][plan_.type[k * profiles_ + p]];
        continue;
      }
      of_type_.assign(x.types, 1.0);
      double top = 0, sum = 0;
      for (uint32_t t = 1; t < x.types; ++t)
        top = std::max(top, here_.log_odds()[(x.first_axis + t - 1) * side + lane]);
      for (uint32_t t = 0; t < x.types; ++t)
        sum += of_type_[t] = std::exp((t == 0 ? 0 : here_.log_odds()[(x.first_axis + t - 1) * side + lane]) - top);
      for (uint32_t p = 0; p < profiles_; ++p) weight_[p] *= of_type_[plan_.type[k * profiles_ + p]] / sum;
    }
  }
  // Probability that the other movers do their part of an edge.
  double others(NodeId n, uint32_t e, uint32_t profile, size_t mover, size_t lane) const {
    const auto& shape = g_.shapes[g_.nodes[n].shape];
    const MoverNumbers& numbers = plan_.movers[g_.nodes[n].shape];
    double out = 1;
    uint32_t rest = e / shape.signals();
    for (size_t m = shape.movers.size(); m-- > 0;) {
      const auto options = static_cast<uint32_t>(shape.movers[m].options.size());
      const uint32_t o = rest % options;
      rest /= options;
      if (m == mover) continue;
      const uint32_t t = numbers.type[m * profiles_ + profile];
      out *= here_.sigma()[(size_t{numbers.offset[m]} + t * options + o) * side + lane];
    }
    return out;
  }

  const ParticlePlan& plan_;
  const game::Game& g_;
  const World& w_;
  const Continuation& next_;
  uint32_t profiles_, axes_;
  size_t rows_, width_ = 4;
  ParticleGraph graph_;
  ParticleNode here_;
  RowReader values_;
  // Per node [particle][actor][profile]: true worth less the grid's value; only while somebody reads it.
  std::vector<std::vector<double>> worth_;
  std::vector<uint32_t> readers_;  // per node: edges that lead to it, from nodes still to come
  ReplyShares replies_;
  size_t likeliest_;
  uint32_t held_;
  Block at_node_, after_edge_, posterior_;
  std::vector<double> of_type_, weight_, log_odds_, q_, reply_, met_, replied_, turned_;
  Judged out_;
};

}  // namespace

Judged judge(const ParticlePlan& plan, const World& w, const GridField& field, const Continuation& next,
             const game::Start& start, const JudgeOptions& options) {
  // Where learning is sharp and goes on for long, likely courses are as many as before, and others are joined sooner.
  for (JudgeOptions coarser = options;; coarser.pooling.slight *= 16) {
    Judge judge(plan, w, field, next, start, coarser);
    if (!judge.too_large()) return judge.judged();
    coarser.pooling.cell *= 1.5;
    coarser.pooling.few = std::max(1u, coarser.pooling.few / 2);
  }
}

JudgeOptions judge_options(const SolveOptions& options) {
  Pooling by = pooling(std::clamp(options.points, usual_points, 9u));
  by.slight /= 4;  // what the joined are told to lack is their mean, and some lack more
  // Some of the decisions listed choose without any bearing on themselves.
  return {.least = options.judge_least,
          .whole = options.alone ? likely_reach / 8 : likely_reach / 4,
          .pooling = by,
          .likeliest = 4 * options.others.decisions,
          .held = options.held,
          .stop = options.stop,
          .meter = options.meter};
}

void certify(Judged&& judged, const SolveOptions& options, Solution& out) {
  Certificate& c = out.certificate;
  const double stakes = c.payoff_range > 0 ? c.payoff_range : 1;
  c.judged = true;
  c.distance = judged.likely.distance;
  c.regret = judged.likely.regret / stakes;
  c.best_reply = judged.likely.best_reply / stakes;
  c.distance_anywhere = judged.anywhere.distance;
  c.regret_anywhere = judged.anywhere.regret / stakes;
  c.seen = judged.seen;
  c.drift = judged.drift;
  c.effect = judged.effect;
  out.sway = std::move(judged.sway);
  if (!told_by_replies(options) && c.corrected == 0) return;
  for (size_t m = 0; m < out.measures.size(); ++m) out.measures[m].change = std::move(judged.changes[m]);
  c.compared = true;
  c.grid_change = judged.effect;
}

}  // namespace casus::solve
