#include "model/uses.h"

#include <algorithm>

namespace casus::model {

namespace {

class Readers {
 public:
  Readers(const Case& c, uint32_t param) : c_(c), param_(param), seen_(c.pool.nodes.size(), false) {}

  bool anywhere_but_as_precision() {
    for (const auto& a : c_.actors) {
      for (const ExprId e : a.prior) look(e);
      look(a.discount);
      if (a.precision == no_expr) continue;
      const Expr& e = c_.pool[a.precision];
      if (e.op == Op::param && e.index == param_)
        precision_ = true;
      else
        look(a.precision);
    }
    look(c_.ends);
    for (const auto& p : c_.params) look(p.formula);
    for (const auto& s : c_.stages) look(s);
    for (const auto& p : c_.payoffs) look(p.amount);
    for (const auto& m : c_.measures) look(m.body);
    for (const auto& l : c_.latches) look(l.body);
    for (const auto& p : c_.policies) {
      for (const auto& commitment : p.commitments) look(commitment.condition);
      for (const auto& setting : p.params) look(setting.value);
    }
    for (const auto& claim : c_.claims) look(claim.condition);
    return found_;
  }
  bool precision() const { return precision_; }

 private:
  void look(const Stage& s) {
    look(s.guard);
    for (const auto& d : s.decisions) {
      look(d.guard);
      for (const auto& o : d.options) look(o);
    }
    for (const auto& o : s.outcomes) look(o);
  }
  void look(const Option& o) {
    look(o.guard);
    look(o.probability);
    for (const auto& effect : o.effects) look(effect.value);
    for (const auto& pay : o.pays) look(pay.amount);
    for (size_t t = 0; o.redraw && t < o.redraw->to.size(); ++t) look(o.redraw->to[t]);
  }
  // With a stack of its own: expressions may be deep.
  void look(ExprId root) {
    if (root == no_expr) return;
    next_.push_back(root);
    while (!next_.empty()) {
      const ExprId id = next_.back();
      next_.pop_back();
      if (seen_[id]) continue;
      seen_[id] = true;
      const Expr& e = c_.pool[id];
      found_ |= e.op == Op::param && e.index == param_;
      found_ |= e.op == Op::type_param && param_ >= e.index && param_ - e.index < c_.actors[e.actor].types.size();
      const ExprId operands[] = {e.a, e.b, e.c};
      next_.insert(next_.end(), operands, operands + arity(e.op));
    }
  }

  const Case& c_;
  uint32_t param_;
  std::vector<bool> seen_;
  std::vector<ExprId> next_;
  bool found_ = false, precision_ = false;
};

}  // namespace

bool is_precision_only(const Case& c, uint32_t param) {
  Readers readers(c, param);
  const bool elsewhere = readers.anywhere_but_as_precision();
  return readers.precision() && !elsewhere;
}

}  // namespace casus::model
