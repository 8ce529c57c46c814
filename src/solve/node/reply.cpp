// What an option is worth given everybody's choice, and how that moves with the choice.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "solve/node/problem.h"

namespace casus::solve {

double NodeProblem::profile_weight(uint32_t profile, size_t mover) const {
  if (!together_.empty()) return together_[mover][profile];
  double weight = 1;
  for (uint32_t k = 0; k < g_.informed.size(); ++k)
    if (g_.informed[k].actor != shape_->movers[mover].actor)
      weight *= type_weight_[k][g_.type_of(profile, g_.informed[k].actor)];
  return weight;
}

const NodeProblem::Interpolation& NodeProblem::read_once(uint32_t edge) {
  if (everybody_.empty()) {
    everybody_.resize(g_.actors());
    std::iota(everybody_.begin(), everybody_.end(), 0u);
  }
  // Whatever the movers do: none of them tells anything.
  if (known_[edge].value.empty())
    interpolate(edge, posterior(edge, std::vector<double>(unknowns_, 0.0)), everybody_, false, known_[edge]);
  return known_[edge];
}

void NodeProblem::reply(std::span<const double> y, std::span<double> out, std::span<double> slopes) {
  const size_t n = unknowns_;
  log_softmax(y, log_sigma_);
  scratch_.resize(n);
  for (size_t i = 0; i < n; ++i) scratch_[i] = std::exp(log_sigma_[i]);
  const std::span<const double> sigma = scratch_;
  std::fill(out.begin(), out.end(), 0.0);
  if (!slopes.empty()) by_log_sigma_.assign(n * (by_option_ ? types_[0] : n), 0.0);
  double* by_log_sigma = slopes.empty() ? nullptr : by_log_sigma_.data();
  if (tells_)
    telling_reply(sigma, out, by_log_sigma);
  else
    silent_reply(sigma, out, by_log_sigma);
  for (size_t r = 0; r < n; ++r) out[r] *= lambda_[r];
  if (!by_log_sigma) return;
  if (by_option_) {
    for (size_t i = 0; i < n * types_[0]; ++i) slopes[i] = by_log_sigma[i] * lambda_[i % n];
    std::copy(sigma.begin(), sigma.end(), slopes.begin() + static_cast<std::ptrdiff_t>(n * types_[0]));
    return;
  }
  // log sigma(b | t) = y(b, t) - log sum exp y(., t)
  for (size_t m = 0; m < offset_.size(); ++m)
    for (uint32_t t = 0; t < types_[m]; ++t) {
      const size_t first = offset_[m] + size_t{t} * options_[m], last = first + options_[m];
      for (size_t r = 0; r < n; ++r) {
        double total = 0;
        for (size_t o = first; o < last; ++o) total += by_log_sigma[r + o * n];
        for (size_t o = first; o < last; ++o)
          slopes[r + o * n] = (by_log_sigma[r + o * n] - sigma[o] * total) * lambda_[r];
      }
    }
}

void NodeProblem::telling_reply(std::span<const double> sigma, std::span<double> out, double* by_log_sigma) {
  const size_t movers = shape_->movers.size(), n = unknowns_;
  std::vector<uint32_t> actors(movers);
  for (size_t m = 0; m < movers; ++m) actors[m] = shape_->movers[m].actor;
  Interpolation next;
  std::vector<size_t> at(movers);
  for (uint32_t e = 0; e < g_.nodes[node_].edges; ++e) {
    const game::Edge& edge = g_.edges[g_.nodes[node_].first_edge + e];
    const game::Slot* pay = g_.payoff(edge.payoff);
    interpolate(e, posterior(e, log_sigma_), actors, by_log_sigma != nullptr, next);
    const uint32_t mixed = mixed_of(edge);
    if (by_log_sigma && mixed != game::none) {
      const auto& x = g_.informed[mixed];
      std::vector<double> unused(x.types - 1);
      mixed_slopes_.assign(size_t{x.types - 1} * n, 0.0);
      mix(e, mixed, log_sigma_, unused.data(), mixed_slopes_.data());
    }
    for (uint32_t p = 0; p < g_.profiles; ++p) {
      for (size_t m = 0; m < movers; ++m)
        at[m] = offset_[m] + size_t{g_.type_of(p, actors[m])} * options_[m] + edge_option(e, m);
      for (size_t m = 0; m < movers; ++m) {
        // Weight of this profile and joint action for mover m, who knows its own type and takes its own option.
        double weight = profile_weight(p, m) * odds(edge, p);
        for (size_t j = 0; j < movers; ++j)
          if (j != m) weight *= sigma[at[j]];
        const double worth = w_.slots[pay[size_t{actors[m]} * g_.profiles + p]] + next.value[m * g_.profiles + p];
        const size_t row = at[m];
        out[row] += weight * worth;
        if (!by_log_sigma) continue;
        for (size_t j = 0; j < movers; ++j) {
          if (j != m) by_log_sigma[row + at[j] * n] += weight * worth;
          if (types_[j] < 2 || options_[j] < 2 || g_.informed_index[actors[j]] == mixed) continue;
          const uint32_t first = g_.informed[g_.informed_index[actors[j]]].first_axis;
          const size_t base = by_option_ ? 0 : offset_[j] + edge_option(e, j), apart = by_option_ ? 1 : options_[j];
          for (uint32_t t = 1; t < types_[j]; ++t) {
            const auto& slope = next.gradient[first + t - 1];
            if (slope.empty()) continue;
            const double d = weight * slope[m * g_.profiles + p];
            by_log_sigma[row + (base + t * apart) * n] += d;
            by_log_sigma[row + base * n] -= d;
          }
        }
        for (uint32_t t = 1; mixed != game::none && t < g_.informed[mixed].types; ++t) {
          const auto& slope = next.gradient[g_.informed[mixed].first_axis + t - 1];
          if (slope.empty()) continue;
          const double d = weight * slope[m * g_.profiles + p];
          for (size_t i = 0; i < n; ++i) by_log_sigma[row + i * n] += d * mixed_slopes_[(t - 1) * n + i];
        }
      }
    }
  }
}

// Where nobody tells: what every joint choice is worth to each mover, over the others' types.
void NodeProblem::find_worth() {
  const size_t movers = shape_->movers.size();
  const uint32_t edges = g_.nodes[node_].edges;
  for (size_t m = 0; m < movers; ++m) {
    const uint32_t actor = shape_->movers[m].actor;
    const size_t first = worth_.size();
    worth_.resize(first + size_t{types_[m]} * edges, 0.0);
    for (uint32_t e = 0; e < edges; ++e) {
      const game::Edge& edge = g_.edges[g_.nodes[node_].first_edge + e];
      const game::Slot* pay = g_.payoff(edge.payoff) + size_t{actor} * g_.profiles;
      const double* next = &read_once(e).value[size_t{actor} * g_.profiles];
      for (uint32_t p = 0; p < g_.profiles; ++p)
        worth_[first + size_t{g_.type_of(p, actor)} * edges + e] +=
            profile_weight(p, m) * odds(edge, p) * (w_.slots[pay[p]] + next[p]);
    }
  }
}

// Whether a bound on how strongly choices bear on each other leaves room for one fixed point only, where nobody tells.
// If the log-odds of j's options change by `x` at most, any probability of j changes by x / 4 at most, and the log-odds
// of m's options by lambda_m `most` x / 4, where `most` is the largest difference that j's options make to differences
// of m's. So replies contract if these factors have a spectral radius below 1 (compare McKelvey & Palfrey 1995).
bool NodeProblem::one_fixed_point() {
  if (shape_->hidden) return false;
  if (worth_.empty()) find_worth();
  const size_t movers = shape_->movers.size();
  const uint32_t edges = g_.nodes[node_].edges;
  scratch_.assign(movers * movers, 0.0);
  const double* worth = worth_.data();
  for (size_t m = 0; m < movers; worth += size_t{types_[m]} * edges, ++m)
    for (size_t j = 0; j < movers; ++j) {
      if (j == m || options_[m] < 2 || options_[j] < 2) continue;
      double most = 0;
      for (uint32_t e = 0; e < edges; ++e)
        for (uint32_t a = edge_option(e, m) + 1; a < options_[m]; ++a)
          for (uint32_t b = edge_option(e, j) + 1; b < options_[j]; ++b) {
            const uint32_t other_a = e + (a - edge_option(e, m)) * edge_stride_[m];
            const uint32_t by = (b - edge_option(e, j)) * edge_stride_[j];
            for (uint32_t t = 0; t < types_[m]; ++t) {
              const double* of = worth + size_t{t} * edges;
              most = std::max(most, std::fabs(of[e] - of[other_a] - of[e + by] + of[other_a + by]));
            }
          }
      // A bound type has no precision; the others of its actor have the same.
      const double* lambda = lambda_.data() + offset_[m];
      scratch_[m * movers + j] = *std::max_element(lambda, lambda + types_[m] * options_[m]) * most / 4;
    }
  // Collatz and Wielandt: the radius is at most the largest growth of any positive vector.
  std::vector<double> x(movers, 1.0), next(movers);
  double growth = 0;
  for (int round = 0; round < 8; ++round) {
    growth = 0;
    for (size_t m = 0; m < movers; ++m) {
      next[m] = 0.1 * x[m];
      double sum = 0;
      for (size_t j = 0; j < movers; ++j) sum += scratch_[m * movers + j] * x[j];
      growth = std::max(growth, sum / x[m]);
      next[m] += sum;
    }
    if (growth < 0.99) return true;
    x.swap(next);
  }
  return false;
}

// What an option is worth does not change with the choices, nor does a choice depend on its mover's type.
void NodeProblem::silent_reply(std::span<const double> sigma, std::span<double> out, double* by_log_sigma) {
  const size_t movers = shape_->movers.size(), n = unknowns_;
  const uint32_t edges = g_.nodes[node_].edges;
  if (worth_.empty()) find_worth();
  const double* worth = worth_.data();
  for (size_t m = 0; m < movers; ++m)
    for (uint32_t t = 0; t < types_[m]; ++t)
      for (uint32_t e = 0; e < edges; ++e) {
        double weighted = *worth++;
        for (size_t j = 0; j < movers; ++j)
          if (j != m) weighted *= sigma[offset_[j] + edge_option(e, j)];
        const size_t row = offset_[m] + size_t{t} * options_[m] + edge_option(e, m);
        out[row] += weighted;
        for (size_t j = 0; by_log_sigma && j < movers; ++j)
          if (j != m) by_log_sigma[row + (offset_[j] + edge_option(e, j)) * n] += weighted;
      }
}

}  // namespace casus::solve
