#include "lab/prim.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "lab/prim_steps.h"

namespace casus::lab {

Prim::Prim(const Table& table, Labels labels, PrimOptions options)
    : table_(&table),
      labels_(std::move(labels)),
      in_play_(labels_.size(), 1),
      options_(options),
      whole_(whole_box(table)),
      all_hits_(static_cast<size_t>(std::count(labels_.begin(), labels_.end(), 1))) {
  assert(labels_.size() == table.rows());
}

std::vector<BoxCount> Prim::find_box() const {
  PrimWalk walk(*table_, labels_, in_play_, whole_, options_);
  std::vector<BoxCount> path;
  const auto note = [&] { path.push_back(count_box(*table_, labels_, in_play_, whole_, walk.box(), all_hits_)); };
  note();
  while (walk.peel()) note();
  while (walk.paste()) note();
  return path;
}

void Prim::take(const Box& box) {
  for (size_t row = 0; row < labels_.size(); ++row) {
    bool inside = in_play_[row] != 0;
    for (size_t c = 0; inside && c < box.size(); ++c) inside = box[c].holds(table_->columns[c].values[row]);
    if (!inside) continue;
    if (options_.cover == PrimCover::remove) {
      in_play_[row] = 0;
    } else if (labels_[row] != 0) {
      labels_[row] = 0;
      --all_hits_;
    }
  }
}

namespace {

// The harmonic mean of coverage and density.
double merit(const BoxCount& c) {
  const double sum = c.coverage + c.density;
  return sum > 0 ? 2 * c.coverage * c.density / sum : 0;
}

// A rare event asks for a box this much denser; a common one for one this much emptier of exceptions. Of the rows in
// play and of all rows.
bool dense_enough(const BoxCount& c, double in_play, double all, double gain) {
  const auto enough = [&](double base) {
    return c.density / base >= gain || (1 - base) / std::max(1 - c.density, 1e-300) >= gain;
  };
  return c.restricted > 0 && enough(in_play) && enough(all) && c.density > all;
}

// Whether no limit may be chance.
bool all_significant(const BoxCount& c, double significance) {
  const auto good = [&](double qp) { return qp <= significance; };
  return std::all_of(c.qp_low.begin(), c.qp_low.end(), good) && std::all_of(c.qp_high.begin(), c.qp_high.end(), good);
}

}  // namespace

double search_chance(const BoxCount& box, double base, double peel_alpha) {
  const auto limits = [&](const std::vector<double>& qp) {
    return static_cast<double>(std::count_if(qp.begin(), qp.end(), [](double x) { return x >= 0; }));
  };
  const double places = 2 * static_cast<double>(box.box.size()) / peel_alpha;
  return binomial_tail(box.rows, base, box.hits) * std::pow(places, limits(box.qp_low) + limits(box.qp_high));
}

std::vector<Discovery> discover(const Table& table, const Labels& labels, const DiscoveryOptions& options) {
  std::vector<Discovery> found;
  Prim prim(table, labels, options.prim);
  double all = -1;
  while (found.size() < options.most_boxes) {
    Discovery next;
    next.path = prim.find_box();
    const BoxCount& start = next.path.front();
    if (start.hits == 0 || start.hits == start.rows) break;
    if (all < 0) all = start.density;
    const auto pruned = [&](size_t step) {
      return without_chance_limits(table, prim.labels(), prim.in_play(), prim.whole(), next.path[step], prim.all_hits(),
                                   options.significance);
    };
    std::vector<size_t> order(next.path.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      const double more = merit(next.path[a]) - merit(next.path[b]);
      return more > 0 || (more == 0 && next.path[a].restricted < next.path[b].restricted);
    });
    next.chosen = order.front();
    next.box = pruned(next.chosen);
    bool told = dense_enough(next.box, start.density, all, options.least_density_gain) &&
                all_significant(next.box, options.significance);
    // Where yeses are frequent the best balance may be a box that says little: then the best one that does.
    for (size_t i = 1; i < order.size() && !told; ++i) {
      if (!dense_enough(next.path[order[i]], start.density, all, options.least_density_gain)) continue;
      next.chosen = order[i];
      next.box = pruned(next.chosen);
      told = dense_enough(next.box, start.density, all, options.least_density_gain) &&
             search_chance(next.box, start.density, options.prim.peel_alpha) < options.significance;
    }
    if (!told) break;
    prim.take(next.box.box);
    found.push_back(std::move(next));
  }
  return found;
}

}  // namespace casus::lab
