// Games in strategic form and Gambit's .nfg files: in, a text; out, a StrategicGame, its text again, or its game tree.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"
#include "tree/tree.h"

namespace casus::tree {

// Contingencies are numbered with the first player's strategy running fastest, as in the files.
struct StrategicGame {
  std::string title;
  std::string comment;
  std::vector<std::string> players;
  std::vector<std::vector<std::string>> strategies;  // by player
  bool names_given = true;                           // strategies were named, not only counted
  bool outcome_form = false;       // payoffs were given as a list of outcomes, to which the contingencies point
  std::vector<Outcome> outcomes;   // payoff form: one a contingency
  std::vector<int> contingencies;  // into outcomes; -1 pays nothing to anybody

  size_t strategy_count(size_t player) const { return strategies[player].size(); }
};

// Reads both versions of the format: payoffs listed for each contingency, or outcomes and a list of their numbers.
std::optional<StrategicGame> read_nfg(const base::SourceSet& sources, uint32_t file, base::Diagnostics& diagnostics);

// write(read(write(g))) equals write(g).
std::string write_nfg(const StrategicGame& game);

// The same game as a tree: the players move one after the other, none seeing what was chosen before. Agent quantal
// response equilibria of the tree are those of the strategic form. Empty when it would have more nodes than
// `node_limit`.
std::optional<Tree> to_tree(const StrategicGame& game, size_t node_limit);

}  // namespace casus::tree
