// What the oracle tells of an equilibrium: measures, by mass that goes forwards.
#include <algorithm>
#include <cmath>

#include "oracle/oracle.h"

namespace casus::oracle {

// The stage of whose choices an expression speaks, of several any; -1: of none's.
int Oracle::stage_asked(model::ExprId id) const {
  if (id == model::no_expr) return -1;
  const model::Expr& e = rules_.source.pool[id];
  if (e.op == model::Op::chosen) return static_cast<int>(e.actor);
  return std::max({stage_asked(e.a), stage_asked(e.b), stage_asked(e.c)});
}

Answer Oracle::tell() {
  Vector point(static_cast<Eigen::Index>(unknowns()) + 1);
  for (size_t u = 0; u < unknowns(); ++u) point[static_cast<Eigen::Index>(u)] = log_odds_[u];
  point[static_cast<Eigen::Index>(unknowns())] = 1;
  Answer out;
  if (const Vector left = residual(0, true, point); left.size() > 0) out.residual = left.cwiseAbs().maxCoeff();
  out.choice = choice_;
  out.worth = worth_;
  out.values.assign(value_.begin(), value_.begin() + static_cast<std::ptrdiff_t>(actors_ * profiles_));
  for (size_t k = 0; k < log_reach_.size(); ++k) out.reach.push_back(slips_[k] > 0 ? 0 : std::exp(log_reach_[k]));
  for (const auto& m : rules_.source.measures) out.measures.push_back(measured(m, out));
  return out;
}

std::vector<double> Oracle::measured(const model::Measure& m, const Answer& answer) const {
  const bool by_round = m.kind == model::MeasureKind::in_round;
  std::vector<double> out((by_round ? static_cast<size_t>(rules_.source.horizon) : 1) * profiles_, 0.0);
  if (m.kind == model::MeasureKind::payoff) {
    std::copy_n(&answer.values[m.actor * profiles_], profiles_, out.begin());
    return out;
  }
  if (m.formula != model::no_expr) return out;  // reckoned from others
  const bool ever = m.kind == model::MeasureKind::ever;
  const int asked = stage_asked(m.body);
  // Of what has not made an `ever` true yet, [profile at the start][profile]: several steps may lead to one history.
  std::vector<std::vector<double>> mass(rules_.histories.size(), std::vector<double>(profiles_ * profiles_, 0.0));
  for (size_t p = 0; p < profiles_; ++p) mass[0][p * profiles_ + p] = 1;
  for (size_t k = 0; k < rules_.histories.size(); ++k) {
    const History& h = rules_.histories[k];
    const size_t row = by_round ? (h.round - 1) * profiles_ : 0;
    const std::vector<double> believed = belief(k);
    const bool counted = ever || h.kind == (by_round ? Kind::end_of_round : Kind::end);
    for (size_t f = 0; asked < 0 && counted && f < profiles_; ++f)
      for (size_t p = 0; p < profiles_; ++p) {
        const double x = rules_.number(m.body, {.state = h.state, .round = h.round, .profile = p, .belief = &believed});
        out[row + f] += x * mass[k][f * profiles_ + p];
        if (ever && x != 0) mass[k][f * profiles_ + p] = 0;
      }
    for (const Step& s : h.steps) {
      const bool taken = asked >= 0 && (h.kind == Kind::move || h.kind == Kind::chance) &&
                         (ever || h.stage == static_cast<uint32_t>(asked)) &&
                         rules_.number(m.body, {.state = h.state, .round = h.round, .from = &h, .step = &s}) != 0;
      for (size_t f = 0; f < profiles_; ++f)
        for (size_t p = 0; p < profiles_; ++p) {
          const double part = mass[k][f * profiles_ + p] * chance_of(h, s, p);
          if (taken) out[row + f] += part;
          if (ever && taken) continue;
          for (size_t q = 0; q < profiles_; ++q)
            if (!s.turns.empty() || p == q)
              mass[s.to][f * profiles_ + q] += part * (s.turns.empty() ? 1 : s.turns[p * profiles_ + q]);
        }
    }
  }
  return out;
}

}  // namespace casus::oracle
