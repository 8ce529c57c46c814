#include "study/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <map>
#include <set>

#include "study/sqlite.h"

namespace casus::study {
namespace {

constexpr size_t held_numbers = 20'000'000;  // in either study

std::multiset<std::string> lines_of(const std::string& text) {
  std::multiset<std::string> out;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    out.insert(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

// Lines of either text that the other lacks.
size_t changed_lines(const std::string& a, const std::string& b) {
  const auto x = lines_of(a), y = lines_of(b);
  std::vector<std::string> gone, fresh;
  std::set_difference(x.begin(), x.end(), y.begin(), y.end(), std::back_inserter(gone));
  std::set_difference(y.begin(), y.end(), x.begin(), x.end(), std::back_inserter(fresh));
  return std::max(gone.size(), fresh.size());
}

std::map<std::string, std::string> read_texts(const std::string& path, const char* sql) {
  const Database d(path, Access::read);
  std::map<std::string, std::string> out;
  for (Statement s(d, sql); s.step();) out[std::string(s.text(0))] = s.text(1);
  return out;
}

void compare_questions(const std::string& before, const std::string& after, Comparison& out) {
  constexpr const char* keys = "SELECT key, value FROM study";
  const auto a = read_texts(before, keys), b = read_texts(after, keys);
  for (const auto& [key, value] : a)
    if (const auto other = b.find(key); other == b.end() || other->second != value)
      out.asked.push_back({key, value, other == b.end() ? "" : other->second});
  for (const auto& [key, value] : b)
    if (!a.count(key)) out.asked.push_back({key, "", value});
  constexpr const char* sources = "SELECT name, text FROM sources ORDER BY file";
  auto x = read_texts(before, sources), y = read_texts(after, sources);
  if (x.size() == 1 && y.size() == 1 && x.begin()->first != y.begin()->first) {
    // One file each under two names: one text.
    const std::string text = y.begin()->second;
    y = {{x.begin()->first, text}};
  }
  for (const auto& [name, text] : x) {
    const auto other = y.find(name);
    if (other == y.end())
      out.asked.push_back({fmt::format("file '{}'", name), "used", "not used"});
    else if (other->second != text)
      out.asked.push_back(
          {fmt::format("text of '{}'", name), "", fmt::format("{} lines differ", changed_lines(text, other->second))});
  }
  for (const auto& [name, text] : y)
    if (!x.count(name)) out.asked.push_back({fmt::format("file '{}'", name), "not used", "used"});
}

template <class T>
void compare_names(const char* kind, const std::vector<T>& a, const std::vector<T>& b, Comparison& out) {
  const auto has = [](const std::vector<T>& list, const std::string& name) {
    return std::any_of(list.begin(), list.end(), [&](const auto& x) { return x.name == name; });
  };
  for (const auto& x : a)
    if (!has(b, x.name)) out.only_before.push_back(fmt::format("{} {}", kind, x.name));
  for (const auto& x : b)
    if (!has(a, x.name)) out.only_after.push_back(fmt::format("{} {}", kind, x.name));
}

struct Side {
  Archive archive;
  std::vector<Outcome> outcomes;
  Sample sample;
};

base::Result<Side> read_side(const std::string& path) {
  auto archive = Archive::open(path);
  if (!archive) return base::Error{archive.error()};
  Side out{std::move(*archive), {}, {}};
  const auto& names = out.archive.names;
  for (uint32_t m = 0; m < names.measures.size(); ++m)
    for (uint32_t r = 0; r < names.measures[m].rounds; ++r)
      out.outcomes.push_back({.measure = m, .round = r, .name = names.measures[m].name});
  const size_t a_world = std::max<size_t>(1, 2 * out.outcomes.size() * names.policies.size());
  auto sample = read_sample(out.archive, out.outcomes, std::max<size_t>(1, held_numbers / a_world));
  if (!sample) return base::Error{sample.error()};
  out.sample = std::move(*sample);
  return out;
}

// Rows of the worlds that both have, if they are the same worlds: every parameter that both call uncertain has the same
// value.
std::vector<std::pair<size_t, size_t>> pairs_of(const Sample& a, const Sample& b) {
  std::vector<std::pair<size_t, size_t>> out;
  std::vector<std::pair<const lab::Column*, const lab::Column*>> shared;
  for (const auto& x : a.parameters.columns)
    for (const auto& y : b.parameters.columns)
      if (x.name == y.name) shared.emplace_back(&x, &y);
  for (size_t i = 0, j = 0; i < a.worlds.size() && j < b.worlds.size();) {
    if (a.worlds[i] != b.worlds[j]) {
      a.worlds[i] < b.worlds[j] ? ++i : ++j;
      continue;
    }
    for (const auto& [x, y] : shared)
      if (x->values[i] != y->values[j]) return {};
    out.emplace_back(i++, j++);
  }
  return shared.empty() && out.size() > 1 ? std::vector<std::pair<size_t, size_t>>{} : out;
}

MovedMeasure move_of(const Comparison& all, const std::vector<std::pair<size_t, size_t>>& pairs,
                     const std::vector<double>& a, const std::vector<double>& b, const std::vector<double>& grid_a,
                     const std::vector<double>& grid_b) {
  MovedMeasure out;
  lab::Moments before, after, difference, grid_before, grid_after;
  const auto add = [](lab::Moments& to, double x) {
    if (std::isfinite(x)) to.add(x);
  };
  if (all.paired) {
    for (const auto& [i, j] : pairs) {
      if (!std::isfinite(a[i]) || !std::isfinite(b[j])) continue;
      before.add(a[i]);
      after.add(b[j]);
      difference.add(b[j] - a[i]);
      add(grid_before, grid_a[i]);
      add(grid_after, grid_b[j]);
    }
    out.change = difference.mean();
    out.half_width = difference.count() > 1 ? difference.standard_error() : 0;
    out.worlds = difference.count();
  } else {
    for (double x : a) add(before, x);
    for (double x : b) add(after, x);
    for (double x : grid_a) add(grid_before, x);
    for (double x : grid_b) add(grid_after, x);
    out.change = after.mean() - before.mean();
    out.worlds = std::min(before.count(), after.count());
    if (out.worlds > 1) out.half_width = std::hypot(before.standard_error(), after.standard_error());
  }
  out.before = before.mean();
  out.after = after.mean();
  out.grid = grid_before.mean() + grid_after.mean();
  return out;  // half_width is a standard error still
}

MovedClaim move_of_claim(const Comparison& all, const std::vector<std::pair<size_t, size_t>>& pairs,
                         const std::vector<Verdict>& a, const std::vector<Verdict>& b) {
  MovedClaim out;
  uint64_t holds_a = 0, of_a = 0, holds_b = 0, of_b = 0;
  const auto known = [](const Verdict& v) { return v.truth != Truth::unknown; };
  const auto holds = [](const Verdict& v) { return v.truth == Truth::holds; };
  if (all.paired) {
    for (const auto& [i, j] : pairs) {
      if (!known(a[i]) || !known(b[j])) continue;
      ++of_a;
      holds_a += holds(a[i]);
      holds_b += holds(b[j]);
      out.only_before += holds(a[i]) && !holds(b[j]);
      out.only_after += holds(b[j]) && !holds(a[i]);
    }
    of_b = of_a;
    const uint64_t n = out.only_before + out.only_after, less = std::min(out.only_before, out.only_after);
    if (n > 0)
      out.p_value = std::min(
          1.0, 2 * boost::math::cdf(boost::math::binomial(static_cast<double>(n), 0.5), static_cast<double>(less)));
  } else {
    for (const auto& v : a) of_a += known(v), holds_a += holds(v);
    for (const auto& v : b) of_b += known(v), holds_b += holds(v);
    if (of_a > 0 && of_b > 0) {
      const auto x = static_cast<double>(of_a), y = static_cast<double>(of_b);
      const double pooled = static_cast<double>(holds_a + holds_b) / (x + y),
                   error = std::sqrt(pooled * (1 - pooled) * (1 / x + 1 / y));
      const double gap = std::fabs(static_cast<double>(holds_a) / x - static_cast<double>(holds_b) / y);
      if (error > 0) out.p_value = 2 * boost::math::cdf(boost::math::complement(boost::math::normal(), gap / error));
    }
  }
  out.before = lab::wilson(holds_a, of_a);
  out.after = lab::wilson(holds_b, of_b);
  return out;
}

}  // namespace

base::Result<Comparison> compare(const std::string& before, const std::string& after) {
  const auto a = read_side(before);
  if (!a) return base::Error{a.error()};
  const auto b = read_side(after);
  if (!b) return base::Error{b.error()};
  const auto &x = a->archive.names, &y = b->archive.names;
  Comparison out;
  try {
    compare_questions(before, after, out);
  } catch (const SqlError& e) {
    return base::Error{fmt::format("cannot read the studies: {}", e.what())};
  }
  compare_names("parameter", x.params, y.params, out);
  compare_names("policy", x.policies, y.policies, out);
  compare_names("measure", x.measures, y.measures, out);
  compare_names("claim", x.claims, y.claims, out);
  out.worlds_before = a->sample.in_study;
  out.worlds_after = b->sample.in_study;
  const auto pairs = pairs_of(a->sample, b->sample);
  // A handful of worlds in common are no paired study.
  out.paired = !pairs.empty() && 2 * pairs.size() >= std::min(a->sample.worlds.size(), b->sample.worlds.size());
  out.pairs = out.paired ? pairs.size() : 0;

  for (size_t k = 0; k < a->outcomes.size(); ++k) {
    const auto& measure = x.measures[a->outcomes[k].measure];
    for (size_t l = 0; l < b->outcomes.size(); ++l) {
      if (y.measures[b->outcomes[l].measure].name != measure.name || b->outcomes[l].round != a->outcomes[k].round)
        continue;
      for (size_t p = 0; p < x.policies.size(); ++p)
        for (size_t q = 0; q < y.policies.size(); ++q) {
          if (x.policies[p].name != y.policies[q].name) continue;
          auto moved = move_of(out, pairs, a->sample.values[k][p], b->sample.values[l][q], a->sample.changes[k][p],
                               b->sample.changes[l][q]);
          moved.measure = measure.name;
          moved.policy = x.policies[p].name;
          moved.round = measure.rounds > 1 ? a->outcomes[k].round + 1 : 0;
          moved.probability = measure.probability;
          out.measures.push_back(std::move(moved));
        }
    }
  }
  for (size_t k = 0; k < x.claims.size(); ++k)
    for (size_t l = 0; l < y.claims.size(); ++l) {
      if (x.claims[k].name != y.claims[l].name) continue;
      auto moved = move_of_claim(out, pairs, a->sample.claims[k], b->sample.claims[l]);
      moved.claim = x.claims[k].name;
      moved.text = x.claims[k].description;
      out.claims.push_back(std::move(moved));
    }
  const auto tests = static_cast<double>(std::max<size_t>(1, out.measures.size()));
  const double strict = boost::math::quantile(boost::math::normal(), 1 - 0.025 / tests);
  const double usual = boost::math::quantile(boost::math::normal(), 0.975);
  for (auto& m : out.measures) {
    // Rounding errors are no change.
    m.beyond = m.worlds > 1 && std::fabs(m.change) > strict * m.half_width &&
               std::fabs(m.change) > 1e-12 * std::max(1.0, std::fabs(m.before));
    m.half_width *= usual;
  }
  for (auto& c : out.claims) c.beyond = c.p_value < 0.05 / static_cast<double>(out.claims.size());
  return out;
}

}  // namespace casus::study
