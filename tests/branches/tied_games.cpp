#include "branches/tied_games.h"

#include <fmt/format.h>

#include <cmath>
#include <random>

namespace casus::testing {

namespace {

class Draw {
 public:
  explicit Draw(uint32_t seed) : random_(seed) {}
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  double between(double low, double high) { return low + (high - low) * random_() / 4294967296.0; }
  double size(double low, double high) { return std::exp(between(std::log(low), std::log(high))); }

 private:
  std::mt19937 random_;
};

// Payoffs are written with twelve decimals, and mean the same as numbers.
double written(double x) {
  return std::round(x * 1e12) / 1e12;
}

std::string actor_name(int player) {
  return fmt::format("P{}", player);
}

// A move of `player`, who notes the choice in the state c<player>.
std::string move(int player, int options) {
  std::string out = fmt::format("    move M{} by P{} {{\n", player, player);
  for (int o = 0; o < options; ++o) out += fmt::format("      o{} {{ c{} = {} }}\n", o, player, o);
  return out + "    }\n";
}

std::string cell_expression(const std::vector<int>& options) {
  std::string out = "let cell = c0";
  int stride = 1;
  for (size_t i = 1; i < options.size(); ++i) {
    stride *= options[i - 1];
    out += fmt::format(" + {} * c{}", stride, i);
  }
  return out + "\n";
}

std::string table(const std::vector<double>& payoffs, const std::string& also) {
  std::string out = "0";
  for (size_t cell = 0; cell < payoffs.size(); ++cell)
    if (payoffs[cell] != 0) out += fmt::format(" + (if cell == {}{} then {:.12f} else 0)", cell, also, payoffs[cell]);
  return out;
}

std::string states(const std::vector<int>& options) {
  std::string out;
  for (size_t i = 0; i < options.size(); ++i) out += fmt::format("state c{}: 0..{} = 0\n", i, options[i] - 1);
  return out;
}

std::string measures(const std::string& move, int options) {
  std::string out;
  for (int o = 0; o < options; ++o) out += fmt::format("measure {}_{} = P(ever {}.o{})\n", move, o, move, o);
  return out;
}

std::string header(const std::string& title, double precision) {
  return fmt::format("case \"{}\"\nhorizon 1 rounds\nprecision {:.6f}\n", title, precision);
}

TiedGame write(const std::string& title, OneShot game) {
  for (auto& of_player : game.payoffs)
    for (double& x : of_player) x = written(x);
  game.precision = std::round(game.precision * 1e6) / 1e6;
  std::string text = header(title, game.precision);
  for (int i = 0; i < game.players(); ++i) text += fmt::format("actor {}\n", actor_name(i));
  text += states(game.options) + "round {\n  simultaneous Meet {\n";
  for (int i = 0; i < game.players(); ++i) text += move(i, game.options[i]);
  text += "  }\n}\n" + cell_expression(game.options);
  for (int i = 0; i < game.players(); ++i)
    text += fmt::format("payoff P{} {{ at end: {} }}\n", i, table(game.payoffs[i], ""));
  for (int i = 0; i < game.players(); ++i) text += measures(fmt::format("M{}", i), game.options[i]);
  return {title, text, std::move(game)};
}

bool all_alike(const OneShot& game, int cell) {
  for (int i = 1; i < game.players(); ++i)
    if (game.choice(cell, i) != game.choice(cell, 0)) return false;
  return true;
}

int strict_equilibria(const OneShot& game) {
  int count = 0;
  for (int cell = 0; cell < game.cells(); ++cell) {
    bool stable = true;
    int stride = 1;
    for (int i = 0; i < game.players(); stride *= game.options[i++])
      for (int o = 0; o < game.options[i]; ++o) {
        const int other = cell + (o - game.choice(cell, i)) * stride;
        stable = stable && (other == cell || game.payoffs[i][other] < game.payoffs[i][cell]);
      }
    count += stable;
  }
  return count;
}

OneShot of_options(std::vector<int> options) {
  OneShot out;
  out.options = std::move(options);
  out.payoffs.assign(out.options.size(), std::vector<double>(static_cast<size_t>(out.cells())));
  return out;
}

double tie(Draw& draw) {
  return draw.below(8) == 0 ? 0 : draw.size(1e-6, 1e-2);
}

OneShot random_payoffs(Draw& draw) {
  while (true) {
    const int players = 2 + draw.below(2), most = players == 2 ? 4 : 3;
    OneShot game = of_options(std::vector<int>(static_cast<size_t>(players), 2 + draw.below(most)));
    const double more = draw.between(0, 1);
    for (int cell = 0; cell < game.cells(); ++cell)
      for (auto& of_player : game.payoffs) of_player[cell] = draw.between(0, 1) + (all_alike(game, cell) ? more : 0);
    if (strict_equilibria(game) > 1) return game;
  }
}

// Some of the players must join: all get 1 if they do, and who joins pays.
OneShot volunteers(Draw& draw) {
  const int players = 3 + draw.below(3), needed = 1 + draw.below(players);
  OneShot game = of_options(std::vector<int>(static_cast<size_t>(players), 2));
  const double cost = draw.between(0.05, 0.6), extra = draw.between(0, 0.5), punishment = draw.between(0, 0.4);
  const double size = tie(draw);
  std::vector<double> own;
  for (int i = 0; i < players; ++i) own.push_back(size * draw.between(-1, 1));
  for (int cell = 0; cell < game.cells(); ++cell) {
    int joined = 0;
    for (int i = 0; i < players; ++i) joined += game.choice(cell, i);
    const bool won = joined >= needed;
    for (int i = 0; i < players; ++i)
      game.payoffs[i][cell] =
          (won ? 1 : 0) + (game.choice(cell, i) ? (won ? extra : -punishment) - cost + own[i] : 0.0);
  }
  return game;
}

// Two who meet, at places whose worth somebody's type bears on: a sender speaks before, or the first of them has the
// type and a third acts on what was seen.
TiedGame with_types(Draw& draw, uint32_t number, double precision) {
  const bool sender = draw.below(2) > 0;
  const int places = 2 + draw.below(2);
  const std::string title = fmt::format("{} {}", sender ? "told before" : "told by choices", number);
  const std::vector<int> options(2, places);
  const OneShot shape = of_options(options);
  const std::string knows = sender ? "S" : "P0";
  std::string text = header(title, precision);
  const std::string types = fmt::format(" {{ types {{ t0: otherwise, t1: {:.6f} }} }}\n", draw.between(0.3, 0.7));
  text += "actor P0" + (sender ? "\n" : types) + "actor P1\nactor S" + (sender ? types : "\n") + states(options) +
          "state said: 0..1 = 0\nround {\n";
  const std::string speak = "  move Say by S {\n    o0 { said = 0 }\n    o1 { said = 1 }\n  }\n";
  const std::string meet = "  simultaneous Meet {\n" + move(0, places) + move(1, places) + "  }\n";
  text += (sender ? speak + meet : meet + speak) + "}\n" + cell_expression(options);
  const double size = tie(draw), matters = draw.between(0, 0.5), cheap = draw.below(2) ? tie(draw) : 0.2;
  for (int i = 0; i < 2; ++i) {
    text += fmt::format("payoff P{} {{ at end: 0", i);
    for (int type = 0; type < 2; ++type) {
      std::vector<double> worth(static_cast<size_t>(shape.cells()));
      for (int cell = 0; cell < shape.cells(); ++cell)
        if (all_alike(shape, cell))
          worth[cell] = written(1 + size * draw.between(-1, 1) + (shape.choice(cell, 0) == type ? matters : 0));
      text += " + " + table(worth, fmt::format(" and {} is t{}", knows, type));
    }
    text += fmt::format(" + {:.12f} * said }}\n", sender ? 0.0 : draw.between(-0.3, 0.3));
  }
  text += "payoff S { at end: ";
  for (int type = 0; type < 2; ++type) {
    std::vector<double> worth(static_cast<size_t>(shape.cells()));
    for (int cell = 0; cell < shape.cells(); ++cell)
      worth[cell] = written((shape.choice(cell, 0) == type ? 0.8 : 0) + draw.between(0, 0.2));
    text += fmt::format("{} + (if {} is t{} then said * {:.12f} else 0) + ",
                        table(worth, fmt::format(" and {} is t{}", knows, type)), knows, type,
                        (sender ? cheap : 1.0) * draw.between(-1, 1));
  }
  text += "0 }\n" + measures("Say", 2) + measures("M0", places) + measures("M1", places);
  for (int o = 0; o < places; ++o) text += fmt::format("measure met{} = P(c0 == {} and c1 == {} at end)\n", o, o, o);
  return {title, text, {}};
}

}  // namespace

int OneShot::cells() const {
  int out = 1;
  for (const int o : options) out *= o;
  return out;
}

int OneShot::choice(int cell, int player) const {
  for (int i = 0; i < player; ++i) cell /= options[i];
  return cell % options[player];
}

TiedGame near_tied_case(uint32_t number) {
  Draw draw(number);
  const int players = 2 + draw.below(2), places = 2 + draw.below(4);
  OneShot game = of_options(std::vector<int>(static_cast<size_t>(players), places));
  const double size = tie(draw), noise = draw.below(2) ? tie(draw) : 0;
  const bool own = draw.below(2) > 0;
  std::vector<std::vector<double>> worth(static_cast<size_t>(players));
  for (auto& row : worth)
    for (int p = 0; p < places; ++p) row.push_back(1 + size * draw.between(-1, 1));
  for (int cell = 0; cell < game.cells(); ++cell)
    for (int i = 0; i < players; ++i)
      game.payoffs[i][cell] =
          (all_alike(game, cell) ? worth[own ? i : 0][game.choice(cell, 0)] : 0) + noise * draw.between(-1, 1);
  game.precision = draw.size(1, 100);
  return write(fmt::format("near tie {}", number), std::move(game));
}

TiedGame case_of_several_equilibria(uint32_t number) {
  Draw draw(number + 1'000'000);
  const double precision = draw.size(1, 100);
  if (number % 10 >= 7) return with_types(draw, number, precision);
  while (true) {
    OneShot game = number % 10 >= 4 ? volunteers(draw) : random_payoffs(draw);
    game.precision = precision;
    if (strict_equilibria(game) > 1) return write(fmt::format("several equilibria {}", number), std::move(game));
  }
}

}  // namespace casus::testing
