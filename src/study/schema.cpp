#include "study/schema.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>

namespace casus::study {
namespace {

// Format 1. Rows never depend on threads, time or how often a run was interrupted, so two files of one study hold the
// same rows.
constexpr const char* first_format = R"sql(
-- What was asked: title, version, seed, worlds, design, points, selection, settings, policies; and 'state', which is
-- 'complete' once every world is in.
CREATE TABLE study (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- The text of the case, of its overlays and of every module it uses.
CREATE TABLE sources (file INTEGER PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE params (param INTEGER PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL, source TEXT NOT NULL,
                     uncertain INTEGER NOT NULL);  -- 0: fixed or computed from others
CREATE TABLE profiles (profile INTEGER PRIMARY KEY, types TEXT NOT NULL);  -- 'Russia.limited, West.resolute'
CREATE TABLE policies (policy INTEGER PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL, source TEXT NOT NULL,
                       counterfactual INTEGER NOT NULL);  -- 1: another world, not another choice
CREATE TABLE measures (measure INTEGER PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL,
                       source TEXT NOT NULL, probability INTEGER NOT NULL, rounds INTEGER NOT NULL);
CREATE TABLE claims (claim INTEGER PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL, source TEXT NOT NULL);
-- Where each number of results.value and results.change belongs; round counts from 1.
CREATE TABLE columns (position INTEGER PRIMARY KEY, measure INTEGER NOT NULL, round INTEGER NOT NULL,
                      profile INTEGER NOT NULL);

-- One row a world; params is a JSON array in the order of the table params. World -1 has every uncertain parameter at
-- its median and counts in no statistic.
CREATE TABLE worlds (world INTEGER PRIMARY KEY, params TEXT NOT NULL);
-- One row for each world and policy. JSON arrays: profile_prior (probability of each profile), value (every measure,
-- see columns), change (the same, fine grid minus coarse grid, three digits), payoff (per actor, expected total at the
-- start). Then the certificate. Where a world cannot be solved, error says why and the rest is NULL.
CREATE TABLE results (world INTEGER NOT NULL, policy INTEGER NOT NULL, error TEXT, profile_prior TEXT, value TEXT,
                      change TEXT, payoff TEXT, residual REAL, payoff_range REAL, grid_change REAL, nodes INTEGER,
                      traced INTEGER, folds INTEGER, unstable INTEGER, failed INTEGER,
                      PRIMARY KEY (world, policy)) WITHOUT ROWID;
-- holds: 1 yes, 0 no, 2 unknown; margin above 0 where it holds, with the grid's uncertainty of the margin.
CREATE TABLE verdicts (world INTEGER NOT NULL, claim INTEGER NOT NULL, holds INTEGER NOT NULL, margin REAL,
                       uncertainty REAL, PRIMARY KEY (world, claim)) WITHOUT ROWID;

CREATE VIEW world_params AS
  SELECT w.world, p.name AS param, j.value AS value
  FROM worlds w, json_each(w.params) j JOIN params p ON p.param = j.key;
CREATE VIEW measure_values AS
  SELECT r.world, o.name AS policy, m.name AS measure, c.round, f.types, j.value AS value,
         json_extract(r.change, '$[' || j.key || ']') AS change,
         json_extract(r.profile_prior, '$[' || c.profile || ']') AS weight
  FROM results r JOIN policies o USING (policy), json_each(r.value) j
       JOIN columns c ON c.position = j.key JOIN measures m USING (measure) JOIN profiles f USING (profile);
CREATE VIEW expected_values AS
  SELECT world, policy, measure, round, sum(value * weight) AS value
  FROM measure_values GROUP BY world, policy, measure, round;
CREATE VIEW claim_shares AS
  SELECT c.name AS claim, avg(v.holds = 1) AS share, count(*) AS worlds
  FROM verdicts v JOIN claims c USING (claim) WHERE v.world >= 0 AND v.holds < 2 GROUP BY v.claim;
)sql";

// What turns each format into the next; a new file goes the same way, so that both end alike.
constexpr std::array<const char*, schema_version - oldest_schema> steps{
    // 1 to 2: what `--branches` found. One row for each world and policy that was searched and each reading, which is a
    // way of choosing where nodes have several equilibria ('recursive', 'the worst for West', ...); only that of the
    // study itself where none has. searched: nodes and beliefs looked at, several: of these with more than one
    // equilibrium, most: at one of them. value, change and grid_change as in results.
    R"sql(
CREATE TABLE branches (world INTEGER NOT NULL, policy INTEGER NOT NULL, reading TEXT NOT NULL,
                       searched INTEGER NOT NULL, several INTEGER NOT NULL, most INTEGER NOT NULL, value TEXT NOT NULL,
                       change TEXT NOT NULL, grid_change REAL NOT NULL,
                       PRIMARY KEY (world, policy, reading)) WITHOUT ROWID;
)sql",
    // 2 to 3: how good the choices are. method: 'exact' (on the graph of public histories) or 'grid'. distance, regret,
    // best_reply, effect, drift, seen: of choices held against what truly follows, as solve::Certificate has them; NULL
    // where that was not done. grid_change is NULL where no coarser grid was compared with; change is then the largest
    // of the worlds solved beside the median one. A world whose answer is not good enough has an error and a
    // certificate.
    R"sql(
ALTER TABLE results ADD COLUMN method TEXT NOT NULL DEFAULT 'grid';
ALTER TABLE results ADD COLUMN distance REAL;
ALTER TABLE results ADD COLUMN distance_anywhere REAL;
ALTER TABLE results ADD COLUMN regret REAL;
ALTER TABLE results ADD COLUMN regret_anywhere REAL;
ALTER TABLE results ADD COLUMN best_reply REAL;
ALTER TABLE results ADD COLUMN effect REAL;
ALTER TABLE results ADD COLUMN drift REAL;
ALTER TABLE results ADD COLUMN seen REAL;
ALTER TABLE results ADD COLUMN crossings INTEGER NOT NULL DEFAULT 0;
ALTER TABLE results ADD COLUMN left_at REAL NOT NULL DEFAULT 1;
)sql",
    // 3 to 4: other equilibria. looked: one row for each world and policy where they were looked for; starts: of the
    // search (0: no choice bears on itself, so there is none); decisions and several: on grids, single decisions looked
    // at, and those with several equilibria. others: one row for each that was found; value and payoff as in results,
    // residual in units of payoff. turned: claims whose verdict another equilibrium turns, world by world.
    R"sql(
CREATE TABLE looked (world INTEGER NOT NULL, policy INTEGER NOT NULL, starts INTEGER NOT NULL,
                     decisions INTEGER NOT NULL, several INTEGER NOT NULL,
                     PRIMARY KEY (world, policy)) WITHOUT ROWID;
CREATE TABLE others (world INTEGER NOT NULL, policy INTEGER NOT NULL, number INTEGER NOT NULL, value TEXT NOT NULL,
                     payoff TEXT NOT NULL, residual REAL NOT NULL,
                     PRIMARY KEY (world, policy, number)) WITHOUT ROWID;
CREATE TABLE turned (world INTEGER NOT NULL, claim INTEGER NOT NULL, PRIMARY KEY (world, claim)) WITHOUT ROWID;
)sql",
    // 4 to 5: measures that are reckoned from others. formulas: one row for each that is reckoned, as study::text_of
    // writes it ('2.0.* 0.3.01 | div m0 m1': measure 2 over measure 0 in round 3 given the second of two profiles), and
    // one with an empty text for each that nobody asked for and a formula reads. Their value given all profiles is the
    // formula of what these are given all profiles, not the mean of what results.value has for each.
    R"sql(
CREATE TABLE formulas (measure INTEGER PRIMARY KEY, formula TEXT NOT NULL);
DROP VIEW expected_values;
CREATE VIEW expected_values AS
  SELECT world, policy, measure, round, sum(value * weight) AS value
  FROM measure_values WHERE measure NOT IN (SELECT name FROM measures JOIN formulas USING (measure))
  GROUP BY world, policy, measure, round;
)sql",
};

int64_t pragma(const Database& d, const char* name) {
  Statement s(d, fmt::format("PRAGMA {}", name));
  return s.step() ? s.integer(0) : 0;
}

// What a study of an older format is taken to have been asked for.
constexpr const char* older_keys = R"sql(
INSERT OR IGNORE INTO study SELECT 'exact_up_to', '0' WHERE EXISTS (SELECT 1 FROM study WHERE key = 'points');
INSERT OR IGNORE INTO study SELECT 'accuracy', '0.001' WHERE EXISTS (SELECT 1 FROM study WHERE key = 'points');
)sql";

void bring_up(Database& d, int64_t from) {
  for (int64_t v = from; v < schema_version; ++v) d.run(steps[static_cast<size_t>(v - oldest_schema)]);
  d.run(fmt::format("PRAGMA user_version = {};", schema_version).c_str());
}

}  // namespace

std::string result_columns(const Database& d) {
  constexpr std::string_view first =
      "error, profile_prior, value, change, payoff, residual, payoff_range, grid_change, nodes, traced, folds, "
      "unstable, "
      "failed, ";
  if (pragma(d, "user_version") < 3)
    return std::string(first) + "'grid', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1";
  return std::string(first) +
         "method, distance, distance_anywhere, regret, regret_anywhere, best_reply, effect, drift, seen, crossings, "
         "left_at";
}

bool has_formulas(const Database& d) {
  return pragma(d, "user_version") >= 5;
}

bool keeps_others(const Database& d) {
  return pragma(d, "user_version") >= 4;
}

void check_schema(const Database& d) {
  if (pragma(d, "application_id") != application_id) throw SqlError(SQLITE_NOTADB, "no study");
  const auto v = pragma(d, "user_version");
  if (v > schema_version)
    throw SqlError(SQLITE_ERROR,
                   fmt::format("a newer Casus wrote it (format {}; this one reads formats {} to {}); read "
                               "it with that one, or solve the case again",
                               v, oldest_schema, schema_version));
  if (v < oldest_schema) throw SqlError(SQLITE_ERROR, fmt::format("it has format {}, which no Casus wrote", v));
}

void make_schema(Database& d) {
  d.run(fmt::format("PRAGMA application_id = {};", application_id).c_str());
  d.run(first_format);
  bring_up(d, oldest_schema);
}

void migrate(Database& d) {
  const auto v = pragma(d, "user_version");
  if (v == schema_version) return;
  Transaction t(d);
  bring_up(d, v);
  d.run(older_keys);
  t.commit();
}

void describe(Database& d, const Plan& plan, const Identity& identity) {
  const auto& c = *plan.source;
  Statement study(d, "INSERT INTO study VALUES (?, ?)");
  for (const auto& [key, value] : identity.keys) study.bind(0, key).bind(1, value).run();
  study.bind(0, "state").bind(1, "running").run();
  Statement source(d, "INSERT INTO sources VALUES (?, ?, ?)");
  for (size_t f = 0; f < identity.sources.size(); ++f)
    source.bind(0, static_cast<int64_t>(f))
        .bind(1, identity.sources[f].first)
        .bind(2, identity.sources[f].second)
        .run();
  auto named = [](Statement& s, size_t index, const std::string& name, const model::Words& words) -> Statement& {
    return s.bind(0, static_cast<int64_t>(index)).bind(1, name).bind(2, words.text).bind(3, words.source);
  };
  Statement param(d, "INSERT INTO params VALUES (?, ?, ?, ?, ?)");
  for (size_t i = 0; i < c.params.size(); ++i)
    named(param, i, c.params[i].name, c.params[i].words)
        .bind(4, int64_t{c.params[i].distribution != model::Distribution::fixed})
        .run();
  Statement profile(d, "INSERT INTO profiles VALUES (?, ?)");
  for (uint32_t p = 0; p < plan.layout.profiles; ++p) {
    std::string types;
    for (uint32_t i = 0; i < c.actors.size(); ++i)
      if (c.actors[i].types.size() > 1 && !plan.policies.front().game.like_another(i))
        types += fmt::format("{}{}.{}", types.empty() ? "" : ", ", c.actors[i].name,
                             c.actors[i].types[plan.layout.profile_type[p * plan.layout.actors + i]]);
    profile.bind(0, int64_t{p}).bind(1, types).run();
  }
  Statement policy(d, "INSERT INTO policies VALUES (?, ?, ?, ?, ?)");
  for (const auto& p : plan.policies) {
    const auto& x = c.policies[p.policy];
    named(policy, p.policy, x.name, x.words).bind(4, int64_t{is_counterfactual(x)}).run();
  }
  Statement measure(d, "INSERT INTO measures VALUES (?, ?, ?, ?, ?, ?)");
  Statement column(d, "INSERT INTO columns VALUES (?, ?, ?, ?)");
  for (uint32_t m = 0; m < c.measures.size(); ++m) {
    named(measure, m, c.measures[m].name, c.measures[m].words)
        .bind(4, int64_t{c.measures[m].probability})
        .bind(5, int64_t{plan.layout.rounds[m]})
        .run();
    for (uint32_t r = 0; r < plan.layout.rounds[m]; ++r)
      for (uint32_t p = 0; p < plan.layout.profiles; ++p)
        column.bind(0, static_cast<int64_t>(plan.layout.at(m, r, p)))
            .bind(1, int64_t{m})
            .bind(2, int64_t{r + 1})
            .bind(3, int64_t{p})
            .run();
  }
  Statement formula(d, "INSERT INTO formulas VALUES (?, ?)");
  for (uint32_t m = 0; m < c.measures.size(); ++m)
    if (const Derived& derived = plan.layout.derived[m]; !derived.counted() || m >= plan.layout.asked)
      formula.bind(0, int64_t{m}).bind(1, derived.counted() ? std::string() : text_of(derived)).run();
  Statement claim(d, "INSERT INTO claims VALUES (?, ?, ?, ?)");
  for (uint32_t k : plan.claims) named(claim, k, c.claims[k].name, c.claims[k].words).run();
}

}  // namespace casus::study
