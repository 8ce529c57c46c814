#include "support/generated_case.h"

#include <fmt/format.h>

#include <algorithm>

namespace casus::bench {

std::string generated_case(const CaseSize& size) {
  const int actors = std::max(2, size.informed);
  std::string out = fmt::format("case \"a contest of {} rounds, {} stages, {} informed, {} types, {} states\"\n",
                                size.rounds, size.stages, size.informed, size.types, size.states);
  out += fmt::format("horizon {} rounds\ndiscount 0.95\nprecision {}\n\n", size.rounds, size.precision);
  for (int a = 0; a < actors; ++a) {
    out += fmt::format("actor A{}", a);
    if (a < size.informed) {
      out += " { types { ";
      for (int t = 0; t + 1 < size.types; ++t) out += fmt::format("t{}: prior{} ", t, a);
      out += fmt::format("t{}: otherwise }} }}", size.types - 1);
    }
    out += '\n';
  }
  for (int a = 0; a < actors; ++a) {
    if (a < size.informed)
      out += fmt::format("param prior{} ~ uniform({:.3f}, {:.3f})\n", a, 0.5 / size.types, 0.9 / size.types);
    out += fmt::format("param cost{} ~ uniform(0.1, 0.5)\nparam gain{} ~ uniform(0.5, 1.5)\n", a, a);
  }
  out += fmt::format("\nstate level: 0..{} = 0\n\nround {{\n", size.states - 1);
  for (int s = 0; s < size.stages; ++s) {
    const int a = s % actors;
    std::string taste = "1";
    if (a < size.informed) {
      taste = fmt::format("{}", size.types);
      for (int t = size.types - 1; t-- > 0;) taste = fmt::format("if A{} is t{} then {} else {}", a, t, t + 1, taste);
      taste = "(" + taste + ")";
    }
    out += fmt::format(
        "  move M{} by A{} {{\n    hold\n    push {{ level = min(level + 1, {}) }} pays A{}: -cost{} * {} * (1 + 0.2 * "
        "level)\n  }}\n",
        s, a, size.states - 1, a, a, taste);
  }
  out += "  chance Fall {\n    falls with 0.3 { level = max(level - 1, 0) }\n    stays otherwise\n  }\n}\n\n";
  for (int a = 0; a < actors; ++a)
    out += fmt::format("payoff A{} {{ each round: {}gain{} * level / {} }}\n", a, a % 2 ? "-" : "", a, size.states);
  out += fmt::format("\nmeasure top = P(level == {} at end)\nmeasure pushed = P(M0.push in round)\n", size.states - 1);
  for (int a = 0; a < actors; ++a) out += fmt::format("measure pay{} = E(payoff(A{}))\n", a, a);
  out += "\npolicy free \"everybody plays as they see fit\"\n";
  return out;
}

}  // namespace casus::bench
