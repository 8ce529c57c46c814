#include "study/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "lab/streaming.h"
#include "study/settings.h"

namespace casus::study {
namespace {

// Numbers held at once while quantiles are taken: 64 MB; of more, quantiles are those of a sketch.
constexpr uint64_t exact_numbers = 8'000'000;
// Worlds from which rules are found.
constexpr uint64_t most_rows = 20'000;

// One measure in one round under one policy.
struct Column {
  uint32_t place, measure, round;
};

double quantile(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto i = static_cast<size_t>(at);
  const double next = sorted[std::min(i + 1, sorted.size() - 1)];
  return sorted[i] + (at - static_cast<double>(i)) * (next - sorted[i]);
}

// The spread of numbers that come one by one: exact while they fit, else in constant memory.
class Spreading {
 public:
  explicit Spreading(bool exact) : exact_(exact) {}
  // Nothing of what has no value: what it is given never happens.
  void add(double x) {
    if (std::isnan(x)) {
      ++without_;
      return;
    }
    moments_.add(x);
    if (exact_)
      values_.push_back(x);
    else
      sketch_.add(x);
  }
  Spread spread() {
    if (moments_.count() == 0) return {nan, nan, nan, without_};
    if (!exact_) return {moments_.mean(), sketch_.quantile(0.05), sketch_.quantile(0.95), without_};
    std::sort(values_.begin(), values_.end());
    return {moments_.mean(), quantile(values_, 0.05), quantile(values_, 0.95), without_};
  }

 private:
  bool exact_;
  uint64_t without_ = 0;
  lab::Moments moments_;
  lab::QuantileSketch sketch_;
  std::vector<double> values_;
};

// Everything that one pass in the order of the worlds can tell.
class Ranking {
 public:
  Ranking(const Plan& plan, Summary& out) : plan_(plan), out_(out) {
    if (!out.objective) return;
    size_t choices = 0;
    for (const auto& p : plan.policies) choices += !is_counterfactual(plan.source->policies[p.policy]);
    for (auto& p : out.policies) {
      p.compared = choices < 2 || !is_counterfactual(plan.source->policies[p.policy]);
      if (p.compared) p.worst_value = out.objective->minimise ? -infinity : infinity;
    }
    value_.assign(plan.policies.size(), nan);
    change_.assign(plan.policies.size(), nan);
  }

  void add(uint32_t place, const PolicyResult& r) {
    if (!out_.objective) return;
    value_[place] = r.ok() ? expected(plan_.layout, r.values, r.profile_prior, out_.objective->measure, 0) : nan;
    change_[place] =
        r.ok() ? expected_change(plan_.layout, r.values, r.change, r.profile_prior, out_.objective->measure, 0) : nan;
    if (place + 1 == plan_.policies.size()) rank();
  }

  void finish() {
    for (auto& p : out_.policies) {
      if (!p.compared || out_.ranked == 0) continue;
      p.best_share /= static_cast<double>(out_.ranked);
      p.mean_regret /= static_cast<double>(out_.ranked);
    }
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  void rank() {
    const double sign = out_.objective->minimise ? 1 : -1;
    size_t best = value_.size(), second = value_.size();
    for (size_t p = 0; p < value_.size(); ++p) {
      if (!out_.policies[p].compared) continue;
      if (std::isnan(value_[p])) return;
      if (best == value_.size() || sign * value_[p] < sign * value_[best]) {
        second = best;
        best = p;
      } else if (second == value_.size() || sign * value_[p] < sign * value_[second]) {
        second = p;
      }
    }
    ++out_.ranked;
    out_.policies[best].best_share += 1;
    if (second < value_.size() &&
        std::fabs(value_[second] - value_[best]) <= std::fabs(change_[second]) + std::fabs(change_[best]))
      ++out_.lead_unsure;
    for (size_t p = 0; p < value_.size(); ++p) {
      auto& policy = out_.policies[p];
      if (!policy.compared) continue;
      const double regret = std::fabs(value_[p] - value_[best]);
      policy.mean_regret += regret;
      policy.worst_regret = std::max(policy.worst_regret, regret);
      if (sign * value_[p] > sign * policy.worst_value) policy.worst_value = value_[p];
    }
  }

  const Plan& plan_;
  Summary& out_;
  std::vector<double> value_, change_;
};

void add_certificate(solve::Certificate& worst, const solve::Certificate& c) {
  // The residual counts in the unit of that world's payoffs: keep the pair that is worst.
  if (c.payoff_range > 0 &&
      c.residual / c.payoff_range >= (worst.payoff_range > 0 ? worst.residual / worst.payoff_range : 0)) {
    worst.residual = c.residual;
    worst.payoff_range = c.payoff_range;
  }
  if (c.compared) worst.grid_change = std::max(worst.grid_change, c.grid_change);
  if (c.judged) {
    worst.judged = true;
    for (double solve::Certificate::*x :
         {&solve::Certificate::distance, &solve::Certificate::distance_anywhere, &solve::Certificate::regret,
          &solve::Certificate::regret_anywhere, &solve::Certificate::best_reply, &solve::Certificate::effect,
          &solve::Certificate::drift})
      worst.*x = std::max(worst.*x, c.*x);
    worst.seen = std::min(worst.seen, c.seen);
  }
  worst.left_at = std::min(worst.left_at, c.left_at);
  if (c.method == solve::Method::exact) worst.method = c.method;
  solve::add_counts(c, worst);
}

base::Result<bool> summarise_policies(const Plan& plan, const Store& store, Summary& out) {
  std::vector<Column> columns;
  for (uint32_t place = 0; place < plan.policies.size(); ++place) {
    auto& p = out.policies.emplace_back();
    p.policy = plan.policies[place].policy;
    for (uint32_t m = 0; m < plan.layout.asked; ++m) {
      p.measures.push_back({std::vector<Spread>(plan.layout.rounds[m]), 0});
      for (uint32_t r = 0; r < plan.layout.rounds[m]; ++r) columns.push_back({place, m, r});
    }
  }
  Ranking ranking(plan, out);
  const bool exact = out.worlds * columns.size() <= exact_numbers;
  std::vector<Spreading> spreads(columns.size(), Spreading(exact));
  auto read = store.each_result([&](int64_t world, uint32_t place, const PolicyResult& r) {
    auto& p = out.policies[place];
    ranking.add(place, r);
    if (!r.ok()) {
      ++p.failed;
      if (p.first_errors.size() < 3) p.first_errors.push_back(fmt::format("world {}: {}", world, r.error));
      return;
    }
    add_certificate(p.worst, r.certificate);
    const auto& how = r.certificate;
    if (how.compared && how.method == solve::Method::grid) p.grid_change.add(how.grid_change);
    if (how.method == solve::Method::exact) ++p.exact;
    if (plan.source->endless && how.traced > 0) ++p.followed;
    if (how.judged) {
      p.judged += how.method == solve::Method::grid;
      p.effect.add(how.effect);
      p.regret.add(how.regret);
    }
    const size_t first = place * columns.size() / plan.policies.size();
    for (size_t c = first; c < columns.size() && columns[c].place == place; ++c) {
      const auto& at = columns[c];
      spreads[c].add(expected(plan.layout, r.values, r.profile_prior, at.measure, at.round));
      double& change = p.measures[at.measure].change;
      change = std::max(
          change, std::fabs(expected_change(plan.layout, r.values, r.change, r.profile_prior, at.measure, at.round)));
    }
  });
  if (!read) return read;
  for (size_t c = 0; c < columns.size(); ++c)
    out.policies[columns[c].place].measures[columns[c].measure].rounds[columns[c].round] = spreads[c].spread();
  ranking.finish();
  return true;
}

// The uncertain parameters of evenly spaced worlds, and which worlds they are.
base::Result<std::vector<int64_t>> read_parameters(const Plan& plan, const Store& store, Summary& out) {
  const uint64_t stride = std::max<uint64_t>(1, (out.worlds + most_rows - 1) / most_rows);
  for (uint32_t p : plan.map.free()) {
    const auto& param = plan.source->params[p];
    out.parameters.columns.push_back({param.name, param.integer ? lab::ColumnKind::integer : lab::ColumnKind::real});
  }
  std::vector<int64_t> rows;
  uint64_t position = 0;
  auto read = store.each_world([&](int64_t world, const std::vector<double>& params) {
    if (position++ % stride != 0) return;
    rows.push_back(world);
    for (size_t d = 0; d < out.parameters.columns.size(); ++d)
      out.parameters.columns[d].values.push_back(params[plan.map.free()[d]]);
  });
  if (!read) return base::Error{read.error()};
  return rows;
}

// The rows where a claim can be judged, with a label for each: 1 where it fails.
void explain_failures(const lab::Table& parameters, const std::vector<Truth>& truth, ClaimSummary& out) {
  lab::Table judged;
  for (const auto& c : parameters.columns) judged.columns.push_back({c.name, c.kind});
  lab::Labels fails;
  for (size_t r = 0; r < truth.size(); ++r) {
    if (truth[r] == Truth::unknown) continue;
    fails.push_back(truth[r] == Truth::fails);
    for (size_t d = 0; d < judged.columns.size(); ++d)
      judged.columns[d].values.push_back(parameters.columns[d].values[r]);
  }
  const auto failing = static_cast<size_t>(std::count(fails.begin(), fails.end(), 1));
  // Fewer worlds than this of either kind are no pattern.
  constexpr size_t least = 5;
  if (failing < least || fails.size() - failing < least || judged.columns.empty()) return;
  out.separations = lab::separating_parameters(judged, fails, 3);
  out.rules_of_holding = 2 * failing > fails.size();
  if (out.rules_of_holding)
    for (auto& f : fails) f = !f;
  lab::DiscoveryOptions options;
  options.most_boxes = 1;
  out.rules = lab::discover(judged, fails, options);
}

base::Result<bool> summarise_claims(const Plan& plan, const Store& store, Summary& out) {
  const auto rows = read_parameters(plan, store, out);
  if (!rows) return base::Error{rows.error()};
  std::vector<std::vector<Truth>> truth(plan.claims.size(), std::vector<Truth>(rows->size(), Truth::unknown));
  for (uint32_t k : plan.claims) out.claims.emplace_back().claim = k;
  size_t row = 0;
  auto read = store.each_verdict([&](int64_t world, uint32_t place, const Verdict& v) {
    auto& c = out.claims[place];
    c.holds += v.truth == Truth::holds;
    c.unknown += v.truth == Truth::unknown;
    c.worlds += v.truth != Truth::unknown;
    c.too_close += v.too_close();
    while (row < rows->size() && (*rows)[row] < world) ++row;
    if (row < rows->size() && (*rows)[row] == world) truth[place][row] = v.truth;
  });
  if (!read) return read;
  const auto median = store.verdicts(median_world);
  if (!median) return base::Error{median.error()};
  for (size_t k = 0; k < out.claims.size(); ++k) {
    auto& c = out.claims[k];
    c.share = c.worlds ? static_cast<double>(c.holds) / static_cast<double>(c.worlds) : nan;
    std::tie(c.low, c.high) = wilson(c.holds, c.worlds);
    if (k < median->size()) c.median = (*median)[k];
    c.looked = out.others.worlds.size();
    explain_failures(out.parameters, truth[k], c);
  }
  return store.each_turned([&](int64_t, uint32_t place) { ++out.claims[place].turned; });
}

base::Result<OtherSummary> summarise_others(const Plan& plan, const Store& store) {
  OtherSummary out;
  const auto read =
      store.each_looked([&](int64_t world, uint32_t place, const PolicyResult& r) { out.add(plan, world, place, r); });
  if (!read) return base::Error{read.error()};
  return out;
}

}  // namespace

bool lacks_values(const PolicySummary& p) {
  return std::any_of(p.measures.begin(), p.measures.end(), [](const MeasureSummary& m) {
    return std::any_of(m.rounds.begin(), m.rounds.end(), [](const Spread& s) { return s.without > 0; });
  });
}

base::Result<std::optional<Objective>> choose_objective(const model::Case& c, const std::string& measure,
                                                        std::optional<bool> minimise) {
  Objective out{.by_default = measure.empty() && !minimise};
  if (!measure.empty()) {
    const auto m = model::find_measure(c, measure);
    if (!m) {
      std::vector<std::string> known;
      for (const auto& x : c.asked()) known.push_back(x.name);
      return base::Error{unknown_name("measure", measure, known)};
    }
    if (c.measures[*m].kind == model::MeasureKind::in_round)
      return base::Error{fmt::format("'{}' has a value for each round; an objective has one", measure)};
    out.measure = *m;
  } else {
    while (out.measure < c.asked().size() && c.measures[out.measure].kind == model::MeasureKind::in_round)
      ++out.measure;
    if (out.measure == c.asked().size()) return std::optional<Objective>();
  }
  out.minimise = minimise.value_or(c.measures[out.measure].probability);
  return std::optional(out);
}

base::Result<Summary> summarise(const Plan& plan, const Store& store, const std::optional<Objective>& objective) {
  Summary out;
  out.worlds = store.worlds();
  out.objective = objective;
  if (auto done = summarise_policies(plan, store, out); !done) return base::Error{done.error()};
  auto others = summarise_others(plan, store);
  if (!others) return base::Error{others.error()};
  out.others = std::move(*others);
  if (auto done = summarise_claims(plan, store, out); !done) return base::Error{done.error()};
  return out;
}

std::pair<double, double> wilson(uint64_t successes, uint64_t trials) {
  if (trials == 0) return {0, 1};
  constexpr double z = 1.959963984540054;  // 97.5 % of the normal distribution
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half};
}

std::string_view verdict_word(const ClaimSummary& claim) {
  if (claim.worlds == 0) return "unknown";
  return claim.share >= 0.95 ? "holds" : claim.share <= 0.05 ? "fails" : "depends";
}

}  // namespace casus::study
