#include "solve/node/problem.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "solve/belief/beliefs.h"
#include "solve/belief/paid.h"

namespace casus::solve {

using game::NodeKind;
using game::none;

void NodeProblem::set(game::NodeId node, const Belief& belief, double precision_scale) {
  node_ = node;
  shape_ = &g_.shapes[g_.nodes[node].shape];
  belief_ = belief;
  scale_ = precision_scale;
  const size_t movers = shape_->movers.size();
  offset_.resize(movers);
  types_.resize(movers);
  options_.resize(movers);
  edge_stride_.resize(movers);
  lambda_.clear();
  lean_.clear();
  unknowns_ = 0;
  choosing_ = 0;
  uint32_t mask = 0, next_mask = 0;
  for (size_t m = 0; m < movers; ++m) {
    const auto& mover = shape_->movers[m];
    offset_[m] = unknowns_;
    types_[m] = g_.types(mover.actor);
    options_[m] = static_cast<uint32_t>(mover.options.size());
    unknowns_ += size_t{types_[m]} * options_[m];
    lambda_.resize(unknowns_, w_.precision[mover.actor] * scale_);
    if (!mover.bound.empty()) bind(m);
    choosing_ += mover.chooses();
    if (options_[m] > 1 && types_[m] > 1) mask |= 1u << g_.informed_index[mover.actor];
  }
  if (!lean_.empty()) lean_.resize(unknowns_, 0.0);
  if (shape_->hidden) {
    const bool shows = shape_->informer != none && (shape_->signals() > 1 || (g_.turning >> shape_->informer & 1));
    // What somebody is bound to is done as well as what is chosen.
    const bool acts = std::any_of(options_.begin(), options_.end(), [](uint32_t n) { return n > 1; });
    mask = acts && shows ? 1u << shape_->informer : 0;
  }
  uint32_t stride = shape_->signals();
  for (size_t m = movers; m-- > 0;) {
    edge_stride_[m] = stride;
    stride *= options_[m];
  }
  tells_ = mask != 0;
  known_.resize(g_.nodes[node].edges);
  for (auto& known : known_) known.value.clear();
  worth_.clear();
  for (uint32_t e = 0; e < g_.nodes[node].edges; ++e)
    next_mask |= g_.nodes[g_.edges[g_.nodes[node].first_edge + e].target].value_mask;
  // The reply depends on the choice itself only through others' choices or through the posterior it leaves.
  coupled_ = choosing_ > 1 || (choosing_ > 0 && (mask & next_mask) != 0);
  by_option_ = tells_ && movers == 1 && !shape_->hidden && options_[0] >= fewest_by_option;
  for (uint32_t e = 0; by_option_ && e < g_.nodes[node].edges; ++e)
    by_option_ = g_.edges[g_.nodes[node].first_edge + e].turn == 0;

  type_weight_.resize(g_.informed.size());
  for (uint32_t k = 0; k < g_.informed.size(); ++k) {
    auto& weight = type_weight_[k];
    weight.assign(g_.informed[k].types, 0);
    const double* l = belief_.log_odds.data() + g_.informed[k].first_axis;
    double top = 0;
    for (uint32_t t = 1; t < weight.size(); ++t) top = std::max(top, l[t - 1]);
    double sum = weight[0] = std::exp(-top);
    for (uint32_t t = 1; t < weight.size(); ++t) sum += weight[t] = std::exp(l[t - 1] - top);
    for (double& x : weight) x /= sum;
  }
  if (g_.related.empty()) return;
  together_.resize(movers);
  for (size_t m = 0; m < movers; ++m)
    weigh_profiles(g_, w_, belief_.log_odds.data(), 1, g_.informed_index[shape_->movers[m].actor], together_[m]);
}

// A bound type wants nothing, so that neither precision nor what follows moves it off what it is bound to.
void NodeProblem::bind(size_t mover) {
  const game::Mover& m = shape_->movers[mover];
  lean_.resize(unknowns_, 0.0);
  for (uint32_t t = 0; t < types_[mover]; ++t) {
    if (m.tie(t) == none) continue;
    const size_t first = offset_[mover] + size_t{t} * options_[mover];
    for (uint32_t o = 0; o < options_[mover]; ++o) {
      lambda_[first + o] = 0;
      lean_[first + o] = o == m.tie(t) ? 0 : w_.barred();
    }
  }
}

void NodeProblem::log_softmax(std::span<const double> y, std::vector<double>& log_sigma) const {
  log_sigma.assign(y.begin(), y.end());
  for (size_t i = 0; i < lean_.size(); ++i) log_sigma[i] += lean_[i];
  for (size_t m = 0; m < offset_.size(); ++m)
    for (uint32_t t = 0; t < types_[m]; ++t) {
      double* row = log_sigma.data() + offset_[m] + size_t{t} * options_[m];
      const double top = *std::max_element(row, row + options_[m]);
      double sum = 0;
      for (uint32_t o = 0; o < options_[m]; ++o) sum += std::exp(row[o] - top);
      const double log_sum = top + std::log(sum);
      for (uint32_t o = 0; o < options_[m]; ++o) row[o] -= log_sum;
    }
}

Belief NodeProblem::posterior(uint32_t edge, std::span<const double> log_sigma) const {
  Belief after = belief_;
  auto shift = [&](uint32_t k, uint32_t type, double by) {
    const uint32_t axis = g_.informed[k].first_axis + type - 1;
    after.log_odds[axis] = std::clamp(after.log_odds[axis] + by, -certainty_, certainty_);
    after.index[axis] = -1;
  };
  const auto& e = g_.edges[g_.nodes[node_].first_edge + edge];
  const uint32_t mixed = mixed_of(e);
  if (mixed != none) {
    const auto& x = g_.informed[mixed];
    mix(edge, mixed, log_sigma, after.log_odds.data() + x.first_axis, nullptr);
    for (uint32_t a = x.first_axis; a < x.first_axis + x.types - 1; ++a) after.index[a] = -1;
  }
  for (size_t m = 0; m < shape_->movers.size(); ++m) {
    if (types_[m] < 2 || options_[m] < 2 || g_.informed_index[shape_->movers[m].actor] == mixed) continue;
    const uint32_t o = edge_option(edge, m);
    const double* s = log_sigma.data() + offset_[m] + o;
    for (uint32_t t = 1; t < types_[m]; ++t)
      shift(g_.informed_index[shape_->movers[m].actor], t, s[size_t{t} * options_[m]] - s[0]);
  }
  if (shape_->kind == NodeKind::chance && shape_->informer != none && shape_->informer != mixed) {
    const double base = w_.slots[g_.probability_tables[e.probability]];
    for (uint32_t t = 1; t < g_.informed[shape_->informer].types; ++t) {
      const double p = w_.slots[g_.probability_tables[e.probability + t]];
      if (base > 0 || p > 0) shift(shape_->informer, t, std::log(std::max(p, 0.0)) - std::log(std::max(base, 0.0)));
    }
  }
  return after;
}

double NodeProblem::log_likelihood(uint32_t edge, uint32_t profile, std::span<const double> log_sigma) const {
  double log_p = 0;
  for (size_t m = 0; m < shape_->movers.size(); ++m) {
    const uint32_t t = g_.type_of(profile, shape_->movers[m].actor);
    log_p += log_sigma[offset_[m] + size_t{t} * options_[m] + edge_option(edge, m)];
  }
  if (shape_->kind == NodeKind::chance || shape_->hidden)
    log_p += std::log(std::max(odds(g_.edges[g_.nodes[node_].first_edge + edge], profile), 0.0));
  return log_p;
}

void NodeProblem::interpolate(uint32_t edge, const Belief& at, std::span<const uint32_t> actors, bool gradient,
                              Interpolation& out) {
  const game::NodeId target = g_.edges[g_.nodes[node_].first_edge + edge].target;
  const game::Node& child = g_.nodes[target];
  const bool same_round = child.round == g_.nodes[node_].round;
  const Grid& grid = next_.grids[child.round - 1];
  const Layout& place = next_.layouts[target];
  const NodeValues& values = next_.values[target];
  const size_t rows = actors.size() * g_.profiles;

  ends_.clear();
  const Belief* read = &at;
  if (may_be_certain(g_)) {
    within_ = at;
    read = &within_;
    for (const auto& x : g_.informed) ends_.push_back(bring_within(x, grid, within_.log_odds.data(), 1));
  }
  find_place(place, grid, *read, same_round, place_);
  out.value.assign(rows, 0);
  if (gradient) {
    out.gradient.assign(g_.axes, {});
    for (uint32_t d = 0; d < place_.axes; ++d) out.gradient[place_.axis[d]].assign(rows, 0);
  }
  const auto take = [&](size_t point, double weight, double slope, double* value, double* slopes) {
    for (size_t a = 0; a < actors.size(); ++a) {
      if (values.actor_at[actors[a]] >= values.kept) continue;
      const double* from = values.data + point * values.point_stride + values.actor_at[actors[a]];
      for (uint32_t p = 0; p < g_.profiles; ++p) value[a * g_.profiles + p] += weight * from[p];
      for (uint32_t p = 0; slopes && p < g_.profiles; ++p) slopes[a * g_.profiles + p] += slope * from[p];
    }
  };
  if (place_.axes == 0)
    take(place_.first, 1, 0, out.value.data(), nullptr);
  else
    contract(rows, gradient, take, out);
  for (size_t k = 0; gradient && k < ends_.size(); ++k)
    if (ends_[k] != none && !out.gradient[ends_[k]].empty()) follow_end(g_.informed[k], ends_[k], out);
  const game::Edge& by = g_.edges[g_.nodes[node_].first_edge + edge];
  if (by.turn == 0) return;
  turn_rows(by, actors.size(), out.value);
  for (size_t a = 0; gradient && a < out.gradient.size(); ++a)
    if (!out.gradient[a].empty()) turn_rows(by, actors.size(), out.gradient[a]);
}

// One axis after the other: each sum is shared by all that is left to sum over. `take` adds a point's row.
template <class Take>
void NodeProblem::contract(size_t rows, bool gradient, Take&& take, Interpolation& out) {
  const uint32_t axes = place_.axes;
  const Stencil& first = place_.stencil[0];
  size_t left = 1;
  for (uint32_t d = 1; d < axes; ++d) left *= place_.stencil[d].count;
  // By parts: the value, then the slopes on the axes that are summed over by now.
  const size_t parts = gradient ? 1 + axes : 1;
  const size_t pitch = left * rows;
  partial_.assign(parts * pitch, 0.0);
  const auto part = [&](size_t k) { return partial_.data() + k * pitch; };
  std::array<uint32_t, 16> at{};
  size_t point = place_.first;
  for (size_t c = 0; c < left; ++c) {
    for (uint32_t i = 0; i < first.count; ++i)
      take(point + place_.stride[0] * i, first.weight[i], first.slope[i], part(0) + c * rows,
           gradient ? part(1) + c * rows : nullptr);
    for (uint32_t d = 1; d < axes; ++d) {
      point += place_.stride[d];
      if (++at[d] < place_.stencil[d].count) break;
      point -= place_.stride[d] * at[d];
      at[d] = 0;
    }
  }
  for (uint32_t d = 1; d < axes; ++d) {
    const Stencil& s = place_.stencil[d];
    left /= s.count;
    // Results stand where the first of their terms stood, or before.
    const auto sum = [&](const double* from, const std::array<double, stencil_points>& by, double* to) {
      for (size_t c = 0; c < left; ++c)
        for (size_t r = 0; r < rows; ++r) {
          double total = 0;
          for (uint32_t i = 0; i < s.count; ++i) total += by[i] * from[(c * s.count + i) * rows + r];
          to[c * rows + r] = total;
        }
    };
    if (gradient) sum(part(0), s.slope, part(1 + d));
    for (uint32_t k = 0; k < (gradient ? 1 + d : 1); ++k) sum(part(k), s.weight, part(k));
  }
  std::copy_n(part(0), rows, out.value.data());
  for (uint32_t d = 0; gradient && d < axes; ++d) std::copy_n(part(1 + d), rows, out.gradient[place_.axis[d]].data());
}

// What the axis at whose end a belief was brought to stand moves, moves the actor's other axes the other way.
void NodeProblem::follow_end(const game::Informed& x, uint32_t end, Interpolation& out) {
  auto& at_end = out.gradient[end];
  std::fill(at_end.begin(), at_end.end(), 0.0);
  for (uint32_t a = x.first_axis; a < x.first_axis + x.types - 1; ++a)
    for (size_t r = 0; a != end && r < at_end.size(); ++r) at_end[r] -= out.gradient[a][r];
}

NodeAnswer NodeProblem::solve(std::span<const double> start, double tolerance) {
  NodeAnswer answer;
  std::vector<double> y(unknowns_, 0.0);
  if (!coupled_) {
    std::vector<double> g(unknowns_);
    reply(y, g, {});
    y = g;
  } else {
    const bool started = !start.empty() && caution_ == 1;
    const auto begin_there = [&] {
      y.assign(start.begin(), start.end());
      for (size_t i = 0; i < lean_.size(); ++i) y[i] -= lean_[i];
    };
    bool done = false;
    if (started && may_be_near()) {
      begin_there();
      done = newton(y, tolerance, answer) && !answer.unstable;
    }
    if (!done) {
      answer.fell_back = true;
      answer.unstable = false;
      if (!trace(y, tolerance, answer)) {
        // Off the branch, and said so.
        if (started) begin_there();
        answer.converged = started && newton(y, tolerance, answer);
        answer.unstable = true;
      }
    }
    finish(y, answer);
    return answer;
  }
  tell(y, answer);
  return answer;
}

void NodeProblem::tell(std::span<const double> y, NodeAnswer& answer) const {
  answer.y.assign(y.begin(), y.end());
  log_softmax(answer.y, answer.log_sigma);
  for (size_t i = 0; i < lean_.size(); ++i) answer.y[i] += lean_[i];
}

// Whether Newton's method may begin at another belief's fixed point: where one chooses alone, and where there is no
// other fixed point. Where several choose at once the branch may lead elsewhere than at the next belief, though both
// equilibria are at both.
bool NodeProblem::may_be_near() {
  return choosing_ < 2 || (!tells_ && one_fixed_point());
}

void NodeProblem::finish(std::span<const double> y, NodeAnswer& answer) {
  std::vector<double> g(unknowns_);
  reply(y, g, {});
  for (size_t i = 0; i < y.size(); ++i)
    if (lambda_[i] > 0) answer.residual = std::max(answer.residual, std::fabs(y[i] - g[i]) / lambda_[i]);
  tell(y, answer);
}

FixedPoint NodeProblem::fixed_point() {
  FixedPoint out{.reply = [this](std::span<const double> y, std::span<double> g,
                                 std::span<double> slopes) { reply(y, g, slopes); },
                 .rows = {},
                 .alone = by_option_};
  for (size_t m = 0; m < offset_.size(); ++m)
    for (uint32_t t = 0; t < types_[m]; ++t)
      out.rows.push_back(static_cast<std::ptrdiff_t>(offset_[m] + size_t{t} * options_[m]));
  out.rows.push_back(static_cast<std::ptrdiff_t>(unknowns_));
  return out;
}

bool NodeProblem::newton(std::span<double> y, double tolerance, NodeAnswer& answer) {
  return fixed_point().newton(y, tolerance, answer);
}

// The branch from the uniform choice at precision 0 on (node/tracer.h), and Newton's method from its end.
bool NodeProblem::trace(std::span<double> y, double tolerance, NodeAnswer& answer) {
  constexpr double near_end = 0.01;  // Newton's method may move no probability by more
  const double most = lambda_.empty() ? 0 : *std::max_element(lambda_.begin(), lambda_.end());
  const FixedPoint point = fixed_point();
  if (!point.trace(y, most * w_.payoff_range, caution_, answer)) return false;
  const std::vector<double> end(y.begin(), y.end());
  if (!point.newton(y, tolerance, answer)) return false;
  log_softmax(end, log_sigma_);
  log_softmax(y, scratch_);
  for (size_t i = 0; i < unknowns_; ++i)
    if (std::fabs(std::exp(log_sigma_[i]) - std::exp(scratch_[i])) > near_end) return false;
  return true;
}

void NodeProblem::option_values(std::span<const double> log_sigma, std::span<double> out) {
  // y = log sigma has sigma as its softmax; unit precisions leave Q itself.
  const std::vector<double> kept = std::exchange(lambda_, std::vector<double>(unknowns_, 1.0));
  reply(log_sigma, out.first(unknowns_), {});
  lambda_ = kept;
}

void NodeProblem::values(std::span<const double> log_sigma, std::span<double> out) {
  const game::Node& node = g_.nodes[node_];
  const uint32_t actors = g_.actors();
  const game::Slot* here = g_.payoff(node.payoff);
  for (size_t i = 0; i < out.size(); ++i) out[i] = w_.slots[here[i]];
  add_belief_pay(g_, w_, node_, belief_.log_odds.data(), 1, out.data());
  std::vector<uint32_t> all(actors);
  std::iota(all.begin(), all.end(), 0u);
  Interpolation at_posterior;
  for (uint32_t e = 0; e < node.edges; ++e) {
    const game::Slot* pay = g_.payoff(g_.edges[node.first_edge + e].payoff);
    if (tells_) interpolate(e, posterior(e, log_sigma), all, false, at_posterior);
    const Interpolation& next = tells_ ? at_posterior : read_once(e);
    for (uint32_t p = 0; p < g_.profiles; ++p) {
      const double probability = std::exp(log_likelihood(e, p, log_sigma));
      for (uint32_t i = 0; i < actors; ++i) {
        const size_t at = size_t{i} * g_.profiles + p;
        const double discount = shape_->kind == NodeKind::settle ? w_.discount[i] : 1;
        out[at] += probability * (w_.slots[pay[at]] + discount * next.value[at]);
      }
    }
  }
}

}  // namespace casus::solve
