// Random cases: in, a seed; out, the text of a small case with hidden types, simultaneous moves and telling chance.
#pragma once
#include <fmt/format.h>

#include <random>
#include <string>

namespace casus::testing {

struct RandomCaseOptions {
  int rounds = 2;
  double precision = 2;
  bool simultaneous = true;
  int most_types = 3;
  bool all_paid_at_end = true;  // else only the third actor: there is nothing more to come for the others near the end
};

inline std::string random_case(uint32_t seed, const RandomCaseOptions& options) {
  std::mt19937 draw(seed);
  auto number = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(draw()) / 4294967296.0);
  };
  auto below = [&](uint32_t n) { return draw() % n; };
  std::string text = fmt::format("case \"random {}\"\nhorizon {} rounds\ndiscount {:.3f}\nprecision {:.3f}\n", seed,
                                 options.rounds, number(0.8, 1.0), number(0.5, 1) * options.precision);
  const int actors = 3;
  std::vector<int> types;
  for (int i = 0; i < actors; ++i) {
    types.push_back(i == 2 ? 1 : 1 + static_cast<int>(below(static_cast<uint32_t>(options.most_types))));
    text += fmt::format("actor A{}", i);
    if (types[i] > 1) {
      text += " { types { t0: otherwise";
      for (int t = 1; t < types[i]; ++t) text += fmt::format(", t{}: {:.3f}", t, number(0.1, 0.9) / (types[i] - 1));
      text += " } }";
    }
    text += "\n";
  }
  text += "state x: 0..2 = 0\nstate y: 0..1 = 0\nlet shade = x + 2 * y\nround {\n";
  auto amount = [&](int actor) {
    std::string e = fmt::format("{:.3f} + {:.3f} * shade", number(-1, 1), number(-0.4, 0.4));
    for (int i = 0; i < actors; ++i)
      for (int t = 1; t < types[i]; ++t)
        if (i == actor || below(2) == 0) e += fmt::format(" + (if A{} is t{} then {:.3f} else 0)", i, t, number(-1, 1));
    return "(" + e + ")";
  };
  auto options_of = [&](int actor) {
    std::string body;
    const uint32_t count = 2 + below(2);
    for (uint32_t o = 0; o < count; ++o) {
      body += fmt::format("      o{} {{ x = {}; y = {} }} pays A{}: {}", o,
                          below(2) ? "min(x + 1, 2)" : fmt::format("{}", below(3)),
                          below(2) ? "y" : fmt::format("{}", below(2)), actor, amount(actor));
      const int other = static_cast<int>(below(actors));
      if (other != actor) body += fmt::format(", A{}: {}", other, amount(other));
      body += "\n";
    }
    return body;
  };
  text += fmt::format("  move First by A0 {{\n{}  }}\n", options_of(0));
  int informer = types[1] > 1 ? 1 : 0;
  text += fmt::format(
      "  chance News when y == 1 {{\n    good with {:.3f}{} {{ x = 0 }}\n    bad otherwise\n  }}\n", number(0.2, 0.5),
      types[informer] > 1 ? fmt::format(" + (if A{} is t1 then {:.3f} else 0)", informer, number(0.05, 0.4)) : "");
  text += fmt::format("  move Second by A1 when x > 0 {{\n{}  }}\n", options_of(1));
  if (options.simultaneous)
    text += fmt::format(
        "  simultaneous Both when x != 1 {{\n  move Left by A0 {{\n{}  }}\n  move Right by A1 {{\n{}  }}\n  }}\n",
        options_of(0), options_of(1));
  text += fmt::format("  move Third by A2 {{\n{}  }}\n}}\n", options_of(2));
  for (int i = options.all_paid_at_end ? 0 : 2; i < actors; ++i)
    text += fmt::format("payoff A{} {{ each round: {:.3f} * x  at end: {} }}\n", i, number(-0.5, 0.5), amount(i));
  text +=
      "measure hit = P(ever x == 2)\nmeasure chose = P(Third.o0 in round)\nmeasure often = P(ever Third.o1)\n"
      "measure last = P(y == 1 at end)\nmeasure level = E(x in round)\nmeasure pay = E(payoff(A0))\n";
  for (int i = 0; i < actors; ++i)
    if (types[i] > 1) text += fmt::format("measure belief{} = E(belief(A{}.t1) at end)\n", i, i);
  return text;
}

}  // namespace casus::testing
