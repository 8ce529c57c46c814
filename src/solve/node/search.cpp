// Other fixed points of a node: Newton's method from many starts. It finds what it finds: more starts find more, and a
// count of one is no proof that there is no other.
#include "solve/selection.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "solve/belief/beliefs.h"
#include "solve/node/problem.h"

namespace casus::solve {
namespace {

constexpr double tremble = 1e-3;   // of a pure choice that Newton starts from
constexpr double distinct = 1e-6;  // two fixed points differ by more in some probability

}  // namespace

double distance(const NodeAnswer& a, const NodeAnswer& b) {
  double most = 0;
  for (size_t i = 0; i < a.log_sigma.size(); ++i)
    most = std::max(most, std::fabs(std::exp(a.log_sigma[i]) - std::exp(b.log_sigma[i])));
  return most;
}

std::vector<NodeAnswer> NodeProblem::others(const NodeAnswer& first, const NodeSearch& search, double tolerance) {
  std::vector<NodeAnswer> found;
  if (!coupled_) return found;
  // One option for each mover and type is a pure choice; where they are few, all of them are starts.
  std::vector<std::pair<size_t, uint32_t>> rows;  // place of the first option, number of options
  double pure = 1;
  for (size_t m = 0; m < offset_.size(); ++m)
    for (uint32_t t = 0; t < types_[m]; ++t) {
      if (shape_->movers[m].tie(t) != game::none) continue;
      rows.emplace_back(offset_[m] + size_t{t} * options_[m], options_[m]);
      pure *= options_[m];
    }
  base::RandomStream random(search.seed, 0);
  std::vector<double> log_start(unknowns_, 0.0);
  std::vector<double> y(unknowns_);
  for (uint32_t s = 0; s < search.starts; ++s) {
    const bool all_pure = pure <= search.starts, is_pure = all_pure ? s < pure : s % 2 == 0;
    uint64_t rest = s;
    for (const auto& [at, options] : rows) {
      if (is_pure) {
        const uint64_t taken = all_pure ? rest % options : random.below(options);
        rest /= options;
        for (uint32_t o = 0; o < options; ++o)
          log_start[at + o] = o == taken ? std::log(1 - tremble * (options - 1)) : std::log(tremble);
      } else {  // uniform on the simplex, but for the scale, which the choice does not see
        for (uint32_t o = 0; o < options; ++o) log_start[at + o] = std::log(-std::log(random.unit()));
      }
    }
    if (is_pure)  // the reply to a pure choice is near a fixed point where one is nearly pure
      reply(log_start, y, {});
    else
      y = log_start;
    NodeAnswer answer;
    if (!newton(y, tolerance, answer)) continue;
    finish(y, answer);
    const auto same = [&](const NodeAnswer& known) { return distance(known, answer) <= distinct; };
    if (same(first) || std::any_of(found.begin(), found.end(), same)) continue;
    found.push_back(std::move(answer));
  }
  return found;
}

double NodeProblem::worth(uint32_t actor, std::span<const double> log_sigma) {
  scratch_.resize(size_t{g_.actors()} * g_.profiles);
  values(log_sigma, scratch_);
  double sum = 0;
  std::vector<double> all;
  if (!g_.related.empty()) weigh_profiles(g_, w_, belief_.log_odds.data(), 1, game::none, all);
  for (uint32_t p = 0; p < g_.profiles; ++p) {
    double weight = all.empty() ? 1 : all[p];
    for (uint32_t k = 0; all.empty() && k < g_.informed.size(); ++k)
      weight *= type_weight_[k][g_.type_of(p, g_.informed[k].actor)];
    sum += weight * scratch_[size_t{actor} * g_.profiles + p];
  }
  return sum;
}

}  // namespace casus::solve
