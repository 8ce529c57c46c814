// Game trees as flat arrays: in, players, information sets, outcomes and nodes through a builder; out, an immutable
// Tree.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casus::tree {

// A number as a double, with the text it was written in, so that a game is written as it was read ("1/3", ".90").
struct Number {
  double value = 0;
  std::string text = "0";
};

// The shortest text that reads back as the same double.
Number number_from(double value);

// Reads an integer, a decimal (with exponent) or a quotient of two of them; empty when `text` is none of these, when
// the divisor is zero or when the value is not finite.
std::optional<Number> parse_number(std::string_view text);

struct Outcome {
  int number = 0;  // as written in the file, from 1
  std::string name;
  std::vector<Number> payoffs;  // one a player
};

// A set of nodes that its mover cannot tell apart; player -1 is chance.
struct InfoSet {
  int player = -1;
  int number = 0;  // as written in the file; unique for a player
  std::string name;
  int first_action = 0;  // into Tree::actions
  int action_count = 0;
  std::vector<int> nodes;  // members in increasing order
};

struct Action {
  std::string name;
  Number probability;  // chance only
};

// Nodes are numbered so that a parent comes before its children and the children of a node are contiguous: the node
// reached from n by action a is first_child + a. A sweep upwards in number is a forward pass, downwards a backward
// pass.
struct Node {
  int parent = -1;
  int first_child = -1;
  int info_set = -1;  // -1 at terminal nodes
  int outcome = -1;   // into Tree::outcomes; -1 for none; may stand at inner nodes, where it is paid on the way
};

struct Tree {
  std::string title;
  std::string comment;
  std::vector<std::string> players;
  std::vector<InfoSet> info_sets;  // chance's too
  std::vector<Action> actions;     // of information set 0, then 1, ...
  std::vector<Outcome> outcomes;
  std::vector<Node> nodes;
  std::vector<std::string> node_names;  // parallel to nodes

  int player_count() const { return static_cast<int>(players.size()); }
  int action_count(int node) const {
    return nodes[node].info_set < 0 ? 0 : info_sets[nodes[node].info_set].action_count;
  }
  // The action of the parent that leads to `node` (from 0); the node must not be the root.
  int action_into(int node) const { return node - nodes[nodes[node].parent].first_child; }
};

// Fills a Tree from the root down. Typical use by an unroller: create information sets as they are met, `expand` each
// node into its children, `set_outcome` at the leaves, and `finish`. No node is added beyond the limit.
class TreeBuilder {
 public:
  TreeBuilder(std::string title, std::vector<std::string> players, size_t node_limit);

  void set_comment(std::string comment) { tree_.comment = std::move(comment); }
  int root() const { return 0; }
  size_t node_count() const { return tree_.nodes.size(); }
  // `player` from 0; `number` 0 takes the next free one of that player.
  int add_info_set(int player, std::string name, const std::vector<std::string>& action_names, int number = 0);
  int add_chance_set(std::string name, const std::vector<std::string>& action_names,
                     const std::vector<Number>& probabilities, int number = 0);
  int add_outcome(std::string name, std::vector<Number> payoffs, int number = 0);
  // Payoffs as doubles, written with the shortest text that reads back the same.
  int add_outcome(std::string name, std::span<const double> payoffs);
  // Makes `node` (until now without children) a member of the information set; returns its first child, or nothing when
  // the node limit would be passed (the tree is unchanged then).
  std::optional<int> expand(int node, int info_set);
  void set_outcome(int node, int outcome) { tree_.nodes[node].outcome = outcome; }
  void set_name(int node, std::string name) { tree_.node_names[node] = std::move(name); }
  const Tree& tree() const { return tree_; }
  // The finished tree; the builder is spent.
  Tree finish();

 private:
  int add_set(int player, std::string name, const std::vector<std::string>& action_names, int number);

  Tree tree_;
  size_t node_limit_;
  std::vector<int> next_set_number_;  // by player, chance last
  int next_outcome_number_ = 1;
};

// What the solvers need to know of a tree's information.
struct Recall {
  std::vector<bool> perfect;  // by player: at every information set, all nodes share the player's own past
  bool all_perfect = true;
  bool perfect_information = true;  // every player's information set has one node
};
Recall analyse_recall(const Tree& tree);

// Payments that add up to more than this are not solved: their differences and sums over players would overflow.
inline constexpr double most_paid = 1e300;
// Why a tree's payments are too large to be solved, with the largest of them; empty if they are not.
std::string payments_problem(const Tree& tree);

// The sum of the outcomes on the way to `node` and at it, for each player.
std::vector<double> path_payoffs(const Tree& tree, int node);

}  // namespace casus::tree
