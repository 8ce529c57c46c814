#include "study/sqlite.h"

#include <sqlite3.h>

#include <cmath>
#include <limits>

namespace casus::study {
namespace {

[[noreturn]] void fail(sqlite3* database, int result) {
  throw SqlError(result, database ? sqlite3_errmsg(database) : sqlite3_errstr(result));
}

}  // namespace

void Database::Close::operator()(sqlite3* p) const {
  sqlite3_close_v2(p);
}

Database::Database(const std::string& path, Access access) {
  const int flags = access == Access::read    ? SQLITE_OPEN_READONLY
                    : access == Access::write ? SQLITE_OPEN_READWRITE
                                              : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(raw);
  if (result != SQLITE_OK) fail(raw, result);
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, 2000);
}

void Database::run(const char* sql) {
  const int result = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) fail(handle_.get(), result);
}

void Statement::Finalize::operator()(sqlite3_stmt* p) const {
  sqlite3_finalize(p);
}

Statement::Statement(const Database& database, std::string_view sql) : database_(database.handle()) {
  sqlite3_stmt* raw = nullptr;
  check(sqlite3_prepare_v2(database_, sql.data(), static_cast<int>(sql.size()), &raw, nullptr));
  handle_.reset(raw);
}

void Statement::check(int result) const {
  if (result != SQLITE_OK) fail(database_, result);
}

Statement& Statement::bind(int parameter, int64_t value) {
  check(sqlite3_bind_int64(handle_.get(), parameter + 1, value));
  return *this;
}

Statement& Statement::bind(int parameter, double value) {
  check(std::isnan(value) ? sqlite3_bind_null(handle_.get(), parameter + 1)
                          : sqlite3_bind_double(handle_.get(), parameter + 1, value));
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view value) {
  check(sqlite3_bind_text64(handle_.get(), parameter + 1, value.data() ? value.data() : "", value.size(), SQLITE_STATIC,
                            SQLITE_UTF8));
  return *this;
}

bool Statement::step() {
  const int result = sqlite3_step(handle_.get());
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) fail(database_, result);
  return false;
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
}

int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

double Statement::real(int column) const {
  if (sqlite3_column_type(handle_.get(), column) == SQLITE_NULL) return std::numeric_limits<double>::quiet_NaN();
  return sqlite3_column_double(handle_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* text = sqlite3_column_text(handle_.get(), column);
  return text ? std::string_view(reinterpret_cast<const char*>(text),
                                 static_cast<size_t>(sqlite3_column_bytes(handle_.get(), column)))
              : std::string_view();
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace casus::study
