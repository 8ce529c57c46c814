// Forward exploration: in, a case and a policy; out, the states that can be reached, layer by layer, with what every
// step does. Tables of payoffs, odds, events and tallies go straight into the game; nodes are merged afterwards
// (compile.cpp).
#pragma once
#include <unordered_map>
#include <vector>

#include "game/game.h"
#include "game/partial.h"
#include "game/tables.h"

namespace casus::game {

struct RawEdge {
  uint32_t layer = 0, position = 0;  // of the target
  uint32_t payoff = 0, event = 0, probability = 0;
};

struct RawNode {
  uint64_t state = 0;
  uint32_t shape = 0;
  uint32_t payoff = 0, tally = 0;
  std::vector<RawEdge> edges;
};

struct RawLayer {
  uint32_t round = 0;
  uint32_t stage = none;
  std::vector<RawNode> nodes;
  std::unordered_map<uint64_t, uint32_t> position;  // of a packed state
};

class Explorer {
 public:
  Explorer(const model::Case& c, const StateCodec& codec, Game& game, base::Diagnostics& diagnostics,
           const CompileOptions& options);
  // False if there were errors or the limit was met (then `diagnostics` says so).
  bool run();
  std::vector<RawLayer> layers;

 private:
  struct Place {
    uint32_t layer, position;
  };
  Place locate(uint32_t round, uint32_t from_stage, const std::vector<int>& state);
  bool applies(const model::Stage& stage, const std::vector<int>& state, uint32_t round) const;
  bool holds(model::ExprId guard, const std::vector<int>& state, uint32_t round) const;
  void expand(uint32_t layer, uint32_t position);
  void expand_move(RawNode& node, uint32_t stage, uint32_t round);
  void expand_chance(RawNode& node, uint32_t stage, uint32_t round);
  void expand_settle(RawNode& node, uint32_t round);
  void expand_end(RawNode& node);
  bool perform(const model::Option& option, std::vector<int>& state, uint32_t round);
  uint32_t options_of(Mover& mover, uint32_t stage, uint32_t round);
  static void bind(Mover& mover, const std::vector<uint32_t>& tied);
  uint32_t payoff_table(const std::vector<std::pair<uint32_t, model::ExprId>>& pays, uint64_t code, uint32_t round);
  uint32_t stage_asked(model::ExprId e);
  uint32_t event_list(const Taken* taken, uint32_t round, const std::vector<int>& after);
  uint32_t tally_list(uint32_t round, bool at_end);
  double bytes() const;  // that what is laid out takes, roughly
  bool full() const { return diagnostics_.error_count() >= 20; }

  const model::Case& case_;
  const StateCodec& codec_;
  Game& game_;
  base::Diagnostics& diagnostics_;
  CompileOptions options_;
  double most_bytes_;
  PartialEvaluator partial_;
  std::vector<int> state_;       // of the node being expanded
  std::vector<uint32_t> asked_;  // per measure: stage_asked
  size_t nodes_ = 0, steps_ = 0;
  Tables tables_;
  std::unordered_map<uint64_t, bool> reported_;  // spans already complained about
};

}  // namespace casus::game
