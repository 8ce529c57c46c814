// Random stochastic games: in, a seed, a precision, a discount and a horizon; out, the text of a case.
#pragma once
#include <fmt/format.h>

#include <random>
#include <string>

namespace casus::testing {

// Two who choose at once in three states, with chance between.
inline std::string stochastic_game(uint32_t seed, double precision, double discount, const std::string& horizon) {
  std::mt19937 draw(seed);
  const auto number = [&](double low, double high) { return low + (high - low) * (draw() / 4294967296.0); };
  std::string text = fmt::format(
      "case \"random\"\nhorizon {}\ndiscount {}\nprecision {}\nactor A\nactor B\nstate x: 0..2 = 0\nstate a: 0..1 = "
      "0\nstate b: 0..1 = 0\nround {{\n  simultaneous Both {{\n    move P by A {{ l {{ a = 0 }} r {{ a = 1 }} }}\n    "
      "move Q by B {{ l {{ b = 0 }} r {{ b = 1 }} }}\n  }}\n  chance Next {{\n",
      horizon, discount, precision);
  const auto table = [&](auto&& entry) {
    std::string out;
    for (int x = 0; x < 3; ++x)
      for (int k = 0; k < 4; ++k)
        out += fmt::format("{}(x == {} and a == {} and b == {}) * {}", out.empty() ? "" : " + ", x, k / 2, k % 2,
                           entry(x));
    return out;
  };
  text += "    low with " + table([&](int) { return fmt::format("{:.4f}", number(0, 0.5)); }) +
          " { x = 0; a = 0; b = 0 }\n";
  text += "    high with " + table([&](int) { return fmt::format("{:.4f}", number(0, 0.4)); }) +
          " { x = 2; a = 0; b = 0 }\n";
  text += "    middle otherwise { x = 1; a = 0; b = 0 }\n  }\n";
  // What is paid hangs on the joint choice, told before the next state is drawn.
  text += "}\n";
  for (const char* who : {"A", "B"}) {
    std::string paid = table([&](int) { return fmt::format("{:.4f}", number(-1, 1)); });
    const size_t at = text.find("  chance Next {");
    text.insert(at, fmt::format("  chance Pay{} {{ now with 1 pays {}: {} }}\n", who, who, paid));
  }
  return text + "measure high = P(ever x == 2)\nmeasure gain = E(payoff(A))\n";
}

}  // namespace casus::testing
