// The commands on game trees: in, the name of an .efg or .nfg file and what to find; out, its solution as text or data.
#pragma once
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace casus::app {

struct TreeSolveOptions {
  std::string file;  // .efg or .nfg, told apart by their first word
  // What to find: "limit" (the limiting logit equilibrium), "logit" (at `precisions`), "branch" (every point of it),
  // "backward", "pure", "support", "zero-sum". Empty: "logit" if there are precisions, else "limit".
  std::string method;
  std::vector<double> precisions;  // logit: solved in increasing order; branch: the last one ends it (none: the limit)
  std::string format = "text";     // "text", "json"; "csv" for the branch
  double tolerance = 1e-8;         // relative gain up to which a profile counts as an equilibrium
  double max_seconds = 0;          // 0: no limit
  // How often the branch may turn round before it is left; empty: as the library thinks fit, which bounds the work too.
  std::optional<int> max_folds;
  size_t max_nodes = 20'000'000;  // of the tree made from a strategic form
};

// Exit codes: 0 solved; 1 the result is no equilibrium within the tolerance or could not be found; 2 the file or the
// options are wrong (diagnostics are on `err`).
int solve_tree_command(const TreeSolveOptions& options, std::ostream& out, std::ostream& err);

// Reads an .efg or .nfg file and writes it in Casus' own layout; the exit codes are the same.
int rewrite_tree_command(const std::string& file, std::ostream& out, std::ostream& err);

}  // namespace casus::app
