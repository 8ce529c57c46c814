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

std::vector<Discovery> discover(const Table& table, const Labels& labels, const DiscoveryOptions& options) {
  std::vector<Discovery> found;
  Prim prim(table, labels, options.prim);
  const auto merit = [](const BoxCount& c) {
    const double sum = c.coverage + c.density;
    return sum > 0 ? 2 * c.coverage * c.density / sum : 0;
  };
  while (found.size() < options.most_boxes) {
    Discovery next;
    next.path = prim.find_box();
    const BoxCount& start = next.path.front();
    if (start.hits == 0 || start.hits == start.rows) break;
    for (size_t i = 1; i < next.path.size(); ++i) {
      const double gain = merit(next.path[i]) - merit(next.path[next.chosen]);
      if (gain > 0 || (gain == 0 && next.path[i].restricted < next.path[next.chosen].restricted)) next.chosen = i;
    }
    next.box = without_chance_limits(table, prim.labels(), prim.in_play(), prim.whole(), next.path[next.chosen],
                                     prim.all_hits(), options.significance);
    // A rare event asks for a box this much denser; a common one for one this much emptier of exceptions.
    const double denser = next.box.density / start.density;
    const double purer = (1 - start.density) / std::max(1 - next.box.density, 1e-300);
    if (next.box.restricted == 0 || std::max(denser, purer) < options.least_density_gain) break;
    prim.take(next.box.box);
    found.push_back(std::move(next));
  }
  return found;
}

}  // namespace casus::lab
