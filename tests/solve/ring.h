// A ring of rivals, where learning is sharp: out, the text of the case.
#pragma once
#include <fmt/format.h>

#include <string>

namespace casus {

// Each rival in turn demands of the next, who resists or concedes; resisted, the rival presses on or backs down.
inline std::string ring(int rivals, int rounds, double precision) {
  std::string text = fmt::format("case \"ring\"\nhorizon {} rounds\ndiscount 0.95\nprecision {}\n", rounds, precision);
  for (int i = 0; i < rivals; ++i)
    text += fmt::format(
        "actor A{0} {{ types {{ tough{0}: 0.3, weak{0}: otherwise }} }}\n"
        "param push{0}[A{0}] {{ tough{0} = 0.3, weak{0} = -0.8 }}\n"
        "param stand{0}[A{0}] {{ tough{0} = 0.2, weak{0} = -0.7 }}\n",
        i);
  text += "state stage: { quiet, demanded, resisted } = quiet\nround {\n";
  for (int i = 0; i < rivals; ++i)
    text += fmt::format(
        "  move Demand{0} by A{0} {{\n    demand{0} {{ stage = demanded }}\n    pass{0} pays A{1}: 0.5\n  }}\n"
        "  move Reply{0} by A{1} when stage == demanded {{\n    resist{0} {{ stage = resisted }}\n"
        "    concede{0} {{ stage = quiet }} pays A{0}: 0.5\n  }}\n"
        "  move Press{0} by A{0} when stage == resisted {{\n"
        "    press{0} {{ stage = quiet }} pays A{0}: push{0}[A{0}], A{1}: stand{1}[A{1}]\n"
        "    back{0} {{ stage = quiet }} pays A{0}: -0.2, A{1}: 0.5\n  }}\n",
        i, (i + 1) % rivals);
  text += "}\n";
  for (int i = 0; i < rivals; ++i)
    text += fmt::format(
        "measure pressed{0} = P(ever Press{0}.press{0})\nmeasure belief{0} = E(belief(A{0}.tough{0}) at end)\n"
        "measure payoff{0} = E(payoff(A{0}))\n",
        i);
  return text + "policy free \"all play as they see fit\"\n";
}

}  // namespace casus
