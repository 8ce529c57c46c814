#include "solve/counted/problem.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace casus::solve {

using game::none;

CountedProblem::CountedProblem(const game::Game& g, const World& w)
    : g_(g), w_(w), types_(g.profiles), log_factorial_{0} {
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
  mover_.clear();
  acts_ = 0;
  double choosing = 0;
  for (const auto& m : movers) {
    const auto options = static_cast<uint32_t>(m.options.size());
    const uint32_t types = g_.types(m.actor);
    mover_.push_back({acts_, options, types, static_cast<double>(m.alike), w_.precision[m.actor]});
    offset_.push_back(offset_.back() + size_t{types} * options);
    acts_ += options;
    if (options > 1) choosing += m.alike;
  }
  coupled_ = choosing > 1;
  count_.assign(node.edges * acts_, 0);
  worth_.assign(node.edges * acts_ * types_, 0);
  ways_.assign(node.edges, 0);
  if (movers.empty()) return;
  std::vector<const game::Counted::Class*> class_of(movers.size(), nullptr);
  std::vector<size_t> slot_of(movers.size());
  size_t slot = 0;
  for (uint32_t x = counted.first_class[n]; x < counted.first_class[n + 1]; ++x) {
    const auto& alike = counted.classes[x];
    if (alike.mover != none) {
      class_of[alike.mover] = &alike;
      slot_of[alike.mover] = slot;
    }
    slot += alike.mover == none ? 1 : movers[alike.mover].options.size();
  }
  std::vector<uint32_t> counts;
  for (uint32_t e = 0; e < node.edges; ++e) {
    const size_t first_slot = counted.first_slot[node.first_edge + e];
    uint32_t rest = e;
    for (size_t m = movers.size(); m-- > 0;) {
      counts.resize(mover_[m].options);
      const auto all = static_cast<uint32_t>(game::shares(movers[m].alike, mover_[m].options));
      game::share_of(movers[m].alike, rest % all, counts);
      rest /= all;
      ways_[e] += log_factorial_[movers[m].alike];
      uint32_t place = class_of[m] ? class_of[m]->first : 0;
      for (size_t o = 0; o < counts.size(); ++o) {
        count_[e * acts_ + mover_[m].act + o] = counts[o];
        ways_[e] -= log_factorial_[counts[o]];
        if (counts[o] == 0) continue;
        const auto& members = counted.crowd.members;
        if (class_of[m])
          find_worth(e, m, o, members[place], members[counted.place[first_slot + slot_of[m] + o]]);
        else
          find_worth(e, m, o, movers[m].actor, movers[m].actor);
        place += counts[o];
      }
    }
  }
}

// Who is paid as `before` and goes on as `after`.
void CountedProblem::find_worth(uint32_t e, size_t mover, size_t option, uint32_t before, uint32_t after) {
  const auto& edge = g_.edges[g_.nodes[node_].first_edge + e];
  const game::Slot* pay = g_.payoff(edge.payoff) + size_t{before} * types_;
  const double* next = values_.data() + (size_t{edge.target} * g_.actors() + after) * types_;
  double* worth = worth_.data() + (e * acts_ + mover_[mover].act + option) * types_;
  for (uint32_t t = 0; t < mover_[mover].types; ++t) worth[t] = w_.slots[pay[t]] + next[t];
}

std::vector<double> CountedProblem::log_softmax(std::span<const double> y) const {
  std::vector<double> out(y.begin(), y.end());
  for (size_t m = 0; m < mover_.size(); ++m)
    for (uint32_t t = 0; t < mover_[m].types; ++t) {
      const std::span row = std::span(out).subspan(offset_[m] + size_t{t} * mover_[m].options, mover_[m].options);
      const double top = *std::max_element(row.begin(), row.end());
      double sum = 0;
      for (const double x : row) sum += std::exp(x - top);
      for (double& x : row) x -= top + std::log(sum);
    }
  return out;
}

void CountedProblem::play(std::span<const double> log_sigma) {
  log_sigma_.assign(log_sigma.begin(), log_sigma.end());
  log_p_.resize(acts_);
  for (size_t m = 0; m < mover_.size(); ++m)
    for (uint32_t o = 0; o < mover_[m].options; ++o) {
      const double* of = log_sigma_.data() + offset_[m] + o;
      double top = of[0], sum = 0;
      for (uint32_t t = 1; t < mover_[m].types; ++t) top = std::max(top, of[size_t{t} * mover_[m].options]);
      for (uint32_t t = 0; t < mover_[m].types; ++t)
        sum += (mover_[m].types == 1 ? 1 : w_.prior[0][t]) * std::exp(of[size_t{t} * mover_[m].options] - top);
      log_p_[mover_[m].act + o] = top + std::log(sum);
    }
}

double CountedProblem::log_probability(uint32_t edge) const {
  double out = ways_[edge];
  const double* count = count_.data() + edge * acts_;
  for (size_t u = 0; u < acts_; ++u)
    if (count[u] > 0) out += count[u] * log_p_[u];
  return out;
}

double CountedProblem::share(uint32_t edge, size_t m, uint32_t type, size_t option) const {
  const MoverPlace& mover = mover_[m];
  const uint32_t t = mover.types == 1 ? 0 : type;
  return count_[edge * acts_ + mover.act + option] / mover.alike *
         std::exp(log_sigma_[offset_[m] + t * mover.options + option] - log_p_[mover.act + option]);
}

void CountedProblem::reply(std::span<const double> y, std::span<double> out, std::span<double> jacobian) {
  const size_t n = unknowns();
  play(log_softmax(y));
  // One actor's part of what is likely; where hardly anybody does it logarithms hold more.
  constexpr double hardly = -300;
  per_.resize(acts_);
  for (size_t m = 0; m < mover_.size(); ++m)
    for (size_t u = mover_[m].act; u < mover_[m].act + mover_[m].options; ++u)
      per_[u] = log_p_[u] > hardly ? std::exp(-log_p_[u]) / mover_[m].alike : 0;
  std::fill(out.begin(), out.end(), 0.0);
  by_log_p_.assign(jacobian.empty() ? 0 : n * acts_, 0.0);
  for (uint32_t e = 0; e < g_.nodes[node_].edges; ++e) {
    const double log_p = log_probability(e), all = std::exp(log_p);
    const double* count = count_.data() + e * acts_;
    for (size_t m = 0; m < mover_.size(); ++m)
      for (uint32_t o = 0; o < mover_[m].options; ++o) {
        const size_t act = mover_[m].act + o;
        if (count[act] == 0) continue;
        // Of the others, given that one does this.
        const double p =
            per_[act] > 0 ? all * per_[act] * count[act] : std::exp(log_p - log_p_[act]) * count[act] / mover_[m].alike;
        if (p == 0) continue;
        for (uint32_t t = 0; t < mover_[m].types; ++t) {
          const size_t row = offset_[m] + size_t{t} * mover_[m].options + o;
          const double weighted = p * worth_[(e * acts_ + act) * types_ + t];
          out[row] += weighted;
          if (jacobian.empty()) continue;
          double* by = by_log_p_.data() + row * acts_;
          for (size_t v = 0; v < acts_; ++v) by[v] += weighted * count[v];
          by[act] -= weighted;
        }
      }
  }
  for (size_t m = 0; m < mover_.size(); ++m)
    for (size_t u = offset_[m]; u < offset_[m + 1]; ++u) out[u] *= mover_[m].lambda;
  if (jacobian.empty()) return;
  // Over log sigma(o | t), of which log p(o) has the part of that type, to y: log sigma = y - log sum exp y.
  for (size_t k = 0; k < mover_.size(); ++k)
    for (uint32_t s = 0; s < mover_[k].types; ++s) {
      const size_t first = offset_[k] + size_t{s} * mover_[k].options;
      const double prior = mover_[k].types == 1 ? 1 : w_.prior[0][s];
      for (size_t m = 0; m < mover_.size(); ++m)
        for (size_t row = offset_[m]; row < offset_[m + 1]; ++row) {
          const double* by = by_log_p_.data() + row * acts_ + mover_[k].act;
          double total = 0;
          for (uint32_t o = 0; o < mover_[k].options; ++o) {
            const double part = prior * std::exp(log_sigma_[first + o] - log_p_[mover_[k].act + o]);
            jacobian[row + (first + o) * n] = by[o] * part;
            total += by[o] * part;
          }
          for (uint32_t o = 0; o < mover_[k].options; ++o) {
            double& entry = jacobian[row + (first + o) * n];
            entry = mover_[m].lambda * (entry - std::exp(log_sigma_[first + o]) * total);
          }
        }
    }
}

FixedPoint CountedProblem::fixed_point() {
  FixedPoint out{.reply = [this](std::span<const double> y, std::span<double> g,
                                 std::span<double> jacobian) { reply(y, g, jacobian); },
                 .rows = {}};
  for (size_t m = 0; m < mover_.size(); ++m)
    for (uint32_t t = 0; t < mover_[m].types; ++t)
      out.rows.push_back(static_cast<std::ptrdiff_t>(offset_[m] + size_t{t} * mover_[m].options));
  out.rows.push_back(static_cast<std::ptrdiff_t>(unknowns()));
  return out;
}

double CountedProblem::scale() const {
  double most = 0;
  for (const auto& m : mover_) most = std::max(most, m.lambda);
  return most * w_.payoff_range;
}

void CountedProblem::finish(std::span<const double> y, NodeAnswer& answer) {
  std::vector<double> g(unknowns());
  reply(y, g, {});
  for (size_t m = 0; m < mover_.size(); ++m)
    for (size_t u = offset_[m]; u < offset_[m + 1] && mover_[m].lambda > 0; ++u)
      answer.residual = std::max(answer.residual, std::fabs(y[u] - g[u]) / mover_[m].lambda);
  answer.y.assign(y.begin(), y.end());
  answer.log_sigma = log_softmax(answer.y);
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
  const FixedPoint point = fixed_point();
  answer.converged = point.trace(y, scale(), caution, answer);
  const std::vector<double> there = log_softmax(y);
  answer.converged = answer.converged && point.newton(y, tolerance, answer);
  finish(y, answer);
  // Newton's method may only polish what the branch led to.
  constexpr double near_end = 0.01;
  for (size_t u = 0; answer.converged && u < y.size(); ++u)
    answer.converged = std::fabs(std::exp(there[u]) - std::exp(answer.log_sigma[u])) <= near_end;
  return answer;
}

void CountedProblem::option_values(std::span<const double> log_sigma, std::span<double> out) {
  std::vector<double> kept;
  for (auto& m : mover_) kept.push_back(std::exchange(m.lambda, 1));
  reply(log_sigma, out.first(unknowns()), {});
  for (size_t m = 0; m < mover_.size(); ++m) mover_[m].lambda = kept[m];
}

void CountedProblem::node_values(std::span<const double> log_sigma, std::span<double> out) {
  const auto& node = g_.nodes[node_];
  const auto& shape = g_.shapes[node.shape];
  const auto& counted = *g_.counted;
  const auto& members = counted.crowd.members;
  for (size_t i = 0; i < out.size(); ++i) out[i] = w_.slots[g_.payoff(node.payoff)[i]];
  // Those who choose by what their options are worth, all others by what comes to them.
  std::vector<bool> chooses(g_.actors(), false);
  std::vector<double> worth(unknowns());
  if (!shape.movers.empty()) option_values(log_sigma, worth);
  for (size_t m = 0; m < mover_.size(); ++m)
    for (uint32_t t = 0; t < types_; ++t) {
      const size_t first = offset_[m] + (mover_[m].types == 1 ? 0 : size_t{t} * mover_[m].options);
      double mean = 0;
      for (size_t u = first; u < first + mover_[m].options; ++u) mean += std::exp(log_sigma[u]) * worth[u];
      const uint32_t place = counted.crowd.number(shape.movers[m].actor);
      for (uint32_t k = 0; k < shape.movers[m].alike; ++k) {
        const uint32_t actor = place == none ? shape.movers[m].actor : members[place + k];
        chooses[actor] = true;
        out[size_t{actor} * types_ + t] += mean;
      }
    }
  std::vector<uint32_t> then(g_.actors());
  for (uint32_t e = 0; e < node.edges; ++e) {
    const auto& edge = g_.edges[node.first_edge + e];
    double p = 1;
    if (shape.kind == game::NodeKind::chance) p = w_.slots[g_.probability_tables[edge.probability]];
    if (!shape.movers.empty()) p = std::exp(log_probability(e));
    for (uint32_t i = 0; i < g_.actors(); ++i) then[i] = i;
    size_t slot = counted.first_slot[node.first_edge + e];
    for (uint32_t x = counted.first_class[node_]; x < counted.first_class[node_ + 1]; ++x) {
      const auto& alike = counted.classes[x];
      for (uint32_t k = 0; k < alike.count && alike.mover == none; ++k)
        then[members[alike.first + k]] = members[counted.place[slot]];
      slot += alike.mover == none ? 1 : shape.movers[alike.mover].options.size();
    }
    const game::Slot* pay = g_.payoff(edge.payoff);
    const double* next = values_.data() + size_t{edge.target} * g_.actors() * types_;
    for (uint32_t i = 0; i < g_.actors(); ++i) {
      const double discount = shape.kind == game::NodeKind::settle ? w_.discount[i] : 1;
      for (uint32_t t = 0; t < types_ && !chooses[i]; ++t)
        out[size_t{i} * types_ + t] +=
            p * (w_.slots[pay[size_t{i} * types_ + t]] + discount * next[size_t{then[i]} * types_ + t]);
    }
  }
}

}  // namespace casus::solve
