#include "study/analysis.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>

#include "lab/prim.h"
#include "lab/tree.h"

namespace casus::study {
namespace {

constexpr double z95 = 1.959963984540054;

lab::Table empty_copy(const lab::Table& table) {
  lab::Table out;
  for (const auto& c : table.columns) out.columns.push_back({c.name, c.kind, {}, c.labels});
  return out;
}

void add_row(lab::Table& to, const lab::Table& from, size_t row) {
  for (size_t c = 0; c < to.columns.size(); ++c) to.columns[c].values.push_back(from.columns[c].values[row]);
}

double largest_correlation(const lab::Table& table) {
  double most = 0;
  std::vector<std::vector<double>> ranks;
  for (const auto& c : table.columns) ranks.push_back(lab::mean_ranks(c.values));
  const auto n = static_cast<double>(table.rows());
  for (size_t a = 0; a < ranks.size(); ++a)
    for (size_t b = a + 1; b < ranks.size(); ++b) {
      double ab = 0, aa = 0, bb = 0;
      for (size_t r = 0; r < ranks[a].size(); ++r) {
        const double x = ranks[a][r] - (n + 1) / 2, y = ranks[b][r] - (n + 1) / 2;
        ab += x * y, aa += x * x, bb += y * y;
      }
      if (aa > 0 && bb > 0) most = std::max(most, std::fabs(ab) / std::sqrt(aa * bb));
    }
  return most;
}

// Labels of the rows where it can be told; rows with 2 are left out.
void find(DiscoveryAnswer& out, const lab::Table& parameters, const std::vector<uint8_t>& so) {
  lab::Labels labels;
  out.parameters = empty_copy(parameters);
  for (size_t r = 0; r < so.size(); ++r) {
    if (so[r] > 1) {
      ++out.unknown;
      continue;
    }
    labels.push_back(so[r]);
    add_row(out.parameters, parameters, r);
  }
  const auto yes = static_cast<size_t>(std::count(labels.begin(), labels.end(), 1));
  out.share = lab::wilson(yes, labels.size());
  out.too_few = yes < least_worlds || labels.size() - yes < least_worlds || parameters.columns.empty();
  if (out.too_few) return;
  out.boxes = lab::discover(out.parameters, labels);
  lab::TreeOptions options;
  options.most_depth = 3;  // a leaf with more limits is no rule that anybody keeps in mind
  const auto tree = lab::grow_tree(out.parameters, labels, options);
  constexpr double denser = 1.5, significance = 0.05;
  for (auto& leaf : lab::leaf_boxes(out.parameters, labels, tree)) {
    ++out.all_leaves;
    const double purer = (1 - out.share.value) / std::max(1 - leaf.density, 1e-300);
    if (leaf.restricted > 0 && leaf.density > out.share.value &&
        std::max(leaf.density / out.share.value, purer) >= denser &&
        lab::search_chance(leaf, out.share.value, lab::PrimOptions().peel_alpha) < significance)
      out.leaves.push_back(std::move(leaf));
  }
}

// Yields (larger is better) of the policies that can be chosen, in the worlds where all of them have a solution.
struct Yields {
  std::vector<uint32_t> policies;
  lab::Yields yields;
  std::vector<size_t> rows;  // of the sample
};

Yields yields_of(const Catalogue& names, const Sample& sample, const Goal& goal) {
  Yields out{choices(names), {}, {}};
  const auto& values = sample.values[goal.outcome];
  out.yields.resize(out.policies.size());
  for (size_t r = 0; r < sample.worlds.size(); ++r) {
    if (!std::all_of(out.policies.begin(), out.policies.end(), [&](uint32_t p) { return std::isfinite(values[p][r]); }))
      continue;
    out.rows.push_back(r);
    for (size_t p = 0; p < out.policies.size(); ++p)
      out.yields[p].push_back(goal.minimise ? -values[out.policies[p]][r] : values[out.policies[p]][r]);
  }
  return out;
}

size_t place_of(const Yields& compared, uint32_t policy) {
  return static_cast<size_t>(std::find(compared.policies.begin(), compared.policies.end(), policy) -
                             compared.policies.begin());
}

size_t best_at(const lab::Yields& yields, size_t row) {
  size_t best = 0;
  for (size_t p = 1; p < yields.size(); ++p)
    if (yields[p][row] > yields[best][row]) best = p;
  return best;
}

// Half of a 95 % interval of a mean.
double half_width(const lab::Moments& m) {
  return m.count() > 1 ? z95 * m.standard_error() : 0;
}

void rank(DecisionAnswer& out, const Yields& compared, const Sample& sample) {
  const size_t count = compared.policies.size();
  std::vector<lab::Moments> moments(count);
  std::vector<uint64_t> wins(count);
  const auto& changes = sample.changes[out.order.goal.outcome];
  for (size_t w = 0; w < compared.rows.size(); ++w) {
    const size_t best = best_at(compared.yields, w);
    ++wins[best];
    for (size_t p = 0; p < count; ++p) moments[p].add(compared.yields[p][w]);
    bool close = false;
    for (size_t p = 0; p < count; ++p)
      close |= p != best &&
               compared.yields[best][w] - compared.yields[p][w] <=
                   changes[compared.policies[best]][compared.rows[w]] + changes[compared.policies[p]][compared.rows[w]];
    out.close += close;
  }
  for (size_t p = 0; p < count; ++p) {
    out.half_width.push_back(half_width(moments[p]));
    out.best_in.push_back(lab::wilson(wins[p], compared.rows.size()));
  }
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return moments[a].mean() > moments[b].mean(); });
  out.best = order[0];
  out.next = order[std::min<size_t>(1, count - 1)];
  lab::Moments lead;
  for (size_t w = 0; w < compared.rows.size(); ++w)
    lead.add(compared.yields[out.best][w] - compared.yields[out.next][w]);
  out.lead = lead.mean();
  out.lead_half_width = half_width(lead);
}

}  // namespace

base::Result<SensitivityAnswer> analyse_sensitivity(const Sample& sample, const std::vector<Outcome>& outcomes,
                                                    size_t outcome, uint32_t policy, std::optional<uint32_t> minus) {
  SensitivityAnswer out{.outcome = outcomes[outcome], .policy = policy, .minus = minus};
  if (sample.parameters.columns.empty())
    return base::Error{"nothing is uncertain in this study: every parameter is fixed"};
  auto y = sample.values[outcome][policy];
  if (minus)
    for (size_t r = 0; r < y.size(); ++r) y[r] -= sample.values[outcome][*minus][r];
  lab::Moments moments;
  for (double v : y)
    if (std::isfinite(v)) moments.add(v);
  out.worlds = moments.count();
  out.mean = moments.mean();
  out.deviation = std::sqrt(moments.variance());
  // Differences of rounding errors are no variation.
  if (moments.count() > 0 && moments.max() - moments.min() <= 1e-12 * std::max(1.0, std::fabs(moments.max()))) {
    out.never_varies = true;
    return out;
  }
  lab::SensitivityOptions options;
  options.saltelli_second_order = sample.saltelli;
  auto table = lab::sensitivity(sample.parameters, y, options);
  if (!table) return base::Error{table.error()};
  out.table = std::move(*table);
  out.correlation = largest_correlation(sample.parameters);
  return out;
}

DiscoveryAnswer discover_claim(const Sample& sample, uint32_t claim, bool rarer) {
  DiscoveryAnswer out{.where = Where::claim_fails, .claim = claim};
  const auto& verdicts = sample.claims[claim];
  size_t fails = 0, holds = 0;
  for (const auto& v : verdicts) {
    fails += v.truth == Truth::fails;
    holds += v.truth == Truth::holds;
  }
  if (rarer && fails > holds) out.where = Where::claim_holds;
  const Truth wanted = out.where == Where::claim_fails ? Truth::fails : Truth::holds;
  std::vector<uint8_t> so;
  for (const auto& v : verdicts) so.push_back(v.truth == Truth::unknown ? 2 : v.truth == wanted);
  find(out, sample.parameters, so);
  return out;
}

std::vector<uint32_t> choices(const Catalogue& names) {
  std::vector<uint32_t> all, out;
  for (uint32_t p = 0; p < names.policies.size(); ++p) {
    all.push_back(p);
    if (!names.policies[p].counterfactual) out.push_back(p);
  }
  return out.size() < 2 ? all : out;
}

DiscoveryAnswer discover_best(const Catalogue& names, const Sample& sample, const Goal& goal, uint32_t policy) {
  DiscoveryAnswer out{.where = Where::policy_is_best, .policy = policy};
  const auto compared = yields_of(names, sample, goal);
  const size_t place = place_of(compared, policy);
  std::vector<uint8_t> so(sample.worlds.size(), 2);
  for (size_t w = 0; w < compared.rows.size(); ++w) so[compared.rows[w]] = best_at(compared.yields, w) == place;
  find(out, sample.parameters, so);
  return out;
}

DiscoveryAnswer discover_regret(const Catalogue& names, const Sample& sample, const Goal& goal, uint32_t policy,
                                double threshold) {
  DiscoveryAnswer out{.where = Where::regret_above, .policy = policy, .threshold = threshold};
  const auto compared = yields_of(names, sample, goal);
  const size_t place = place_of(compared, policy);
  std::vector<uint8_t> so(sample.worlds.size(), 2);
  for (size_t w = 0; w < compared.rows.size(); ++w)
    so[compared.rows[w]] = compared.yields[best_at(compared.yields, w)][w] - compared.yields[place][w] > threshold;
  find(out, sample.parameters, so);
  return out;
}

base::Result<DecisionAnswer> analyse_decision(const Catalogue& names, const Sample& sample,
                                              const DecisionOrder& order) {
  DecisionAnswer out{.order = order};
  const auto compared = yields_of(names, sample, order.goal);
  out.policies = compared.policies;
  out.worlds = compared.rows.size();
  out.left_out = sample.worlds.size() - out.worlds;
  if (compared.policies.size() < 2) return base::Error{"the study has one policy, so there is nothing to choose"};
  if (out.worlds == 0) return base::Error{"in no world of the study has every policy a solution"};
  lab::DecisionOptions options;
  options.weight_of_worst = order.weight_of_worst;
  out.criteria = lab::decide(compared.yields, options);
  rank(out, compared, sample);

  for (uint32_t p : compared.policies) {
    uint64_t met = 0;
    for (size_t r : compared.rows)
      met += std::all_of(order.demands.begin(), order.demands.end(), [&](const Demand& d) {
        const double v = sample.values[d.outcome][p][r];
        return d.at_least ? v >= d.threshold : v <= d.threshold;
      });
    if (!order.demands.empty()) out.meets.push_back(lab::wilson(met, compared.rows.size()));
    std::vector<double> means;
    for (const auto& aim : order.front) {
      lab::Moments m;
      for (size_t r : compared.rows)
        if (const double v = sample.values[aim.outcome][p][r]; std::isfinite(v)) m.add(v);
      means.push_back(m.mean());
    }
    out.front_means.push_back(means);
  }
  if (!order.front.empty()) {
    auto signed_means = out.front_means;
    for (auto& row : signed_means)
      for (size_t k = 0; k < row.size(); ++k) row[k] *= order.front[k].minimise ? -1 : 1;
    out.front = lab::pareto_front(signed_means);
  }

  out.perfect = lab::perfect_information(compared.yields);
  out.classes = lab::information_class_count(out.worlds);
  const auto params = static_cast<double>(std::max<size_t>(1, sample.parameters.columns.size()));
  const double strict = boost::math::quantile(boost::math::normal(), 1 - 0.05 / params);
  for (size_t c = 0; c < sample.parameters.columns.size(); ++c) {
    std::vector<double> x;
    for (size_t r : compared.rows) x.push_back(sample.parameters.columns[c].values[r]);
    KnowingParam k{.column = c};
    k.worth = lab::partial_information(compared.yields, lab::information_classes(x, out.classes));
    k.beyond_chance = k.worth.value > k.worth.floor + strict * k.worth.standard_error && k.worth.value > 1e-12;
    out.partial.push_back(k);
  }
  std::stable_sort(out.partial.begin(), out.partial.end(), [](const KnowingParam& a, const KnowingParam& b) {
    return a.worth.value - a.worth.floor > b.worth.value - b.worth.floor;
  });
  return out;
}

}  // namespace casus::study
