// Expressions at a known state: in, a model expression, a packed state, a round and a type profile; out, a number
// (guards, effects, events) or a slot of the game's program (payoffs, odds), cached by what the expression really
// reads.
#pragma once
#include <unordered_map>
#include <vector>

#include "game/game.h"

namespace casus::game {

// What an expression reads.
struct Reads {
  uint64_t state_mask = 0;     // bits of the packed state
  uint32_t informed_mask = 0;  // bit k: the type of informed[k]
  bool round = false;
  bool belief = false;
  bool chosen = false;
  bool world = false;  // parameters
};

// The choices being taken while a measure's event is looked at: (stage, decision) -> option.
struct Taken {
  uint32_t stage = none;
  std::vector<std::pair<uint32_t, uint32_t>> options;  // decision, option
};

// The value of an expression that reads the state, the round and `taken` only.
double number_at(const model::Case& c, model::ExprId e, const std::vector<int>& state, uint32_t round,
                 const Taken* taken = nullptr);

class PartialEvaluator {
 public:
  PartialEvaluator(const model::Case& c, const StateCodec& codec, Game& game);

  const Reads& reads(model::ExprId e);
  // A slot of game.program for the given profile of types.
  Slot slot(model::ExprId e, const std::vector<int>& state, uint64_t code, uint32_t round, uint32_t profile,
            const Taken* taken = nullptr);
  // The same, worked out anew: a crowd's packed state does not say who is in what, and what is asked of one hangs on
  // it.
  Slot fresh_slot(model::ExprId e, const std::vector<int>& state, uint32_t round, uint32_t profile) {
    return build(e, state, round, profile, game_.program);
  }
  // A slot of game.belief_program: no parameters, beliefs left open.
  Slot belief_slot(model::ExprId e, const std::vector<int>& state, uint32_t round);
  // A slot of the program of payments that hang on beliefs (BeliefPay).
  Slot belief_pay_slot(model::ExprId e, const std::vector<int>& state, uint64_t code, uint32_t round, uint32_t profile,
                       Program& program);
  // The slot of a parameter, as the policy has it.
  Slot param_slot(uint32_t p) const { return param_slots_[p]; }

 private:
  Slot build(model::ExprId e, const std::vector<int>& state, uint32_t round, uint32_t profile, Program& program);
  void bind_params();
  uint32_t project(uint32_t profile, uint32_t informed_mask) const;

  struct Key {
    model::ExprId expr;
    uint32_t round;
    uint32_t profile;
    uint64_t state;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    size_t operator()(const Key& k) const;
  };

  const model::Case& case_;
  const StateCodec& codec_;
  Game& game_;
  const Taken* taken_ = nullptr;  // while a signal's numbers are built
  std::vector<Slot> param_slots_;
  std::vector<Reads> reads_;
  std::vector<bool> reads_known_;
  std::unordered_map<Key, Slot, KeyHash> cache_;
};

}  // namespace casus::game
