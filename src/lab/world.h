// Worlds: in, a point of the unit cube (one coordinate per uncertain parameter); out, a value for every parameter of
// the case, in its order.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/distributions.h"
#include "model/case_model.h"

namespace casus::lab {

// Maps coordinates to parameters: correlated coordinates through a Gaussian copula (z = Phi^-1(u), z' = L z with L the
// Cholesky factor of the correlations in the order of declaration, u' = Phi(z')), then each through its quantile
// function, then the fixed parameters by their formulas. A parameter that correlates with nothing declared before it
// keeps its own coordinate, and with it the strata of a Latin hypercube. Source: Iman & Conover 1982; Nelsen 2006, 'An
// introduction to copulas', 3.1.
class WorldMap {
 public:
  // Fails where a distribution or the correlations make no sense: a fixed parameter in a correlation, |rho| > 1, two
  // values for one pair, or a matrix that is not positive semidefinite. `c` must outlive the map.
  static base::Result<WorldMap> make(const model::Case& c);

  // The uncertain parameters (indices into c.params): coordinate d of the cube belongs to free()[d].
  const std::vector<uint32_t>& free() const { return free_; }
  size_t dimensions() const { return free_.size(); }
  size_t size() const { return case_->params.size(); }

  // The world at a point strictly inside the unit cube (dimensions() coordinates).
  std::vector<double> world(std::span<const double> unit_point) const;
  // The same without allocating: `params` has size() places.
  void world(std::span<const double> unit_point, std::span<double> params) const;
  // The world whose uncertain parameters all stand at their medians.
  std::vector<double> midpoint() const;
  // The world with these values for the uncertain parameters (in the order of free()), whatever their distributions.
  std::vector<double> world_of_values(std::span<const double> values) const;
  const Quantile& quantile(size_t dimension) const { return quantiles_[dimension]; }

 private:
  void finish(std::span<double> params) const;

  const model::Case* case_ = nullptr;
  std::vector<uint32_t> free_;
  std::vector<Quantile> quantiles_;
  std::vector<size_t> correlated_;  // dimensions in some correlation, increasing
  std::vector<double> factor_;      // lower triangular, correlated_.size() squared, row major
};

// The world at a point of the cube for a case known to be sound; asserts that. Builds the map each time: for many
// worlds keep a WorldMap.
std::vector<double> world(const model::Case& c, std::span<const double> unit_point);

}  // namespace casus::lab
