#include "tree/nfg.h"

#include <fmt/format.h>

#include "tree/gambit_lexer.h"
#include "tree/labels.h"

namespace casus::tree {

namespace {

class NfgReader {
 public:
  NfgReader(const base::SourceSet& sources, uint32_t file, base::Diagnostics& diagnostics)
      : lexer_(sources.text(file), file, diagnostics), diagnostics_(diagnostics), size_(sources.text(file).size()) {}

  std::optional<StrategicGame> read() {
    const auto first = lexer_.next();
    if (first.value != "NFG" || first.kind != TokenKind::word)
      lexer_.fail("not-an-nfg", first.span, "a strategic-form file starts with 'NFG 1 R'");
    lexer_.take_integer("the version of the format", 1, 1);
    const auto kind = lexer_.next();
    if (kind.value != "R" && kind.value != "D")
      lexer_.fail("not-an-nfg", kind.span, "expected R or D after the version");
    game_.title = lexer_.take_text("the title");
    lexer_.take(TokenKind::open, "'{' before the players' names");
    const auto span = lexer_.peek().span;
    LabelCheck labels("player");
    while (lexer_.at(TokenKind::text)) {
      labels.add(0, lexer_.peek().value, lexer_.peek().span);
      game_.players.push_back(lexer_.next().value);
    }
    lexer_.take(TokenKind::close, "'}' after the players' names");
    labels.report(diagnostics_, "players are told apart by their order");
    if (game_.players.empty()) lexer_.fail("no-players", span, "a game in strategic form needs at least one player");
    const size_t cells = read_strategies();
    if (lexer_.at(TokenKind::text)) game_.comment = lexer_.next().value;
    if (lexer_.failed()) return std::nullopt;
    if (lexer_.at(TokenKind::open))
      read_outcomes(cells);
    else
      read_payoffs(cells);
    if (!lexer_.failed() && !lexer_.at(TokenKind::end))
      lexer_.fail("after-the-game", lexer_.peek().span, "the game is complete here, but the file goes on");
    if (diagnostics_.has_errors()) return std::nullopt;
    return std::move(game_);
  }

 private:
  // Returns the number of contingencies.
  size_t read_strategies() {
    const auto span = lexer_.peek().span;
    lexer_.take(TokenKind::open, "'{' before the strategies");
    game_.names_given = lexer_.at(TokenKind::open);
    LabelCheck labels("strategy of one player");
    while (!lexer_.failed() && !lexer_.at(TokenKind::close)) {
      std::vector<std::string> names;
      if (game_.names_given) {
        lexer_.take(TokenKind::open, "'{' before the player's strategies");
        while (lexer_.at(TokenKind::text)) {
          labels.add(static_cast<int>(game_.strategies.size()), lexer_.peek().value, lexer_.peek().span);
          names.push_back(lexer_.next().value);
        }
        lexer_.take(TokenKind::close, "'}' after the player's strategies");
      } else {
        const auto place = lexer_.peek().span;
        const int count = lexer_.take_integer("a number of strategies", 1, GambitLexer::largest);
        if (static_cast<size_t>(count) > size_) {
          // Every contingency needs at least two characters.
          lexer_.fail("game-ends-early", place, "the file is too short to describe all contingencies");
          return 0;
        }
        for (int s = 1; s <= count; ++s) names.push_back(std::to_string(s));
      }
      game_.strategies.push_back(std::move(names));
      if (game_.strategies.size() > game_.players.size())
        lexer_.fail("strategy-lists", span, "more lists of strategies than players");
    }
    lexer_.take(TokenKind::close, "'}' after the strategies");
    if (lexer_.failed()) return 0;
    labels.report(diagnostics_, "strategies are told apart by their order");
    if (game_.strategies.size() != game_.players.size()) {
      lexer_.fail("strategy-lists", span,
                  fmt::format("{} lists of strategies for {} players", game_.strategies.size(), game_.players.size()));
      return 0;
    }
    size_t cells = 1;
    for (const auto& names : game_.strategies) {
      if (names.empty()) lexer_.fail("no-strategies", span, "every player needs at least one strategy");
      cells *= names.size();
      if (cells > size_) {
        lexer_.fail("game-ends-early", span, "the file is too short to describe all contingencies");
        return 0;
      }
    }
    return cells;
  }

  std::vector<Number> read_row() {
    std::vector<Number> payoffs;
    for (size_t i = 0; i < game_.players.size() && !lexer_.failed(); ++i)
      payoffs.push_back(lexer_.take_number("a payoff"));
    return payoffs;
  }

  void read_payoffs(size_t cells) {
    for (size_t c = 0; c < cells && !lexer_.failed(); ++c) {
      game_.outcomes.push_back({static_cast<int>(c) + 1, "", read_row()});
      game_.contingencies.push_back(static_cast<int>(c));
    }
  }

  void read_outcomes(size_t cells) {
    game_.outcome_form = true;
    lexer_.take(TokenKind::open, "'{' before the outcomes");
    while (lexer_.accept(TokenKind::open)) {
      Outcome outcome;
      outcome.number = static_cast<int>(game_.outcomes.size()) + 1;
      outcome.name = lexer_.take_text("the outcome's name");
      outcome.payoffs = read_row();
      lexer_.take(TokenKind::close, "'}' after the outcome's payoffs, one for each player");
      if (lexer_.failed()) return;
      game_.outcomes.push_back(std::move(outcome));
    }
    lexer_.take(TokenKind::close, "'}' after the outcomes");
    const int most = static_cast<int>(game_.outcomes.size());
    for (size_t c = 0; c < cells && !lexer_.failed(); ++c)
      game_.contingencies.push_back(lexer_.take_integer("the number of an outcome (0 for none)", 0, most) - 1);
  }

  GambitLexer lexer_;
  base::Diagnostics& diagnostics_;
  size_t size_;
  StrategicGame game_;
};

}  // namespace

std::optional<StrategicGame> read_nfg(const base::SourceSet& sources, uint32_t file, base::Diagnostics& diagnostics) {
  return NfgReader(sources, file, diagnostics).read();
}

std::string write_nfg(const StrategicGame& game) {
  std::string out = "NFG 1 R " + quoted(game.title) + " {";
  for (const auto& player : game.players) out += ' ' + quoted(player);
  out += " }\n\n{";
  for (const auto& names : game.strategies) {
    if (!game.names_given) {
      out += fmt::format(" {}", names.size());
      continue;
    }
    out += " {";
    for (const auto& name : names) out += ' ' + quoted(name);
    out += " }\n";
  }
  out += " }\n" + quoted(game.comment) + "\n\n";
  auto row = [&](const Outcome& outcome, const char* separator) {
    for (size_t i = 0; i < outcome.payoffs.size(); ++i) out += (i ? separator : "") + outcome.payoffs[i].text;
  };
  if (game.outcome_form) {
    out += "{\n";
    for (const auto& outcome : game.outcomes) {
      out += "{ " + quoted(outcome.name) + ' ';
      row(outcome, ", ");
      out += " }\n";
    }
    out += "}\n";
    for (size_t c = 0; c < game.contingencies.size(); ++c)
      out += fmt::format("{}{}", c ? " " : "", game.contingencies[c] + 1);
    return out + '\n';
  }
  for (int outcome : game.contingencies) {
    row(game.outcomes[outcome], " ");
    out += '\n';
  }
  return out;
}

std::optional<Tree> to_tree(const StrategicGame& game, size_t node_limit) {
  TreeBuilder builder(game.title, game.players, node_limit);
  builder.set_comment(game.comment);
  std::vector<int> outcomes;
  for (const auto& outcome : game.outcomes) outcomes.push_back(builder.add_outcome(outcome.name, outcome.payoffs));
  // Layer by layer, each node with the contingency that the moves so far add up to.
  std::vector<std::pair<int, size_t>> layer{{builder.root(), 0}};
  size_t stride = 1;
  for (size_t i = 0; i < game.players.size(); ++i) {
    const int set = builder.add_info_set(static_cast<int>(i), "", game.strategies[i]);
    std::vector<std::pair<int, size_t>> next;
    for (const auto& [node, cell] : layer) {
      const auto child = builder.expand(node, set);
      if (!child) return std::nullopt;
      for (size_t s = 0; s < game.strategy_count(i); ++s)
        next.emplace_back(*child + static_cast<int>(s), cell + s * stride);
    }
    stride *= game.strategy_count(i);
    layer = std::move(next);
  }
  for (const auto& [node, cell] : layer)
    if (game.contingencies[cell] >= 0) builder.set_outcome(node, outcomes[game.contingencies[cell]]);
  return builder.finish();
}

}  // namespace casus::tree
