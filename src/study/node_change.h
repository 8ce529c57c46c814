// How much hangs on the number of nodes that stand for continuous types: in, one world's answers with as many nodes as
// the case says, and with other numbers of them; out, by how much every measure moves.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "study/plan.h"
#include "study/results.h"

namespace casus::study {

struct NodeChange {
  std::string why_not;                  // it was not compared; empty: it was
  std::vector<uint32_t> nodes, others;  // of every continuous quantity, as the case has it and in the other answer
  // Largest change over the rounds that a measure is told for, [place of the policy][measure asked for]; NaN without an
  // answer.
  std::vector<std::vector<double>> changes = {};

  struct Largest {
    double change = 0;
    uint32_t measure = 0, place = 0;
  };
  Largest largest() const;  // of those that are numbers
};

// Of every continuous quantity of a case, in the order of its actors; none: it has no such types.
std::vector<uint32_t> nodes_of(const model::Case& c);

NodeChange node_change(const Plan& plan, std::span<const PolicyResult> answers, const Plan& other,
                       std::span<const PolicyResult> with_others);

}  // namespace casus::study
