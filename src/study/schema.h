// The tables of a study's file: made, filled with what was asked, and brought up from older formats. In, a database;
// out, the same with this program's tables. schema.cpp explains every column where it is made.
#pragma once
#include "study/sqlite.h"
#include "study/store.h"

namespace casus::study {

// PRAGMA user_version of the files that this program writes, and of the oldest that it reads. A file of an older format
// is read as it is, and brought up before it is written to.
inline constexpr int schema_version = 5;
inline constexpr int oldest_schema = 1;
// PRAGMA application_id: "CASU".
inline constexpr int application_id = 0x43415355;

// The columns of results from `error` on, in the order in which a row is written and read, and how many; in a file of
// an older format, what its rows are taken to say stands in place of those that it lacks.
std::string result_columns(const Database& d);
inline constexpr int result_count = 24;
// Whether the file's format has the tables of other equilibria.
bool keeps_others(const Database& d);
// Whether it has the table of measures that are reckoned from others.
bool has_formulas(const Database& d);
// Throws SqlError, with words for the user, unless the file is a study in a format that this program reads.
void check_schema(const Database& d);
// Makes the tables in an empty file.
void make_schema(Database& d);
// Brings a study up to schema_version, in one transaction; does nothing if it is there.
void migrate(Database& d);
// Writes the names and texts of the plan.
void describe(Database& d, const Plan& plan, const Identity& identity);

}  // namespace casus::study
