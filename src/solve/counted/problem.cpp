#include "solve/counted/problem.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace casus::solve {

using game::none;

CountedProblem::CountedProblem(const game::Game& g, const World& w) : g_(g), w_(w), log_factorial_{0} {
  for (uint32_t n = 1; n <= g.counted->crowd.size(); ++n)
    log_factorial_.push_back(log_factorial_.back() + std::log(static_cast<double>(n)));
}

void CountedProblem::set(game::NodeId n, std::span<const double> values) {
  node_ = n;
  values_ = values;
  const auto& node = g_.nodes[n];
  const auto& movers = g_.shapes[node.shape].movers;
  const auto& counted = *g_.counted;
  offset_.assign(1, 0);
  lambda_.clear();
  alike_.clear();
  size_t choosing = 0;
  for (const auto& m : movers) {
    offset_.push_back(offset_.back() + m.options.size());
    lambda_.resize(offset_.back(), w_.precision[m.actor]);
    alike_.resize(offset_.back(), m.alike);
    if (m.options.size() > 1) choosing += m.alike;
  }
  coupled_ = choosing > 1;
  const size_t width = unknowns();
  count_.assign(node.edges * width, 0);
  worth_.assign(node.edges * width, 0);
  ways_.assign(node.edges, 0);
  std::vector<const game::Counted::Class*> of_mover(movers.size(), nullptr);
  std::vector<size_t> slot_of_mover(movers.size());
  size_t slot = 0;
  for (uint32_t x = counted.first_class[n]; x < counted.first_class[n + 1]; ++x) {
    const auto& alike = counted.classes[x];
    if (alike.mover != none) {
      of_mover[alike.mover] = &alike;
      slot_of_mover[alike.mover] = slot;
    }
    slot += alike.mover == none ? 1 : movers[alike.mover].options.size();
  }
  std::vector<uint32_t> counts;
  for (uint32_t e = 0; e < node.edges && !movers.empty(); ++e) {
    const auto& edge = g_.edges[node.first_edge + e];
    const game::Slot* pay = g_.payoff(edge.payoff);
    const double* next = values_.data() + size_t{edge.target} * g_.actors();
    uint32_t rest = e;
    for (size_t m = movers.size(); m-- > 0;) {
      const auto& mover = movers[m];
      counts.resize(mover.options.size());
      const auto all = static_cast<uint32_t>(game::shares(mover.alike, static_cast<uint32_t>(counts.size())));
      game::share_of(mover.alike, rest % all, counts);
      rest /= all;
      ways_[e] += log_factorial_[mover.alike];
      uint32_t place = of_mover[m] ? of_mover[m]->first : 0;
      for (size_t o = 0; o < counts.size(); ++o) {
        const size_t at = e * width + offset_[m] + o;
        count_[at] = counts[o];
        ways_[e] -= log_factorial_[counts[o]];
        if (counts[o] == 0) continue;
        uint32_t before = mover.actor, after = mover.actor;
        if (of_mover[m]) {
          before = counted.crowd.members[place];
          after = counted.crowd.members[counted.place[counted.first_slot[node.first_edge + e] + slot_of_mover[m] + o]];
        }
        worth_[at] = w_.slots[pay[before]] + next[after];
        place += counts[o];
      }
    }
  }
}

void CountedProblem::log_softmax(std::span<const double> y, std::vector<double>& log_sigma) const {
  log_sigma.assign(y.begin(), y.end());
  for (size_t m = 0; m + 1 < offset_.size(); ++m) {
    const std::span row = std::span(log_sigma).subspan(offset_[m], offset_[m + 1] - offset_[m]);
    const double top = *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (const double x : row) sum += std::exp(x - top);
    for (double& x : row) x -= top + std::log(sum);
  }
}

double CountedProblem::log_probability(uint32_t edge, std::span<const double> log_sigma) const {
  double out = ways_[edge];
  for (size_t u = 0; u < unknowns(); ++u)
    if (const double n = count_[edge * unknowns() + u]; n > 0) out += n * log_sigma[u];
  return out;
}

void CountedProblem::reply(std::span<const double> y, std::span<double> out, std::span<double> jacobian) {
  const size_t n = unknowns();
  log_softmax(y, log_sigma_);
  std::fill(out.begin(), out.end(), 0.0);
  by_log_sigma_.assign(jacobian.empty() ? 0 : n * n, 0.0);
  for (uint32_t e = 0; e < g_.nodes[node_].edges; ++e) {
    const double log_p = log_probability(e, log_sigma_);
    const double* count = count_.data() + e * n;
    for (size_t u = 0; u < n; ++u) {
      if (count[u] == 0) continue;
      // Of the others, given that one does this.
      const double weighted = std::exp(log_p - log_sigma_[u]) * count[u] / alike_[u] * worth_[e * n + u];
      out[u] += weighted;
      if (jacobian.empty() || weighted == 0) continue;
      for (size_t v = 0; v < n; ++v) by_log_sigma_[u + v * n] += weighted * (count[v] - (u == v ? 1 : 0));
    }
  }
  for (size_t u = 0; u < n; ++u) out[u] *= lambda_[u];
  if (jacobian.empty()) return;
  for (size_t m = 0; m + 1 < offset_.size(); ++m)
    for (size_t u = 0; u < n; ++u) {
      double total = 0;
      for (size_t v = offset_[m]; v < offset_[m + 1]; ++v) total += by_log_sigma_[u + v * n];
      for (size_t v = offset_[m]; v < offset_[m + 1]; ++v)
        jacobian[u + v * n] = lambda_[u] * (by_log_sigma_[u + v * n] - std::exp(log_sigma_[v]) * total);
    }
}

FixedPoint CountedProblem::fixed_point() {
  FixedPoint out{.reply = [this](std::span<const double> y, std::span<double> g,
                                 std::span<double> jacobian) { reply(y, g, jacobian); },
                 .rows = {}};
  for (const size_t first : offset_) out.rows.push_back(static_cast<std::ptrdiff_t>(first));
  return out;
}

void CountedProblem::finish(std::span<const double> y, NodeAnswer& answer) {
  std::vector<double> g(unknowns());
  reply(y, g, {});
  for (size_t u = 0; u < g.size(); ++u)
    if (lambda_[u] > 0) answer.residual = std::max(answer.residual, std::fabs(y[u] - g[u]) / lambda_[u]);
  answer.y.assign(y.begin(), y.end());
  log_softmax(answer.y, answer.log_sigma);
}

NodeAnswer CountedProblem::solve(double tolerance, double caution) {
  NodeAnswer answer;
  std::vector<double> y(unknowns(), 0.0);
  if (!coupled_) {
    std::vector<double> g(unknowns());
    reply(y, g, {});
    finish(g, answer);
    return answer;
  }
  answer.fell_back = true;
  const double most = *std::max_element(lambda_.begin(), lambda_.end());
  const FixedPoint point = fixed_point();
  answer.converged = point.trace(y, most * w_.payoff_range, caution, answer);
  const std::vector<double> end = y;
  answer.converged = answer.converged && point.newton(y, tolerance, answer);
  // Newton's method may only polish what the branch led to.
  constexpr double near_end = 0.01;
  std::vector<double> there;
  log_softmax(end, there);
  finish(y, answer);
  for (size_t u = 0; answer.converged && u < y.size(); ++u)
    answer.converged = std::fabs(std::exp(there[u]) - std::exp(answer.log_sigma[u])) <= near_end;
  return answer;
}

namespace {

double distance(const NodeAnswer& a, const NodeAnswer& b) {
  double most = 0;
  for (size_t u = 0; u < a.log_sigma.size(); ++u)
    most = std::max(most, std::fabs(std::exp(a.log_sigma[u]) - std::exp(b.log_sigma[u])));
  return most;
}

}  // namespace

std::vector<NodeAnswer> CountedProblem::others(const NodeAnswer& first, uint32_t starts, uint64_t seed,
                                               double tolerance) {
  std::vector<NodeAnswer> out;
  if (!coupled_) return out;
  constexpr double same = 1e-6;
  const FixedPoint point = fixed_point();
  const auto add = [&](std::vector<double> y) {
    NodeAnswer answer;
    answer.converged = point.newton(y, tolerance, answer);
    finish(y, answer);
    bool known = !answer.converged || !(answer.residual <= 1e-6 * std::max(w_.payoff_range, 1e-300)) ||
                 distance(answer, first) < same;
    for (const auto& other : out) known = known || distance(answer, other) < same;
    if (!known) out.push_back(std::move(answer));
  };
  const double most = *std::max_element(lambda_.begin(), lambda_.end()) * w_.payoff_range;
  if (unknowns() == 2) {
    // Of one log-odds x all roots of x = lambda (Q1 - Q0)(x): what one meets changes over steps of 1 / sqrt(n).
    const double step = 0.25 / std::sqrt(alike_[0]);
    const auto steps = static_cast<size_t>(std::min(2 * most / step + 2, 2e5));
    std::vector<double> g(2);
    double before = 0;
    for (size_t k = 0; k <= steps; ++k) {
      const double x = -most + 2 * most * static_cast<double>(k) / static_cast<double>(steps);
      reply(std::vector<double>{0, x}, g, {});
      const double gap = g[1] - g[0] - x;
      if (k > 0 && gap * before <= 0) {
        // Halved until Newton's method cannot leave it.
        double low = x - 2 * most / static_cast<double>(steps), high = x;
        const bool falls = before > 0;
        for (int half = 0; half < 40; ++half) {
          const double middle = (low + high) / 2;
          reply(std::vector<double>{0, middle}, g, {});
          (((g[1] - g[0] - middle) > 0) == falls ? low : high) = middle;
        }
        reply(std::vector<double>{0, low}, g, {});
        const double mean = (g[0] + g[1]) / 2;
        add({mean - low / 2, mean + low / 2});
      }
      before = gap;
    }
    return out;
  }
  for (uint32_t s = 0; s < starts; ++s) {
    base::RandomStream random(seed, s);
    std::vector<double> y(unknowns());
    for (double& x : y) x = most * (random.unit() - 0.5);
    add(std::move(y));
  }
  return out;
}

void CountedProblem::option_values(std::span<const double> log_sigma, std::span<double> out) {
  const std::vector<double> kept = std::exchange(lambda_, std::vector<double>(unknowns(), 1.0));
  reply(log_sigma, out.first(unknowns()), {});
  lambda_ = kept;
}

void CountedProblem::node_values(std::span<const double> log_sigma, std::span<double> out) {
  const auto& node = g_.nodes[node_];
  const auto& shape = g_.shapes[node.shape];
  const auto& counted = *g_.counted;
  for (uint32_t i = 0; i < g_.actors(); ++i) out[i] = w_.slots[g_.payoff(node.payoff)[i]];
  // Those who choose by what their options are worth, all others by what comes to them.
  std::vector<bool> chooses(g_.actors(), false);
  std::vector<double> worth(unknowns());
  if (!shape.movers.empty()) option_values(log_sigma, worth);
  for (size_t m = 0; m < shape.movers.size(); ++m) {
    double mean = 0;
    for (size_t u = offset_[m]; u < offset_[m + 1]; ++u) mean += std::exp(log_sigma[u]) * worth[u];
    const auto& members = counted.crowd.members;
    auto place =
        static_cast<size_t>(std::find(members.begin(), members.end(), shape.movers[m].actor) - members.begin());
    for (uint32_t k = 0; k < shape.movers[m].alike; ++k, ++place) {
      const uint32_t actor = place < members.size() ? members[place] : shape.movers[m].actor;
      chooses[actor] = true;
      out[actor] += mean;
    }
  }
  for (uint32_t e = 0; e < node.edges; ++e) {
    const auto& edge = g_.edges[node.first_edge + e];
    double p = 1;
    if (shape.kind == game::NodeKind::chance) p = w_.slots[g_.probability_tables[edge.probability]];
    if (!shape.movers.empty()) p = std::exp(log_probability(e, log_sigma));
    const game::Slot* pay = g_.payoff(edge.payoff);
    const double* next = values_.data() + size_t{edge.target} * g_.actors();
    const auto add = [&](uint32_t actor, uint32_t then) {
      const double discount = shape.kind == game::NodeKind::settle ? w_.discount[actor] : 1;
      out[actor] += p * (w_.slots[pay[actor]] + discount * next[then]);
    };
    std::vector<uint32_t> then(g_.actors());
    for (uint32_t i = 0; i < g_.actors(); ++i) then[i] = i;
    size_t slot = counted.first_slot[node.first_edge + e];
    for (uint32_t x = counted.first_class[node_]; x < counted.first_class[node_ + 1]; ++x) {
      const auto& alike = counted.classes[x];
      if (alike.mover == none)
        for (uint32_t k = alike.first; k < alike.first + alike.count; ++k)
          then[counted.crowd.members[k]] = counted.crowd.members[counted.place[slot]];
      slot += alike.mover == none ? 1 : shape.movers[alike.mover].options.size();
    }
    for (uint32_t i = 0; i < g_.actors(); ++i)
      if (!chooses[i]) add(i, then[i]);
  }
}

}  // namespace casus::solve
