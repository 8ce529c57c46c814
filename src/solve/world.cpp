#include "solve/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "game/belief_pay.h"
#include "game/profiles.h"

namespace casus::solve {

namespace {

constexpr double most_scaled_precision = 1e8;  // times this, a rounding error of a value is 1e-8 of a log-odds
constexpr double odds_tolerance = 1e-9;        // rounding in sums of odds and priors

std::string where(const game::Game& g, game::NodeId n) {
  std::vector<int> state;
  game::StateCodec(*g.source, g.counted ? &g.counted->crowd : nullptr).unpack(g.node_state[n], state);
  if (state.empty()) return g.endless ? "in any round" : fmt::format("in round {}", g.nodes[n].round);
  if (g.endless) return fmt::format("when {}", model::describe_state(*g.source, state));
  return fmt::format("in round {} when {}", g.nodes[n].round,
                     g.counted ? g.counted->crowd.describe(*g.source, state) : model::describe_state(*g.source, state));
}

// What a step takes, as 'Stage.outcome' or 'Decision.option' (of several movers the last).
std::string step_name(const game::Game& g, const game::Node& node, uint32_t edge) {
  const auto& shape = g.shapes[node.shape];
  if (shape.stage == game::none) return "at the end of the round";
  const auto& stage = g.source->stages[shape.stage];
  if (shape.kind == game::NodeKind::chance)
    return fmt::format("of '{}.{}'", stage.name, stage.outcomes[shape.outcomes[edge]].name);
  edge /= shape.signals();
  const auto& mover = shape.movers.back();
  const auto& decision = stage.decisions[mover.decision];
  return fmt::format("of '{}.{}'", decision.name, decision.options[mover.options[edge % mover.options.size()]].name);
}

// What types become.
std::string check_turns(const game::Game& g, const World& w) {
  for (const auto& turn : g.turns) {
    if (turn.informed == game::none) continue;
    const auto& actor = g.source->actors[g.informed[turn.informed].actor];
    for (uint32_t t = 0; t < actor.types.size(); ++t) {
      double sum = 0;
      for (uint32_t u = 0; u < actor.types.size(); ++u) {
        const double p = w.slots[g.probability_tables[turn.first + t * actor.types.size() + u]];
        if (!(p >= -odds_tolerance && p <= 1 + odds_tolerance))
          return fmt::format("the probability that {} becomes {} is {:.6g} where it was {}", actor.name, actor.types[u],
                             p, actor.types[t]);
        sum += p;
      }
      if (std::fabs(sum - 1) > odds_tolerance)
        return fmt::format("the probabilities of what becomes of {} sum to {:.9g} where it was {}", actor.name, sum,
                           actor.types[t]);
    }
  }
  return {};
}

std::string check_odds(const game::Game& g, const World& w) {
  for (game::NodeId n = 0; n < g.nodes.size(); ++n) {
    const auto& node = g.nodes[n];
    const auto& shape = g.shapes[node.shape];
    if (shape.kind != game::NodeKind::chance && !shape.hidden) continue;
    const auto& stage = g.source->stages[shape.stage];
    const uint32_t types = shape.informer == game::none ? 1 : g.informed[shape.informer].types;
    // Of a hidden stage what is seen after each joint choice.
    const uint32_t together = shape.hidden ? shape.signals() : node.edges;
    for (uint32_t t = 0; t < types * (node.edges / together); ++t) {
      double sum = 0;
      for (uint32_t e = 0; e < together && !shape.outcomes.empty(); ++e) {
        const auto& edge = g.edges[node.first_edge + t / types * together + e];
        const double p = w.slots[g.probability_tables[edge.probability + t % types]];
        if (!(p >= -odds_tolerance && p <= 1 + odds_tolerance))
          return fmt::format("the probability of '{}.{}' is {:.6g} {}", stage.name,
                             stage.outcomes[shape.outcomes[e]].name, p, where(g, n));
        sum += p;
      }
      if (!shape.outcomes.empty() && std::fabs(sum - 1) > odds_tolerance)
        return fmt::format("the probabilities of '{}' sum to {:.9g} {}", stage.name, sum, where(g, n));
    }
  }
  return {};
}

constexpr double most_paid = 1e300;  // below what a number holds, so that differences of totals fit too

// Every step of play pays once, so that totals stay below most_paid where payments stay below their share of it.
std::string check_payoffs(const game::Game& g, const World& w) {
  double most = most_paid / static_cast<double>(std::max<size_t>(g.layers.size(), 1));
  for (uint32_t i = 0; g.endless && i < g.actors(); ++i)
    most = std::min(most, most_paid / static_cast<double>(g.layers.size()) * (1 - w.discount[i] * (1 - w.ends)));
  const size_t table = size_t{g.actors()} * g.profiles;
  for (const game::Slot& s : g.payoff_tables) {
    const double x = w.slots[s];
    if (std::fabs(x) <= most) continue;
    const std::string problem =
        std::isfinite(x) ? fmt::format("{:.6g}, and as much at every step adds up to more than {:.0e}", x, most_paid)
                         : "not a finite number";
    const auto t = static_cast<uint32_t>(static_cast<size_t>(&s - g.payoff_tables.data()) / table);
    for (game::NodeId n = 0; n < g.nodes.size(); ++n) {
      const auto& node = g.nodes[n];
      if (node.payoff == t) return fmt::format("a payoff of each round {} is {}", where(g, n), problem);
      for (uint32_t e = 0; e < node.edges; ++e)
        if (g.edges[node.first_edge + e].payoff == t)
          return fmt::format("a payoff {} {} is {}", step_name(g, node, e), where(g, n), problem);
    }
    return "a payoff is " + problem;
  }
  return {};
}

// Smallest and largest of all payments that hang on beliefs, looked for where types are known, where they are believed
// as at first, and on the way from there; 0 is among them. No number if some payment is none.
std::pair<double, double> belief_pay_range(const game::Game& g, const World& w) {
  constexpr int steps = 8;  // from the prior to certainty
  double low = 0, high = 0;
  std::vector<double> prior, types, rows;
  for (const auto& p : w.prior) prior.insert(prior.end(), p.begin(), p.end());
  for (const auto& pay : g.belief_pays)
    for (uint32_t p = 0; p < g.profiles; ++p)
      for (int step = 0; step <= steps; ++step) {
        const double known = static_cast<double>(step) / steps;
        types = prior;
        for (double& x : types) x *= 1 - known;
        for (size_t k = 0; k < g.informed.size(); ++k)
          types[size_t{g.informed[k].first_axis} + k + g.type_of(p, g.informed[k].actor)] += known;
        rows.assign(size_t{g.actors()} * g.profiles, 0.0);
        game::add_belief_pay(g, pay, w.slots, types, rows.data());
        for (const double x : rows) {
          if (std::isnan(x)) return {x, x};
          low = std::min(low, x);
          high = std::max(high, x);
        }
      }
  return {low, high};
}

std::string check_belief_pay(const game::Game& g, const World& w) {
  const auto [low, high] = belief_pay_range(g, w);
  if (std::isnan(low))
    return "a payoff that hangs on beliefs is not a number at some of them; what is believed may be anything from 0 to "
           "1";
  if (high - low <= most_paid / static_cast<double>(std::max<size_t>(g.layers.size(), 1))) return {};
  return fmt::format("a payoff that hangs on beliefs is {:.6g}", std::fabs(low) > std::fabs(high) ? low : high);
}

std::string check_measures(const game::Game& g, const World& w) {
  for (const auto& list : g.tallies)
    for (const auto& t : list)
      for (uint32_t p = 0; p < (t.row == game::none ? 1 : g.profiles); ++p)
        if (const double x = w.gain(g, t, p); !t.lifted && !t.by_belief && !(std::fabs(x) <= most_paid))
          return fmt::format("what the measure '{}' adds up is {:.6g}", g.source->measures[t.measure].name, x);
  return {};
}

// Without a last round sums must converge, and no limit of precision is followed. Takes note of the chance of an end.
std::string check_endless(const game::Game& g, World& w) {
  constexpr double cut_off = 1e-6;  // that what is cut off may count for
  for (uint32_t i = 0; g.stands_for_endless && i < g.actors(); ++i)
    if (std::pow(w.discount[i], g.horizon) > cut_off)
      return fmt::format(
          "the discount of {} is {:.6g}, too near 1 for {} rounds to stand for a game without a last one",
          g.source->actors[i].name, w.discount[i], g.horizon);
  if (!g.endless) return {};
  w.ends = w.slots[g.endless->ends];
  if (!(w.ends >= 0 && w.ends <= 1))
    return fmt::format("the chance that the game ends after a round is {:.6g}; it must lie between 0 and 1", w.ends);
  for (uint32_t i = 0; i < g.actors(); ++i) {
    const auto& name = g.source->actors[i].name;
    if (!(w.discount[i] * (1 - w.ends) < 1))
      return fmt::format(
          "the discount of {} is 1 and the game never ends, so that payoffs never stop adding up; give a discount "
          "below "
          "1, or a chance that it ends",
          name);
    if (std::isinf(w.precision[i]))
      return fmt::format(
          "the precision of {} is infinite, and without a last round the limit is not followed; give a finite one",
          name);
  }
  return {};
}

// Only a precision may be: not a parameter that anything else is reckoned with.
bool may_be_infinite(const game::Game& g, uint32_t param) {
  for (game::Slot s = 0; s < g.program.size(); ++s) {
    const auto& i = g.program.code()[s];
    if (i.op == model::Op::param && i.index == param) return std::count(g.precision.begin(), g.precision.end(), s) > 0;
  }
  return true;  // it is read nowhere
}

}  // namespace

bool World::has_limit() const {
  return std::any_of(precision.begin(), precision.end(), [](double x) { return std::isinf(x); });
}

double World::certainty() const {
  double most = 0;
  for (const double x : precision) most = std::max(most, std::isinf(x) ? 1e6 : x * payoff_range);
  return std::max(1e5, 1e3 * most);
}

namespace {

// Whether what becomes of a type rules out the first and leaves several others.
bool rules_out_first(const game::Game& g, const World& w, const game::Turn& turn) {
  const uint32_t types = g.informed[turn.informed].types;
  uint32_t left = 0;
  for (uint32_t u = 0; u < types; ++u) {
    bool any = false;
    for (uint32_t t = 0; t < types; ++t) any |= w.slots[g.probability_tables[turn.first + t * types + u]] > 0;
    if (u == 0 && any) return false;
    left += any;
  }
  return left > 1;
}

}  // namespace

std::string limit_on_grids(const game::Game& g, const World& w) {
  for (uint32_t i = 0; i < g.actors(); ++i)
    if (std::isinf(w.precision[i]))
      return fmt::format(
          "the precision of {} is infinite, and the limit can be found only where a game is solved exactly, not on "
          "belief grids",
          g.source->actors[i].name);
  // Log-odds are against the first type: where that one is out of the question they are past every window, and what is
  // read at the windows' ends may be far off with a clean certificate.
  for (const auto& shape : g.shapes)
    for (const auto& m : shape.movers)
      if (m.tie(0) != game::none && g.types(m.actor) > 2) {
        const auto& actor = g.source->actors[m.actor];
        return fmt::format(
            "the policy binds {}, the first of {}'s {} types, and a game on belief grids is not accurate then; declare "
            "a "
            "type first that stays free",
            actor.types[0], actor.name, actor.types.size());
      }
  for (const auto& turn : g.turns)
    if (turn.informed != game::none && rules_out_first(g, w, turn)) {
      const auto& actor = g.source->actors[g.informed[turn.informed].actor];
      return fmt::format(
          "what becomes of {} rules out {}, the first of its {} types, and leaves several others, and a game on belief "
          "grids is not accurate then; declare a type first that stays possible",
          actor.name, actor.types[0], actor.types.size());
    }
  return {};
}

namespace {

double by_belief(const game::Game& g, const World& w) {
  const auto [least, most] = belief_pay_range(g, w);
  return most - least;
}

// The same where a policy binds types: what a profile cannot come to is no payment.
double bound_payoff_range(const game::Game& g, const World& w, const std::vector<bool>& nodes) {
  double low = 0, high = 0;
  for (uint32_t p = 0; p < g.profiles; ++p) {
    const std::vector<bool> reached = game::reached_by(g, p);
    std::vector<bool> paid(g.payoff_tables.size() / (size_t{g.actors()} * g.profiles), false);
    for (game::NodeId n = 0; n < g.nodes.size(); ++n) {
      if (!nodes[n] || !reached[n]) continue;
      const auto& node = g.nodes[n];
      paid[node.payoff] = true;
      for (uint32_t e = 0; e < node.edges; ++e)
        if (game::may_take(g, g.shapes[node.shape], e, p)) paid[g.edges[node.first_edge + e].payoff] = true;
    }
    for (uint32_t t = 0; t < paid.size(); ++t)
      for (uint32_t i = 0; paid[t] && i < g.actors(); ++i) {
        const double x = w.slots[g.payoff(t)[size_t{i} * g.profiles + p]];
        low = std::min(low, x);
        high = std::max(high, x);
      }
  }
  return high - low + by_belief(g, w);
}

}  // namespace

double payoff_range(const game::Game& g, const World& w, const std::vector<bool>& nodes) {
  if (g.binds) return bound_payoff_range(g, w, nodes);
  std::vector<bool> paid(g.payoff_tables.size() / (size_t{g.actors()} * g.profiles), false);
  for (game::NodeId n = 0; n < g.nodes.size(); ++n) {
    if (!nodes[n]) continue;
    paid[g.nodes[n].payoff] = true;
    for (uint32_t e = g.nodes[n].first_edge; e < g.nodes[n].first_edge + g.nodes[n].edges; ++e)
      paid[g.edges[e].payoff] = true;
  }
  double low = 0, high = 0;
  for (uint32_t t = 0; t < paid.size(); ++t) {
    if (!paid[t]) continue;
    for (size_t i = 0; i < size_t{g.actors()} * g.profiles; ++i) {
      low = std::min(low, w.slots[g.payoff(t)[i]]);
      high = std::max(high, w.slots[g.payoff(t)[i]]);
    }
  }
  return high - low + by_belief(g, w);
}

namespace {

// What an actor is at first where types are as in a profile, as far as its prior hangs on them.
std::string find_prior(const game::Game& g, const World& w, uint32_t k, uint32_t profile, std::vector<double>& out) {
  const auto& actor = g.source->actors[g.informed[k].actor];
  out.clear();
  double sum = 0;
  for (uint32_t t = 0; t < g.informed[k].types; ++t) {
    out.push_back(w.slots[g.prior_of(k, t, profile)]);
    if (!(out.back() >= -odds_tolerance && out.back() <= 1 + odds_tolerance))
      return fmt::format("the prior of {}.{} is {:.6g}; it must lie between 0 and 1", actor.name, actor.types[t],
                         out.back());
    sum += out.back();
  }
  if (std::fabs(sum - 1) > odds_tolerance)
    return fmt::format("the priors of {} sum to {:.9g}, not to 1", actor.name, sum);
  // A type that cannot be keeps a vanishing weight, so that log-odds stay finite.
  for (double& p : out) p = std::clamp(p / sum, g.tied(k) ? 0.0 : 1e-300, 1.0);
  return {};
}

// What types are at first, each by itself and all together.
std::string find_priors(const game::Game& g, World& w) {
  w.profile_prior.assign(g.profiles, 1);
  std::vector<double> prior;
  for (uint32_t k = 0; k < g.informed.size(); ++k) {
    for (uint32_t p = 0; p < g.profiles; ++p) {
      if (p == 0 || g.tied(k))
        if (auto error = find_prior(g, w, k, p, prior); !error.empty()) return error;
      w.profile_prior[p] *= prior[g.type_of(p, g.informed[k].actor)];
    }
    w.prior.push_back(prior);
  }
  for (uint32_t k = 0; k < g.informed.size(); ++k) {
    auto& own = w.prior[k];
    if (g.tied(k)) {
      std::fill(own.begin(), own.end(), 0.0);
      for (uint32_t p = 0; p < g.profiles; ++p) own[g.type_of(p, g.informed[k].actor)] += w.profile_prior[p];
      for (double& p : own) p = std::clamp(p, 1e-300, 1.0);
    }
    for (uint32_t t = 1; t < own.size(); ++t) w.prior_log_odds.push_back(std::log(own[t]) - std::log(own[0]));
  }
  return {};
}

// How much likelier profiles are than if types told nothing of each other. What cannot be weighs less than anything
// that is only never done.
void find_together(const game::Game& g, World& w) {
  if (g.related.empty()) return;
  const double never = -static_cast<double>(g.informed.size() + 1) * w.certainty();
  for (uint32_t p = 0; p < g.profiles; ++p) {
    double log_apart = 0;
    for (uint32_t k = 0; k < g.informed.size(); ++k)
      log_apart += std::log(w.prior[k][g.type_of(p, g.informed[k].actor)]);
    w.apart.push_back(std::exp(log_apart));
    w.together.push_back(w.profile_prior[p] > 0 ? std::log(w.profile_prior[p]) - log_apart : never);
  }
}

}  // namespace

WorldResult evaluate_world(const game::Game& g, std::span<const double> params) {
  World w;
  for (size_t p = 0; p < params.size(); ++p)
    if (!std::isfinite(params[p]) && !(params[p] > 0 && may_be_infinite(g, static_cast<uint32_t>(p))))
      return {{}, fmt::format("parameter '{}' is not a finite number", g.source->params[p].name)};
  w.slots.resize(g.program.size());
  g.program.run(params, 1, w.slots);
  for (uint32_t i = 0; i < g.actors(); ++i) {
    w.precision.push_back(w.slots[g.precision[i]]);
    w.discount.push_back(w.slots[g.discount[i]]);
    const auto& name = g.source->actors[i].name;
    if (!(w.precision[i] >= 0))
      return {{}, fmt::format("the precision of {} is {:.6g}; it must be 0 or more", name, w.precision[i])};
    if (!(w.discount[i] > 0 && w.discount[i] <= 1))
      return {{},
              fmt::format("the discount of {} is {:.6g}; it must lie above 0 and at most at 1", name, w.discount[i])};
  }
  if (auto error = check_endless(g, w); !error.empty()) return {{}, error};
  if (auto error = find_priors(g, w); !error.empty()) return {{}, error};
  if (auto error = check_payoffs(g, w); !error.empty()) return {{}, error};
  if (auto error = check_belief_pay(g, w); !error.empty()) return {{}, error};
  if (auto error = check_measures(g, w); !error.empty()) return {{}, error};
  w.payoff_range = payoff_range(g, w, std::vector<bool>(g.nodes.size(), true));
  find_together(g, w);
  for (uint32_t i = 0; i < g.actors(); ++i)
    if (std::isfinite(w.precision[i]) && w.precision[i] * w.payoff_range > most_scaled_precision)
      return {{},
              fmt::format("the precision of {} is {:.6g}, and the payments span {:.6g}: above {:.0e} of their product "
                          "rounding errors decide; write infinity for the limit",
                          g.source->actors[i].name, w.precision[i], w.payoff_range, most_scaled_precision)};
  if (auto error = check_odds(g, w); !error.empty()) return {{}, error};
  if (auto error = check_turns(g, w); !error.empty()) return {{}, error};
  return {std::move(w), {}};
}

}  // namespace casus::solve
