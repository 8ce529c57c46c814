// Forward exploration: in, a case and a policy; out, the states that can be reached, layer by layer, with what every
// step does. Tables of payoffs, odds, events and tallies go straight into the game; nodes are merged afterwards
// (compile.cpp).
#pragma once
#include <optional>
#include <unordered_map>
#include <vector>

#include "game/game.h"
#include "game/partial.h"
#include "game/tables.h"

namespace casus::game {

struct RawEdge {
  uint32_t layer = 0, position = 0;  // of the target
  uint32_t payoff = 0, event = 0, probability = 0, turn = 0;
};

struct RawNode {
  uint64_t state = 0;
  uint32_t shape = 0;
  uint32_t payoff = 0, tally = 0, belief_pay = none;
  std::vector<RawEdge> edges;
  // Of a game that counts (Counted): classes, and of every edge's slots the place after and the event list.
  std::vector<Counted::Class> classes = {};
  std::vector<uint32_t> place = {}, event = {};
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
           const CompileOptions& options, std::string why_not_counted);
  // False if there were errors or the limit was met (then `diagnostics` says so).
  bool run();
  std::vector<RawLayer> layers;
  // Without a last round, of each of the last layer's nodes: where the round begins that follows.
  std::vector<std::pair<uint32_t, uint32_t>> again;
  std::pair<uint32_t, uint32_t> start_place;

 private:
  struct Place {
    uint32_t layer, position;
  };
  uint32_t rounds() const;  // that are laid out
  bool expand_all();
  bool close();
  Place locate(uint32_t round, uint32_t from_stage, const std::vector<int>& state);
  // Where a step of a node leads. In a game that counts, also what becomes of its members: `counts` has for every mover
  // of the node how many take each option.
  Place follow(RawNode& node, const Shape& shape, uint32_t round, uint32_t from_stage, std::vector<int> after,
               const Taken* taken, const std::vector<std::vector<uint32_t>>& counts);
  bool applies(const model::Stage& stage, const std::vector<int>& state, uint32_t round) const;
  bool holds(model::ExprId guard, const std::vector<int>& state, uint32_t round) const;
  void expand(uint32_t layer, uint32_t position);
  void expand_move(RawNode& node, uint32_t stage, uint32_t round);
  void expand_chance(RawNode& node, uint32_t stage, uint32_t round);
  bool find_movers(RawNode& node, uint32_t stage, uint32_t round, Shape& shape, double& joint);
  // What is done in secret, and what becomes of types (explore_hidden.cpp).
  void expand_hidden(RawNode& node, uint32_t stage, uint32_t round);
  uint32_t speaks_of(const model::Stage& stage, const Shape& shape);
  std::vector<std::vector<Slot>> signal_odds(const RawNode& node, const Shape& shape, uint32_t round,
                                             const Taken& taken);
  using TypeMoves = std::vector<Slot>;  // [from][to]; empty: none
  TypeMoves moves_of(const std::optional<model::Redraw>& redraw, uint64_t code, uint32_t round);
  TypeMoves one_after_the_other(const TypeMoves& first, const TypeMoves& second);
  uint32_t turn_of(uint32_t actor, const TypeMoves& moves);
  uint32_t turn_of(const std::optional<model::Redraw>& redraw, uint64_t code, uint32_t round);
  void expand_settle(RawNode& node, uint32_t round);
  void expand_end(RawNode& node);
  bool perform(const model::Option& option, std::vector<int>& state, uint32_t round);
  uint32_t options_of(Mover& mover, uint32_t stage, uint32_t round);
  static void bind(Mover& mover, const std::vector<uint32_t>& tied);
  // `alike`: of members who are paid alike the first place and their number (Counted).
  uint32_t payoff_table(const std::vector<std::pair<uint32_t, model::ExprId>>& pays, uint64_t code, uint32_t round,
                        const std::vector<std::pair<uint32_t, uint32_t>>& alike, const Taken* taken = nullptr);
  // Of what those payments make that hang on beliefs; they are taken out of `pays`.
  uint32_t belief_pay(std::vector<std::pair<uint32_t, model::ExprId>>& pays, uint64_t code, uint32_t round);
  uint32_t stage_asked(model::ExprId e);
  bool comes_true(uint32_t measure, const Taken* taken, uint32_t round, const std::vector<int>& before,
                  const std::vector<int>& after);
  void set_latches(const Taken* taken, uint32_t round, std::vector<int>& after);
  uint32_t event_list(const Taken* taken, uint32_t round, const std::vector<int>& after);
  // Of a game that counts (explore_crowd.cpp).
  void find_classes(RawNode& node) const;
  void join_classes(RawNode& node, uint32_t stage, uint32_t round);
  bool same_prospects(uint32_t a, uint32_t b, uint32_t stage, uint32_t round);
  bool reads_their_past();
  bool paid_the_same(uint32_t a, uint32_t b, uint32_t stage, uint32_t round);
  // Members who are in the same and do the same; `counts` as follow has them.
  static std::vector<std::pair<uint32_t, uint32_t>> paid_alike(const RawNode& node,
                                                               const std::vector<std::vector<uint32_t>>* counts);
  int moved(const model::Option& option, uint32_t variable, int from, uint32_t round);
  bool commute(const Shape& shape, uint32_t round);
  uint32_t event_list_of_one(uint32_t place, const Taken* taken, uint32_t round, const std::vector<int>& after);
  uint32_t tally_list_of_one(uint32_t place, uint32_t round, bool at_end);
  std::string described(const std::vector<int>& state) const {
    return crowd() ? crowd()->describe(case_, state) : model::describe_state(case_, state);
  }
  const Crowd* crowd() const { return game_.counted ? &game_.counted->crowd : nullptr; }
  std::optional<TallyEntry> tally_entry(uint32_t measure, const std::vector<int>& state, uint32_t round);
  uint32_t tally_list(RawNode& node, uint32_t round, bool at_end);
  double bytes() const;  // that what is laid out takes, roughly
  bool full() const { return diagnostics_.error_count() >= 20; }

  const model::Case& case_;
  const StateCodec& codec_;
  Game& game_;
  base::Diagnostics& diagnostics_;
  CompileOptions options_;
  double most_bytes_;
  PartialEvaluator partial_;
  std::string why_not_counted_;
  std::vector<int> state_;          // of the node being expanded
  std::vector<uint32_t> asked_;     // per measure: stage_asked
  std::vector<uint32_t> expanded_;  // per layer: nodes that have been expanded
  size_t nodes_ = 0, steps_ = 0;
  Tables tables_;
  std::unordered_map<uint64_t, bool> reported_;  // spans already complained about
};

}  // namespace casus::game
