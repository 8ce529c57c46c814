// A study's file opened: for writing anew, for going on, for reading.
#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>

#include "base/fresh_file.h"
#include "study/schema.h"
#include "study/store_state.h"

namespace casus::study {
namespace {

// What differs between the study in a file and the one wanted, or nothing.
std::string difference(const Database& d, const Identity& identity) {
  for (const auto& [key, wanted] : identity.keys) {
    const auto there = key_value(d, key).value_or("");
    if (there != wanted) return fmt::format("its {} is '{}', now it is '{}'", key, there, wanted);
  }
  Statement s(d, "SELECT name, text FROM sources ORDER BY file");
  for (const auto& [name, text] : identity.sources)
    if (!s.step() || s.text(1) != text) return fmt::format("the text of '{}' has changed", name);
  if (s.step()) return fmt::format("it also used '{}'", s.text(0));
  return {};
}

// SQLite takes what lies there for a part of the study: it would be played into it, and removed. Those of a study that
// a killed run left are gone once it has been opened.
std::string in_the_way(const std::string& path) {
  std::error_code ignored;
  for (const char* tail : {"-journal", "-wal", "-shm"})
    if (std::filesystem::exists(path + tail, ignored))
      return fmt::format(
          "cannot write {}: '{}{}' lies beside it. Unless another program is using the study, move that "
          "away, or choose another file with --out",
          shown(path), path, tail);
  return {};
}

bool occupied(const std::string& path) {
  std::error_code ignored;
  return !path.empty() && std::filesystem::exists(path, ignored) && std::filesystem::file_size(path, ignored) > 0;
}

// Nothing if the file may be made anew; true if it is to be continued.
std::optional<bool> judge_existing(const std::string& path, const Identity& identity, Existing existing,
                                   std::string& refusal) {
  if (base::write_protected(path)) {
    refusal = fmt::format("{} is write-protected and is left alone; choose another file with --out", shown(path));
    return false;
  }
  Database d(path, Access::write);
  check_schema(d);
  const std::string differs = difference(d, identity);
  if (!differs.empty()) {
    if (existing == Existing::overwrite) return std::nullopt;
    refusal = fmt::format("{} holds another study: {}; choose another file with --out, or replace it with --overwrite",
                          shown(path), differs);
    return false;
  }
  if (existing == Existing::resume) return true;
  const auto state = key_value(d, "state");
  if (existing == Existing::overwrite || state == "complete") return std::nullopt;
  refusal = fmt::format(
      "{} holds this study unfinished ({} of {} worlds): continue it with --resume, or start again with "
      "--overwrite",
      shown(path), count_worlds(d), key_value(d, "worlds").value_or("?"));
  return false;
}

void begin(Database& d, const Plan& plan, const Identity& identity) {
  Transaction t(d);
  make_schema(d);
  describe(d, plan, identity);
  t.commit();
}

// An empty study takes the place of what is there, if anything, only once it can be used.
base::Result<bool> make_anew(const std::string& path, const Plan& plan, const Identity& identity) {
  auto fresh = base::FreshFile::beside(path);
  if (!fresh) return base::Error{fmt::format("cannot write {}: {}", shown(path), fresh.error())};
  try {
    Database d(fresh->path().string(), Access::write);
    d.run("PRAGMA journal_mode = DELETE; PRAGMA synchronous = NORMAL;");
    begin(d, plan, identity);
  } catch (const SqlError& e) {
    if (!no_room(e)) throw;
    return base::Error{
        fmt::format("cannot write {}: {} (is the disk full?); make room, or choose another place with "
                    "--out; nothing has been begun",
                    shown(path), e.what())};
  }
  if (const auto placed = fresh->take_place(); !placed)
    return base::Error{fmt::format("cannot write {}: {}", shown(path), placed.error())};
  return true;
}

}  // namespace

std::string Store::refusal(const std::string& path, const Identity& identity, Existing existing) {
  std::string out;
  try {
    if (occupied(path)) judge_existing(path, identity, existing, out);
  } catch (const SqlError& e) {
    out = failure(path, "read", e).message;
  }
  return out;
}

base::Result<Store> Store::open(const std::string& path, const Plan& plan, const Identity& identity,
                                Existing existing) {
  try {
    bool resume = false;
    if (occupied(path)) {
      std::string refusal;
      const auto verdict = judge_existing(path, identity, existing, refusal);
      if (!refusal.empty()) return base::Error{refusal};
      resume = verdict.has_value();
    }
    if (!path.empty() && !resume) {
      if (auto refusal = in_the_way(path); !refusal.empty()) return base::Error{std::move(refusal)};
      if (const auto made = make_anew(path, plan, identity); !made) return base::Error{made.error()};
    }
    Database d(path, path.empty() ? Access::create : Access::write);
    d.run("PRAGMA journal_mode = DELETE; PRAGMA synchronous = NORMAL;");
    if (resume) migrate(d);
    if (path.empty()) begin(d, plan, identity);
    auto state = std::make_unique<State>(State{std::move(d), path, {}, {}, 0});
    for (const auto& p : plan.policies) state->policies.push_back(p.policy);
    for (uint32_t k : plan.claims) state->claims.push_back(k);
    state->worlds = count_worlds(state->database);
    return Store(std::move(state));
  } catch (const SqlError& e) {
    return failure(path, "write", e);
  }
}

base::Result<Store> Store::read(const std::string& path) {
  try {
    auto open = [&](Access access) {
      Database d(path, access);
      check_schema(d);
      return d;
    };
    auto opened = [&]() -> Database {
      try {
        return open(Access::read);
      } catch (const SqlError& e) {
        // A killed writer has left a half-written transaction: only a writer may roll it back.
        if (e.code != SQLITE_READONLY_ROLLBACK) throw;
        open(Access::write);
        return open(Access::read);
      }
    };
    auto state = std::make_unique<State>(State{opened(), path, {}, {}, 0});
    state->policies = numbers_of(state->database, "SELECT policy FROM policies ORDER BY policy");
    state->claims = numbers_of(state->database, "SELECT claim FROM claims ORDER BY claim");
    state->worlds = count_worlds(state->database);
    return Store(std::move(state));
  } catch (const SqlError& e) {
    return failure(path, "read", e);
  }
}

}  // namespace casus::study
