#include "coverage/games.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace casus::testing {

namespace {

class Draw {
 public:
  Draw(uint32_t number, uint32_t attempt) : draw_(number * 1000 + attempt + 1) {}
  double number(double low, double high) { return low + (high - low) * (static_cast<double>(draw_()) / 4294967296.0); }
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(draw_() % n); }
  uint32_t between(uint32_t low, uint32_t high) { return low + below(high - low + 1); }
  bool happens(double probability) { return number(0, 1) < probability; }

 private:
  std::mt19937 draw_;
};

class Writer {
 public:
  Writer(CoverageGame& game, Draw& draw) : game_(game), draw_(draw) {}

  void write() {
    if (game_.signalling)
      signalling();
    else
      crisis();
    for (size_t i = 0; i < types_.size(); ++i) {
      game_.text += fmt::format("measure pay{0} = E(payoff(A{0}))\n", i);
      if (types_[i] > 1) game_.text += fmt::format("measure belief{0} = E(belief(A{0}.t1) at end)\n", i);
    }
  }

 private:
  // Types of the informed actors that make up the axes.
  void draw_types(uint32_t axes, uint32_t most_actors) {
    while (axes > 0) {
      const bool last = types_.size() + 1 == most_actors;
      const uint32_t own = last ? std::min(axes, 4u) : draw_.between(1, std::min(axes, 4u));
      types_.push_back(own + 1);
      axes -= own;
    }
  }
  void head() {
    game_.text = fmt::format("case \"coverage {}\"\nhorizon {} rounds\ndiscount {:.3f}\nprecision {:.4f}\n",
                             game_.number, game_.rounds, draw_.number(0.8, 1), game_.precision);
    for (size_t i = 0; i < types_.size(); ++i) {
      game_.text += fmt::format("actor A{}", i);
      if (types_[i] > 1) {
        game_.text += " { types { t0: otherwise";
        for (uint32_t t = 1; t < types_[i]; ++t)
          game_.text += fmt::format(", t{}: {:.3f}", t, draw_.number(0.1, 0.95) / (types_[i] - 1));
        game_.text += " } }";
      }
      game_.text += "\n";
    }
  }
  // A payment to an actor: by its own types, and now and then by another's.
  std::string amount(size_t actor, double scale, const std::string& state) {
    std::string out = fmt::format("({:.3f}", draw_.number(-scale, scale));
    if (!state.empty() && draw_.happens(0.5)) out += fmt::format(" + {:.3f} * {}", draw_.number(-0.3, 0.3), state);
    for (size_t i = 0; i < types_.size(); ++i)
      for (uint32_t t = 1; t < types_[i]; ++t)
        if (i == actor || draw_.happens(0.25))
          out += fmt::format(" + (if A{} is t{} then {:.3f} else 0)", i, t, draw_.number(-scale, scale));
    return out + ")";
  }

  // Stages of moves, one after another and at once; an option other than the first may end it all.
  void crisis() {
    const bool many = game_.rounds > 5, some = game_.rounds > 2;
    draw_types(game_.axes, 5);
    while (types_.size() < std::max<size_t>(2, game_.movers)) types_.push_back(1);
    if (types_.size() < 5 && draw_.happens(0.3)) types_.push_back(1);
    stop_ = many ? 0.8 : some ? 0.4 : 0.3;
    head();
    game_.text += "state over: 0..1 = 0\nstate x: 0..2 = 0\nround {\n";
    const uint32_t stages = many ? 1 : some ? draw_.between(1, 2) : draw_.between(1, 3);
    const uint32_t together = draw_.below(stages);
    const bool news = draw_.happens(some ? 0.2 : 0.4);
    uint32_t turn = draw_.below(static_cast<uint32_t>(types_.size()));
    for (uint32_t s = 0; s < stages; ++s) {
      const uint32_t movers = s == together ? game_.movers : 1;
      if (movers > 1) game_.text += fmt::format("  simultaneous Both{} when over == 0 {{\n", s);
      for (uint32_t m = 0; m < movers; ++m) {
        const size_t actor = turn++ % types_.size();
        const uint32_t options = draw_.between(2, many || movers > 2 ? 2 : 3);
        game_.text += fmt::format("  move M{}_{} by A{}{} {{\n", s, m, actor, movers > 1 ? "" : " when over == 0");
        for (uint32_t o = 0; o < options; ++o) option(o, actor);
        game_.text += "  }\n";
      }
      if (movers > 1) game_.text += "  }\n";
      if (news && s == 0) chance();
    }
    game_.text += "}\n";
    for (size_t i = 0; i < types_.size(); ++i)
      game_.text += fmt::format("payoff A{} {{ each round: {:.3f} * x  at end: {} }}\n", i, draw_.number(-0.3, 0.3),
                                amount(i, 0.7, "over"));
    game_.text +=
        "measure ended = P(over == 1 at end)\nmeasure level = E(x in round)\nmeasure first = P(ever M0_0.o0)\n";
  }
  void option(uint32_t o, size_t actor) {
    std::string effects;
    if (o > 0 && draw_.happens(stop_)) effects += "over = 1";
    if (draw_.happens(0.4)) effects += fmt::format("{}x = {}", effects.empty() ? "" : "; ", draw_.below(3));
    game_.text += fmt::format("    o{}{} pays A{}: {}", o, effects.empty() ? "" : " { " + effects + " }", actor,
                              amount(actor, 0.6, "x"));
    const size_t other = draw_.below(static_cast<uint32_t>(types_.size()));
    if (other != actor) game_.text += fmt::format(", A{}: {}", other, amount(other, 0.6, "x"));
    game_.text += "\n";
  }
  void chance() {
    const size_t informer = draw_.below(static_cast<uint32_t>(types_.size()));
    game_.text += fmt::format(
        "  chance News when over == 0 {{\n    good with {:.3f}{} {{ x = 0 }}\n    bad otherwise{}\n  }}\n",
        draw_.number(0.2, 0.5),
        types_[informer] > 1 ? fmt::format(" + (if A{} is t1 then {:.3f} else 0)", informer, draw_.number(0.05, 0.4))
                             : "",
        game_.rounds > 5 ? " { over = 1 }" : "");
  }

  // A sender with up to ten signals, some of whose costs fall in its type as Spence's do, and others who reply.
  void signalling() {
    draw_types(std::max(1u, game_.axes), game_.movers + 1);
    game_.axes = std::max(1u, game_.axes);
    while (types_.size() < game_.movers + 1) types_.push_back(1);
    head();
    const uint32_t signals = game_.rounds > 1 ? draw_.between(2, 4) : draw_.between(3, 10);
    game_.text += fmt::format("state s: 0..{} = 0\nround {{\n  move Send by A0 {{\n", signals - 1);
    const bool ordered = draw_.happens(0.5);
    const double step = draw_.number(0.1, 0.5);
    for (uint32_t k = 0; k < signals; ++k) {
      std::string cost = amount(0, 0.5, "");
      if (ordered) {
        cost = fmt::format("-{:.3f} * (1", step * k);
        for (uint32_t t = 1; t < types_[0]; ++t)
          cost += fmt::format(" - (if A0 is t{} then {:.3f} else 0)", t, t / (t + 1.0));
        cost += ")";
      }
      game_.text += fmt::format("    m{0} {{ s = {0} }} pays A0: {1}\n", k, cost);
    }
    game_.text += "  }\n";
    if (game_.movers > 1) game_.text += "  simultaneous Replies {\n";
    for (uint32_t m = 0; m < game_.movers; ++m) {
      const uint32_t replies = game_.movers > 1 || game_.rounds > 1 ? 2 : draw_.between(2, 5);
      game_.text += fmt::format("  move Reply{} by A{} {{\n", m, m + 1);
      for (uint32_t r = 0; r < replies; ++r) {
        const double wage = static_cast<double>(r) / (replies - 1);
        std::string fit = fmt::format("-({:.3f}", wage);
        for (uint32_t t = 1; t < types_[0]; ++t)
          fit += fmt::format(" - (if A0 is t{} then {:.3f} else 0)", t, static_cast<double>(t) / (types_[0] - 1));
        fit += ")^2";
        if (types_[m + 1] > 1) fit += " + " + amount(m + 1, 0.4, "");
        game_.text += fmt::format("    r{} pays A{}: {}, A0: {}\n", r, m + 1, fit,
                                  draw_.happens(0.7) ? fmt::format("{:.3f}", wage) : amount(0, 0.7, ""));
      }
      game_.text += "  }\n";
    }
    if (game_.movers > 1) game_.text += "  }\n";
    game_.text += "}\n";
    for (uint32_t k = 0; k < signals; ++k) game_.text += fmt::format("measure sent{0} = P(ever Send.m{0})\n", k);
    game_.text += "measure replied = P(ever Reply0.r0)\n";
  }

  CoverageGame& game_;
  Draw& draw_;
  std::vector<uint32_t> types_;  // per actor
  double stop_ = 0;              // probability that an option ends it all
};

}  // namespace

CoverageGame draw_coverage_game(uint32_t number, uint32_t attempt) {
  Draw draw(number, attempt);
  CoverageGame game;
  game.number = number;
  game.axes = number % 6;
  game.movers = 1 + number / 6 % 3;
  const uint32_t length = number / 18 % 4, kind = number / 72;
  game.signalling = kind % 3 == 2;
  constexpr uint32_t lengths[4][2] = {{1, 1}, {2, 2}, {3, 5}, {6, 12}};
  game.rounds = game.signalling ? 1 + length / 3 : draw.between(lengths[length][0], lengths[length][1]);
  // An eighth of the range of logarithms for each kind, the kinds in turn for neighbours.
  const double part = ((kind + number) % 8 + draw.number(0, 1)) / 8;
  game.precision = 0.5 * std::pow(200, part);
  Writer(game, draw).write();
  return game;
}

}  // namespace casus::testing
