#include "game/symmetry.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <unordered_map>

#include "base/hash.h"
#include "game/game.h"

namespace casus::game {

namespace {

using model::Expr;
using model::ExprId;
using model::Op;

bool commutes(Op op) {
  switch (op) {
    case Op::add:
    case Op::mul:
    case Op::min:
    case Op::max:
    case Op::and_:
    case Op::or_:
      return true;
    default:
      return false;
  }
}

uint64_t of_set(std::vector<uint64_t>& parts, uint64_t hash) {
  std::sort(parts.begin(), parts.end());
  for (const uint64_t part : parts) hash = base::mix(hash, part);
  return hash;
}

// What an index says: "p0, p1" of "near[p0, p1]"; empty without one.
std::string_view index_of(std::string_view name) {
  const size_t open = name.find('[');
  if (open == std::string_view::npos || !name.ends_with(']')) return {};
  return name.substr(open + 1, name.size() - open - 2);
}

// The members' rules as numbers that are equal where the rules are, with the members renamed.
class Renamed {
 public:
  // `to`: per place of a member, the one whose name it takes.
  Renamed(const model::Case& c, const model::Policy& policy, const Crowd& crowd, const std::vector<uint32_t>& to)
      : case_(c), policy_(policy), state_(c.states.size()), actor_(c.actors.size()), decision_(c.stages.size()) {
    for (uint32_t s = 0; s < state_.size(); ++s) state_[s] = s;
    for (uint32_t a = 0; a < actor_.size(); ++a) actor_[a] = a;
    for (const auto& variable : crowd.own)
      for (uint32_t k = 0; k < to.size(); ++k) state_[variable[k]] = variable[to[k]];
    for (uint32_t k = 0; k < to.size(); ++k) actor_[crowd.members[k]] = crowd.members[to[k]];
    for (size_t s = 0; s < decision_.size(); ++s) {
      decision_[s].resize(std::max<size_t>(c.stages[s].decisions.size(), 1));
      for (uint32_t d = 0; d < decision_[s].size(); ++d) decision_[s][d] = d;
      for (uint32_t k = 0; k < to.size(); ++k)
        if (crowd.decision[s][k] != none) decision_[s][crowd.decision[s][k]] = crowd.decision[s][to[k]];
    }
  }

  uint64_t of(ExprId e) {
    if (e == model::no_expr) return 0;
    if (const auto known = known_.find(e); known != known_.end()) return known->second;
    const uint64_t out = compute(e);
    known_.emplace(e, out);
    return out;
  }

  uint64_t of(const model::Option& o) {
    uint64_t out = base::mix(of(o.guard), of(o.probability));
    std::vector<uint64_t> parts;
    for (const auto& effect : o.effects) parts.push_back(base::mix(state_[effect.state], of(effect.value)));
    // Each sets something of its own from what none of them sets, or their order counts.
    if (independent(o)) std::sort(parts.begin(), parts.end());
    for (const uint64_t part : parts) out = base::mix(out, part);
    parts.clear();
    for (const auto& pay : o.pays) parts.push_back(base::mix(actor_[pay.actor], of(pay.amount)));
    return of_set(parts, base::mix(out, 1));
  }

  uint64_t of(const model::Decision& d) {
    uint64_t out = base::mix(of(d.guard), d.options.size());
    for (const auto& o : d.options) out = base::mix(out, of(o));
    return out;
  }

  // What an actor is and is paid, but for the pay of options.
  uint64_t of_actor(uint32_t a) {
    const auto& actor = case_.actors[a];
    uint64_t out = base::mix(of(actor.precision), of(actor.discount));
    for (const ExprId p : actor.prior) out = base::mix(out, of(p));
    std::vector<uint64_t> parts;
    for (const auto& p : case_.payoffs)
      if (p.actor == a) parts.push_back(base::mix(p.at_end, of(p.amount)));
    return of_set(parts, base::mix(out, actor.types.size()));
  }

  // What the policy has a decision do.
  uint64_t of_commitments(uint32_t stage, uint32_t decision) {
    uint64_t out = 0;
    for (const auto& tie : policy_.commitments)
      if (tie.stage == stage && tie.decision == decision)
        out = base::mix(base::mix(out, tie.option), base::mix(static_cast<uint64_t>(tie.type), of(tie.condition)));
    return out;
  }

  uint64_t of_measure(const model::Measure& m) {
    const uint64_t kind = base::mix(static_cast<uint64_t>(m.kind), m.probability);
    return m.body == model::no_expr ? base::mix(kind, actor_[m.actor]) : base::mix(kind, of(m.body));
  }

 private:
  static bool independent(const model::Option& o) {
    for (size_t k = 1; k < o.effects.size(); ++k)
      for (size_t j = 0; j < k; ++j)
        if (o.effects[j].state == o.effects[k].state) return false;
    return true;
  }

  void operands(ExprId e, Op op, std::vector<uint64_t>& out) {
    if (case_.pool[e].op != op) {
      out.push_back(of(e));
      return;
    }
    operands(case_.pool[e].a, op, out);
    operands(case_.pool[e].b, op, out);
  }

  uint64_t compute(ExprId e) {
    const Expr& x = case_.pool[e];
    const auto with = [&](uint64_t what) { return base::mix(static_cast<uint64_t>(x.op) + 1, what); };
    switch (x.op) {
      case Op::constant:
        return with(std::bit_cast<uint64_t>(x.value));
      case Op::param:
        return of_param(x.index);
      case Op::type_param:
        return of_typed(x);
      case Op::state:
        return with(state_[x.index]);
      case Op::type_is:
      case Op::belief:
        return with(base::mix(x.index, actor_[x.actor]));
      case Op::chosen:
        return with(base::mix(base::mix(x.actor, decision_[x.actor][x.decision]), x.index));
      case Op::round:
      case Op::measure:
        return with(x.index);
      default:
        break;
    }
    std::vector<uint64_t> parts;
    if (commutes(x.op)) {
      operands(x.a, x.op, parts);
      operands(x.b, x.op, parts);
      return of_set(parts, with(0));
    }
    for (const ExprId child : {x.a, x.b, x.c}) parts.push_back(of(child));
    if (x.op == Op::eq || x.op == Op::ne) std::sort(parts.begin(), parts.begin() + 2);
    uint64_t out = with(0);
    for (const uint64_t part : parts) out = base::mix(out, part);
    return out;
  }

  // A parameter that is fixed is its formula, so that members given the same number are alike.
  uint64_t of_param(uint32_t p) {
    for (const auto& o : policy_.params)
      if (o.param == p) return base::mix(7, of(o.value));
    const auto& param = case_.params[p];
    return param.formula != model::no_expr && !param.pinned ? of(param.formula) : base::mix(8, p);
  }

  uint64_t of_typed(const Expr& x) {
    uint64_t out = base::mix(9, actor_[x.actor]);
    for (uint32_t t = 0; t < case_.actors[x.actor].types.size(); ++t) out = base::mix(out, of_param(x.index + t));
    return out;
  }

  const model::Case& case_;
  const model::Policy& policy_;
  std::vector<uint32_t> state_, actor_;
  std::vector<std::vector<uint32_t>> decision_;
  std::unordered_map<ExprId, uint64_t> known_;
};

std::vector<uint32_t> identity(uint32_t n) {
  std::vector<uint32_t> out(n);
  for (uint32_t k = 0; k < n; ++k) out[k] = k;
  return out;
}

// Two exchanges of names of which all others are made: of the first two of `places`, and all of them by one.
std::vector<std::vector<uint32_t>> generators(uint32_t members, const std::vector<uint32_t>& places) {
  std::vector<std::vector<uint32_t>> out(2, identity(members));
  if (places.size() < 2) return out;
  std::swap(out[0][places[0]], out[0][places[1]]);
  for (size_t k = 0; k < places.size(); ++k) out[1][places[k]] = places[(k + 1) % places.size()];
  return out;
}

class Finder {
 public:
  Finder(const model::Case& c, uint32_t policy) : case_(c), policy_(c.policies[policy]) {}

  Symmetry run(double most_joint) {
    Symmetry out;
    if (!choose_family(most_joint)) return out;
    if (!(find_own() && find_decisions() && same_start() && same_rules() && private_types() && orderly() &&
          find_measures() && sound_claims()))
      return {std::nullopt, why_not_};
    out.crowd = std::move(crowd_);
    return out;
  }

 private:
  bool no(std::string why) {
    why_not_ = std::move(why);
    return false;
  }
  const std::string& name(uint32_t place) const { return case_.actors[crowd_.members[place]].name; }

  bool choose_family(double most_joint) {
    std::map<std::string, std::vector<uint32_t>> families;
    for (uint32_t a = 0; a < case_.actors.size(); ++a)
      if (const auto& name = case_.actors[a].name; !index_of(name).empty())
        families[name.substr(0, name.find('['))].push_back(a);
    for (auto& [family, members] : families) {
      if (members.size() < 3 || members.size() <= crowd_.members.size()) continue;
      for (const auto& stage : case_.stages) {
        double joint = 1;
        for (const auto& d : stage.decisions)
          if (std::find(members.begin(), members.end(), d.actor) != members.end())
            joint *= static_cast<double>(d.options.size());
        if (joint <= most_joint) continue;
        crowd_.family = family;
        crowd_.members = members;
        break;
      }
    }
    return !crowd_.members.empty();
  }

  // Whose a state is, by its index.
  bool find_own() {
    std::map<std::string, uint32_t, std::less<>> place;
    for (uint32_t k = 0; k < crowd_.size(); ++k) place.emplace(index_of(name(k)), k);
    std::map<std::string, std::vector<uint32_t>> variables;
    for (uint32_t s = 0; s < case_.states.size(); ++s) {
      const auto& v = case_.states[s];
      const std::string_view index = index_of(v.name);
      if (index.empty()) continue;
      if (const auto of = place.find(index); of != place.end()) {
        auto& variable = variables[v.name.substr(0, v.name.find('['))];
        variable.resize(crowd_.size(), none);
        variable[of->second] = s;
      } else {
        for (const auto& [member, k] : place)
          for (size_t at = index.find(member); at != std::string_view::npos; at = index.find(member, at + 1))
            if (const size_t end = at + member.size();
                (at == 0 || index[at - 1] == ' ') && (end == index.size() || index[end] == ','))
              return no(fmt::format("'{}' is about {} and something else at once", v.name, name(k)));
      }
    }
    for (auto& [family, variable] : variables) {
      if (std::count(variable.begin(), variable.end(), none) > 0)
        return no(fmt::format("'{}' is not there for every {}", family, crowd_.family));
      crowd_.own.push_back(std::move(variable));
    }
    return true;
  }

  bool find_decisions() {
    for (const auto& stage : case_.stages) {
      auto& own = crowd_.decision.emplace_back(crowd_.size(), none);
      uint32_t first = none, last = 0, there = 0;
      for (uint32_t d = 0; d < stage.decisions.size(); ++d) {
        const auto member = std::find(crowd_.members.begin(), crowd_.members.end(), stage.decisions[d].actor);
        if (member == crowd_.members.end()) continue;
        auto& place = own[static_cast<size_t>(member - crowd_.members.begin())];
        if (place != none) return no(fmt::format("{} chooses twice at '{}'", case_.actors[*member].name, stage.name));
        place = d;
        first = std::min(first, d);
        last = d;
        ++there;
      }
      if (there > 0 && there < crowd_.size())
        return no(fmt::format("not every {} chooses at '{}'; let them choose at once", crowd_.family, stage.name));
      if (there > 0 && last - first + 1 != there)
        return no(fmt::format("another's move at '{}' stands between theirs", stage.name));
      for (uint32_t k = 1; k < crowd_.size(); ++k)
        if (there > 0 && own[k] < own[k - 1])
          return no(fmt::format("their moves at '{}' are out of order", stage.name));
    }
    return true;
  }

  bool same_start() {
    for (const auto& variable : crowd_.own) {
      const auto initial = [&](uint32_t s) {
        int value = case_.states[s].initial;
        for (const auto& o : policy_.starts)
          if (o.state == s) value = o.value;
        return value;
      };
      for (uint32_t k = 1; k < crowd_.size(); ++k) {
        const auto &a = case_.states[variable[0]], &b = case_.states[variable[k]];
        if (initial(variable[0]) != initial(variable[k]) || a.low != b.low || a.high != b.high)
          return no(fmt::format("'{}' and '{}' begin differently or have other values", a.name, b.name));
      }
    }
    return true;
  }

  bool same_rules() {
    Renamed plain(case_, policy_, crowd_, identity(crowd_.size()));
    for (const auto& to : generators(crowd_.size(), identity(crowd_.size()))) {
      Renamed other(case_, policy_, crowd_, to);
      for (uint32_t k = 0; k < crowd_.size(); ++k) {
        const uint32_t a = crowd_.members[k], b = crowd_.members[to[k]];
        if (a != b && other.of_actor(a) != plain.of_actor(b))
          return no(fmt::format("{} and {} do not want the same", name(k), name(to[k])));
        for (uint32_t s = 0; s < case_.stages.size(); ++s) {
          const uint32_t d = crowd_.decision[s][k], e = crowd_.decision[s][to[k]];
          if (d == none) continue;
          const auto& stage = case_.stages[s];
          if (other.of(stage.decisions[d]) != plain.of(stage.decisions[e]))
            return no(fmt::format("what {} may do at '{}' is not what {} may", name(k), stage.name, name(to[k])));
          if (other.of_commitments(s, d) != plain.of_commitments(s, e))
            return no(fmt::format("the policy '{}' does not bind every {} alike", policy_.name, crowd_.family));
        }
      }
      for (uint32_t a = 0; a < case_.actors.size(); ++a)
        if (std::find(crowd_.members.begin(), crowd_.members.end(), a) == crowd_.members.end() &&
            other.of_actor(a) != plain.of_actor(a))
          return no(fmt::format("what {} is paid tells them apart", case_.actors[a].name));
      for (uint32_t s = 0; s < case_.stages.size(); ++s) {
        const auto& stage = case_.stages[s];
        bool same = other.of(stage.guard) == plain.of(stage.guard);
        for (const auto& o : stage.outcomes) same = same && other.of(o) == plain.of(o);
        for (uint32_t d = 0; d < stage.decisions.size(); ++d)
          if (std::find(crowd_.members.begin(), crowd_.members.end(), stage.decisions[d].actor) == crowd_.members.end())
            same = same && other.of(stage.decisions[d]) == plain.of(stage.decisions[d]) &&
                   other.of_commitments(s, d) == plain.of_commitments(s, d);
        if (!same) return no(fmt::format("the stage '{}' tells them apart", stage.name));
      }
    }
    return true;
  }

  void find_states(ExprId e, std::vector<uint32_t>& out) const {
    if (e == model::no_expr) return;
    const Expr& x = case_.pool[e];
    if (x.op == Op::state) out.push_back(x.index);
    for (const ExprId child : {x.a, x.b, x.c}) find_states(child, out);
  }

  // Whose types an expression reads.
  void find_types(ExprId e, std::vector<uint32_t>& out) const {
    if (e == model::no_expr) return;
    const Expr& x = case_.pool[e];
    if ((x.op == Op::type_is || x.op == Op::type_param || x.op == Op::belief) && case_.actors[x.actor].types.size() > 1)
      out.push_back(x.actor);
    for (const ExprId child : {x.a, x.b, x.c}) find_types(child, out);
  }

  // Types are the members' own business: each wants what it wants by its own type, and nobody else's odds, payments or
  // measures hang on it. (That none chooses again after what told of its type is seen when all is laid out.)
  bool private_types() {
    for (uint32_t a = 0; a < case_.actors.size(); ++a)
      if (case_.actors[a].types.size() > 1 && crowd_.number(a) == none)
        return no(
            fmt::format("{} has types that others do not know, and beliefs are not followed where actors are "
                        "counted",
                        case_.actors[a].name));
    if (case_.actors[crowd_.members.front()].types.size() == 1) return true;
    const auto own = [&](ExprId e, uint32_t whose) {
      std::vector<uint32_t> read;
      find_types(e, read);
      return std::all_of(read.begin(), read.end(), [&](uint32_t a) { return a == whose; });
    };
    const auto paid = [&](uint32_t actor, ExprId amount) {
      return own(amount, crowd_.number(actor) == none ? none : actor) ||
             no(fmt::format("what {} is paid hangs on the type of a {}", case_.actors[actor].name, crowd_.family));
    };
    for (const auto& p : case_.payoffs)
      if (!paid(p.actor, p.amount)) return false;
    for (const auto& stage : case_.stages) {
      for (const auto& o : stage.outcomes) {
        if (!own(o.probability, none)) return no(fmt::format("the odds of '{}' hang on a type", stage.name));
        for (const auto& p : o.pays)
          if (!paid(p.actor, p.amount)) return false;
      }
      for (const auto& d : stage.decisions)
        for (const auto& o : d.options)
          for (const auto& p : o.pays)
            if (!paid(p.actor, p.amount)) return false;
    }
    for (const auto& tie : policy_.commitments)
      if (tie.type >= 0) return no(fmt::format("the policy '{}' binds some of their types", policy_.name));
    for (const auto& m : case_.measures)
      if (!own(m.body, none)) return no(fmt::format("the measure '{}' reads what is believed of one", m.name));
    return true;
  }

  // Given one's type a measure about another is not told.
  bool sound_claims() {
    for (const auto& claim : case_.claims)
      for (const auto& ref : claim.refs)
        for (uint32_t a = 0; a < ref.given_type.size(); ++a) {
          if (ref.given_type[a] < 0) continue;
          const auto& m = case_.measures[ref.measure];
          const bool other_pay = m.kind == model::MeasureKind::payoff && crowd_.number(m.actor) != none && m.actor != a;
          if (other_pay || (crowd_.about[ref.measure] != none && crowd_.members[crowd_.about[ref.measure]] != a))
            return no(fmt::format("the claim '{}' asks of one of them given another's type", claim.name));
        }
    return true;
  }

  // What members do at once comes to the same in whatever order it is done: each sets its own states, from what nobody
  // sets at that stage but it, and what they set together is moved from where it is (explore.cpp tries whether moves
  // commute).
  bool orderly() {
    std::vector<uint32_t> owner(case_.states.size(), none);
    for (const auto& variable : crowd_.own)
      for (uint32_t k = 0; k < crowd_.size(); ++k) owner[variable[k]] = k;
    for (uint32_t s = 0; s < case_.stages.size(); ++s) {
      const auto& stage = case_.stages[s];
      std::vector<bool> set(case_.states.size(), false);
      for (const auto& d : stage.decisions)
        for (const auto& o : d.options)
          for (const auto& effect : o.effects) set[effect.state] = true;
      for (uint32_t k = 0; k < crowd_.size(); ++k) {
        if (crowd_.decision[s][k] == none) continue;
        for (const auto& o : stage.decisions[crowd_.decision[s][k]].options)
          for (const auto& effect : o.effects) {
            const auto& target = case_.states[effect.state];
            if (owner[effect.state] != none && owner[effect.state] != k)
              return no(fmt::format("{} sets '{}' at '{}'", name(k), target.name, stage.name));
            std::vector<uint32_t> read;
            find_states(effect.value, read);
            for (const uint32_t r : read)
              if (set[r] && r != effect.state && !(owner[effect.state] == k && owner[r] == k))
                return no(fmt::format("what '{}' becomes at '{}' hangs on '{}', which is set there, too", target.name,
                                      stage.name, case_.states[r].name));
          }
      }
    }
    return true;
  }

  // How often an expression names each member.
  void count_names(ExprId e, std::vector<uint32_t>& times) const {
    if (e == model::no_expr) return;
    const Expr& x = case_.pool[e];
    for (uint32_t k = 0; k < crowd_.size(); ++k) {
      bool named = (x.op == Op::belief || x.op == Op::type_is) && x.actor == crowd_.members[k];
      named |= x.op == Op::chosen && crowd_.decision[x.actor][k] == x.decision && x.decision != none;
      for (const auto& variable : crowd_.own) named |= x.op == Op::state && variable[k] == x.index;
      times[k] += named;
    }
    for (const ExprId child : {x.a, x.b, x.c}) count_names(child, times);
  }

  // Of all alike, or of one: then of whom, and which other measure says the same of another.
  bool find_measures() {
    const uint32_t n = crowd_.size();
    Renamed plain(case_, policy_, crowd_, identity(n));
    std::vector<Renamed> all;
    for (const auto& to : generators(n, identity(n))) all.emplace_back(case_, policy_, crowd_, to);
    std::unordered_map<uint64_t, uint32_t> first;
    for (uint32_t m = 0; m < case_.measures.size(); ++m) {
      const auto& measure = case_.measures[m];
      crowd_.as.push_back(m);
      crowd_.about.push_back(none);
      const uint64_t own = plain.of_measure(measure);
      if (measure.kind == model::MeasureKind::payoff ||
          std::all_of(all.begin(), all.end(), [&](Renamed& r) { return r.of_measure(measure) == own; }))
        continue;
      std::vector<uint32_t> times(n, 0);
      count_names(measure.body, times);
      // The one who is named otherwise than the rest.
      const uint32_t usual = times[0] == times[1] || times[0] == times[2] ? times[0] : times[1];
      const auto odd = std::find_if(times.begin(), times.end(), [&](uint32_t t) { return t != usual; });
      const auto who = static_cast<uint32_t>(odd - times.begin());
      std::vector<uint32_t> rest = identity(n);
      bool of_one = who < n;
      if (of_one) rest.erase(rest.begin() + who);
      for (const auto& to : generators(n, rest))
        of_one = of_one && Renamed(case_, policy_, crowd_, to).of_measure(measure) == own;
      if (!of_one) return no(fmt::format("the measure '{}' tells them apart", measure.name));
      std::vector<uint32_t> as_first = identity(n);
      std::swap(as_first[0], as_first[who]);
      crowd_.about[m] = who;
      crowd_.as[m] = first.emplace(Renamed(case_, policy_, crowd_, as_first).of_measure(measure), m).first->second;
    }
    return true;
  }

  const model::Case& case_;
  const model::Policy& policy_;
  Crowd crowd_;
  std::string why_not_;
};

}  // namespace

Symmetry find_crowd(const model::Case& c, uint32_t policy, double most_joint) {
  return Finder(c, policy).run(most_joint);
}

}  // namespace casus::game
