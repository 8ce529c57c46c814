// Numeric programs over a world's parameters: in, expressions partially evaluated at a state; out, one straight-line
// program in which every distinct value is computed once for a whole batch of worlds.
#pragma once
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "model/expression.h"

namespace casus::game {

using Slot = uint32_t;
inline constexpr Slot zero_slot = 0;  // always holds the constant 0

struct Instruction {
  model::Op op = model::Op::constant;
  Slot a = 0, b = 0, c = 0;  // operands: earlier slots
  double value = 0;          // constant
  uint32_t index = 0;        // param: its number; belief: type
  uint32_t actor = 0;        // belief: whose type
};

// A hash-consed program: instruction i computes slot i from earlier slots.
class Program {
 public:
  Program() { constant(0); }

  Slot constant(double value);
  Slot param(uint32_t index);
  Slot belief(uint32_t actor, uint32_t type);
  // Folds constants and the neutral elements of + * and or if; so a slot that no longer depends on a world is a
  // constant.
  Slot apply(model::Op op, Slot a, Slot b = 0, Slot c = 0);

  bool is_constant(Slot s) const { return code_[s].op == model::Op::constant; }
  double constant_value(Slot s) const { return code_[s].value; }
  const std::vector<Instruction>& code() const { return code_; }
  size_t size() const { return code_.size(); }

  // Values of all slots for `lanes` worlds at once: params[p * lanes + w] in, slots[s * lanes + w] out. No belief
  // leaves.
  void run(std::span<const double> params, size_t lanes, std::span<double> slots) const;

 private:
  struct Hash {
    size_t operator()(const Instruction& i) const;
  };
  struct Equal {
    bool operator()(const Instruction& x, const Instruction& y) const;
  };
  Slot intern(const Instruction& i);
  std::vector<Instruction> code_;
  std::unordered_map<Instruction, Slot, Hash, Equal> known_;
};

}  // namespace casus::game
