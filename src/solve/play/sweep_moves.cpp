// How a sweep moves choices, and what follows from that.
#include <algorithm>
#include <cmath>

#include "base/stop.h"
#include "solve/play/sweep.h"

namespace casus::solve {

using game::NodeId;
using game::none;

// Log probabilities from numbers that are right but for a constant of each type.
void PlaySweep::normalise(NodeId n, double* log_sigma) const {
  const auto& shape = g_.shapes[g_.nodes[n].shape];
  const MoverNumbers& numbers = plan_.movers[g_.nodes[n].shape];
  for (size_t m = 0; m < shape.movers.size(); ++m) {
    const auto options = static_cast<uint32_t>(shape.movers[m].options.size());
    for (uint32_t t = 0; t < g_.types(shape.movers[m].actor); ++t) {
      double* row = log_sigma + numbers.offset[m] + t * options;
      const double top = *std::max_element(row, row + options);
      double sum = 0;
      for (uint32_t o = 0; o < options; ++o) sum += std::exp(row[o] - top);
      for (uint32_t o = 0; o < options; ++o) row[o] -= top + std::log(sum);
    }
  }
}

// Takes the step at one particle, and keeps how its choices move with beliefs.
void PlaySweep::move(NodeId n, uint32_t i, double most) {
  const auto& node = g_.nodes[n];
  const auto& shape = g_.shapes[node.shape];
  const MoverNumbers& numbers = plan_.movers[node.shape];
  const auto& axes = axes_at_[n];
  double* const log_sigma = log_sigma_.data() + choice(n, i);
  double* const response = response_.data() + choice(n, i) * axes_;
  const auto each_type = [&](auto&& use) {
    for (const auto& m : shape.movers)
      for (uint32_t t = 0; t < g_.types(m.actor); ++t) {
        const auto options = static_cast<uint32_t>(m.options.size());
        use(numbers.offset[static_cast<size_t>(&m - shape.movers.data())] + t * options, options);
      }
  };
  if (most > 0) {
    each_type([&](uint32_t first, uint32_t options) {
      double low = system_.step(first), high = low;
      for (uint32_t o = first; o < first + options; ++o) {
        low = std::min(low, system_.step(o));
        high = std::max(high, system_.step(o));
      }
      const double scale = high - low > most ? most / (high - low) : 1;
      for (uint32_t o = first; o < first + options; ++o) log_sigma[o] += scale * system_.step(o);
    });
    normalise(n, log_sigma);
  }
  std::fill_n(response, size_t{axes_} * numbers.count, 0.0);
  each_type([&](uint32_t first, uint32_t options) {
    for (size_t k = 0; k < axes.size(); ++k) {
      double mean = 0;
      for (uint32_t o = first; o < first + options; ++o) mean += std::exp(log_sigma[o]) * system_.response(o, k);
      for (uint32_t o = first; o < first + options; ++o)
        response[axes[k] * numbers.count + o] = system_.response(o, k) - mean;
    }
  });
  if (most == 0) return;
  before_.assign(shift_.begin(), shift_.begin() + static_cast<std::ptrdiff_t>(size_t{node.edges} * axes_));
  find_edges(n, log_sigma);
  for (uint32_t e = 0; e < node.edges; ++e)
    for (uint32_t a = 0; edge_[e].value && a < axes_; ++a) {
      const double by = shift_[e * axes_ + a] - before_[e * axes_ + a];
      if (by == 0 || edge_[e].axis_place[a] == none) continue;
      add_to_edge(e, by, edge_[e].slope + edge_[e].axis_place[a] * rows_);
    }
}

// What a particle's edges make it worth, and how that moves with beliefs.
void PlaySweep::carry(NodeId n, uint32_t i) {
  const auto& node = g_.nodes[n];
  const auto& shape = g_.shapes[node.shape];
  const MoverNumbers& numbers = plan_.movers[node.shape];
  const auto& axes = axes_at_[n];
  const double* const response = response_.data() + choice(n, i) * axes_;
  const bool decides = ParticleGraph::decides(g_, n);
  double* const worth = worth_[n].data() + i * piece(n);
  bool begun = false;
  for (uint32_t e = 0; e < node.edges; ++e) {
    if (!edge_[e].value) continue;
    for (size_t k = 0; k < axes.size(); ++k) {
      CarryJob::Axis& to = carried_[k];
      to.tilt = nullptr;
      to.terms = 0;
      to.out = worth + (1 + k) * rows_;
      std::fill(moved_.begin(), moved_.end(), 0.0);
      moved_[axes[k]] = 1;
      if (decides) {
        double* tilt = tilt_.data() + k * profiles_;
        std::fill_n(tilt, profiles_, 0.0);
        uint32_t rest = e;
        for (size_t m = shape.movers.size(); m-- > 0;) {
          const auto options = static_cast<uint32_t>(shape.movers[m].options.size());
          const double* row = response + axes[k] * numbers.count + numbers.offset[m] + rest % options;
          rest /= options;
          if (options < 2) continue;
          const uint32_t* type = numbers.type.data() + m * profiles_;
          for (uint32_t p = 0; p < profiles_; ++p) tilt[p] += row[type[p] * options];
          const uint32_t informed = g_.informed_index[shape.movers[m].actor];
          for (uint32_t t = 1; informed != none && t < g_.informed[informed].types; ++t)
            moved_[g_.informed[informed].first_axis + t - 1] += row[t * options] - row[0];
        }
        to.tilt = tilt;
      }
      for (uint32_t a = 0; a < axes_; ++a) {
        if (moved_[a] == 0 || edge_[e].axis_place[a] == none) continue;
        to.slope[to.terms] = edge_[e].slope + edge_[e].axis_place[a] * rows_;
        to.by[to.terms++] = moved_[a];
      }
    }
    kernels().carry({.actors = g_.actors(),
                     .profiles = profiles_,
                     .share = share_.data() + size_t{e} * profiles_,
                     .value = edge_[e].value,
                     .discount = discount_.data(),
                     .out = worth,
                     .begun = begun,
                     .axes = carried_.data(),
                     .axis_count = static_cast<uint32_t>(axes.size())});
    begun = true;
  }
  if (!begun) std::fill_n(worth + rows_, axes.size() * rows_, 0.0);
}

void PlaySweep::backward(double most, Judged* judged) {
  std::vector<uint32_t> readers(g_.nodes.size(), 0);
  for (NodeId n = 0; n < g_.nodes.size(); ++n)
    for (uint32_t e = g_.nodes[n].first_edge; e < g_.nodes[n].first_edge + g_.nodes[n].edges; ++e)
      ++readers[g_.edges[e].target];
  drift_ = strained_ = regret_ = 0;
  for (NodeId n = 0; n < g_.nodes.size(); ++n) {
    base::stop_if(stop_);
    if (graph_.count(n) > 0) worth_[n] = Block(graph_.count(n) * piece(n));
    for (uint32_t i = 0; i < graph_.count(n); ++i) look(n, i, most, judged);
    if (n == start_) start_worth_.assign(worth_[n].data(), worth_[n].data() + rows_);
    for (uint32_t e = g_.nodes[n].first_edge; e < g_.nodes[n].first_edge + g_.nodes[n].edges; ++e)
      if (--readers[g_.edges[e].target] == 0) worth_[g_.edges[e].target] = {};
  }
  for (Block& left : worth_) left = {};
}

// What the mass of a particle to which several came says of everybody whom its node reads.
void PlaySweep::believe(NodeId n, size_t particle) {
  constexpr double least = 1e-290;  // below, what was believed before says more
  for (uint32_t k = 0; k < g_.informed.size(); ++k) {
    const auto& x = g_.informed[k];
    if (!(g_.nodes[n].mass_mask >> k & 1)) continue;
    of_type_.assign(x.types, 0.0);
    for (uint32_t p = 0; p < profiles_; ++p)
      of_type_[plan_.type[k * profiles_ + p]] += w_.by_itself()[p] * mass_.data()[particle * profiles_ + p];
    for (uint32_t t = 1; t < x.types; ++t)
      if (of_type_[0] > least && of_type_[t] > least)
        log_odds_.data()[particle * axes_ + x.first_axis + t - 1] = std::log(of_type_[t]) - std::log(of_type_[0]);
  }
}

// Play with the new choices, which move with the beliefs that they lead to.
void PlaySweep::forward(double most) {
  constexpr double most_log_odds = 1e5;
  Block were(std::max<size_t>(1, graph_.particles() * axes_));
  std::copy_n(log_odds_.data(), graph_.particles() * axes_, were.data());
  std::fill_n(mass_.data(), graph_.particles() * profiles_, 0.0);
  std::fill_n(mass_.data() + graph_.first(start_) * profiles_, profiles_, 1.0);
  for (auto n = static_cast<NodeId>(g_.nodes.size()); n-- > 0;) {
    const auto& node = g_.nodes[n];
    for (uint32_t i = 0; i < graph_.count(n); ++i) {
      const size_t particle = graph_.first(n) + i;
      if (graph_.joined(particle)) believe(n, particle);
      const double* at = log_odds_.data() + particle * axes_;
      double* log_sigma = log_sigma_.data() + choice(n, i);
      if (ParticleGraph::decides(g_, n)) {
        const double* response = response_.data() + choice(n, i) * axes_;
        for (const uint32_t a : axes_at_[n]) {
          const double by = at[a] - were.data()[particle * axes_ + a];
          for (uint32_t c = 0; c < unknowns(n); ++c)
            log_sigma[c] += std::clamp(by * response[a * unknowns(n) + c], -most, most);
        }
        normalise(n, log_sigma);
      }
      find_edges(n, log_sigma);
      for (uint32_t e = 0; e < node.edges; ++e) {
        const size_t child = graph_.child(n, i, e);
        if (child == ParticleGraph::nowhere) continue;
        for (uint32_t p = 0; p < profiles_; ++p)
          mass_.data()[child * profiles_ + p] += share_[e * profiles_ + p] * mass_.data()[particle * profiles_ + p];
        if (graph_.joined(child)) continue;
        for (uint32_t a = 0; a < axes_; ++a)
          if (plan_.read_at(g_.edges[node.first_edge + e].target, a))
            log_odds_.data()[child * axes_ + a] =
                std::clamp(at[a] + shift_[e * axes_ + a], -most_log_odds, most_log_odds);
      }
    }
  }
}

double PlaySweep::step(double most, double precision_scale) {
  scale_ = precision_scale;
  system_.scale(scale_);
  backward(most, nullptr);
  forward(most);
  return drift_;
}

Judged PlaySweep::judge(size_t likeliest) {
  Judged out;
  likeliest_ = likeliest;
  system_.scale(scale_ = 1);
  backward(0, &out);
  out.seen = graph_.seen();
  std::sort_heap(out.likeliest.begin(), out.likeliest.end(), likelier);
  ReplyEffect effect = reply_effect(plan_, w_, graph_, replies_, w_.payoff_range > 0 ? w_.payoff_range : 1);
  out.effect = effect.most;
  out.changes = std::move(effect.measures);
  return out;
}

void PlaySweep::tell(Corrections& out) const {
  constexpr size_t side = ParticleNode::side;
  GridField on_grid = field_;
  on_grid.corrections = nullptr;
  ParticleNode here(plan_, w_, on_grid);
  std::vector<double> grid;
  for (NodeId n = 0; n < g_.nodes.size(); ++n) {
    const uint32_t count = unknowns(n);
    if (!ParticleGraph::decides(g_, n) || graph_.count(n) == 0) continue;
    here.enter(n);
    grid.resize(count);
    for (uint32_t i = 0; i < graph_.count(n); i += side) {
      const size_t together = std::min<size_t>(side, graph_.count(n) - i);
      const double* at = log_odds_.data() + (graph_.first(n) + i) * axes_;
      here.load(at, axes_, together);
      here.choose();
      for (size_t l = 0; l < together; ++l) {
        const size_t first = choice(n, i) + l * count;
        for (uint32_t c = 0; c < count; ++c) grid[c] = here.log_sigma()[c * side + l];
        out.add(n, {at + l * axes_, count, log_sigma_.data() + first, grid.data(), value_.data() + first,
                    response_.data() + first * axes_});
      }
    }
  }
  out.sort();
}

}  // namespace casus::solve
