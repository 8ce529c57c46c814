// SQLite with owners and exceptions, for this folder alone: in, a file and SQL; out, rows. Nothing thrown here
// leaves the functions of src/study.
#pragma once
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace casus::study {

struct SqlError : std::runtime_error {
  SqlError(int result, const std::string& what) : std::runtime_error(what), code(result) {}
  int code;  // SQLite's result code
};

enum class Access { read, write, create };

class Database {
 public:
  // An empty path: a private file that the system forgets.
  Database(const std::string& path, Access access);
  void run(const char* sql);
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* p) const;
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

// A prepared statement; parameters and columns count from 0 here. Texts bound must live until step() returns.
class Statement {
 public:
  Statement(const Database& database, std::string_view sql);
  Statement& bind(int parameter, int64_t value);
  Statement& bind(int parameter, double value);  // NaN becomes NULL
  Statement& bind(int parameter, std::string_view value);
  bool step();  // true: there is a row
  void run();   // steps to the end and is ready again
  void reset();
  int64_t integer(int column) const;
  double real(int column) const;  // NULL becomes NaN
  std::string_view text(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* p) const;
  };
  void check(int result) const;
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

// Rolls back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace casus::study
