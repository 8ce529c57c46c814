// Designs: in, a kind, a number of worlds, a number of uncertain parameters and a seed; out, points of the unit cube,
// any of them at any time: point k depends on nothing but these four.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lab/sequences.h"

namespace casus::lab {

enum class DesignKind {
  latin_hypercube,  // each coordinate hits each of `worlds` equal slices once (McKay, Beckman & Conover 1979)
  maximin,          // the same, strata exchanged to push the nearest two points apart (Morris & Mitchell 1995); at most
                    // 2000 worlds, kept in memory
  sobol,            // scrambled Sobol points, best at powers of two
  halton,           // scrambled Halton points
  monte_carlo,      // independent uniform points
  full_factorial,   // every combination of `levels` values a coordinate, at the middles of equal slices
  one_at_a_time,    // the centre, then each coordinate alone at each of `quantiles`
  saltelli,         // blocks for Sobol indices: A, AB_1..AB_D, [BA_1..BA_D], B (Saltelli 2002; layout of SALib)
};

struct DesignOptions {
  DesignKind kind = DesignKind::latin_hypercube;
  uint64_t worlds = 1000;  // wanted; a factorial, one-at-a-time or Saltelli design has the number its shape gives
  size_t dimensions = 0;
  uint64_t seed = 1;
  std::vector<uint64_t> levels = {};  // full factorial: one for all coordinates, or one each; empty: the
                                      // most that stay within `worlds`
  std::vector<double> quantiles = {0.05, 0.25, 0.75, 0.95};  // one at a time
  bool second_order = true;                                  // Saltelli: with the BA blocks
};

class Design {
 public:
  // Fails where the options ask for something impossible.
  static base::Result<Design> make(const DesignOptions& options);

  DesignKind kind() const { return options_.kind; }
  uint64_t size() const { return size_; }
  size_t dimensions() const { return options_.dimensions; }
  const DesignOptions& options() const { return options_; }
  // Point k (k < size()) into dimensions() places, each strictly inside (0, 1).
  void point(uint64_t k, std::span<double> out) const;
  std::vector<double> point(uint64_t k) const;
  // Saltelli: number of base samples N; size() = N (2 D + 2), without second order N (D + 2).
  uint64_t base_samples() const { return base_; }

 private:
  void saltelli_point(uint64_t k, std::span<double> out) const;
  DesignOptions options_;
  uint64_t size_ = 0, base_ = 0;
  std::shared_ptr<const SobolSequence> sobol_;
  std::shared_ptr<const HaltonSequence> halton_;
  std::vector<uint32_t> strata_;  // maximin: world-major
};

// The name taken by --design and stored with a study ("lhs", "maximin", "sobol", "halton", "random", "factorial",
// "one-at-a-time", "saltelli"), and back.
std::string_view design_name(DesignKind kind);
base::Result<DesignKind> design_named(std::string_view name);

// Worlds from a user's own CSV text: the first line names parameters, each further line is a world.
struct UserDesign {
  std::vector<size_t> columns;            // which of the wanted names each column holds
  std::vector<std::vector<double>> rows;  // values, in the order of `columns`
  std::vector<std::string> missing;       // wanted names that have no column: the caller decides and tells the user
};
// Fails, with the line number, at an unknown or doubled name, a line of another length or something that is no number.
base::Result<UserDesign> read_user_design(std::string_view csv, const std::vector<std::string>& names);

}  // namespace casus::lab
