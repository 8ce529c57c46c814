#include "oracle/games.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace casus::testing {

namespace {

class Writer {
 public:
  Writer(OracleGame& game, uint32_t attempt) : game_(game), draw_(game.number * 1000 + attempt + 1) {}

  void write() {
    const uint32_t number = game_.number;
    if (number >= oracle_games) game_.secret = static_cast<Secret>(1 + number / 7 % 5);
    if (number >= secret_games) game_.secret = Secret::tied;
    if (number >= tied_games) game_.secret = Secret::image;
    const uint32_t least = secret(Secret::tied)                                                          ? 2
                           : secret(Secret::own_type) || secret(Secret::redraw) || secret(Secret::image) ? 1
                                                                                                         : 0;
    const uint32_t informed = std::max(number % 5, least), length = number / 15 % 4;
    game_.movers = 1 + number / 5 % 3;
    game_.rounds = length < 3 ? length + 1 : between(4, 6);
    constexpr double bands[] = {0.1, 1, 5, 20, 100};
    const uint32_t band = number / 60 % (game_.secret == Secret::none ? 4 : 2);
    game_.precision = bands[band] * std::pow(bands[band + 1] / bands[band], real(0, 1));
    for (uint32_t i = 0; i < informed; ++i) types_.push_back(informed < 3 || i == 0 ? between(2, 3) : 2);
    while (types_.size() < std::max(2u, game_.movers) || (types_.size() < 5 && happens(0.3))) types_.push_back(1);
    std::shuffle(types_.begin(), types_.end(), draw_);
    fact_.assign(types_.size(), false);
    if (secret(Secret::fact)) {
      types_.push_back(2);
      fact_.push_back(true);
    }
    for (const uint32_t t : types_) {
      game_.axes += t - 1;
      game_.most_types = std::max(game_.most_types, t);
    }
    frame();
    round();
    payoffs();
    measures();
    policy();
  }

 private:
  bool secret(Secret kind) const {
    const uint32_t part = game_.number % 12;
    switch (game_.secret) {
      case Secret::tied:
        return kind == Secret::tied || (kind == Secret::deed && part % 3 == 1) ||
               (kind == Secret::fact && part % 3 == 2);
      case Secret::image:
        return kind == Secret::image || (kind == Secret::deed && part % 4 == 1) ||
               (kind == Secret::redraw && part % 4 == 2) || (kind == Secret::tied && part % 4 == 3);
      case Secret::all:
        return kind != Secret::tied && kind != Secret::image;
      default:
        return game_.secret == kind;
    }
  }
  // A prior of an actor's type: where types are tied it hangs on another's that comes before.
  std::string prior(size_t actor) {
    const double most = types_[actor] - 1;
    std::vector<size_t> before;
    for (size_t i = 0; secret(Secret::tied) && i < actor; ++i)
      if (types_[i] > 1) before.push_back(i);
    if (before.empty() || happens(0.2)) return fmt::format("{:.3f}", real(0.15, 0.85) / most);
    const size_t other = before[below(static_cast<uint32_t>(before.size()))];
    return fmt::format("if A{} is t{} then {:.3f} else {:.3f}", other, below(types_[other]), real(0.02, 0.98) / most,
                       real(0.02, 0.98) / most);
  }
  double real(double low, double high) { return low + (high - low) * (static_cast<double>(draw_()) / 4294967296.0); }
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(draw_() % n); }
  uint32_t between(uint32_t low, uint32_t high) { return low + below(high - low + 1); }
  bool happens(double probability) { return real(0, 1) < probability; }
  std::string one_of(std::initializer_list<const char*> list) {
    return *(list.begin() + below(static_cast<uint32_t>(list.size())));
  }
  template <class... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    game_.text += fmt::format(format, std::forward<Args>(args)...);
  }

  void frame() {
    put("case \"oracle {}\"\nhorizon {} rounds\nprecision {:.4f}\n", game_.number, game_.rounds, game_.precision);
    if (happens(0.7)) put("discount {:.3f}\n", real(0.7, 1));
    put("param bias = {:.3f}\nparam twice = 2 * bias + {:.3f}\nparam luck ~ uniform({:.3f}, {:.3f})\n", real(-0.4, 0.4),
        real(-0.2, 0.2), real(0.1, 0.3), real(0.4, 0.6));
    for (size_t i = 0; i < types_.size(); ++i) {
      if (fact_[i]) {
        put("fact A{} {{ t0: {}, t1: otherwise }}\n", i, prior(i));
        continue;
      }
      put("actor A{} {{\n", i);
      if (types_[i] > 1) {
        put("  types {{ ");
        for (uint32_t t = 0; t + 1 < types_[i]; ++t) put("t{}: {}, ", t, prior(i));
        put("t{}: otherwise }}\n", types_[i] - 1);
      }
      if (happens(0.3)) put("  precision {:.4f}\n", game_.precision * real(0.5, 1.5));
      if (happens(0.3)) put("  discount {:.3f}\n", real(0.7, 1));
      put("}}\n");
    }
    for (size_t i = 0; i < types_.size(); ++i)
      if (types_[i] > 1) {
        put("param cost{0}[A{0}] {{ ", i);
        for (uint32_t t = 0; t < types_[i]; ++t) put("{}t{} = {:.3f}", t ? ", " : "", t, real(-0.6, 0.6));
        put(" }}\n");
      }
    put("state over: boolean = no\nstate x: 0..2 = {}\nstate mood: {{ calm, hot }} = {}\n", below(2),
        one_of({"calm", "hot"}));
    put("let shade = x - 2 * (mood == hot)\n");
  }

  // A payment to an actor: by state and round, by its own type, and now and then by another's.
  std::string amount(size_t actor, double scale) {
    std::string out = fmt::format("({:.3f}", real(-scale, scale));
    if (happens(0.3)) out += fmt::format(" + {:.3f} * {}", real(-0.3, 0.3), one_of({"shade", "x^2", "sqrt(x)"}));
    if (happens(0.15)) out += fmt::format(" + {:.3f} * {}", real(-0.3, 0.3), one_of({"bias", "twice", "luck"}));
    if (happens(0.15)) out += fmt::format(" + {:.3f} * round / horizon", real(-0.3, 0.3));
    for (size_t i = 0; i < types_.size(); ++i) {
      if (types_[i] == 1 || (i != actor && !happens(0.3))) continue;
      if (happens(0.4)) {
        out += fmt::format(" {} cost{}[A{}]", one_of({"+", "-"}), i, i);
      } else {
        for (uint32_t t = 1; t < types_[i]; ++t)
          out +=
              fmt::format(" + (if A{} is t{} then {:.3f} else {:.3f} * x)", i, t, real(-scale, scale), real(-0.2, 0.2));
      }
    }
    return out + ")";
  }

  // What becomes of a type, now and then: of one's own in secret, of anybody's in the open.
  std::string change(size_t actor, bool hidden) {
    if (!may_change_) return {};
    if (hidden ? !secret(Secret::own_type) || !happens(0.6) : !secret(Secret::redraw) || !happens(0.5)) return {};
    size_t whose = actor;
    while (!hidden && (types_[whose] == 1 || happens(0.3))) whose = below(static_cast<uint32_t>(types_.size()));
    if (types_[whose] == 1) return {};
    if (happens(0.4)) return fmt::format("A{} becomes t{}", whose, below(types_[whose]));
    if (happens(0.4)) return fmt::format("redraw A{}", whose);
    return fmt::format("redraw A{0} {{ t0: if A{0} is t1 then {1:.3f} else {2:.3f}, {3}t{4}: otherwise }}", whose,
                       real(0.05, 0.45), real(0.2, 0.5),
                       types_[whose] > 2 ? fmt::format("t1: {:.3f}, ", real(0, 0.5)) : "", types_[whose] - 1);
  }

  // Signals of what is done at a move of one actor with so many options.
  void signals(const std::string& name, size_t actor, uint32_t options) {
    const std::string own = types_[actor] > 1 && happens(0.5)
                                ? fmt::format(" + (if A{} is t1 then {:.3f} else 0)", actor, real(0.02, 0.2))
                                : "";
    if (happens(0.15)) return;  // nothing is seen
    const auto odds = [&] {
      std::string out = fmt::format("{:.3f}", real(0.02, 0.1));
      for (uint32_t o = 0; o < options; ++o) out += fmt::format(" + {:.3f} * {}.o{}", real(0, 0.3), name, o);
      return out;
    };
    put("    signal alarm with {}{} {{ x = min(x + 1, 2) }}", odds(), own);
    if (happens(0.4)) put(" pays A{}: {} - {:.3f} * {}.o0", actor, amount(actor, 0.4), real(0, 0.5), name);
    put("\n");
    if (happens(0.3)) put("    signal rumour if mood == calm with {} {{ mood = hot }}\n", odds());
    put("    signal quiet otherwise");
    if (happens(0.3)) put(" {{ {} }}", one_of({"over = yes", "x = 0", "mood = calm"}));
    put("\n");
  }

  void option(uint32_t o, size_t actor, bool hidden = false) {
    put("    o{}", o);
    if (o > 0 && happens(0.25)) put(" if {}", one_of({"x > 0", "round > 1", "mood == calm", "x < 2 or round == 1"}));
    std::string effects;
    const auto add = [&](const std::string& effect) { effects += (effects.empty() ? "" : "; ") + effect; };
    if (const std::string turn = change(actor, hidden); !turn.empty()) add(turn);
    if (o > 0 && happens(stop_) && !hidden) add("over = yes");
    if (happens(0.4) && !hidden) add(one_of({"x = 0", "x = 1", "x = 2", "x = min(x + 1, 2)", "x = 2 - x"}));
    if (happens(0.3) && !hidden) add(one_of({"mood = hot", "mood = calm", "mood = if x == 2 then hot else calm"}));
    if (!effects.empty()) put(" {{ {} }}", effects);
    put(" pays A{}: {}", actor, amount(actor, 0.6));
    const size_t other = below(static_cast<uint32_t>(types_.size()));
    if (other != actor && !fact_[other]) put(", A{}: {}", other, amount(other, 0.6));
    put("\n");
  }

  void move(const std::string& name, size_t actor, uint32_t options, const std::string& guard) {
    const bool alone = guard.starts_with(" when not over");
    const bool hidden = alone && (secret(Secret::deed) || secret(Secret::own_type)) && happens(0.7);
    put("  move {} by A{}{}{} {{\n", name, actor, hidden ? " hidden" : "", guard);
    for (uint32_t o = 0; o < options; ++o) option(o, actor, hidden);
    if (hidden) signals(name, actor, options);
    put("  }}\n");
    decisions_.push_back({name, actor, options, hidden});
  }

  void round() {
    const bool many = game_.rounds > 3, some = game_.rounds > 1;
    stop_ = many ? 0.9 : some ? 0.6 : 0.3;
    const uint32_t stages = many ? 1 : some ? between(1, 2) : between(1, 3);
    const uint32_t together = below(stages);
    uint32_t turn = below(static_cast<uint32_t>(types_.size()));
    put("round {{\n");
    for (uint32_t s = 0; s < stages; ++s) {
      const uint32_t movers = s == together ? game_.movers : 1;
      if (movers > 1) put("  simultaneous Both{} when not over {{\n", s);
      for (uint32_t m = 0; m < movers; ++m) {
        while (fact_[turn % types_.size()]) ++turn;
        const size_t actor = turn++ % types_.size();
        std::string guard = movers == 1 ? " when not over" : "";
        if (movers == 1 ? s > 0 && happens(0.3) : m > 0 && happens(0.25))
          guard += (guard.empty() ? " when " : " and ") + one_of({"x > 0", "mood == calm", "x < 2", "round < 3"});
        may_change_ = m == 0;  // of those who move at once one may change a type
        move(fmt::format("M{}_{}", s, m), actor, between(2, many || movers > 1 ? 2 : 3), guard);
      }
      if (movers > 1) put("  }}\n");
      may_change_ = true;
      if (s == 0 && happens(many ? 0.2 : 0.5)) chance(many);
    }
    put("}}\n");
  }

  void chance(bool ends) {
    size_t informer = below(static_cast<uint32_t>(types_.size()));
    if (secret(Secret::fact) && happens(0.7)) informer = types_.size() - 1;
    const bool tells = types_[informer] > 1 && happens(0.7);
    news_ = true;
    put("  chance News when not over{} {{\n", happens(0.3) ? " and x > 0" : "");
    put("    good with luck * {:.3f}{} {{ x = 0", real(0.5, 1),
        tells ? fmt::format(" + (if A{} is t1 then {:.3f} else 0)", informer, real(0.05, 0.35)) : "");
    if (const std::string turn = change(informer, false); !turn.empty()) put("; {}", turn);
    put(" }}");
    if (happens(0.4)) {
      const size_t paid = below(static_cast<uint32_t>(types_.size() - fact_.back()));
      put(" pays A{}: {}", paid, amount(paid, 0.4));
    }
    put("\n");
    if (happens(0.3)) put("    odd if mood == calm with {:.3f} {{ mood = hot }}\n", real(0.02, 0.1));
    put("    bad otherwise{}\n  }}\n", ends ? " { over = yes }" : "");
  }

  // What is believed of somebody, to some actor.
  std::string image(size_t actor) {
    if (!secret(Secret::image) || !happens(0.7)) return {};
    size_t whose = actor;
    while (types_[whose] == 1 || happens(0.3)) whose = below(static_cast<uint32_t>(types_.size()));
    std::string out = fmt::format(" + {:.3f} * belief(A{}.t{})", real(-0.6, 0.6), whose, below(types_[whose]));
    if (happens(0.3)) out += "^2";
    if (happens(0.3)) out += one_of({" * luck", " * x", " * (if mood == hot then 0.2 else 1)"});
    if (types_[actor] > 1 && happens(0.3)) out += fmt::format(" * (if A{} is t1 then 0.3 else 1)", actor);
    return out;
  }

  void payoffs() {
    for (size_t i = 0; i < types_.size() - fact_.back(); ++i) {
      const std::string each = image(i), last = image(i);
      put("payoff A{} {{ each round: {:.3f} * shade{}{}  at end: {} + {:.3f} * over{} }}\n", i, real(-0.3, 0.3),
          happens(0.3) ? fmt::format(" * (1 + {})", amount(i, 0.3)) : "", each, amount(i, 0.7), real(-0.5, 0.5), last);
    }
  }

  void measures() {
    const std::string& name = decisions_.back().name;
    put("measure state_ever = P(ever x == 2 and mood == calm)\nmeasure round_ever = P(ever x == 1 and round == {})\n",
        std::min(2u, game_.rounds));
    put("measure choice_ever = P(ever {}.o1)\nmeasure both_ever = P(ever {}.o0 and x == 0 or {}.o1 and round > 1)\n",
        name, decisions_[0].name, name);
    put("measure in_round = P(x == 1 in round)\nmeasure chosen = P({0}.o0 in round)\n"
        "measure unless = P(not {0}.o0 and x < 2 in round)\nmeasure level = E(x + round / 2 in round)\n",
        decisions_[0].name);
    put("measure last = P(over at end)\nmeasure mean = E(x^2 - over at end)\n"
        "measure wage = E(bias + x * luck in round)\nmeasure dear = P(x * luck > 0.6 at end)\n");
    if (news_) put("measure news = P(ever News.good)\nmeasure news_round = P(News.bad in round)\n");
    // What asks of the past keeps histories apart, so not in every game.
    // What is done in secret is not remembered with the course of events.
    if (game_.number % 3 == 0 && !decisions_[0].hidden)
      put("measure past = P(x == 2 at end | ever {0}.o1) - P({0}.o1 before x == 2 and round > 1)\n"
          "measure when_hot = E(rounds until mood == hot or round == 2)\n"
          "measure given_choice = P(x == 1 | not {0}.o0 in round)\n",
          decisions_[0].name);
    std::string most;
    for (size_t i = 0; i < types_.size(); ++i) {
      if (!fact_[i]) put("measure pay{0} = E(payoff(A{0}))\n", i);
      if (types_[i] == 1) continue;
      if (game_.secret != Secret::none)
        put("measure now{0} = P(A{0} is t1 and x > 0 at end)\nmeasure then{0} = E((A{0} is t0) * x in round)\n", i);
      put("measure belief{0} = E(belief(A{0}.t1) at end)\nmeasure seen{0} = E(belief(A{0}.t0) in round)\n"
          "measure joint{0} = E(x * belief(A{0}.t1)^2 at end)\n",
          i);
      put("measure typed{0} = P(A{0} is t1 and x > 0 at end)\nmeasure level{0} = E((if A{0} is t0 then x else 2) in "
          "round)\n",
          i);
      most = most.empty() ? fmt::format("belief(A{}.t0)", i) : fmt::format("{} * belief(A{}.t1)", most, i);
    }
    if (!most.empty()) put("measure together = E({} at end)\n", most);
  }

  std::string condition() { return " when " + one_of({"x > 0", "round == 1", "mood == calm"}); }

  void policy() {
    const uint32_t kind = happens(0.5) ? 0 : between(1, 5);  // half of the games are free
    constexpr const char* kinds[] = {"free",          "an actor bound",   "a type bound",
                                     "another start", "other parameters", "all at once"};
    const bool all = kind == 5;
    const Decision& d = decisions_[below(static_cast<uint32_t>(decisions_.size()))];
    const uint32_t types = types_[d.actor];
    const auto line = [&](const std::string& who, const std::string& when) {
      return fmt::format("  A{}{} plays {}.o{}{}\n", d.actor, who, d.name, below(d.options), when);
    };
    std::string body;
    if ((kind == 2 || all) && types > 1) {
      // Three types and more are bound from the second on, since the first must stay free on belief grids.
      const uint32_t t = between(types > 2 ? 1 : 0, types - 1);
      if (happens(0.3)) body += line(fmt::format(".t{}", types - 1), condition());
      body += line(fmt::format(".t{}", t), all || happens(0.5) ? condition() : "");
    }
    if (kind == 1 || all) body += line("", happens(0.5) ? condition() : "");
    if (kind == 3 || all) body += fmt::format("  x = {}\n  mood = {}\n", below(3), one_of({"calm", "hot"}));
    if (kind == 4 || all) {
      body += fmt::format("  bias = {:.3f} - bias\n", real(-0.3, 0.3));
      for (size_t i = 0; i < types_.size(); ++i)
        if (types_[i] > 1 && happens(0.5)) body += fmt::format("  cost{}[t1] = {:.3f} + twice\n", i, real(-0.4, 0.4));
    }
    game_.policy = kinds[body.empty() ? 0 : kind];
    put("policy asked {{\n{}}}\n", body);
  }

  struct Decision {
    std::string name;
    size_t actor;
    uint32_t options;
    bool hidden;
  };
  OracleGame& game_;
  std::mt19937 draw_;
  std::vector<uint32_t> types_;  // per actor
  std::vector<bool> fact_;       // per actor; the last may be one
  std::vector<Decision> decisions_;
  double stop_ = 0;  // probability that an option ends it all
  bool news_ = false, may_change_ = true;
};

}  // namespace

OracleGame draw_oracle_game(uint32_t number, uint32_t attempt) {
  OracleGame game;
  game.number = number;
  Writer(game, attempt).write();
  return game;
}

}  // namespace casus::testing
