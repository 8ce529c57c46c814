// Sparse LU of a matrix of small blocks: in, a pattern of blocks and their values; out, solutions of linear systems.
#pragma once
#include <cstddef>
#include <vector>

namespace casus::tree {

// Square blocks on the diagonal, one a variable; block b couples the rows of `row` with the columns of `column` and its
// entries, row by row, start at `offset` of the array of values. Every diagonal block must be listed.
struct BlockPattern {
  struct Block {
    int row = 0;
    int column = 0;
    size_t offset = 0;
  };
  std::vector<int> size;  // by variable; scalars of variable v are numbered consecutively
  std::vector<Block> blocks;
  size_t value_count = 0;
};

// Multifrontal LU (Duff & Reid 1983) on the symmetrised pattern. The elimination order is the cheaper of the one given
// and of approximate minimum degree. Rows are exchanged within a front only; a pivot below 1e-14 of its front's largest
// entry is replaced by that bound (counted), so solutions may need refinement by the caller.
class BlockLu {
 public:
  // `order` lists the variables in the suggested order of elimination.
  void analyse(const BlockPattern& pattern, const std::vector<int>& order);
  void factor(const std::vector<double>& values);
  // Overwrites the right-hand side (by scalar) with the solution.
  void solve(std::vector<double>& rhs) const;

  int determinant_sign() const { return sign_; }
  int replaced_pivots() const { return replaced_; }
  double factor_operations() const { return operations_; }  // multiply-adds of one factorisation
  int scalar_count() const { return scalar_count_; }
  const std::vector<int>& scalar_start() const { return scalar_start_; }

 private:
  struct Entry {
    size_t offset;
    int row, column;  // position in the front
    int rows, columns;
  };
  struct Front {
    int pivots = 0;              // scalars eliminated here
    int size = 0;                // scalars in all
    std::vector<int> scalars;    // pivots first, then the border
    std::vector<Entry> entries;  // original blocks
    std::vector<int> children;
    std::vector<int> border_in_parent;  // positions of the border in the parent's front
    std::vector<double> factors;        // `pivots` rows of L\U over all columns, then the border rows of L
    std::vector<int> exchanges;
  };

  void eliminate(Front& front, double* a);

  int scalar_count_ = 0;
  std::vector<int> scalar_start_;
  std::vector<Front> fronts_;  // children before parents
  std::vector<double> work_, stack_;
  int sign_ = 1;
  int replaced_ = 0;
  double operations_ = 0;
  mutable std::vector<double> local_;
};

}  // namespace casus::tree
