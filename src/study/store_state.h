// Inside the store: what its parts share.
#pragma once
#include "study/sqlite.h"
#include "study/store.h"

namespace casus::study {

struct Store::State {
  Database database;
  std::string path;
  std::vector<int64_t> policies, claims;  // the case's numbers of the places
  uint64_t worlds = 0;
};

// A file's failure in words that say what to do.
base::Error failure(const std::string& path, std::string_view doing, const SqlError& e);
std::string shown(const std::string& path);

// A row of world, policy and the columns of results.
PolicyResult row_of(const Statement& s);
uint32_t place_of(const std::vector<int64_t>& numbers, int64_t number);

// Writes the tables of other equilibria.
class OthersWriter {
 public:
  explicit OthersWriter(const Database& d);
  void add(int64_t world, int64_t policy, const PolicyResult& r);
  void add_turned(int64_t world, int64_t claim);

 private:
  Statement looked_, other_, turned_;
};

}  // namespace casus::study
