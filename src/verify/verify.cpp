#include "verify/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "game/tracks.h"
#include "solve/belief/beliefs.h"
#include "solve/scalar/reference.h"
#include "tree/branch.h"
#include "tree/layout.h"

namespace casus::verify {

using game::NodeId;
using game::NodeKind;
using model::MeasureKind;

namespace {

// Exact choices by history, mover and type.
class ChoiceTable {
 public:
  explicit ChoiceTable(const std::vector<Situation>& situations) {
    for (size_t i = 0; i < situations.size(); ++i)
      index_[{situations[i].path, situations[i].mover * 4096 + situations[i].type}] = i;
  }
  // Nowhere: the type is bound there, or bound not to come there.
  static constexpr size_t nowhere = SIZE_MAX;
  size_t find(const std::vector<uint32_t>& path, size_t mover, uint32_t type) const {
    const auto found = index_.find({path, static_cast<uint32_t>(mover) * 4096 + type});
    return found == index_.end() ? nowhere : found->second;
  }

 private:
  std::map<std::pair<std::vector<uint32_t>, uint32_t>, size_t> index_;
};

// Probability of edge e of a node given a profile, by the exact choices.
double edge_probability(const game::Game& g, const solve::World& w, NodeId n, uint32_t e, uint32_t profile,
                        const ChoiceTable& table, const Profile& choices, const std::vector<uint32_t>& path) {
  const auto& node = g.nodes[n];
  const auto& shape = g.shapes[node.shape];
  double probability = 1;
  if (shape.kind == NodeKind::chance || shape.hidden) {
    const uint32_t t = shape.informer == game::none ? 0 : g.type_of(profile, g.informed[shape.informer].actor);
    probability = w.slots[g.probability_tables[g.edges[node.first_edge + e].probability + t]];
  }
  for (size_t m = shape.movers.size(), rest = e / shape.signals(); m-- > 0;) {
    const size_t options = shape.movers[m].options.size();
    const size_t o = rest % options;
    rest /= options;
    if (options < 2) continue;
    const uint32_t type = g.type_of(profile, shape.movers[m].actor), tie = shape.movers[m].tie(type);
    const size_t situation = table.find(path, m, type);
    if (tie != game::none)
      probability *= o == tie ? 1 : 0;
    else
      probability *= situation == ChoiceTable::nowhere ? 0 : choices[situation][o];
  }
  return probability;
}

// Walks every history once and adds up what the exact choices make of the measures and of the situations' reach.
class Adder {
 public:
  Adder(const game::Game& g, const solve::World& w, Exact& exact)
      : g_(g), w_(w), exact_(exact), tracks_(g), table_(exact.situations), met_(g.source->measures.size(), false) {
    exact_.reach.assign(exact_.situations.size(), 0.0);
    for (const auto& m : g.source->measures)
      exact_.measures.emplace_back((m.kind == MeasureKind::in_round ? static_cast<size_t>(g.horizon) : 1) * g.profiles,
                                   0.0);
    for (uint32_t m : g.start().events) {
      met_[m] = true;
      std::fill(exact_.measures[m].begin(), exact_.measures[m].end(), 1.0);
    }
    std::vector<double> mass(tracks_.size());
    for (uint32_t i = 0; i < tracks_.size(); ++i) mass[i] = tracks_.now(i) == tracks_.first(i);
    visit(g.start().node, mass, mass);
  }

 private:
  // `mass` goes one way through what nobody sees, `all` every way that looks the same: what is believed comes of it.
  void visit(NodeId n, const std::vector<double>& mass, const std::vector<double>& all) {
    const auto& node = g_.nodes[n];
    const auto& shape = g_.shapes[node.shape];
    if (node.payoff) add_pay(node.payoff, node.round, mass);
    if (!g_.tallies[node.tally].empty()) add_tally(node, mass, all);
    for (size_t m = 0; m < shape.movers.size(); ++m) {
      if (shape.movers[m].options.size() < 2) continue;
      for (uint32_t j = 0; j < tracks_.size(); ++j) {
        const uint32_t t = g_.type_of(tracks_.now(j), shape.movers[m].actor);
        // The profile's probability given the mover's type, where it is the one of the start.
        const uint32_t k = g_.informed_index[shape.movers[m].actor];
        const bool stays = k != game::none && !(g_.turning >> k & 1);
        const double given = w_.profile_prior[tracks_.first(j)] / (stays ? w_.prior[k][t] : 1);
        if (const size_t i = table_.find(path_, m, t); i != ChoiceTable::nowhere) exact_.reach[i] += given * mass[j];
      }
    }
    for (uint32_t e = 0; e < node.edges; ++e) {
      const auto& edge = g_.edges[node.first_edge + e];
      std::vector<double> next = taken(n, e, mass);
      if (edge.payoff) add_pay(edge.payoff, node.round, next);
      std::vector<uint32_t> fresh;
      for (uint32_t m : g_.events[edge.event]) {
        const bool ever = g_.source->measures[m].kind == MeasureKind::ever;
        if (ever && met_[m]) continue;
        const size_t round = ever ? 0 : node.round - 1;
        for (uint32_t i = 0; i < tracks_.size(); ++i)
          exact_.measures[m][round * g_.profiles + tracks_.first(i)] += next[i];
        if (ever) {
          met_[m] = true;
          fresh.push_back(m);
        }
      }
      std::vector<double> seen(tracks_.size(), 0.0);
      for (uint32_t other = 0; other < node.edges; ++other) {
        if (shape.seen(other) != shape.seen(e)) continue;
        const auto part = turned(g_.edges[node.first_edge + other], taken(n, other, all));
        for (size_t i = 0; i < seen.size(); ++i) seen[i] += part[i];
      }
      next = turned(edge, next);
      path_.push_back(shape.seen(e));
      visit(edge.target, next, seen);
      path_.pop_back();
      for (uint32_t m : fresh) met_[m] = false;
    }
  }

  // Mass that goes along an edge, before types change.
  std::vector<double> taken(NodeId n, uint32_t e, std::vector<double> mass) const {
    for (uint32_t i = 0; i < tracks_.size(); ++i)
      if (mass[i] != 0) mass[i] *= edge_probability(g_, w_, n, e, tracks_.now(i), table_, exact_.profile, path_);
    return mass;
  }
  std::vector<double> turned(const game::Edge& edge, const std::vector<double>& mass) const {
    if (edge.turn == 0) return mass;
    const game::Turn& turn = g_.turns[edge.turn];
    const uint32_t types = g_.informed[turn.informed].types;
    std::vector<double> out(mass.size(), 0.0);
    for (uint32_t i = 0; i < mass.size(); ++i)
      for (uint32_t u = 0; u < types; ++u)
        out[tracks_.turned(i, turn.informed, u)] +=
            mass[i] * w_.slots[g_.probability_tables[turn.first + tracks_.type(i, turn.informed) * types + u]];
    return out;
  }

  void add_pay(uint32_t table, uint32_t round, const std::vector<double>& mass) {
    const game::Slot* slots = g_.payoff(table);
    for (size_t m = 0; m < g_.source->measures.size(); ++m) {
      const auto& measure = g_.source->measures[m];
      if (measure.kind != MeasureKind::payoff) continue;
      for (uint32_t i = 0; i < tracks_.size(); ++i)
        exact_.measures[m][tracks_.first(i)] += mass[i] *
                                                w_.slots[slots[size_t{measure.actor} * g_.profiles + tracks_.now(i)]] *
                                                std::pow(w_.discount[measure.actor], round - 1);
    }
  }

  void add_tally(const game::Node& node, const std::vector<double>& mass, const std::vector<double>& all) {
    solve::Belief belief{w_.prior_log_odds, {}};
    for (const auto& x : g_.informed) {
      std::vector<double> weight(x.types, 0.0);
      for (uint32_t i = 0; i < tracks_.size(); ++i)
        weight[g_.type_of(tracks_.now(i), x.actor)] += w_.by_itself()[tracks_.first(i)] * all[i];
      for (uint32_t t = 1; t < x.types; ++t)
        belief.log_odds[x.first_axis + t - 1] =
            std::log(std::max(weight[t], 1e-300)) - std::log(std::max(weight[0], 1e-300));
    }
    const auto beliefs = solve::run_beliefs(g_, w_, belief);
    for (const auto& t : g_.tallies[node.tally]) {
      const size_t round = g_.source->measures[t.measure].kind == MeasureKind::in_round ? node.round - 1 : 0;
      for (uint32_t i = 0; i < tracks_.size(); ++i)
        exact_.measures[t.measure][round * g_.profiles + tracks_.first(i)] +=
            (t.by_belief ? beliefs[t.belief_slot] : w_.gain(g_, t, tracks_.now(i))) * mass[i];
    }
  }

  const game::Game& g_;
  const solve::World& w_;
  Exact& exact_;
  const game::Tracks tracks_;
  ChoiceTable table_;
  std::vector<bool> met_;
  std::vector<uint32_t> path_;
};

// Walks every history with the field's own choices (at the exact beliefs they lead to) beside the exact ones.
class Comparer {
 public:
  Comparer(const game::Game& g, const solve::World& w, const solve::Reference& field, const Exact& exact,
           double tolerance, Comparison& out)
      : g_(g),
        problem_(g, w, field.continuation()),
        exact_(exact),
        table_(exact.situations),
        tolerance_(tolerance),
        out_(out) {
    visit(g.start().node, field.prior());
  }

 private:
  void visit(NodeId n, const solve::Belief& belief) {
    const auto& node = g_.nodes[n];
    const auto& shape = g_.shapes[node.shape];
    problem_.set(n, belief);
    std::vector<double> log_sigma;
    if (problem_.unknowns() > 0) log_sigma = problem_.solve({}, tolerance_).log_sigma;
    for (size_t m = 0; m < shape.movers.size(); ++m) {
      const size_t options = shape.movers[m].options.size();
      if (options < 2) continue;
      for (uint32_t t = 0; t < problem_.mover_types(m); ++t) {
        const size_t i = table_.find(path_, m, t);
        if (i == ChoiceTable::nowhere) continue;
        for (size_t o = 0; o < options; ++o) {
          const double d = std::fabs(std::exp(log_sigma[problem_.offset(m) + t * options + o]) - exact_.profile[i][o]);
          out_.worst_choice = std::max(out_.worst_choice, d);
          if (exact_.reach[i] >= likely) out_.worst_likely = std::max(out_.worst_likely, d);
        }
      }
    }
    std::vector<solve::Belief> after;
    for (uint32_t e = 0; e < node.edges; ++e) {
      after.push_back(problem_.posterior(e, log_sigma));
      std::fill(after.back().index.begin(), after.back().index.end(), -1);
    }
    for (uint32_t e = 0; e < node.edges; ++e) {
      if (shape.seen(e) < e) continue;  // what looks the same leads to the same
      path_.push_back(e);
      visit(g_.edges[node.first_edge + e].target, after[e]);
      path_.pop_back();
    }
  }

  const game::Game& g_;
  solve::NodeProblem problem_;
  const Exact& exact_;
  ChoiceTable table_;
  double tolerance_;
  Comparison& out_;
  std::vector<uint32_t> path_;
};

}  // namespace

ExactResult solve_exactly(const game::Game& g, const solve::World& w, size_t node_limit, double caution) {
  auto unrolled = unroll(g, w, {.node_limit = node_limit, .by_round = true});
  if (!unrolled.value) return {{}, unrolled.error};
  Exact out;
  out.tree_nodes = unrolled.value->tree.nodes.size();
  out.situations = std::move(unrolled.value->situations);
  const tree::Layout layout(unrolled.value->tree);
  tree::BranchOptions how;
  how.caution = caution;
  if (caution > 1) how.max_steps = 1'000'000;
  tree::Branch branch(layout, how);
  tree::BranchPoint point;
  const auto end = branch.follow_to(1, point);
  if (end != tree::BranchEnd::reached)
    return {{}, fmt::format("the exact tree of {} nodes was not solved: {}", out.tree_nodes, tree::describe(end))};
  out.residual = point.residual;
  out.folds = branch.statistics().folds;
  out.bifurcations = branch.statistics().bifurcations;
  out.left_at = branch.statistics().left_at;
  for (const auto& s : out.situations) {
    const int agent = layout.agent_of_set[static_cast<size_t>(s.info_set)];
    auto& choice = out.profile.emplace_back();
    for (int a = layout.first_action[agent]; a < layout.first_action[agent + 1]; ++a)
      choice.push_back(std::exp(point.log_prob[static_cast<size_t>(a)]));
  }
  const Adder adder(g, w, out);
  return {std::move(out), {}};
}

Comparison compare(const game::Game& g, const solve::World& w, const Exact& exact, const solve::SolveOptions& options) {
  Comparison out;
  out.points = options.points;
  solve::Reference field(g, w, options);
  const solve::Solution s = field.solve();
  out.grid_change = s.certificate.grid_change;
  for (size_t m = 0; m < s.measures.size(); ++m)
    for (size_t i = 0; i < s.measures[m].by_profile.size(); ++i) {
      const double d = std::fabs(s.measures[m].by_profile[i] - exact.measures[m][i]);
      if (d > out.worst_measure) {
        out.worst_measure = d;
        out.worst_measure_index = m;
      }
    }
  const Comparer comparer(g, w, field, exact, options.tolerance, out);
  return out;
}

}  // namespace casus::verify
