#include "game/symmetry.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "game/game.h"
#include "game/renamed.h"

namespace casus::game {

namespace {

using model::Expr;
using model::ExprId;
using model::Op;

// What an index says: "p0, p1" of "near[p0, p1]"; empty without one.
std::string_view index_of(std::string_view name) {
  const size_t open = name.find('[');
  if (open == std::string_view::npos || !name.ends_with(']')) return {};
  return name.substr(open + 1, name.size() - open - 2);
}

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
    if (!case_.latches.empty())
      return {std::nullopt, "some measure asks what happened before, or beside what, and a crowd's past is not kept"};
    if (!(open_rules() && find_own() && find_decisions() && same_start() && same_rules() && private_types() &&
          orderly() && find_measures() && sound_claims()))
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

  // What is counted is seen by all, and types stay.
  bool open_rules() {
    for (const auto& stage : case_.stages) {
      if (stage.hidden) return no(fmt::format("what is done at '{}' is hidden", stage.name));
      const auto turns = [](const std::vector<model::Option>& options) {
        return std::any_of(options.begin(), options.end(), [](const auto& o) { return o.redraw.has_value(); });
      };
      bool any = turns(stage.outcomes);
      for (const auto& d : stage.decisions) any |= turns(d.options);
      if (any) return no(fmt::format("a type may change at '{}'", stage.name));
    }
    return true;
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

  bool reads_beliefs(ExprId e) const {
    if (e == model::no_expr) return false;
    const Expr& x = case_.pool[e];
    return x.op == Op::belief || reads_beliefs(x.a) || reads_beliefs(x.b) || reads_beliefs(x.c);
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
    for (const auto& p : case_.payoffs)
      if (reads_beliefs(p.amount))
        return no(fmt::format("what {} is paid hangs on beliefs", case_.actors[p.actor].name));
    for (uint32_t a = 0; a < case_.actors.size(); ++a)
      if (case_.actors[a].types.size() > 1 && crowd_.number(a) == none)
        return no(
            fmt::format("{} has types that others do not know, and beliefs are not followed where actors are "
                        "counted",
                        case_.actors[a].name));
    if (case_.actors[crowd_.members.front()].types.size() == 1) return true;
    for (const uint32_t a : crowd_.members)
      for (const ExprId e : case_.actors[a].prior) {
        std::vector<uint32_t> read;
        find_types(e, read);
        if (!read.empty()) return no(fmt::format("what {} is hangs on what others are", case_.actors[a].name));
      }
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
      if (!own(m.body, none))
        return no(fmt::format("the measure '{}' reads a type, or what is believed of one", m.name));
    return true;
  }

  bool asks_of_another(uint32_t measure, uint32_t a) const {
    const auto& m = case_.measures[measure];
    if (m.formula != model::no_expr)
      return std::any_of(m.terms.begin(), m.terms.end(), [&](const auto& t) { return asks_of_another(t.measure, a); });
    if (m.kind == model::MeasureKind::payoff) return crowd_.number(m.actor) != none && m.actor != a;
    return crowd_.about[measure] != none && crowd_.members[crowd_.about[measure]] != a;
  }

  // Given one's type a measure about another is not told, and a formula may be about several.
  bool sound_claims() {
    for (const auto& m : case_.measures)
      for (const auto& t : m.terms) {
        const auto& of = case_.measures[t.measure];
        const bool of_one = crowd_.about[t.measure] != none ||
                            (of.kind == model::MeasureKind::payoff && crowd_.number(of.actor) != none);
        if (of_one && case_.actors[crowd_.members.front()].types.size() > 1)
          return no(fmt::format("the measure '{}' reckons with what is asked of one of them", m.name));
      }
    for (const auto& claim : case_.claims)
      for (const auto& ref : claim.refs)
        for (uint32_t a = 0; a < ref.given_type.size(); ++a) {
          if (ref.given_type[a] >= 0 && asks_of_another(ref.measure, a))
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
      if (measure.kind == model::MeasureKind::payoff || measure.formula != model::no_expr ||
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
