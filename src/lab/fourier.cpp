#include "lab/fourier.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <vector>

namespace casus::lab {
namespace {

// Squared magnitudes of a discrete Fourier transform, one frequency at a time; few are ever asked for.
class Spectrum {
 public:
  explicit Spectrum(std::vector<double> y) : y_(std::move(y)), cosine_(y_.size()), sine_(y_.size()) {
    const double n = static_cast<double>(y_.size());
    const double mean = std::accumulate(y_.begin(), y_.end(), 0.0) / n;
    for (size_t i = 0; i < y_.size(); ++i) {
      y_[i] -= mean;
      total_ += n * y_[i] * y_[i];  // Parseval: the sum of all squared magnitudes but the mean's
      cosine_[i] = std::cos(2 * M_PI * static_cast<double>(i) / n);
      sine_[i] = std::sin(2 * M_PI * static_cast<double>(i) / n);
    }
  }
  double power(size_t frequency) const {
    double re = 0, im = 0;
    for (size_t i = 0, turn = 0; i < y_.size(); ++i, turn = (turn + frequency) % y_.size()) {
      re += y_[i] * cosine_[turn];
      im += y_[i] * sine_[turn];
    }
    return re * re + im * im;
  }
  double total() const { return total_; }

 private:
  std::vector<double> y_, cosine_, sine_;
  double total_ = 0;
};

}  // namespace

double rbd_fast(std::span<const double> x, std::span<const double> y, size_t harmonics) {
  assert(x.size() == y.size() && y.size() > 2 * harmonics + 1);
  std::vector<uint32_t> order(x.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return x[a] < x[b]; });
  std::vector<double> wave;
  for (size_t i = 0; i < order.size(); i += 2) wave.push_back(y[order[i]]);
  for (size_t i = order.size() - 1 - order.size() % 2; i < order.size(); i -= 2) wave.push_back(y[order[i]]);
  const Spectrum spectrum(std::move(wave));
  if (spectrum.total() == 0) return 0;
  double low = 0;
  for (size_t k = 1; k <= harmonics; ++k) low += 2 * spectrum.power(k);
  const double share = low / spectrum.total();
  const double noise = 2 * static_cast<double>(harmonics) / static_cast<double>(y.size());
  return share - noise / (1 - noise) * (1 - share);
}

FastIndices extended_fast(std::span<const double> y, size_t harmonics) {
  const size_t n = y.size(), frequency = (n - 1) / (2 * harmonics);
  assert(frequency > 0);
  const Spectrum spectrum({y.begin(), y.end()});
  // The highest frequency of an even number of points stands alone and is left out.
  const double variance = spectrum.total() - (n % 2 == 0 ? spectrum.power(n / 2) : 0);
  if (variance <= 0) return {};
  double own = 0, others = 0;
  for (size_t k = 1; k <= harmonics; ++k) own += 2 * spectrum.power(k * frequency);
  for (size_t k = 1; k <= frequency / 2; ++k) others += 2 * spectrum.power(k);
  return {own / variance, 1 - others / variance};
}

}  // namespace casus::lab
