// Beer and quiche (Cho & Kreps 1987): in, a precision, perhaps infinite; out, the text of the case.
#pragma once
#include <fmt/format.h>

#include <cmath>
#include <string>

namespace casus::testing {

inline std::string beer_and_quiche(double precision) {
  return fmt::format(R"(
case "Beer and quiche" source "Cho & Kreps 1987"
horizon 1 rounds
precision {}
actor Sender {{ types {{ surly: 0.9, weak: otherwise }} }}
actor Other
round {{
  move Breakfast by Sender {{ beer pays Sender: if Sender is surly then 1 else 0
    quiche pays Sender: if Sender is surly then 0 else 1 }}
  move Duel by Other {{ duel pays Other: if Sender is weak then 1 else -1
    leave pays Sender: 2 }}
}}
measure beer = P(ever Breakfast.beer)
measure duel = P(ever Duel.duel)
)",
                     std::isinf(precision) ? "infinity" : fmt::format("{}", precision));
}

}  // namespace casus::testing
