// The steps of PRIM: in, a box and its rows; out, the best peel or paste, applied. Definitions: docs/laboratory.md.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "lab/prim.h"

namespace casus::lab {

// The quantile that PRIM uses, of an increasing sequence: the mean of two neighbours at (m - 1) q, moved apart inwards
// until they differ.
double prim_quantile(const std::vector<double>& sorted, double q);

// A box on its way, with the rows inside kept sorted by each column so that a peel costs no sorting.
class PrimWalk {
 public:
  PrimWalk(const Table& table, const Labels& labels, const Labels& in_play, const Box& whole,
           const PrimOptions& options);
  const Box& box() const { return box_; }
  // One peel or paste; false, with nothing changed, where none is good enough. No peel after a paste.
  bool peel();
  bool paste();

 private:
  struct Candidate {
    size_t column;
    Limits limits;
    size_t rows, hits;
  };
  double value(size_t column, uint32_t row) const { return table_.columns[column].values[row]; }
  bool restricted(size_t column, const Limits& limits) const { return limits != whole_[column]; }
  double objective(size_t rows, size_t hits) const;
  // The best by objective, then by the number of unrestricted columns, then the first.
  std::optional<Candidate> best(std::vector<Candidate>& candidates, double& gain) const;
  void peel_number(size_t column, std::vector<Candidate>& out) const;
  void peel_category(size_t column, std::vector<Candidate>& out) const;
  void paste_number(size_t column, const std::vector<uint32_t>& only, std::vector<Candidate>& out) const;
  void paste_category(size_t column, const std::vector<uint32_t>& only, std::vector<Candidate>& out) const;
  void apply(const Candidate& candidate);

  const Table& table_;
  const Labels& labels_;
  const Labels& in_play_;
  const Box& whole_;
  const PrimOptions& options_;
  Box box_;
  size_t rows_ = 0, hits_ = 0;
  std::vector<size_t> order_;                  // columns: real, integer, category
  std::vector<std::vector<uint32_t>> sorted_;  // per column the rows inside, increasing by its value (peeling only)
};

}  // namespace casus::lab
