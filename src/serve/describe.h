// A case for a form: in, a checked case; out, its actors, parameters with their ranges, policies, measures, claims and
// stages as JSON, under the names that the report's page uses.
#pragma once
#include "language/language.h"
#include "serve/api.h"

namespace casus::serve {

// `loaded` must hold a case. Nothing is compiled. Refuses (422) distributions that make no sense.
Json describe(const std::string& path, const language::Loaded& loaded);

}  // namespace casus::serve
