// The store's tables and views, as SQL; every column is explained where it is made.
#pragma once

namespace casus::study {

// PRAGMA user_version of the files that this program writes. Rows never depend on threads, time or how often a run was
// interrupted, so two files of one study hold the same rows.
inline constexpr int schema_version = 1;
// PRAGMA application_id: "CASU".
inline constexpr int application_id = 0x43415355;

inline constexpr const char* schema_sql = R"sql(
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

}  // namespace casus::study
