// The rules of a case once more, for the oracle: in, a checked case, a policy and one world's parameters; out, the tree
// of all public histories with what is paid and how chance falls, for every profile of types.
#pragma once
#include <utility>
#include <vector>

#include "model/case_model.h"

namespace casus::oracle {

struct Mover {
  uint32_t actor = 0, decision = 0;
  std::vector<uint32_t> options;  // that are open: places in the decision's list
  std::vector<int> bound = {};    // per type: which of `options` a policy binds it to, or -1
  size_t first = 0;               // of its numbers, [type][option]
};

struct Step {
  size_t to = 0;
  std::vector<size_t> taken = {};  // per mover: place in its `options`; of chance: the outcome; a signal comes last
  std::vector<double> pays = {};   // [actor][profile]
  std::vector<double> odds = {};   // of chance or a signal, per profile
  std::vector<double> turns = {};  // [profile before][after]; empty: types stay
};

enum class Kind : uint8_t { move, chance, end_of_round, end };

struct History {
  Kind kind = Kind::end;
  size_t parent = 0, past = 0;  // all that follows it stands right after it and before `past`
  uint32_t round = 1, stage = 0;
  std::vector<int> state = {};
  std::vector<Mover> movers = {};
  std::vector<Step> steps = {};
  std::vector<double> pays = {};  // [actor][profile], at the end of a round or of all
};

// Where an expression is read. Of a profile an actor's type is Rules::type_of.
struct Where {
  const std::vector<int>& state;
  uint32_t round = 1;
  size_t profile = 0;
  const History* from = nullptr;  // of the step being taken, if one is
  const Step* step = nullptr;
  const std::vector<double>* belief = nullptr;  // per profile
};

class Rules {
 public:
  // Gives up beyond `most` histories: `too_large`.
  Rules(const model::Case& c, uint32_t policy, const std::vector<double>& params, size_t most);

  const model::Case& source;
  const model::Policy& policy;
  std::vector<double> precision, discount;  // per actor
  size_t profiles = 1;                      // the first actor's type varies fastest
  std::vector<double> prior;                // per profile
  std::vector<History> histories;           // in the order of a walk, depth first
  size_t numbers = 0;                       // of all movers
  bool too_large = false;
  bool turning = false;  // some step changes a type

  size_t actors() const { return source.actors.size(); }
  size_t types(size_t actor) const { return source.actors[actor].types.size(); }
  size_t type_of(size_t profile, size_t actor) const { return profile / stride_[actor] % types(actor); }
  // Whether two profiles differ in nothing but an actor's type.
  bool alike_but_for(size_t p, size_t q, size_t actor) const {
    return p - type_of(p, actor) * stride_[actor] == q - type_of(q, actor) * stride_[actor];
  }
  double number(model::ExprId id, const Where& at) const;
  // What is paid at a history that hangs on beliefs, [actor][profile]; empty where nothing is.
  std::vector<double> paid_by_belief(const History& h, const std::vector<double>& belief) const;
  bool asks_belief(model::ExprId id) const;

 private:
  using Amounts = std::vector<std::pair<uint32_t, model::ExprId>>;
  bool holds(model::ExprId id, const Where& at) const { return id == model::no_expr || number(id, at) != 0; }
  void replace_params();
  std::vector<double> paid(const Amounts& amounts, const History& h, const Step* step = nullptr) const;
  size_t grow(size_t parent, uint32_t round, uint32_t stage, const std::vector<int>& state);
  bool applies(const model::Stage& stage, const Where& at) const;
  void grow_moves(size_t h);
  void grow_chance(size_t h);
  void grow_secrets(size_t h);
  std::vector<double> turns(const std::optional<model::Redraw>& redraw, const History& h) const;
  std::vector<double> odds(const std::vector<model::Option>& outcomes, const std::vector<size_t>& open, size_t of,
                           const History& h, const Step* step) const;
  std::vector<Mover> movers_at(const History& h);
  Mover mover_of(const History& h, uint32_t decision);
  void perform(const model::Option& option, uint32_t round, std::vector<int>& state) const;
  bool asks_choice(model::ExprId id) const;
  void note_past(const History* from, const Step* step, uint32_t round, std::vector<int>& state) const;

  std::vector<double> params_;
  std::vector<size_t> stride_;  // per actor
  size_t most_;
};

}  // namespace casus::oracle
