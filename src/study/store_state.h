// Inside the store: what its parts share.
#pragma once
#include "study/sqlite.h"
#include "study/store.h"

namespace casus::study {

// How many numbers a row has, by what the file says of its case.
struct Widths {
  size_t params = 0, profiles = 0, values = 0;
};
Widths widths_of(const Database& d);

struct Store::State {
  Database database;
  std::string path;
  std::vector<int64_t> policies, claims;  // the case's numbers of the places
  uint64_t worlds = 0;
  Widths widths = widths_of(database);
};

// Throws what a damaged file would, where a row is not as it was written.
void want(bool sound, const char* what);

bool no_room(const SqlError& e);  // whether the disk is full, as far as one can tell
// A file's failure in words that say what to do.
base::Error failure(const std::string& path, std::string_view doing, const SqlError& e);
std::string shown(const std::string& path);

// Of the table `study`; what older files do not say is filled in.
std::optional<std::string> key_value(const Database& d, std::string_view key);
uint64_t count_worlds(const Database& d);
std::vector<int64_t> numbers_of(const Database& d, const char* sql);

// A row of world, policy and the columns of results.
PolicyResult row_of(const Statement& s, const Widths& widths);
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
