// What many examined games come to: in, games; out, rows of numbers for the documentation and for tests.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "coverage/examine.h"

namespace casus::testing {

// Regrets so small, in units of the stakes, are rounding: the KL divergence of choices some 1e-6 apart, told from
// payoffs that are multiplied by the precision.
inline constexpr double rounding = 1e-12;
// Below, nobody asks how many times too large a regret is told.
inline constexpr double slight = 1e-9;
inline bool covered(const Answer& a) {
  return a.said.regret + rounding >= a.regret;
}
struct Row {
  uint32_t games = 0, too_large = 0, refused = 0, answered = 0, covered = 0, elsewhere = 0, wrong = 0;
  double worst = 0;  // error of the other answers
  std::vector<double> ratios;

  void add(const Answer& a) {
    ++games;
    if (!a.tried) {
      ++too_large;
      return;
    }
    // What a certificate says counts where it refuses an answer, too.
    covered += testing::covered(a);
    if (a.regret > slight) ratios.push_back(a.said.regret / a.regret);
    if (!a.refused.empty()) {
      ++refused;
      return;
    }
    ++answered;
    if (a.elsewhere)
      ++elsewhere;
    else if (a.error() > testing::wrong)
      ++wrong;
    else
      worst = std::max(worst, a.error());
  }
  uint32_t tried() const { return games - too_large; }
  double coverage() const { return tried() ? static_cast<double>(covered) / tried() : 1; }
  double median_ratio() const {
    if (ratios.empty()) return 1;
    auto sorted = ratios;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
  std::string text() const {
    return fmt::format(
        "{} | {} | {} | {} | {:.1f} % | {} | {:.1e} | {} | {}", games, answered, refused, too_large, 100 * coverage(),
        ratios.empty() ? "-" : fmt::format("{:.3f} ({})", median_ratio(), ratios.size()), worst, elsewhere, wrong);
  }
};

}  // namespace casus::testing
