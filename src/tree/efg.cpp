#include "tree/efg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "tree/gambit_lexer.h"
#include "tree/labels.h"

namespace casus::tree {

namespace {

class EfgReader {
 public:
  EfgReader(const base::SourceSet& sources, uint32_t file, base::Diagnostics& diagnostics)
      : lexer_(sources.text(file), file, diagnostics), diagnostics_(diagnostics), size_(sources.text(file).size()) {}

  std::optional<Tree> read() {
    const auto first = lexer_.next();
    if (first.value != "EFG" || first.kind != TokenKind::word)
      lexer_.fail("not-an-efg", first.span, "an extensive-form file starts with 'EFG 2 R'");
    lexer_.take_integer("the version of the format", 2, 2);
    const auto kind = lexer_.next();
    if (kind.value != "R" && kind.value != "D")
      lexer_.fail("not-an-efg", kind.span, "expected R or D after the version");
    std::string title = lexer_.take_text("the title");
    lexer_.take(TokenKind::open, "'{' before the players' names");
    players_span_ = lexer_.peek().span;
    std::vector<std::string> players;
    while (lexer_.at(TokenKind::text)) players.push_back(lexer_.next().value);
    lexer_.take(TokenKind::close, "'}' after the players' names");
    // The shortest record of a node has four characters, so a file cannot hold more nodes than this.
    builder_.emplace(std::move(title), std::move(players), size_ / 4 + 1);
    if (lexer_.at(TokenKind::text)) builder_->set_comment(lexer_.next().value);
    read_nodes();
    if (lexer_.failed()) return std::nullopt;
    if (!lexer_.at(TokenKind::end))
      lexer_.fail("after-the-tree", lexer_.peek().span, "the tree is complete here, but the file goes on");
    if (lexer_.failed()) return std::nullopt;
    Tree tree = builder_->finish();
    check(tree);
    if (diagnostics_.has_errors()) return std::nullopt;
    return tree;
  }

 private:
  void read_nodes() {
    std::vector<int> open{builder_->root()};
    while (!open.empty() && !lexer_.failed()) {
      const int node = open.back();
      open.pop_back();
      if (lexer_.at(TokenKind::end))
        return lexer_.fail(
            "tree-ends-early", lexer_.peek().span,
            fmt::format("the file ends, but {} more node{} to come", open.size() + 1, open.empty() ? " is" : "s are"));
      const auto kind = lexer_.next();
      if (kind.kind != TokenKind::word || (kind.value != "c" && kind.value != "p" && kind.value != "t"))
        return lexer_.fail("expected-node", kind.span, "expected a node: 'c', 'p' or 't'");
      node_spans_.resize(builder_->node_count());
      node_spans_[node] = lexer_.peek().span;
      builder_->set_name(node, lexer_.take_text("the node's name"));
      int set = -1;
      if (kind.value != "t") set = read_info_set(kind.value == "c");
      read_outcome(node);
      if (lexer_.failed()) return;
      if (set < 0) continue;
      const auto child = builder_->expand(node, set);
      if (!child) return lexer_.fail("tree-ends-early", kind.span, "the file is too short to describe all children");
      for (int a = builder_->tree().info_sets[set].action_count - 1; a >= 0; --a) open.push_back(*child + a);
    }
  }

  int read_info_set(bool chance) {
    int player = -1;
    if (!chance) player = lexer_.take_integer("a player", 1, builder_->tree().player_count()) - 1;
    const auto span = lexer_.peek().span;
    const int number = lexer_.take_integer("the number of the information set", 1, GambitLexer::largest);
    if (lexer_.failed()) return -1;
    const auto known = sets_.find({player, number});
    std::string name;
    const bool named = lexer_.at(TokenKind::text);
    if (named) name = lexer_.next().value;
    if (!lexer_.at(TokenKind::open)) {
      if (known != sets_.end()) return known->second;
      lexer_.fail("expected-actions", lexer_.peek().span,
                  "expected '{' and the actions: this information set was not described before");
      return -1;
    }
    const auto opening = lexer_.next();
    std::vector<std::string> actions;
    std::vector<Number> probabilities;
    while (lexer_.at(TokenKind::text)) {
      actions.push_back(lexer_.next().value);
      if (!chance) continue;
      const auto at = lexer_.peek().span;
      probabilities.push_back(lexer_.take_number("a probability"));
      if (!lexer_.failed() && !(probabilities.back().value >= 0 && probabilities.back().value <= 1 + 1e-9))
        lexer_.fail("probability-range", at,
                    fmt::format("the probability {} is not in [0, 1]", probabilities.back().text));
    }
    lexer_.take(TokenKind::close, "'}' after the actions");
    if (lexer_.failed()) return -1;
    if (actions.empty()) {
      lexer_.fail("no-actions", opening.span, "an information set needs at least one action");
      return -1;
    }
    if (chance) normalise(opening.span, probabilities, known == sets_.end());
    if (known != sets_.end()) {
      compare(known->second, opening.span, name, named, actions, probabilities);
      return lexer_.failed() ? -1 : known->second;
    }
    const int set = chance ? builder_->add_chance_set(name, actions, probabilities, number)
                           : builder_->add_info_set(player, name, actions, number);
    sets_.emplace(std::pair(player, number), set);
    set_spans_.push_back(span);
    return set;
  }

  // Programs print six digits: each probability may be one off in the last of them, and is taken relative to the sum.
  // Texts stay as written, and so do values that sum to 1 but for rounding.
  void normalise(base::Span span, std::vector<Number>& probabilities, bool tell) {
    double sum = 0;
    for (const auto& p : probabilities) sum += p.value;
    const double off = std::abs(sum - 1);
    if (off <= 1e-12) return;
    if (off > std::min(1.000001e-6 * static_cast<double>(probabilities.size()), 1e-4))
      return lexer_.fail("probability-sum", span, fmt::format("these chance probabilities sum to {}, not to 1", sum));
    if (tell)
      diagnostics_.warning("probability-sum", span,
                           fmt::format("these chance probabilities sum to 1 {} {:.3g}; each is divided by their sum",
                                       sum > 1 ? "+" : "-", off));
    for (auto& p : probabilities) p.value /= sum;
  }

  void compare(int set, base::Span span, const std::string& name, bool named, const std::vector<std::string>& actions,
               const std::vector<Number>& probabilities) {
    const Tree& tree = builder_->tree();
    const InfoSet& old = tree.info_sets[set];
    if (static_cast<int>(actions.size()) != old.action_count)
      return lexer_.fail(
          "action-count", span,
          fmt::format("this information set has {} actions here and had {} before", actions.size(), old.action_count));
    bool same = !named || name == old.name;
    for (size_t a = 0; a < actions.size(); ++a) {
      same = same && actions[a] == tree.actions[old.first_action + a].name;
      if (!probabilities.empty() && probabilities[a].value != tree.actions[old.first_action + a].probability.value)
        return lexer_.fail("probability-changed", span,
                           "the probabilities of this chance move differ from those before");
    }
    if (!same && relabelled_.insert(set).second)
      diagnostics_.warning("label-changed", span,
                           "the labels of this information set differ from those before; the first ones are kept");
  }

  void read_outcome(int node) {
    const auto span = lexer_.peek().span;
    const int number = lexer_.take_integer("the number of the outcome (0 for none)", 0, GambitLexer::largest);
    if (lexer_.failed()) return;
    std::string name;
    if (lexer_.at(TokenKind::text)) name = lexer_.next().value;
    std::vector<Number> payoffs;
    const bool described = lexer_.accept(TokenKind::open);
    if (described) {
      while (!lexer_.at(TokenKind::close) && !lexer_.failed()) payoffs.push_back(lexer_.take_number("a payoff"));
      lexer_.take(TokenKind::close, "'}' after the payoffs");
      if (lexer_.failed()) return;
      if (static_cast<int>(payoffs.size()) != builder_->tree().player_count())
        return lexer_.fail(
            "payoff-count", span,
            fmt::format("this outcome has {} payoffs for {} players", payoffs.size(), builder_->tree().player_count()));
    }
    if (number == 0) {
      if (std::any_of(payoffs.begin(), payoffs.end(), [](const Number& p) { return p.value != 0; }))
        lexer_.fail("no-outcome-pays", span, "outcome 0 stands for none, yet payoffs are given here",
                    "give the outcome a number of its own");
      return;
    }
    const auto known = outcomes_.find(number);
    if (known == outcomes_.end()) {
      if (!described)
        return lexer_.fail("unknown-outcome", span, fmt::format("outcome {} has no payoffs here or before", number));
      outcomes_.emplace(number, builder_->add_outcome(std::move(name), std::move(payoffs), number));
    } else if (described) {
      const auto& old = builder_->tree().outcomes[known->second].payoffs;
      for (size_t i = 0; i < payoffs.size(); ++i)
        if (payoffs[i].value != old[i].value)
          return lexer_.fail(
              "outcome-changed", span,
              fmt::format("outcome {} pays {} here and paid {} before", number, payoffs[i].text, old[i].text));
    }
    builder_->set_outcome(node, outcomes_.at(number));
  }

  // Labels that Gambit refuses when they are repeated: one warning a kind, at the first culprit.
  void check(const Tree& tree) {
    LabelCheck sets("information set"), actions("action of one information set");
    for (size_t s = 0; s < tree.info_sets.size(); ++s) {
      const auto& set = tree.info_sets[s];
      sets.add(set.player, set.name, set_spans_[s]);
      for (int a = 0; a < set.action_count; ++a)
        actions.add(static_cast<int>(s), tree.actions[set.first_action + a].name, set_spans_[s]);
    }
    LabelCheck players("player"), nodes("node");
    for (const auto& player : tree.players) players.add(0, player, players_span_);
    for (size_t n = 0; n < tree.nodes.size(); ++n) nodes.add(0, tree.node_names[n], node_spans_[n]);
    sets.report(diagnostics_, "information sets are told apart by their numbers");
    actions.report(diagnostics_, "actions are told apart by their order");
    players.report(diagnostics_, "players are told apart by their order");
    nodes.report(diagnostics_, "nodes are told apart by their order");
  }

  GambitLexer lexer_;
  base::Diagnostics& diagnostics_;
  size_t size_;
  std::optional<TreeBuilder> builder_;
  std::map<std::pair<int, int>, int> sets_;  // (player, number) to information set
  std::map<int, int> outcomes_;              // number to outcome
  std::set<int> relabelled_;
  std::vector<base::Span> set_spans_;
  std::vector<base::Span> node_spans_;  // by node
  base::Span players_span_;
};

}  // namespace

std::optional<Tree> read_efg(const base::SourceSet& sources, uint32_t file, base::Diagnostics& diagnostics) {
  return EfgReader(sources, file, diagnostics).read();
}

std::string write_efg(const Tree& tree) {
  std::string out = "EFG 2 R " + quoted(tree.title) + " {";
  for (const auto& player : tree.players) out += ' ' + quoted(player);
  out += " }\n" + quoted(tree.comment) + "\n\n";
  std::vector<int> open{0};
  while (!open.empty()) {
    const int n = open.back();
    open.pop_back();
    const Node& node = tree.nodes[n];
    if (node.info_set < 0) {
      out += "t " + quoted(tree.node_names[n]);
    } else {
      const InfoSet& set = tree.info_sets[node.info_set];
      out += set.player < 0 ? "c " : "p ";
      out += quoted(tree.node_names[n]);
      if (set.player >= 0) out += fmt::format(" {}", set.player + 1);
      out += fmt::format(" {} {} {{", set.number, quoted(set.name));
      for (int a = 0; a < set.action_count; ++a) {
        const Action& action = tree.actions[set.first_action + a];
        out += ' ' + quoted(action.name);
        if (set.player < 0) out += ' ' + action.probability.text;
      }
      out += " }";
      for (int a = set.action_count - 1; a >= 0; --a) open.push_back(node.first_child + a);
    }
    if (node.outcome < 0) {
      out += " 0\n";
      continue;
    }
    const Outcome& outcome = tree.outcomes[node.outcome];
    out += fmt::format(" {} {} {{ ", outcome.number, quoted(outcome.name));
    for (size_t i = 0; i < outcome.payoffs.size(); ++i) out += (i ? ", " : "") + outcome.payoffs[i].text;
    out += " }\n";
  }
  return out;
}

}  // namespace casus::tree
