// A case's rules with members of a crowd renamed, as numbers: in, who takes whose name; out, numbers that are equal
// where the rules are, but for the order of sums, products, minima, maxima and conditions joined by `and` and `or`.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "game/crowd.h"

namespace casus::game {

class Renamed {
 public:
  // `to`: per place of a member, the one whose name it takes.
  Renamed(const model::Case& c, const model::Policy& policy, const Crowd& crowd, const std::vector<uint32_t>& to);

  uint64_t of(model::ExprId e);
  uint64_t of(const model::Option& o);
  uint64_t of(const model::Decision& d);
  // What an actor is and is paid, but for the pay of options.
  uint64_t of_actor(uint32_t a);
  // What the policy has a decision do.
  uint64_t of_commitments(uint32_t stage, uint32_t decision);
  uint64_t of_measure(const model::Measure& m);

 private:
  void operands(model::ExprId e, model::Op op, std::vector<uint64_t>& out);
  uint64_t compute(model::ExprId e);
  uint64_t of_param(uint32_t p);
  uint64_t of_typed(const model::Expr& x);

  const model::Case& case_;
  const model::Policy& policy_;
  std::vector<uint32_t> state_, actor_;
  std::vector<std::vector<uint32_t>> decision_;
  std::unordered_map<model::ExprId, uint64_t> known_;
};

}  // namespace casus::game
