#include "study/archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>

#include "study/schema.h"
#include "study/settings.h"
#include "study/sqlite.h"
#include "study/store_state.h"

namespace casus::study {
namespace {

void read_named(const Statement& s, Named& out) {
  out.name = s.text(0);
  out.description = s.text(1);
  out.source = s.text(2);
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find(at), text.size());
    auto part = text.substr(0, end);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) out.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// A formula reads what is there: measures before any that is reckoned from them, or none.
void check_formulas(const MeasureRows& rows) {
  for (uint32_t m = 0; m < rows.derived.size(); ++m) {
    const Derived& d = rows.derived[m];
    for (const auto& part : d.parts)
      want(part.measure < rows.rounds.size() && part.round <= rows.rounds[part.measure] &&
               (part.profiles.empty() || part.profiles.size() == rows.profiles) &&
               (rows.derived[part.measure].counted() || part.measure < m) &&
               (part.round > 0 || rows.rounds[part.measure] <= rows.rounds[m]),
           "a formula reads what is not there");
    for (const auto& e : d.nodes)
      want(e.op != model::Op::measure || e.index < d.parts.size(), "a formula reads what is not there");
  }
}

uint64_t whole_number(const std::string& text) {
  uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

Catalogue read_catalogue(const std::string& path) {
  const Database d(path, Access::read);
  Catalogue out;
  for (Statement s(d, "SELECT key, value FROM study"); s.step();) {
    const std::string key(s.text(0)), value(s.text(1));
    if (key == "title") out.title = value;
    if (key == "design") out.design = value;
    if (key == "version") out.version = value;
    if (key == "state") out.state = value;
    if (key == "seed") out.seed = whole_number(value);
    if (key == "worlds") out.planned = whole_number(value);
  }
  for (Statement s(d, "SELECT name, description, source, uncertain FROM params ORDER BY param"); s.step();) {
    read_named(s, out.params.emplace_back());
    out.params.back().uncertain = s.integer(3) != 0;
  }
  for (Statement s(d, "SELECT name, description, source, counterfactual FROM policies ORDER BY policy"); s.step();) {
    read_named(s, out.policies.emplace_back());
    out.policies.back().counterfactual = s.integer(3) != 0;
  }
  for (Statement s(d, "SELECT types FROM profiles ORDER BY profile"); s.step();)
    out.profiles.push_back(split(s.text(0), ','));
  std::map<int64_t, std::string> formulas;
  for (Statement s(d, has_formulas(d) ? "SELECT measure, formula FROM formulas" : "SELECT 0, '' WHERE 0"); s.step();)
    formulas.emplace(s.integer(0), s.text(1));
  out.rows.profiles = static_cast<uint32_t>(out.profiles.size());
  for (Statement s(d, "SELECT name, description, source, probability, rounds, measure FROM measures ORDER BY measure");
       s.step();) {
    StoredMeasure m;
    read_named(s, m);
    m.probability = s.integer(3) != 0;
    m.rounds = static_cast<uint32_t>(s.integer(4));
    m.number = static_cast<uint32_t>(out.rows.rounds.size());
    const auto formula = formulas.find(s.integer(5));
    const bool asked = formula == formulas.end() || !formula->second.empty();
    out.rows.add(m.rounds, formula == formulas.end() || !asked ? Derived{} : read_derived(formula->second));
    if (asked) out.measures.push_back(std::move(m));
  }
  check_formulas(out.rows);
  for (Statement s(d, "SELECT name, description, source FROM claims ORDER BY claim"); s.step();)
    read_named(s, out.claims.emplace_back());
  return out;
}

template <class T>
base::Result<uint32_t> place_named(std::string_view kind, const std::vector<T>& list, std::string_view text) {
  std::vector<std::string> known;
  for (uint32_t i = 0; i < list.size(); ++i) {
    if (list[i].name == text) return i;
    known.push_back(list[i].name);
  }
  return base::Error{unknown_name(kind, text, known)};
}

// How many worlds from the start are there without a gap.
uint64_t prefix(const Store& store, uint64_t planned) {
  const auto there = store.present(planned);
  return static_cast<uint64_t>(std::find(there.begin(), there.end(), false) - there.begin());
}

}  // namespace

std::vector<uint32_t> Catalogue::uncertain() const {
  std::vector<uint32_t> out;
  for (uint32_t p = 0; p < params.size(); ++p)
    if (params[p].uncertain) out.push_back(p);
  return out;
}

base::Result<Archive> Archive::open(const std::string& path) {
  auto store = Store::read(path);  // checks what it is, and mends what a killed run left
  if (!store) return base::Error{store.error()};
  try {
    return Archive{std::move(*store), read_catalogue(path)};
  } catch (const SqlError& e) {
    return base::Error{fmt::format("cannot read '{}': {}", path, e.what())};
  }
}

base::Result<uint32_t> policy_named(const Catalogue& names, std::string_view text) {
  return place_named("policy", names.policies, text);
}

base::Result<uint32_t> claim_named(const Catalogue& names, std::string_view text) {
  return place_named("claim", names.claims, text);
}

base::Result<Outcome> outcome_named(const Catalogue& names, std::string_view text) {
  Outcome out{.name = std::string(text)};
  std::string_view name = text, inside;
  const auto known = [&](std::string_view n) {
    return std::any_of(names.measures.begin(), names.measures.end(), [&](const auto& m) { return m.name == n; });
  };
  // A measure of an index set has brackets in its name.
  if (!known(text) && text.ends_with(']')) {
    const size_t open = text.rfind('[');
    if (open != std::string_view::npos) {
      name = text.substr(0, open);
      inside = text.substr(open + 1, text.size() - open - 2);
    }
  }
  const auto measure = place_named("measure", names.measures, name);
  if (!measure) return base::Error{measure.error()};
  out.measure = *measure;
  const auto& m = names.measures[*measure];
  bool has_round = false;
  for (const auto& part : split(inside, ',')) {
    if (part.starts_with("round ")) {
      const uint64_t round = whole_number(part.substr(6));
      if (round < 1 || round > m.rounds || m.rounds == 1)
        return base::Error{m.rounds == 1 ? fmt::format("'{}' has one value, not one for each round", m.name)
                                         : fmt::format("'{}' has rounds 1 to {}, not '{}'", m.name, m.rounds, part)};
      out.round = static_cast<uint32_t>(round - 1);
      has_round = true;
      continue;
    }
    std::vector<std::string> types;
    for (const auto& profile : names.profiles)
      for (const auto& type : profile)
        if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
    if (std::find(types.begin(), types.end(), part) == types.end())
      return base::Error{unknown_name("type", part, types)};
    out.profiles.resize(names.profiles.size(), 1);
    for (size_t p = 0; p < names.profiles.size(); ++p)
      if (std::find(names.profiles[p].begin(), names.profiles[p].end(), part) == names.profiles[p].end())
        out.profiles[p] = 0;
  }
  if (m.rounds > 1 && !has_round)
    return base::Error{fmt::format("'{}' has a value for each round; name one: '{}[round 1]' to '{}[round {}]'", m.name,
                                   m.name, m.name, m.rounds)};
  return out;
}

std::optional<Outcome> first_outcome(const Catalogue& names) {
  for (uint32_t m = 0; m < names.measures.size(); ++m)
    if (names.measures[m].rounds == 1) return Outcome{.measure = m, .name = names.measures[m].name};
  return std::nullopt;
}

double outcome_value(const Catalogue& names, const Outcome& outcome, const PolicyResult& r) {
  return measured(names.rows, r.values, r.profile_prior, names.measures[outcome.measure].number, outcome.round,
                  outcome.profiles);
}

double outcome_change(const Catalogue& names, const Outcome& outcome, const PolicyResult& r) {
  return measured_change(names.rows, r.values, r.change, r.profile_prior, names.measures[outcome.measure].number,
                         outcome.round, outcome.profiles);
}

base::Result<Sample> read_sample(const Archive& archive, const std::vector<Outcome>& outcomes, size_t most) {
  const auto& names = archive.names;
  const auto free = names.uncertain();
  Sample out;
  out.in_study = archive.store.worlds();
  uint64_t stride = std::max<uint64_t>(1, (out.in_study + most - 1) / most), limit = out.in_study;
  if (names.design == "saltelli" && !free.empty()) {
    const uint64_t block = 2 * free.size() + 2;
    limit = std::min<uint64_t>(prefix(archive.store, names.planned), most) / block * block;
    if (limit >= 2 * block) {
      stride = 1;
      out.saltelli = true;
    } else {
      limit = out.in_study;
    }
  }
  for (uint32_t p : free) out.parameters.columns.push_back({.name = names.params[p].name});
  uint64_t position = 0;
  auto read = archive.store.each_world([&](int64_t world, const std::vector<double>& params) {
    const uint64_t at = position++;
    if (at % stride != 0 || at >= limit) return;
    out.worlds.push_back(world);
    for (size_t d = 0; d < free.size(); ++d) out.parameters.columns[d].values.push_back(params[free[d]]);
  });
  if (!read) return base::Error{read.error()};
  for (auto& column : out.parameters.columns)
    if (std::all_of(column.values.begin(), column.values.end(), [](double v) { return v == std::floor(v); }))
      column.kind = lab::ColumnKind::integer;

  const size_t rows = out.worlds.size();
  out.values.assign(outcomes.size(), std::vector(names.policies.size(), std::vector<double>(rows, nan)));
  out.changes = out.values;
  size_t row = 0;
  const auto reach = [&](int64_t world) {
    while (row < rows && out.worlds[row] < world) ++row;
    return row < rows && out.worlds[row] == world;
  };
  read = archive.store.each_result([&](int64_t world, uint32_t place, const PolicyResult& r) {
    if (!r.ok() || !reach(world)) return;
    for (size_t k = 0; k < outcomes.size(); ++k) {
      out.values[k][place][row] = outcome_value(names, outcomes[k], r);
      out.changes[k][place][row] = std::fabs(outcome_change(names, outcomes[k], r));
    }
  });
  if (!read) return base::Error{read.error()};
  out.claims.assign(names.claims.size(), std::vector<Verdict>(rows));
  row = 0;
  read = archive.store.each_verdict([&](int64_t world, uint32_t claim, const Verdict& v) {
    if (reach(world)) out.claims[claim][row] = v;
  });
  if (!read) return base::Error{read.error()};
  return out;
}

}  // namespace casus::study
