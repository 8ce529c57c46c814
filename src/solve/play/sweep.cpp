#include "solve/play/sweep.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

using game::NodeId;
using game::NodeKind;
using game::none;

namespace {
constexpr size_t side = ParticleNode::side;
}  // namespace

PlaySweep::PlaySweep(const ParticlePlan& plan, const World& w, const GridField& field, const ParticleGraph& graph,
                     NodeId start, const std::atomic<bool>* stop)
    : plan_(plan),
      g_(plan.game),
      w_(w),
      field_(field),
      graph_(graph),
      start_(start),
      stop_(stop),
      profiles_(g_.profiles),
      axes_(g_.axes),
      rows_(size_t{g_.actors()} * profiles_),
      log_odds_(std::max<size_t>(1, graph.particles() * axes_)),
      mass_(graph.particles() * profiles_),
      axes_at_(g_.nodes.size()),
      place_at_(g_.nodes.size(), std::vector<uint32_t>(g_.axes, none)),
      choice_at_(g_.nodes.size() + 1),
      worth_(g_.nodes.size()),
      replies_(graph.particles()),
      system_(plan, w) {
  size_t edges = 1;
  for (NodeId n = 0; n < g_.nodes.size(); ++n) {
    choice_at_[n + 1] = choice_at_[n] + size_t{graph_.count(n)} * unknowns(n);
    edges = std::max<size_t>(edges, g_.nodes[n].edges);
    for (uint32_t a = 0; a < axes_; ++a)
      if (g_.nodes[n].value_mask >> plan_.axis_informed[a] & 1) {
        place_at_[n][a] = static_cast<uint32_t>(axes_at_[n].size());
        axes_at_[n].push_back(a);
      }
  }
  for (size_t k = 0; k < graph.particles(); ++k) {
    std::copy_n(graph.log_odds(k), axes_, log_odds_.data() + k * axes_);
    std::copy_n(graph.mass(k), profiles_, mass_.data() + k * profiles_);
  }
  log_sigma_ = Block(choice_at_.back());
  value_ = Block(choice_at_.back(), true);
  response_ = Block(choice_at_.back() * axes_, true);
  pay_.reserve(g_.payoff_tables.size());
  for (const game::Slot slot : g_.payoff_tables) pay_.push_back(w_.slots[slot]);
  edge_.resize(edges);
  share_.resize(edges * profiles_);
  shift_.resize(edges * axes_);
  edge_value_.resize(edges * rows_);
  tilt_.resize(size_t{axes_} * profiles_);
  moved_.resize(axes_);
  carried_.resize(axes_);
  ParticleNode here(plan, w, field);
  for (NodeId n = 0; n < g_.nodes.size(); ++n) {
    if (unknowns(n) == 0 || graph_.count(n) == 0) continue;
    here.enter(n);
    for (uint32_t i = 0; i < graph_.count(n); i += side) {
      const size_t together = std::min<size_t>(side, graph_.count(n) - i);
      here.load(log_odds_.data() + (graph_.first(n) + i) * axes_, axes_, together);
      here.choose();
      for (size_t l = 0; l < together; ++l)
        for (uint32_t c = 0; c < unknowns(n); ++c)
          log_sigma_.data()[choice(n, i) + l * unknowns(n) + c] = here.log_sigma()[c * side + l];
    }
  }
}

// Probability of every edge given each profile, and how far it moves beliefs.
void PlaySweep::find_edges(NodeId n, const double* log_sigma) {
  const auto& node = g_.nodes[n];
  const auto& shape = g_.shapes[node.shape];
  const MoverNumbers& numbers = plan_.movers[node.shape];
  std::fill_n(shift_.begin(), size_t{node.edges} * axes_, 0.0);
  for (uint32_t e = 0; e < node.edges; ++e) {
    double* const share = share_.data() + size_t{e} * profiles_;
    double* const shift = shift_.data() + size_t{e} * axes_;
    std::fill_n(share, profiles_, 1.0);
    if (shape.kind == NodeKind::chance) {
      const game::Slot* odds = g_.probability_tables.data() + g_.edges[node.first_edge + e].probability;
      const auto of = [&](uint32_t t) { return w_.slots[odds[t]]; };
      for (uint32_t p = 0; p < profiles_; ++p)
        share[p] = of(shape.informer == none ? 0 : plan_.type[shape.informer * profiles_ + p]);
      if (shape.informer == none) continue;
      const auto& x = g_.informed[shape.informer];
      const double base = std::log(std::max(of(0), 0.0));
      for (uint32_t t = 1; t < x.types; ++t)
        if (const double odds_of = std::log(std::max(of(t), 0.0)); !(odds_of == base))
          shift[x.first_axis + t - 1] = odds_of - base;
      continue;
    }
    uint32_t rest = e;
    for (size_t m = shape.movers.size(); m-- > 0;) {
      const auto options = static_cast<uint32_t>(shape.movers[m].options.size());
      const double* row = log_sigma + numbers.offset[m] + rest % options;
      rest /= options;
      if (options < 2) continue;
      const uint32_t types = g_.types(shape.movers[m].actor), k = g_.informed_index[shape.movers[m].actor];
      of_type_.resize(types);
      for (uint32_t t = 0; t < types; ++t) of_type_[t] = std::exp(row[t * options]);
      const uint32_t* type = numbers.type.data() + m * profiles_;
      for (uint32_t p = 0; p < profiles_; ++p) share[p] *= of_type_[type[p]];
      for (uint32_t t = 1; k != none && t < types; ++t)
        shift[g_.informed[k].first_axis + t - 1] = row[t * options] - row[0];
    }
  }
}

// What every edge of a particle is worth. Where nothing is paid nor discounted that is what its child is.
void PlaySweep::find_worth(NodeId n, uint32_t i, const double* log_odds) {
  const auto& node = g_.nodes[n];
  const bool settles = g_.shapes[node.shape].kind == NodeKind::settle;
  discount_.assign(g_.actors(), 1.0);
  for (uint32_t a = 0; settles && a < g_.actors(); ++a) discount_[a] = w_.discount[a];
  for (uint32_t e = 0; e < node.edges; ++e) {
    const size_t child = graph_.child(n, i, e);
    edge_[e] = {};
    if (child == ParticleGraph::nowhere) continue;
    const auto& edge = g_.edges[node.first_edge + e];
    const auto& axes = axes_at_[edge.target];
    const double* of = worth_[edge.target].data() + (child - graph_.first(edge.target)) * piece(edge.target);
    edge_[e] = {of, of + rows_, place_at_[edge.target].data()};
    for (size_t k = 0; graph_.joined(child) && k < axes.size(); ++k) {
      // Further than that slopes say nothing: so far only what is hardly ever is joined.
      constexpr double far = 0.5;
      const double by = log_odds[axes[k]] + shift_[e * axes_ + axes[k]] - log_odds_.data()[child * axes_ + axes[k]];
      add_to_edge(e, std::clamp(by, -far, far), edge_[e].slope + k * rows_);
    }
    if (!settles && edge.payoff == 0) continue;
    double* const to = edge_value_.data() + e * rows_;
    const double *from = edge_[e].value, *pay = pay_.data() + size_t{edge.payoff} * rows_;
    for (uint32_t a = 0; a < g_.actors(); ++a)
      for (size_t r = size_t{a} * profiles_; r < (size_t{a} + 1) * profiles_; ++r)
        to[r] = pay[r] + discount_[a] * from[r];
    edge_[e].value = to;
  }
}

void PlaySweep::add_to_edge(uint32_t e, double by, const double* slope) {
  double* const to = edge_value_.data() + e * rows_;
  const double* from = edge_[e].value;
  for (size_t r = 0; r < rows_; ++r) to[r] = from[r] + by * slope[r];
  edge_[e].value = to;
}

void PlaySweep::look(NodeId n, uint32_t i, double most, Judged* judged) {
  const auto& node = g_.nodes[n];
  double* worth = worth_[n].data() + i * piece(n);
  std::copy_n(pay_.data() + size_t{node.payoff} * rows_, rows_, worth);
  if (node.edges == 0) {
    std::fill_n(worth + rows_, piece(n) - rows_, 0.0);
    return;
  }
  const double* log_odds = log_odds_.data() + (graph_.first(n) + i) * axes_;
  find_edges(n, log_sigma_.data() + choice(n, i));
  find_worth(n, i, log_odds);
  if (ParticleGraph::decides(g_, n)) {
    system_.set(n, log_odds, log_sigma_.data() + choice(n, i), {edge_.data(), node.edges}, axes_at_[n]);
    note(n, i, judged);
    if (!system_.solve())
      for (uint32_t p = 0; p < profiles_; ++p)
        strained_ += w_.profile_prior[p] * mass_.data()[(graph_.first(n) + i) * profiles_ + p];
    move(n, i, judged ? 0 : most);
  }
  carry(n, i);
}

// How far a particle's choices are from replies.
void PlaySweep::note(NodeId n, uint32_t i, Judged* judged) {
  const auto& shape = g_.shapes[g_.nodes[n].shape];
  const MoverNumbers& numbers = plan_.movers[g_.nodes[n].shape];
  const size_t particle = graph_.first(n) + i;
  const double *log_sigma = log_sigma_.data() + choice(n, i), *mass = mass_.data() + particle * profiles_;
  const bool looked = judged && graph_.looked_at(particle);
  reply_.assign(numbers.count, 1.0);
  std::copy_n(system_.values(), numbers.count, value_.data() + choice(n, i));
  for (size_t m = 0; m < shape.movers.size(); ++m) {
    if (!shape.movers[m].chooses()) continue;
    const auto options = static_cast<uint32_t>(shape.movers[m].options.size());
    const double lambda = scale_ * w_.precision[shape.movers[m].actor];
    const uint32_t* type = numbers.type.data() + m * profiles_;
    for (uint32_t t = 0; t < g_.types(shape.movers[m].actor); ++t) {
      const uint32_t first = numbers.offset[m] + t * options;
      const auto reply = [&](uint32_t o) { return lambda * system_.values()[first + o]; };
      const ReplyGap gap = reply_gap(
          options, [&](uint32_t o) { return log_sigma[first + o]; }, reply);
      double met = 0, share = 0;
      for (uint32_t p = 0; p < profiles_; ++p)
        if (type[p] == t) {
          met += w_.profile_prior[p] * mass[p];
          share += w_.profile_prior[p];
        }
      drift_ += met * gap.changed;
      if (lambda > 0 && graph_.looked_at(particle)) regret_ = std::max(regret_, gap.divergence / lambda);
      if (!looked) continue;
      judged->drift += met * gap.changed;
      logit(options, reply, reply_.data() + first);
      add_gap(gap, lambda, judged->anywhere);
      if (met >= likely_reach * share) add_gap(gap, lambda, judged->likely);
    }
  }
  if (!looked) return;
  ++judged->looked;
  keep_likeliest(g_, graph_, n, i, likeliest_, judged->likeliest,
                 [&](LikelyDecision& d) { d.log_sigma.assign(log_sigma, log_sigma + numbers.count); });
  reply_changes(
      plan_, w_, n, [&](size_t at) { return std::exp(log_sigma[at]); }, reply_.data(),
      replies_.add(particle, size_t{g_.nodes[n].edges} * profiles_));
}

}  // namespace casus::solve
