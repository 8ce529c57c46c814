// Gambit's extensive-form files: in, the text of an .efg file; out, a Tree or diagnostics, and a Tree back as text.
#pragma once
#include <optional>
#include <string>

#include "base/diagnostic.h"
#include "base/source.h"
#include "tree/tree.h"

namespace casus::tree {

// Reads version 2 of the format ("EFG 2 R" or "EFG 2 D"): names and action lists may be left out where an information
// set or outcome was described before. Labels that are used twice are accepted with a warning. Chance probabilities
// must sum to 1 within 1e-6 for each of them and 1e-4 in all; they are divided by the sum, with a warning. Nothing is
// returned when an error was reported.
std::optional<Tree> read_efg(const base::SourceSet& sources, uint32_t file, base::Diagnostics& diagnostics);

// The tree as Gambit writes it, numbers in the text they were read in; write(read(write(t))) equals write(t).
std::string write_efg(const Tree& tree);

}  // namespace casus::tree
