#include "oracle/oracle.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace casus::oracle {

namespace {

constexpr int impossible = 1000;  // what chance rules out outweighs any number of slips

}  // namespace

Oracle::Oracle(const Rules& rules) : rules_(rules), actors_(rules.actors()), profiles_(rules.profiles) {
  for (size_t h = 0; h < rules.histories.size(); ++h) {
    first_.push_back(unknowns_.size());
    const auto& movers = rules.histories[h].movers;
    for (size_t m = 0; m < movers.size(); ++m)
      for (size_t t = 0; t < movers[m].bound.size(); ++t)
        for (size_t o = 1; movers[m].bound[t] < 0 && o < movers[m].options.size(); ++o)
          unknowns_.push_back({h, m, t, o});
  }
  for (const auto& x : rules.source.payoffs) image_ |= rules.asks_belief(x.amount);
  first_.push_back(unknowns_.size());
  log_odds_.assign(unknowns_.size(), 0);
  share_.assign(rules.histories.size(), 0);
  log_choice_.assign(rules.numbers, 0);
  choice_ = worth_ = log_choice_;
  log_reach_.assign(rules.histories.size() * profiles_, 0);
  slips_.assign(log_reach_.size(), 0);
  value_.assign(rules.histories.size() * actors_ * profiles_, 0);
}

// ---- one evaluation: choices and beliefs forwards, values and worths backwards ----

// A free type's probabilities from its log-odds; a bound type does what it is bound to.
void Oracle::choose(size_t history) {
  size_t u = first_[history];
  for (const Mover& m : rules_.histories[history].movers)
    for (size_t t = 0; t < m.bound.size(); ++t) {
      double* log_choice = &log_choice_[m.first + t * m.options.size()];
      double* choice = &choice_[m.first + t * m.options.size()];
      const size_t n = m.options.size();
      for (size_t o = 0; o < n; ++o) log_choice[o] = m.bound[t] >= 0 || o == 0 ? 0 : log_odds_[u++];
      const double top = *std::max_element(log_choice, log_choice + n);
      double sum = 0;
      for (size_t o = 0; o < n; ++o) sum += std::exp(log_choice[o] - top);
      for (size_t o = 0; o < n; ++o) {
        log_choice[o] -= top + std::log(sum);
        choice[o] = std::exp(log_choice[o]);
        if (m.bound[t] >= 0) choice[o] = o == static_cast<size_t>(m.bound[t]);
      }
    }
}

// Probability of a step given everybody's types, but for what one mover does.
double Oracle::chance_of(const History& h, const Step& s, size_t profile, size_t but) const {
  double out = s.odds.empty() ? 1 : s.odds[profile];
  for (size_t m = 0; m < h.movers.size(); ++m)
    if (m != but)
      out *= choice_[h.movers[m].first + rules_.type_of(profile, h.movers[m].actor) * h.movers[m].options.size() +
                     s.taken[m]];
  return out;
}

// Bayes' rule, one profile of types at a time. Where a type does what it is bound not to do, slips are counted: what
// is believed then is what ever rarer slips, all equally rare, would make of it.
void Oracle::pass_on(size_t history) {
  const History& h = rules_.histories[history];
  if (history == 0)
    for (size_t p = 0; p < profiles_; ++p) log_reach_[p] = std::log(rules_.prior[p]);
  for (const Step& s : h.steps) std::fill_n(&slips_[s.to * profiles_], profiles_, std::numeric_limits<int>::max());
  for (const Step& s : h.steps)
    for (size_t p = 0; p < profiles_; ++p) {
      double to = log_reach_[history * profiles_ + p];
      int slips = slips_[history * profiles_ + p];
      if (slips == std::numeric_limits<int>::max()) continue;
      if (!s.odds.empty()) {
        if (s.odds[p] > 0)
          to += std::log(s.odds[p]);
        else
          slips += impossible;
      }
      for (size_t m = 0; m < h.movers.size(); ++m) {
        const Mover& mover = h.movers[m];
        const size_t t = rules_.type_of(p, mover.actor);
        if (mover.bound[t] < 0)
          to += log_choice_[mover.first + t * mover.options.size() + s.taken[m]];
        else
          slips += mover.bound[t] != static_cast<int>(s.taken[m]);
      }
      for (size_t q = 0; q < profiles_; ++q) {
        const double becomes = s.turns.empty() ? static_cast<double>(p == q) : s.turns[p * profiles_ + q];
        if (becomes > 0) add(s.to * profiles_ + q, to + std::log(becomes), slips);
      }
    }
}

// Several steps may lead to one history; what takes more slips counts for nothing beside what takes fewer.
void Oracle::add(size_t place, double log_reach, int slips) {
  if (slips > slips_[place]) return;
  double& to = log_reach_[place];
  if (slips < slips_[place])
    to = log_reach;
  else
    to = std::max(to, log_reach) + std::log1p(std::exp(-std::fabs(to - log_reach)));
  slips_[place] = slips;
}

// What is believed at a history; by an actor that knows its own type, if one is named.
std::vector<double> Oracle::belief(size_t history, size_t actor, size_t type) const {
  int least = std::numeric_limits<int>::max();
  double top = -std::numeric_limits<double>::infinity(), sum = 0;
  std::vector<double> out(profiles_, 0.0);
  const auto possible = [&](size_t p) { return actor == nobody || rules_.type_of(p, actor) == type; };
  for (size_t p = 0; p < profiles_; ++p)
    if (possible(p)) least = std::min(least, slips_[history * profiles_ + p]);
  if (least == std::numeric_limits<int>::max()) {
    // Nobody can be so here, since types have changed: such a one would know of the others what everybody knows.
    const std::vector<double> known = belief(history);
    for (size_t p = 0; p < profiles_; ++p)
      for (size_t q = 0; possible(p) && q < profiles_; ++q)
        if (rules_.alike_but_for(p, q, actor)) out[p] += known[q];
    return out;
  }
  const auto counts = [&](size_t p) { return possible(p) && slips_[history * profiles_ + p] == least; };
  const auto log_weight = [&](size_t p) { return log_reach_[history * profiles_ + p]; };
  for (size_t p = 0; p < profiles_; ++p)
    if (counts(p)) top = std::max(top, log_weight(p));
  for (size_t p = 0; p < profiles_; ++p)
    if (counts(p)) sum += out[p] = std::exp(log_weight(p) - top);
  for (double& x : out) x /= sum;
  return out;
}

// Of a step to an actor, before it is known what becomes of anybody's type.
double Oracle::worth_after(const Step& s, size_t actor, size_t profile) const {
  const double* next = &value_[(s.to * actors_ + actor) * profiles_];
  if (s.turns.empty()) return next[profile];
  double sum = 0;
  for (size_t q = 0; q < profiles_; ++q) sum += s.turns[profile * profiles_ + q] * next[q];
  return sum;
}

void Oracle::evaluate(size_t history) {
  const History& h = rules_.histories[history];
  double* value = &value_[history * actors_ * profiles_];
  for (size_t k = 0; k < actors_ * profiles_; ++k) value[k] = h.pays.empty() ? 0 : h.pays[k];
  if (image_ && (h.kind == Kind::end || h.kind == Kind::end_of_round)) {
    const auto more = rules_.paid_by_belief(h, belief(history));
    for (size_t k = 0; k < actors_ * profiles_; ++k) value[k] += more[k];
  }
  for (const Step& s : h.steps)
    for (size_t p = 0; p < profiles_; ++p) {
      const double chance = chance_of(h, s, p);
      for (size_t i = 0; i < actors_; ++i) {
        const size_t at = i * profiles_ + p;
        const double discount = h.kind == Kind::end_of_round ? rules_.discount[i] : 1;
        value[at] += chance * (s.pays[at] + discount * worth_after(s, i, p));
      }
    }
}

// What each option is worth to each type, given what it believes about the others.
void Oracle::compare(size_t history) {
  const History& h = rules_.histories[history];
  for (size_t m = 0; m < h.movers.size(); ++m) {
    const Mover& mover = h.movers[m];
    for (size_t t = 0; t < mover.bound.size(); ++t) {
      const std::vector<double> believed = belief(history, mover.actor, t);
      double* worth = &worth_[mover.first + t * mover.options.size()];
      std::fill_n(worth, mover.options.size(), 0.0);
      for (size_t p = 0; p < profiles_; ++p) {
        if (believed[p] == 0) continue;
        const size_t at = mover.actor * profiles_ + p;
        for (const Step& s : h.steps)
          worth[s.taken[m]] += believed[p] * chance_of(h, s, p, m) * (s.pays[at] + worth_after(s, mover.actor, p));
      }
    }
  }
}

// What hangs on the choices at a history, up to `root`: beliefs and choices after it, values and worths before it.
void Oracle::update(size_t from, size_t root) {
  const size_t past = rules_.histories[from].past;
  for (size_t h = from; h < past; ++h) {
    choose(h);
    pass_on(h);
  }
  for (size_t h = past; h-- > from;) {
    evaluate(h);
    compare(h);
  }
  while (from != root) {
    from = rules_.histories[from].parent;
    evaluate(from);
    compare(from);
  }
}

double Oracle::gain(size_t unknown) const {
  const Unknown& x = unknowns_[unknown];
  const Mover& m = rules_.histories[x.history].movers[x.mover];
  const double* worth = &worth_[m.first + x.type * m.options.size()];
  return rules_.precision[m.actor] * (worth[x.option] - worth[0]);
}

Oracle::Vector Oracle::residual(size_t root) const {
  const size_t first = first_[root], size = first_[rules_.histories[root].past] - first;
  Vector out(static_cast<Eigen::Index>(size));
  for (size_t u = 0; u < size; ++u)
    out[static_cast<Eigen::Index>(u)] = log_odds_[first + u] - share_[unknowns_[first + u].history] * gain(first + u);
  return out;
}

Oracle::Vector Oracle::residual(size_t root, bool whole, const Vector& point) {
  const size_t past = rules_.histories[root].past, first = first_[root], size = first_[past] - first;
  for (size_t u = 0; u < size; ++u) log_odds_[first + u] = point[static_cast<Eigen::Index>(u)];
  for (size_t h = root; h < (whole ? past : root + 1); ++h) share_[h] = point[static_cast<Eigen::Index>(size)];
  update(root, root);
  return residual(root);
}

// ---- the branch ----

// By differences, which is all that Newton's method and a tangent ask for. The last row is left to the caller.
Oracle::Matrix Oracle::jacobian(size_t root, bool whole, const Vector& point) {
  constexpr double little = 1e-7;
  const size_t past = rules_.histories[root].past, first = first_[root];
  const Vector here = residual(root, whole, point);
  const Eigen::Index n = here.size();
  Matrix out(n + 1, n + 1);
  for (size_t h = root; h < past; ++h) {
    for (size_t u = first_[h]; u < first_[h + 1]; ++u) {
      const double before = log_odds_[u];
      log_odds_[u] += little;
      update(h, root);
      out.col(static_cast<Eigen::Index>(u - first)).head(n) = (residual(root) - here) / (log_odds_[u] - before);
      log_odds_[u] = before;
    }
    if (first_[h] < first_[h + 1]) update(h, root);
  }
  for (Eigen::Index u = 0; u < n; ++u) {
    const size_t unknown = first + static_cast<size_t>(u);
    out(u, n) = whole || unknowns_[unknown].history == root ? -gain(unknown) : 0;
  }
  return out;
}

// Newton's method within the plane through `point` that `along` stands upright on.
bool Oracle::correct(size_t root, bool whole, Vector& point, const Vector& along, double exactness, double longest) {
  const Eigen::Index n = point.size() - 1;
  double before = longest;
  Eigen::PartialPivLU<Matrix> solver;
  for (int k = 0; k < 20; ++k) {
    Vector right = Vector::Zero(n + 1);
    right.head(n) = residual(root, whole, point);
    const auto linearise = [&] {
      Matrix matrix = jacobian(root, whole, point);
      matrix.row(n) = along.transpose();
      solver.compute(matrix);
    };
    if (k == 0) linearise();
    Vector by = solver.solve(right);
    if (k > 0 && by.cwiseAbs().maxCoeff() > 0.1 * before) {
      linearise();
      by = solver.solve(right);
    }
    const double size = by.cwiseAbs().maxCoeff();
    if (!(size <= before)) return false;
    point -= by;
    if (size < exactness * std::max(1.0, point.cwiseAbs().maxCoeff())) return true;
    before = size;
  }
  return false;
}

// Follows the branch of one part of the game, from where those who rise are at precision 0, by tangents and
// corrections. A step is taken back where the correction is not small beside it, or where the branch turned too much.
bool Oracle::rise(size_t root, bool whole, double step, int& folds) {
  const size_t first = first_[root], size = first_[rules_.histories[root].past] - first;
  const auto n = static_cast<Eigen::Index>(size);
  Vector point(n + 1), level = Vector::Zero(n + 1);
  for (size_t u = 0; u < size; ++u) point[static_cast<Eigen::Index>(u)] = log_odds_[first + u];
  point[n] = 0;
  level[n] = 1;
  const auto tangent_at = [&](const Vector& at, const Vector& before) {
    Matrix matrix = jacobian(root, whole, at);
    matrix.row(n) = before.transpose();
    return Vector(matrix.partialPivLu().solve(level).normalized());
  };
  Vector tangent = tangent_at(point, level);
  double length = step / 10;
  for (int k = 0; k < 100'000; ++k) {
    const double longest = step * std::max(1.0, 0.2 * point.head(n).cwiseAbs().maxCoeff());
    length = std::min(length, longest);
    Vector next = point + length * tangent, turned;
    bool good = correct(root, whole, next, tangent, 1e-9, 0.2 * length);
    if (good) {
      turned = tangent_at(next, tangent);
      good = turned.dot(tangent) > 0.9;
    }
    if (!good) {
      length /= 2;
      if (length < 1e-9) return false;
      continue;
    }
    if (next[n] >= 1) {
      const double part = (1 - point[n]) / (next[n] - point[n]);
      point += part * (next - point);
      point[n] = 1;
      return correct(root, whole, point, level, 1e-12) && residual(root, whole, point).cwiseAbs().maxCoeff() < 1e-8;
    }
    folds += turned[n] * tangent[n] < 0;
    point = next;
    tangent = turned;
    length *= 1.5;
  }
  return false;
}

Answer Oracle::follow(Branch branch, double step) {
  std::fill(log_odds_.begin(), log_odds_.end(), 0.0);
  std::fill(share_.begin(), share_.end(), 0.0);
  residual(0, false, Vector::Zero(static_cast<Eigen::Index>(unknowns()) + 1));
  int folds = 0;
  for (size_t h = branch == Branch::whole ? 1 : rules_.histories.size(); h-- > 0;) {
    if (first_[h] == first_[branch == Branch::whole ? rules_.histories[h].past : h + 1]) continue;
    if (!rise(h, branch == Branch::whole, step, folds)) return {.failed = "the branch could not be followed"};
  }
  Answer out = tell();
  out.folds = folds;
  return out;
}

Answer Oracle::near(const std::vector<double>& choice) {
  const auto n = static_cast<Eigen::Index>(unknowns());
  Vector point(n + 1), level = Vector::Zero(n + 1);
  for (Eigen::Index u = 0; u < n; ++u) {
    const Unknown& x = unknowns_[static_cast<size_t>(u)];
    const Mover& m = rules_.histories[x.history].movers[x.mover];
    const double* own = &choice[m.first + x.type * m.options.size()];
    point[u] = std::log(std::max(own[x.option], 1e-300)) - std::log(std::max(own[0], 1e-300));
  }
  point[n] = level[n] = 1;
  if (n > 0 && !correct(0, true, point, level, 1e-12)) return {.failed = "no equilibrium found"};
  return tell();
}

}  // namespace casus::oracle
