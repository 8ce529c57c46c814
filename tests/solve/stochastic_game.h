// Random stochastic games: in, a seed, a precision, a discount and a horizon; out, the text of a case.
#pragma once
#include <fmt/format.h>

#include <random>
#include <string>

namespace casus::testing {

inline std::string deed(bool in_secret, int k) {
  return in_secret ? (k == 0 ? "l" : "r") : fmt::format("{}", k);
}

// Two who choose at once in three states, with chance between. In secret: what each does is seen by nobody, the next
// state is the signal of it; the same numbers, and nobody chooses between, so that it is the same game.
inline std::string stochastic_game(uint32_t seed, double precision, double discount, const std::string& horizon,
                                   bool in_secret = false) {
  std::mt19937 draw(seed);
  const auto number = [&](double low, double high) { return low + (high - low) * (draw() / 4294967296.0); };
  const std::string begin = fmt::format(
      "case \"random\"\nhorizon {}\ndiscount {}\nprecision {}\nactor A\nactor B\nstate x: 0..2 = 0\nstate a: 0..1 = "
      "0\nstate b: 0..1 = 0\nround {{\n",
      horizon, discount, precision);
  const auto table = [&](double low, double high) {
    std::string out;
    for (int x = 0; x < 3; ++x)
      for (int k = 0; k < 4; ++k)
        out +=
            fmt::format(fmt::runtime(in_secret ? "{}(x == {} and P.{} and Q.{}) * {:.4f}"
                                               : "{}(x == {} and a == {} and b == {}) * {:.4f}"),
                        out.empty() ? "" : " + ", x, deed(in_secret, k / 2), deed(in_secret, k % 2), number(low, high));
    return out;
  };
  const std::string low = table(0, 0.5), high = table(0, 0.4), to_a = table(-1, 1), to_b = table(-1, 1);
  std::string stages;
  if (in_secret) {
    const std::string pays = fmt::format(" pays A: {}, B: {}\n", to_a, to_b);
    stages = "  simultaneous Both hidden {\n    move P by A { l r }\n    move Q by B { l r }\n    signal low with " +
             low + " { x = 0 }" + pays + "    signal high with " + high + " { x = 2 }" + pays +
             "    signal middle otherwise { x = 1 }" + pays + "  }\n";
  } else {
    // What is paid hangs on the joint choice, told before the next state is drawn.
    stages =
        "  simultaneous Both {\n    move P by A { l { a = 0 } r { a = 1 } }\n    move Q by B { l { b = 0 } r { b = 1 "
        "} }\n  }\n" +
        fmt::format("  chance PayA {{ now with 1 pays A: {} }}\n  chance PayB {{ now with 1 pays B: {} }}\n", to_a,
                    to_b) +
        "  chance Next {\n    low with " + low + " { x = 0; a = 0; b = 0 }\n    high with " + high +
        " { x = 2; a = 0; b = 0 }\n    middle otherwise { x = 1; a = 0; b = 0 }\n  }\n";
  }
  return begin + stages + "}\nmeasure high = P(ever x == 2)\nmeasure gain = E(payoff(A))\n";
}

}  // namespace casus::testing
