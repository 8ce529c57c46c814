#include "solve/stationary/joint.h"

#include <algorithm>
#include <cmath>

namespace casus::solve {

Joint::Joint(const game::Shape& shape) : first_{0} {
  for (const auto& m : shape.movers) {
    first_.push_back(first_.back() + m.options.size());
    choosing_ += m.options.size() > 1;
  }
  stride_.assign(shape.movers.size(), 1);
  for (size_t m = shape.movers.size(); m-- > 1;) stride_[m - 1] = stride_[m] * options(m);
}

double Joint::probability(size_t choice, std::span<const double> sigma) const {
  double p = 1;
  for (size_t m = 0; m < movers(); ++m) p *= sigma[first_[m] + option(choice, m)];
  return p;
}

void Joint::worth(std::span<const double> sigma, std::span<const double> choices, size_t mover,
                  std::span<double> out) const {
  std::fill(out.begin(), out.end(), 0.0);
  for (size_t c = 0; c < choices.size(); ++c) {
    double p = 1;
    for (size_t m = 0; m < movers(); ++m)
      if (m != mover) p *= sigma[first_[m] + option(c, m)];
    out[option(c, mover)] += p * choices[c];
  }
}

// Of an option a given what another does, o: sigma(o) (worth of a beside o - worth of a).
void Joint::slopes(std::span<const double> sigma, std::span<const double> choices, size_t mover,
                   std::span<double> out) const {
  const uint32_t own = options(mover);
  std::fill(out.begin(), out.end(), 0.0);
  for (size_t other = 0; other < movers(); ++other) {
    if (other == mover || options(other) < 2) continue;
    std::vector<double> mean(own, 0.0);
    for (size_t c = 0; c < choices.size(); ++c) {
      double p = 1;
      for (size_t m = 0; m < movers(); ++m)
        if (m != mover) p *= sigma[first_[m] + option(c, m)];
      out[(first_[other] + option(c, other)) * own + option(c, mover)] += p * choices[c];
      mean[option(c, mover)] += p * choices[c];
    }
    for (size_t o = first_[other]; o < first_[other + 1]; ++o)
      for (uint32_t a = 0; a < own; ++a) out[o * own + a] -= sigma[o] * mean[a];
  }
}

void choices_of(const Joint& joint, std::span<const double> y, std::span<double> sigma, std::span<double> log_sigma) {
  for (size_t m = 0; m < joint.movers(); ++m) {
    const size_t first = joint.first(m);
    const uint32_t options = joint.options(m);
    const double top = *std::max_element(y.begin() + static_cast<std::ptrdiff_t>(first),
                                         y.begin() + static_cast<std::ptrdiff_t>(first + options));
    double sum = 0;
    for (size_t o = first; o < first + options; ++o) sum += sigma[o] = std::exp(y[o] - top);
    for (size_t o = first; o < first + options; ++o) {
      sigma[o] /= sum;
      if (!log_sigma.empty()) log_sigma[o] = y[o] - top - std::log(sum);
    }
  }
}

}  // namespace casus::solve
