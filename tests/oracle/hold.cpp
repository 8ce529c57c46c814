#include "oracle/hold.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "case_text.h"
#include "lab/world.h"
#include "oracle/oracle.h"

namespace casus::testing {

namespace {

constexpr double step = 0.5;       // of the oracle, in log-odds
constexpr double exact_to = 1e-9;  // what is the same but for rounding
constexpr double likely = 1e-3;
constexpr double lost =
    0.01;  // share of the stakes: whoever loses more shows that an answer is none (study/accuracy.h)
constexpr double slight = 1e-5;  // a tenth of what one world's measures may be off by on grids

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

class Comparison {
 public:
  Comparison(const model::Case& c, const oracle::Rules& rules, const game::Game& g, const solve::World& w)
      : case_(c), rules_(rules), g_(g), w_(w), stakes_(w.payoff_range > 0 ? w.payoff_range : 1) {}

  Apart apart(const solve::Solution& s, const std::vector<double>& choice, const oracle::Answer& right) const {
    Apart out;
    for (size_t k = 0; k < right.values.size(); ++k)
      out.value = std::max(out.value, std::fabs(s.values[k] - right.values[k]) / stakes_);
    for (size_t m = 0; m < right.measures.size(); ++m) {
      const double unit = case_.measures[m].kind == model::MeasureKind::payoff ? stakes_ : 1;
      const auto& of = right.measures[m];
      for (size_t first = 0; first < of.size(); first += rules_.profiles) {
        double mean = 0;
        for (size_t p = 0; p < rules_.profiles; ++p) {
          const double difference = (s.measures[m].by_profile.at(first + p) - of[first + p]) / unit;
          out.by_types = std::max(out.by_types, std::fabs(difference));
          mean += rules_.prior[p] * difference;
        }
        double& most = reads_beliefs(case_.measures[m].body) ? out.belief : out.measure;
        most = std::max(most, std::fabs(mean));
      }
    }
    add_choices(choice, right, out);
    return out;
  }

  // Of two of the oracle's answers.
  Apart apart(const oracle::Answer& a, const oracle::Answer& b) const {
    Apart out;
    add_choices(a.choice, b, out);
    return out;
  }

  // What the product chooses at every history, laid out as the oracle's.
  std::vector<double> choices(const solve::Equilibrium& solved, const solve::SolveOptions& options) const {
    std::vector<double> out(rules_.numbers, 0);
    std::vector<uint32_t> path;
    visit(0, solved, options, path, out);
    return out;
  }

 private:
  bool reads_beliefs(model::ExprId id) const {
    if (id == model::no_expr) return false;
    const auto& e = case_.pool[id];
    return e.op == model::Op::belief || reads_beliefs(e.a) || reads_beliefs(e.b) || reads_beliefs(e.c);
  }

  void add_choices(const std::vector<double>& choice, const oracle::Answer& right, Apart& out) const {
    for (size_t k = 0; k < rules_.histories.size(); ++k)
      for (const auto& m : rules_.histories[k].movers)
        for (size_t t = 0; m.options.size() > 1 && t < m.bound.size(); ++t) {
          double reach = 0, all = 0;
          for (size_t p = 0; p < rules_.profiles; ++p)
            if (rules_.type_of(p, m.actor) == t) {
              reach += right.reach[k * rules_.profiles + p];
              all += rules_.prior[p];
            }
          // Of a type that may have become so: the probability that it is there at all.
          const uint32_t informed = g_.informed_index[m.actor];
          if (informed != game::none && g_.turning >> informed & 1) all = 1;
          for (size_t o = 0; o < m.options.size(); ++o) {
            const size_t at = m.first + t * m.options.size() + o;
            const double difference = std::fabs(choice[at] - right.choice[at]);
            out.anywhere = std::max(out.anywhere, difference);
            if (reach / all >= likely) out.choice = std::max(out.choice, difference);
          }
        }
  }

  void visit(size_t k, const solve::Equilibrium& solved, const solve::SolveOptions& options,
             std::vector<uint32_t>& path, std::vector<double>& out) const {
    const oracle::History& h = rules_.histories[k];
    bool chooses = false;
    for (size_t later = k; later < h.past && !chooses; ++later)
      for (const auto& m : rules_.histories[later].movers) chooses |= m.options.size() > 1;
    if (!chooses) return;
    const auto walk = solved.walk(g_, w_, options);
    for (const uint32_t e : path) walk->take(e);
    const auto& here = walk->here();
    const auto& shape = g_.shapes[g_.nodes[here.node].shape];
    if (shape.movers.size() != h.movers.size()) throw std::runtime_error("other rules: movers");
    for (size_t m = 0; m < h.movers.size(); ++m) {
      if (shape.stage != h.stage || shape.movers[m].decision != h.movers[m].decision ||
          shape.movers[m].options != h.movers[m].options)
        throw std::runtime_error("other rules: options");
      for (size_t n = 0; n < here.movers[m].log_sigma.size(); ++n)
        out[h.movers[m].first + n] = std::exp(here.movers[m].log_sigma[n]);
    }
    for (const auto& s : h.steps) {
      uint32_t edge = 0;
      if (h.kind == oracle::Kind::move)
        for (size_t m = 0; m < h.movers.size(); ++m)
          edge = edge * static_cast<uint32_t>(h.movers[m].options.size()) + static_cast<uint32_t>(s.taken[m]);
      if (h.kind == oracle::Kind::move && shape.hidden) {
        uint32_t signal = 0;
        while (!shape.outcomes.empty() && shape.outcomes.at(signal) != s.taken.back()) ++signal;
        edge = edge * shape.signals() + signal;
      }
      if (h.kind == oracle::Kind::chance)
        while (shape.outcomes.at(edge) != s.taken[0]) ++edge;
      path.push_back(edge);
      visit(s.to, solved, options, path, out);
      path.pop_back();
    }
  }

  const model::Case& case_;
  const oracle::Rules& rules_;
  const game::Game& g_;
  const solve::World& w_;
  double stakes_;
};

// Fixed points on a grid, each times the square of its unknowns: about what they cost.
double grid_work(const game::Game& g, uint32_t points) {
  double sum = 0;
  for (const auto& n : g.nodes) {
    double unknowns = 0;
    for (const auto& m : g.shapes[n.shape].movers)
      if (m.options.size() > 1) unknowns += static_cast<double>(g.types(m.actor) * m.options.size());
    double own = unknowns * unknowns;
    for (size_t k = 0; k < g.informed.size(); ++k)
      if (n.value_mask >> k & 1) own *= std::pow(points, g.informed[k].types - 1);
    sum += own;
  }
  return sum;
}

class Holder {
 public:
  Holder(HeldGame& out, const model::Case& c, const oracle::Rules& rules, const std::vector<double>& params,
         const HoldLimits& limits)
      : out_(out),
        rules_(rules),
        params_(params),
        limits_(limits),
        g_(compile(c)),
        w_(world(g_, params)),
        oracle_(rules),
        comparison_(c, rules, g_, w_) {}

  void run() {
    const auto begin = std::chrono::steady_clock::now();
    right_ = oracle_.follow(oracle::Branch::whole, step);
    out_.folds = right_.folds;
    out_.residual = right_.residual;
    out_.undecided = !right_.failed.empty();
    if (limits_.thorough && !out_.undecided) {
      const auto again = oracle_.follow(oracle::Branch::whole, step / 4);
      out_.undecided = !again.failed.empty() || comparison_.apart(right_, again).anywhere > 1e-6;
      out_.several =
          !out_.undecided && (!recursive().failed.empty() || comparison_.apart(recursive(), right_).anywhere > 1e-6);
    }
    out_.seconds = seconds_since(begin);
    for (size_t k = 0; k < ways.size(); ++k)
      if (!out_.undecided) answer(limits_.ways[k], out_.ways[k]);
  }

 private:
  const oracle::Answer& recursive() {
    if (!recursive_) recursive_ = oracle_.follow(oracle::Branch::recursive, step);
    return *recursive_;
  }

  void answer(uint32_t points, Held& held) {
    solve::SolveOptions options;
    options.alone = true;
    if (points > 0) {
      if (grid_work(g_, points) > limits_.grid_work) return;
      options.exact_up_to = 0;
      options.points = points;
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto solved = solve::solve_walkable(g_, {{params_}}, options);
    held.seconds = seconds_since(begin);
    held.found = Found::refused;
    if (!solved.outcomes[0].solution) {
      held.note = solved.outcomes[0].error;
      return;
    }
    const solve::Solution& s = *solved.outcomes[0].solution;
    held.said = s.certificate;
    if (s.certificate.failed > 0 || (points == 0 && s.certificate.method != solve::Method::exact)) {
      held.note = "no fixed point";
      return;
    }
    const auto choices = comparison_.choices(*solved.first, options);
    held.apart = comparison_.apart(s, choices, right_);
    held.allowed = exact_to + (points > 0 ? std::max(held.said.effect, held.said.grid_change) : 0);
    const auto within = [&](const Apart& a, double times) {
      if (points == 0) return std::max({a.value, a.by_types, a.anywhere}) <= exact_to;
      // Certificates of grids speak of measures, and of the choices that these rest on: read between points, while
      // those compared are solved for at exact beliefs. Values are given any types, however unlikely.
      const double roughly = std::max(10 * std::max(held.said.distance, held.allowed), 1e-3);
      return a.measure <= times * held.allowed && std::max(a.choice, a.value) <= roughly;
    };
    // Where another equilibrium is meant, a grid is about as far from it as from the right one elsewhere.
    const auto is_at = [&](const oracle::Answer& x) {
      if (!x.failed.empty() || comparison_.apart(x, right_).anywhere <= 1e-6) return false;
      const Apart a = comparison_.apart(s, choices, x);
      return within(a, 10) || (points > 0 && a.measure <= slight && a.choice <= 10 * slight);
    };
    if (within(held.apart, 1)) {
      held.found = Found::same;
    } else if (is_at(recursive())) {
      held.found = Found::recursive;
    } else if (is_at(oracle_.near(choices))) {
      held.found = Found::other;
    } else {
      held.found = within(held.apart, 10)                                                    ? Found::near
                   : points > 0 && held.apart.measure <= slight && held.apart.choice <= 1e-3 ? Found::slight
                   : held.said.regret_anywhere > lost                                        ? Found::disowned
                                                                                             : Found::unlike;
    }
  }

  HeldGame& out_;
  const oracle::Rules& rules_;
  const std::vector<double>& params_;
  HoldLimits limits_;
  game::Game g_;
  solve::World w_;
  oracle::Oracle oracle_;
  Comparison comparison_;
  oracle::Answer right_;
  std::optional<oracle::Answer> recursive_;
};

}  // namespace

HeldGame hold(uint32_t number, const HoldLimits& limits) {
  constexpr uint32_t attempts = 500;
  for (uint32_t attempt = 0; attempt < attempts; ++attempt) {
    HeldGame out;
    out.game = draw_oracle_game(number, attempt);
    const auto c = load(out.game.text);
    const auto map = lab::WorldMap::make(c);
    const auto params = map.value().midpoint();
    const oracle::Rules rules(c, 0, params, limits.histories);
    if (rules.too_large) continue;
    out.histories = rules.histories.size();
    out.unknowns = oracle::Oracle(rules).unknowns();
    if (out.unknowns == 0 || out.unknowns > limits.unknowns) continue;
    Holder(out, c, rules, params, limits).run();
    return out;
  }
  throw std::runtime_error(fmt::format("none of {} draws of game {} is small enough", attempts, number));
}

}  // namespace casus::testing
