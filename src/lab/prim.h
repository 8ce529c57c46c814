// PRIM, the patient rule induction method: in, worlds with a yes or no each; out, boxes of parameters in which the
// yeses crowd, as a path from everything to a small, pure box.
#pragma once
#include <vector>

#include "lab/box.h"

namespace casus::lab {

// The gain of going from a box of n rows with mean m to one of n' rows with mean m' (an empty box has mean 0).
enum class PrimObjective {
  original,  // m' (-1 if empty): Friedman & Fisher 1999
  lenient1,  // (m' - m) / |n' - n|
  lenient2,  // n' (m' - m) / |n' - n|: Kwakkel & Jaxa-Rozen 2016, doi 10.1016/j.envsoft.2015.11.020
};

// What a taken box leaves for the next one.
enum class PrimCover {
  remove,    // its rows are out of play
  guivarch,  // its rows stay and count as no; coverage is then of the yeses still left (Guivarch et al. 2016)
};

struct PrimOptions {
  double peel_alpha = 0.05;   // share of a box's rows that a peel of a real column takes
  double paste_alpha = 0.05;  // share of the neighbouring slab that a paste adds
  double mass_min = 0.05;     // least share of all rows that a box may have
  PrimObjective objective = PrimObjective::lenient1;
  PrimCover cover = PrimCover::remove;
  // As the EMA Workbench: no pasting at all unless a restricted real column offers a paste.
  bool ema_pasting = false;
};

// Peels, then pastes (Friedman & Fisher 1999, 'Bump hunting in high-dimensional data', in the variant of the EMA
// Workbench 3.0, so that its users meet the numbers they know; docs/laboratory.md has every definition).
class Prim {
 public:
  // `labels` has one entry per row. Table and labels are copied where they change; the table must outlive this.
  Prim(const Table& table, Labels labels, PrimOptions options);

  // The path of the next box over the rows in play: first the whole box, then one step for each peel and paste. Does
  // not take it.
  std::vector<BoxCount> find_box() const;
  // Takes a box away (see PrimCover), for the next find_box().
  void take(const Box& box);

  const Box& whole() const { return whole_; }
  const Labels& in_play() const { return in_play_; }
  const Labels& labels() const { return labels_; }
  size_t all_hits() const { return all_hits_; }  // denominator of coverage

 private:
  const Table* table_;
  Labels labels_, in_play_;
  PrimOptions options_;
  Box whole_;
  size_t all_hits_ = 0;
};

// The chance of as many hits as a box has anywhere that a search may look: its binomial tail at density `base`, times
// the number of places where as many limits may stand, both sides of every column at every peel (Bonferroni's bound;
// may exceed 1).
double search_chance(const BoxCount& box, double base, double peel_alpha);

// What a reader is told: the box of a path that has the best harmonic mean of coverage and density (F1, ties to fewer
// columns), without the limits that may be chance. If that is not much denser than the rest, or its last limit may be
// chance, the best by F1 that is denser, if chance would not give such a box anywhere a search may look.
struct Discovery {
  BoxCount box;                // the box told
  std::vector<BoxCount> path;  // the whole trade-off, for those who want another
  size_t chosen = 0;           // the step of the path that `box` came from
};

struct DiscoveryOptions {
  PrimOptions prim;
  size_t most_boxes = 3;
  // Stop at a box that is not this many times as dense (or as free of exceptions) as the rows still in play, and as
  // all.
  double least_density_gain = 1.5;
  double significance = 0.05;  // of quasi-p values
};

// Up to `most_boxes` boxes, each over what the ones before it left; none where no box is denser than the rest, or where
// the labels are all alike.
std::vector<Discovery> discover(const Table& table, const Labels& labels, const DiscoveryOptions& options = {});

}  // namespace casus::lab
