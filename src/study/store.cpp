#include "study/store_state.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cmath>
#include <limits>

#include "study/branches.h"
#include "study/packed.h"
#include "study/schema.h"
#include "study/sqlite.h"

namespace casus::study {

std::string shown(const std::string& path) {
  return path.empty() ? "the temporary study" : fmt::format("'{}'", path);
}

bool no_room(const SqlError& e) {
  const int code = e.code & 0xFF;
  return code == SQLITE_FULL || code == SQLITE_IOERR;
}

base::Error failure(const std::string& path, std::string_view doing, const SqlError& e) {
  if (no_room(e))
    return {
        fmt::format("cannot {} {}: {} (is the disk full?); what was written before is safe, and --resume continues "
                    "once there is room",
                    doing, shown(path), e.what())};
  switch (e.code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {fmt::format("cannot {} {}: another program is using it", doing, shown(path))};
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return {fmt::format("{} is no study of Casus, or it is damaged ({})", shown(path), e.what())};
    default:
      return {fmt::format("cannot {} {}: {}", doing, shown(path), e.what())};
  }
}

namespace {

std::string places(int count) {
  std::string out = "?";
  for (int k = 1; k < count; ++k) out += ", ?";
  return out;
}

}  // namespace

std::optional<std::string> key_value(const Database& d, std::string_view key) {
  Statement s(d, "SELECT value FROM study WHERE key = ?");
  s.bind(0, key);
  if (s.step()) return std::string(s.text(0));
  // Studies of older formats were solved on grids, as accurately as it went.
  if (key == "exact_up_to") return "0";
  if (key == "accuracy") return "0.001";
  return std::nullopt;
}

uint64_t count_worlds(const Database& d) {
  Statement s(d, "SELECT count(*) FROM worlds WHERE world >= 0");
  return s.step() ? static_cast<uint64_t>(s.integer(0)) : 0;
}

std::vector<int64_t> numbers_of(const Database& d, const char* sql) {
  std::vector<int64_t> out;
  for (Statement s(d, sql); s.step();) out.push_back(s.integer(0));
  return out;
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

const std::string& Store::path() const {
  return state_->path;
}

uint64_t Store::worlds() const {
  return state_->worlds;
}

std::vector<bool> Store::present(uint64_t count) const {
  std::vector<bool> out(count, false);
  for (Statement s(state_->database, "SELECT world FROM worlds WHERE world >= 0"); s.step();)
    if (const auto w = static_cast<uint64_t>(s.integer(0)); w < count) out[w] = true;
  return out;
}

bool Store::has_median() const {
  return Statement(state_->database, "SELECT 1 FROM worlds WHERE world = -1").step();
}

base::Result<std::vector<std::pair<std::string, std::string>>> Store::sources() const {
  try {
    std::vector<std::pair<std::string, std::string>> out;
    Statement query(state_->database, "SELECT name, text FROM sources ORDER BY file");
    while (query.step()) out.emplace_back(query.text(0), query.text(1));
    return out;
  } catch (const SqlError& e) {
    return failure(state_->path, "read", e);
  }
}

std::optional<std::string> Store::value(const std::string& key) const {
  try {
    return key_value(state_->database, key);
  } catch (const SqlError&) {  // whoever reads the rest is told
    return std::nullopt;
  }
}

base::Result<bool> Store::write(std::span<const WorldRecord> records) {
  try {
    auto& d = state_->database;
    uint64_t added = 0;
    Transaction t(d);
    Statement world(d, "INSERT INTO worlds VALUES (?, ?)");
    Statement solved(d, fmt::format("INSERT INTO results (world, policy, {}) VALUES ({})", result_columns(d),
                                    places(2 + result_count)));
    Statement verdict(d, "INSERT INTO verdicts VALUES (?, ?, ?, ?, ?)");
    OthersWriter others(d);
    for (const auto& r : records) {
      const std::string params = pack(r.params);
      world.bind(0, r.world).bind(1, params).run();
      added += r.world >= 0;
      for (size_t p = 0; p < r.policies.size(); ++p) {
        const auto& x = r.policies[p];
        const auto& c = x.certificate;
        solved.bind(0, r.world).bind(1, state_->policies[p]);
        const std::string prior = pack(x.profile_prior), values = pack(x.values), change = pack(x.change, 3),
                          payoffs = pack(x.payoffs), method(solve::method_name(c.method));
        if (x.ok())
          solved.bind(2, nan).bind(3, prior).bind(4, values).bind(5, change).bind(6, payoffs);
        else
          solved.bind(2, x.error).bind(3, nan).bind(4, nan).bind(5, nan).bind(6, nan);
        solved.bind(7, c.residual).bind(8, c.payoff_range).bind(9, c.compared ? c.grid_change : nan);
        int column = 10;
        for (uint64_t n : {c.nodes, c.traced, c.folds, c.unstable, c.failed})
          solved.bind(column++, static_cast<int64_t>(n));
        solved.bind(column++, method);
        for (double v :
             {c.distance, c.distance_anywhere, c.regret, c.regret_anywhere, c.best_reply, c.effect, c.drift, c.seen})
          solved.bind(column++, c.judged ? v : nan);
        solved.bind(column, static_cast<int64_t>(c.crossings)).bind(column + 1, c.left_at);
        solved.run();
        others.add(r.world, state_->policies[p], x);
      }
      for (size_t k = 0; k < r.claims.size(); ++k)
        if (r.claims[k].turned) others.add_turned(r.world, state_->claims[k]);
      for (size_t k = 0; k < r.claims.size(); ++k)
        verdict.bind(0, r.world)
            .bind(1, state_->claims[k])
            .bind(2, static_cast<int64_t>(r.claims[k].truth))
            .bind(3, r.claims[k].margin)
            .bind(4, r.claims[k].uncertainty)
            .run();
    }
    t.commit();
    state_->worlds += added;
    return true;
  } catch (const SqlError& e) {
    return failure(state_->path, "write", e);
  }
}

base::Result<bool> Store::write(const BranchAnswer& answer) {
  try {
    auto& d = state_->database;
    Transaction t(d);
    d.run("DELETE FROM branches");
    Statement row(d, "INSERT INTO branches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const auto& w : answer.worlds)
      for (size_t p = 0; p < w.policies.size(); ++p) {
        const auto& x = w.policies[p];
        for (size_t k = 0; k < x.readings.size() && x.readings[k].ok(); ++k) {
          const auto& r = x.readings[k];
          const std::string values = pack(r.values), change = pack(r.change, 3);
          row.bind(0, w.world).bind(1, state_->policies[p]).bind(2, answer.readings[k].name);
          row.bind(3, static_cast<int64_t>(x.found.searched)).bind(4, static_cast<int64_t>(x.found.several));
          row.bind(5, int64_t{x.found.most}).bind(6, values).bind(7, change).bind(8, r.certificate.grid_change).run();
        }
      }
    t.commit();
    return true;
  } catch (const SqlError& e) {
    return failure(state_->path, "write", e);
  }
}

base::Result<bool> Store::complete() {
  try {
    state_->database.run("UPDATE study SET value = 'complete' WHERE key = 'state' AND value <> 'complete'");
    return true;
  } catch (const SqlError& e) {
    return failure(state_->path, "write", e);
  }
}

Widths widths_of(const Database& d) {
  const auto count = [&](const char* sql) { return static_cast<size_t>(numbers_of(d, sql).at(0)); };
  return {count("SELECT count(*) FROM params"), count("SELECT count(*) FROM profiles"),
          count("SELECT count(*) FROM columns")};
}

void want(bool sound, const char* what) {
  if (!sound) throw SqlError(SQLITE_CORRUPT, what);
}

PolicyResult row_of(const Statement& s, const Widths& widths) {
  PolicyResult r;
  r.error = s.text(2);
  auto& c = r.certificate;
  c.residual = s.real(7);
  c.payoff_range = s.real(8);
  c.grid_change = s.real(9);
  c.compared = !std::isnan(c.grid_change);
  if (!c.compared) c.grid_change = 0;
  int column = 10;
  for (uint64_t* n : {&c.nodes, &c.traced, &c.folds, &c.unstable, &c.failed})
    *n = static_cast<uint64_t>(s.integer(column++));
  c.method = s.text(column++) == solve::method_name(solve::Method::exact) ? solve::Method::exact : solve::Method::grid;
  c.judged = !std::isnan(s.real(column));
  for (double* x : {&c.distance, &c.distance_anywhere, &c.regret, &c.regret_anywhere, &c.best_reply, &c.effect,
                    &c.drift, &c.seen}) {
    const double value = s.real(column++);
    if (c.judged) *x = value;
  }
  c.crossings = static_cast<uint64_t>(s.integer(column++));
  c.left_at = s.real(column++);
  if (!r.ok()) return r;
  r.profile_prior = unpack(s.text(3));
  r.values = unpack(s.text(4));
  r.change = unpack(s.text(5));
  r.payoffs = unpack(s.text(6));
  want(r.profile_prior.size() == widths.profiles && r.values.size() == widths.values &&
           r.change.size() == widths.values && !r.payoffs.empty(),
       "an answer has too few numbers, or too many");
  return r;
}

namespace {

Truth truth_of(int64_t number) {
  want(number >= 0 && number <= 2, "a verdict is neither yes, no nor unknown");
  return static_cast<Truth>(number);
}

}  // namespace

uint32_t place_of(const std::vector<int64_t>& numbers, int64_t number) {
  const auto at = std::lower_bound(numbers.begin(), numbers.end(), number);
  want(at != numbers.end() && *at == number, "a row is of a policy or claim that is not there");
  return static_cast<uint32_t>(at - numbers.begin());
}

base::Result<bool> Store::each_result(const Visit& visit) const {
  try {
    for (Statement s(state_->database,
                     fmt::format("SELECT world, policy, {} FROM results WHERE world >= 0 ORDER BY world, policy",
                                 result_columns(state_->database)));
         s.step();)
      visit(s.integer(0), place_of(state_->policies, s.integer(1)), row_of(s, state_->widths));
    return true;
  } catch (const SqlError& e) {
    return failure(state_->path, "read", e);
  }
}

base::Result<bool> Store::each_world(const std::function<void(int64_t, const std::vector<double>&)>& visit) const {
  try {
    for (Statement s(state_->database, "SELECT world, params FROM worlds WHERE world >= 0 ORDER BY world"); s.step();) {
      const auto params = unpack(s.text(1));
      want(params.size() == state_->widths.params, "a world has too few parameters, or too many");
      visit(s.integer(0), params);
    }
    return true;
  } catch (const SqlError& e) {
    return failure(state_->path, "read", e);
  }
}

base::Result<bool> Store::each_verdict(const std::function<void(int64_t, uint32_t, const Verdict&)>& visit) const {
  try {
    for (Statement s(state_->database,
                     "SELECT world, claim, holds, margin, uncertainty FROM verdicts WHERE world >= 0 "
                     "ORDER BY world, claim");
         s.step();)
      visit(s.integer(0), place_of(state_->claims, s.integer(1)), {truth_of(s.integer(2)), s.real(3), s.real(4)});
    return true;
  } catch (const SqlError& e) {
    return failure(state_->path, "read", e);
  }
}

base::Result<std::vector<Verdict>> Store::verdicts(int64_t world) const {
  try {
    std::vector<Verdict> out;
    Statement s(state_->database, "SELECT holds, margin, uncertainty FROM verdicts WHERE world = ? ORDER BY claim");
    s.bind(0, world);
    while (s.step()) out.push_back({truth_of(s.integer(0)), s.real(1), s.real(2)});
    want(out.empty() || out.size() == state_->claims.size(), "a world lacks a verdict");
    return out;
  } catch (const SqlError& e) {
    return failure(state_->path, "read", e);
  }
}

}  // namespace casus::study
