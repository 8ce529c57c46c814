// Cases that grow in one direction at a time: in, how large; out, the text of a case.
#pragma once
#include <string>

namespace casus::bench {

// A contest over a level that everybody can push up and chance lets fall: in every round each stage is one actor's
// move, the actors taking turns. Nothing settles early, so cost shows the size alone.
struct CaseSize {
  int rounds = 4;
  int stages = 2;    // moves in a round
  int informed = 1;  // actors with private types, 0 to 4
  int types = 2;     // of each of them, 2 to 4
  int states = 4;    // levels
  double precision = 3;
};

std::string generated_case(const CaseSize& size);

}  // namespace casus::bench
