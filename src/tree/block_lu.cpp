#include "tree/block_lu.h"

#include <Eigen/OrderingMethods>
#include <Eigen/SparseCore>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace casus::tree {

namespace {

// Column structures of the factor for one order of elimination, by variable: `border[v]` lists the variables coupled
// with v when it is eliminated, in the order of elimination.
struct Symbolic {
  std::vector<int> order, position;
  std::vector<std::vector<int>> border;
  std::vector<int> parent;
  double operations = 0;
};

Symbolic symbolic_factor(const std::vector<std::vector<int>>& neighbours, const std::vector<int>& size,
                         std::vector<int> order) {
  const int count = static_cast<int>(size.size());
  Symbolic s;
  s.order = std::move(order);
  s.position.resize(count);
  for (int k = 0; k < count; ++k) s.position[s.order[k]] = k;
  s.border.resize(count);
  s.parent.assign(count, -1);
  std::vector<std::vector<int>> children(count);
  std::vector<int> mark(count, -1);
  for (int k = 0; k < count; ++k) {
    const int v = s.order[k];
    auto& border = s.border[v];
    mark[v] = v;
    auto take = [&](int u) {
      if (mark[u] == v || s.position[u] < k) return;
      mark[u] = v;
      border.push_back(u);
    };
    for (int u : neighbours[v]) take(u);
    for (int c : children[v])
      for (int u : s.border[c]) take(u);
    std::sort(border.begin(), border.end(), [&](int a, int b) { return s.position[a] < s.position[b]; });
    double width = size[v];
    for (int u : border) width += size[u];
    s.operations += size[v] * width * width;
    if (s.operations > 1e14) return s;
    if (!border.empty()) {
      s.parent[v] = border.front();
      children[border.front()].push_back(v);
    }
  }
  return s;
}

std::vector<int> minimum_degree(const std::vector<std::vector<int>>& neighbours) {
  const int count = static_cast<int>(neighbours.size());
  std::vector<Eigen::Triplet<char>> triplets;
  for (int v = 0; v < count; ++v) {
    triplets.emplace_back(v, v, char{1});
    for (int u : neighbours[v]) triplets.emplace_back(v, u, char{1});
  }
  Eigen::SparseMatrix<char> matrix(count, count);
  matrix.setFromTriplets(triplets.begin(), triplets.end(), [](char, char) { return char{1}; });
  Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, int> permutation;
  Eigen::AMDOrdering<int>()(matrix.selfadjointView<Eigen::Lower>(), permutation);
  return {permutation.indices().data(), permutation.indices().data() + count};
}

}  // namespace

void BlockLu::analyse(const BlockPattern& pattern, const std::vector<int>& order) {
  const int count = static_cast<int>(pattern.size.size());
  scalar_start_.assign(count + 1, 0);
  for (int v = 0; v < count; ++v) scalar_start_[v + 1] = scalar_start_[v] + pattern.size[v];
  scalar_count_ = scalar_start_.back();

  std::vector<std::vector<int>> neighbours(count);
  for (const auto& block : pattern.blocks) {
    if (block.row == block.column) continue;
    neighbours[block.row].push_back(block.column);
    neighbours[block.column].push_back(block.row);
  }
  for (auto& list : neighbours) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  Symbolic s = symbolic_factor(neighbours, pattern.size, order);
  Symbolic other = symbolic_factor(neighbours, pattern.size, minimum_degree(neighbours));
  if (other.operations < s.operations) s = std::move(other);
  operations_ = s.operations;

  // Children before parents, and a chain of variables with nested borders becomes one front.
  std::vector<std::vector<int>> children(count);
  std::vector<int> roots;
  for (int v : s.order) (s.parent[v] < 0 ? roots : children[s.parent[v]]).push_back(v);
  std::vector<int> post;
  for (int root : roots) {
    std::vector<std::pair<int, size_t>> path{{root, 0}};
    while (!path.empty()) {
      auto& [v, next] = path.back();
      if (next < children[v].size()) {
        const int child = children[v][next++];
        path.emplace_back(child, 0);
      } else {
        post.push_back(v);
        path.pop_back();
      }
    }
  }
  fronts_.clear();
  std::vector<int> front_of(count, -1);
  std::vector<std::vector<int>> members;
  for (int v : post) {
    int f = -1;
    if (children[v].size() == 1) {
      const int c = children[v].front();
      if (s.border[c].size() == s.border[v].size() + 1) f = front_of[c];
    }
    if (f < 0) {
      f = static_cast<int>(members.size());
      members.emplace_back();
    }
    members[f].push_back(v);
    front_of[v] = f;
  }
  fronts_.resize(members.size());
  std::vector<std::vector<int>> start(members.size());  // by front: first local scalar of each variable
  std::vector<std::vector<int>> variables(members.size());
  std::vector<int> place(count, -1);
  for (size_t f = 0; f < members.size(); ++f) {
    Front& front = fronts_[f];
    variables[f] = members[f];
    const auto& border = s.border[members[f].back()];
    variables[f].insert(variables[f].end(), border.begin(), border.end());
    for (size_t k = 0; k < variables[f].size(); ++k) {
      const int v = variables[f][k];
      start[f].push_back(front.size);
      for (int e = 0; e < pattern.size[v]; ++e) front.scalars.push_back(scalar_start_[v] + e);
      front.size += pattern.size[v];
      if (k + 1 == members[f].size()) front.pivots = front.size;
    }
    front.exchanges.resize(front.pivots);
  }
  // An original block belongs to the front that eliminates the earlier of its two variables.
  std::vector<std::vector<const BlockPattern::Block*>> blocks_of(members.size());
  std::vector<int> post_position(count);
  for (int k = 0; k < count; ++k) post_position[post[k]] = k;
  for (const auto& block : pattern.blocks) {
    const int first = post_position[block.row] < post_position[block.column] ? block.row : block.column;
    blocks_of[front_of[first]].push_back(&block);
  }
  size_t largest = 0;
  for (size_t f = 0; f < members.size(); ++f) {
    Front& front = fronts_[f];
    for (size_t k = 0; k < variables[f].size(); ++k) place[variables[f][k]] = start[f][k];
    for (const auto* block : blocks_of[f])
      front.entries.push_back({block->offset, place[block->row], place[block->column], pattern.size[block->row],
                               pattern.size[block->column]});
    largest = std::max(largest, static_cast<size_t>(front.size) * front.size);
    front.factors.resize(static_cast<size_t>(front.size) * front.size -
                         static_cast<size_t>(front.size - front.pivots) * (front.size - front.pivots));
    const int parent = s.parent[members[f].back()];
    if (parent >= 0) fronts_[front_of[parent]].children.push_back(static_cast<int>(f));
  }
  for (size_t f = 0; f < members.size(); ++f) {
    for (size_t k = 0; k < variables[f].size(); ++k) place[variables[f][k]] = start[f][k];
    for (int c : fronts_[f].children) {
      Front& child = fronts_[c];
      const size_t own = members[c].size();
      for (size_t k = own; k < variables[c].size(); ++k)
        for (int e = 0; e < pattern.size[variables[c][k]]; ++e)
          child.border_in_parent.push_back(place[variables[c][k]] + e);
    }
  }
  work_.resize(largest);
}

void BlockLu::eliminate(Front& front, double* a) {
  const int n = front.size;
  double largest = 0;
  for (int i = 0; i < front.pivots; ++i)
    for (int j = 0; j < front.pivots; ++j) largest = std::max(largest, std::abs(a[i * n + j]));
  const double least = 1e-14 * std::max(largest, 1e-300);
  for (int k = 0; k < front.pivots; ++k) {
    int best = k;
    for (int i = k + 1; i < front.pivots; ++i)
      if (std::abs(a[i * n + k]) > std::abs(a[best * n + k])) best = i;
    front.exchanges[k] = best;
    if (best != k) {
      std::swap_ranges(a + k * n, a + k * n + n, a + best * n);
      sign_ = -sign_;
    }
    double pivot = a[k * n + k];
    if (!(std::abs(pivot) >= least)) {
      pivot = a[k * n + k] = pivot < 0 ? -least : least;
      ++replaced_;
    }
    if (pivot < 0) sign_ = -sign_;
    const double inverse = 1 / pivot;
    const double* upper = a + k * n;
    for (int i = k + 1; i < n; ++i) {
      double* row = a + i * n;
      if (row[k] == 0) continue;
      const double l = row[k] *= inverse;
      for (int j = k + 1; j < n; ++j) row[j] -= l * upper[j];
    }
  }
}

void BlockLu::factor(const std::vector<double>& values) {
  sign_ = 1;
  replaced_ = 0;
  stack_.clear();
  for (Front& front : fronts_) {
    const int n = front.size, k = front.pivots;
    double* a = work_.data();
    std::fill(a, a + static_cast<size_t>(n) * n, 0.0);
    for (const Entry& entry : front.entries)
      for (int i = 0; i < entry.rows; ++i)
        for (int j = 0; j < entry.columns; ++j)
          a[(entry.row + i) * n + entry.column + j] += values[entry.offset + i * entry.columns + j];
    for (size_t c = front.children.size(); c-- > 0;) {
      const Front& child = fronts_[front.children[c]];
      const int m = child.size - child.pivots;
      const double* update = stack_.data() + stack_.size() - static_cast<size_t>(m) * m;
      for (int i = 0; i < m; ++i) {
        double* row = a + child.border_in_parent[i] * n;
        for (int j = 0; j < m; ++j) row[child.border_in_parent[j]] += update[i * m + j];
      }
      stack_.resize(stack_.size() - static_cast<size_t>(m) * m);
    }
    eliminate(front, a);
    std::copy(a, a + static_cast<size_t>(k) * n, front.factors.begin());
    double* lower = front.factors.data() + static_cast<size_t>(k) * n;
    for (int i = k; i < n; ++i) lower = std::copy(a + i * n, a + i * n + k, lower);
    for (int i = k; i < n; ++i) stack_.insert(stack_.end(), a + i * n + k, a + i * n + n);
  }
}

void BlockLu::solve(std::vector<double>& rhs) const {
  for (const Front& front : fronts_) {
    const int n = front.size, k = front.pivots;
    for (int p = 0; p < k; ++p) std::swap(rhs[front.scalars[p]], rhs[front.scalars[front.exchanges[p]]]);
    for (int i = 1; i < k; ++i) {
      double sum = rhs[front.scalars[i]];
      for (int j = 0; j < i; ++j) sum -= front.factors[static_cast<size_t>(i) * n + j] * rhs[front.scalars[j]];
      rhs[front.scalars[i]] = sum;
    }
    const double* lower = front.factors.data() + static_cast<size_t>(k) * n;
    for (int i = k; i < n; ++i, lower += k) {
      double sum = 0;
      for (int j = 0; j < k; ++j) sum += lower[j] * rhs[front.scalars[j]];
      rhs[front.scalars[i]] -= sum;
    }
  }
  for (auto it = fronts_.rbegin(); it != fronts_.rend(); ++it) {
    const Front& front = *it;
    const int n = front.size, k = front.pivots;
    local_.resize(n);
    for (int j = 0; j < n; ++j) local_[j] = rhs[front.scalars[j]];
    for (int i = k - 1; i >= 0; --i) {
      const double* row = front.factors.data() + static_cast<size_t>(i) * n;
      double sum = local_[i];
      for (int j = i + 1; j < n; ++j) sum -= row[j] * local_[j];
      rhs[front.scalars[i]] = local_[i] = sum / row[i];
    }
  }
}

}  // namespace casus::tree
