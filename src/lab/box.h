// Boxes in the space of parameters: in, limits; out, which worlds lie inside, how pure they are, and the box in words.
#pragma once
#include <string>
#include <vector>

#include "lab/table.h"

namespace casus::lab {

// What a box says of one column.
struct Limits {
  double low = 0, high = 0;         // real, integer: inclusive
  std::vector<uint8_t> categories;  // category: 1 for each label that is in

  bool operator==(const Limits&) const = default;
  // Whether a value of the column is inside.
  bool holds(double value) const {
    return categories.empty() ? low <= value && value <= high : categories[static_cast<size_t>(value)] != 0;
  }
};

using Box = std::vector<Limits>;  // one for each column

// The smallest box that holds every row.
Box whole_box(const Table& table);

// A box and what it catches. Rows "in play" are those that no earlier box has taken.
struct BoxCount {
  Box box;
  size_t rows = 0;              // in the box and in play
  size_t hits = 0;              // of these, labelled 1
  double coverage = 0;          // hits / all labelled 1
  double density = 0;           // hits / rows; 0 for an empty box
  double mass = 0;              // rows / all rows of the table
  size_t restricted = 0;        // columns whose limits differ from the whole box
  std::vector<double> qp_low;   // quasi-p value of each column's lower limit (of its categories); -1: no limit there
  std::vector<double> qp_high;  // of its upper limit; -1: no limit there
};

// Counts a box over the rows in play (`in_play` has one flag per row). The quasi-p value of a limit is the chance of as
// many hits as the box has, if its rows were drawn from the box without that limit: P[Bin(T, H_j / T_j) >= H] (Bryant &
// Lempert 2010, doi 10.1016/j.techfore.2009.08.002). `all_hits` is the denominator of coverage.
BoxCount count_box(const Table& table, const Labels& labels, const Labels& in_play, const Box& whole, const Box& box,
                   size_t all_hits);

// The box without those limits whose quasi-p value is above `significance`, the weakest dropped first and the rest
// counted again; a box is never emptied of its last limit by this alone.
BoxCount without_chance_limits(const Table& table, const Labels& labels, const Labels& in_play, const Box& whole,
                               BoxCount count, size_t all_hits, double significance);

// P[Bin(trials, p) >= hits].
double binomial_tail(size_t trials, double p, size_t hits);

// The box in words: "prior above 0.6 and cost of lives below 0.31"; "every world" for the whole box. Numbers are
// rounded to about a hundredth of the column's range; whole numbers read "at least 3"; categories "regime is
// junta or hybrid".
std::string box_words(const Table& table, const Box& whole, const Box& box);

// The rule as one sentence, e.g. with event "the claim fails" and events "failures":
// "cost of lives below 0.31: the claim fails in 91 % of these worlds, which are 74 % of all failures".
std::string rule_sentence(const Table& table, const Box& whole, const BoxCount& count, const std::string& event,
                          const std::string& events);

// A number to about a hundredth of the range it lies in, without trailing zeros: "0.31" of [0.1, 0.5].
std::string rounded_words(double value, double range);

// A share in per cent, no more exact than it should look: "91 %", "0.4 %", "under 0.1 %", never a false "100 %" or "0
// %".
std::string percent_words(double share);

}  // namespace casus::lab
