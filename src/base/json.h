// JSON that comes from outside (a request, a file): in, text; out, the value, or what is wrong with it.
#pragma once
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/result.h"

namespace casus::base {

// How deep values may stand in one another: whoever walks through a value calls itself once a level. How many members
// an object may have: its names are kept in their order and looked through one by one. What Casus writes has under ten
// levels, and the widest object is one of a case's parameters.
inline constexpr size_t most_json_depth = 64, most_json_members = 10'000;

Result<nlohmann::ordered_json> parse_json(std::string_view text);

}  // namespace casus::base
