#include "tree/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <map>

namespace casus::tree {

Number number_from(double value) {
  assert(std::isfinite(value));
  return {value, fmt::format("{}", value)};
}

namespace {

// Digits with an optional point and exponent, from the start of `text`; returns the length read, 0 if there is none.
size_t scan_decimal(std::string_view text) {
  size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  size_t digits = 0;
  while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i, ++digits;
  if (i < text.size() && text[i] == '.') {
    ++i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i, ++digits;
  }
  if (digits == 0) return 0;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    size_t j = i + 1;
    if (j < text.size() && (text[j] == '-' || text[j] == '+')) ++j;
    const size_t start = j;
    while (j < text.size() && text[j] >= '0' && text[j] <= '9') ++j;
    if (j > start) i = j;
  }
  return i;
}

std::optional<double> to_double(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // A number too small to hold is zero; one too large is refused.
  if (error == std::errc::result_out_of_range) {
    const bool tiny = std::abs(value) < 1 && text.find_first_of("eE") != std::string_view::npos &&
                      text[text.find_first_of("eE") + 1] == '-';
    if (!tiny) return std::nullopt;
    return 0.0;
  }
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Number> parse_number(std::string_view text) {
  const size_t first = scan_decimal(text);
  if (first == 0) return std::nullopt;
  const auto numerator = to_double(text.substr(0, first));
  if (!numerator) return std::nullopt;
  if (first == text.size()) return Number{*numerator, std::string(text)};
  if (text[first] != '/') return std::nullopt;
  const auto rest = text.substr(first + 1);
  if (rest.empty() || scan_decimal(rest) != rest.size()) return std::nullopt;
  const auto divisor = to_double(rest);
  if (!divisor || *divisor == 0 || !std::isfinite(*numerator / *divisor)) return std::nullopt;
  return Number{*numerator / *divisor, std::string(text)};
}

TreeBuilder::TreeBuilder(std::string title, std::vector<std::string> players, size_t node_limit)
    : node_limit_(node_limit), next_set_number_(players.size() + 1, 1) {
  tree_.title = std::move(title);
  tree_.players = std::move(players);
  tree_.nodes.emplace_back();
  tree_.node_names.emplace_back();
}

int TreeBuilder::add_set(int player, std::string name, const std::vector<std::string>& action_names, int number) {
  assert(player >= -1 && player < tree_.player_count() && !action_names.empty());
  int& next = next_set_number_[player < 0 ? tree_.players.size() : player];
  if (number == 0) number = next;
  next = std::max(next, number + 1);
  InfoSet set;
  set.player = player;
  set.number = number;
  set.name = std::move(name);
  set.first_action = static_cast<int>(tree_.actions.size());
  set.action_count = static_cast<int>(action_names.size());
  for (const auto& action : action_names) tree_.actions.push_back({action, {}});
  tree_.info_sets.push_back(std::move(set));
  return static_cast<int>(tree_.info_sets.size() - 1);
}

int TreeBuilder::add_info_set(int player, std::string name, const std::vector<std::string>& action_names, int number) {
  assert(player >= 0);
  return add_set(player, std::move(name), action_names, number);
}

int TreeBuilder::add_chance_set(std::string name, const std::vector<std::string>& action_names,
                                const std::vector<Number>& probabilities, int number) {
  assert(action_names.size() == probabilities.size());
  const int set = add_set(-1, std::move(name), action_names, number);
  for (size_t a = 0; a < probabilities.size(); ++a)
    tree_.actions[tree_.info_sets[set].first_action + a].probability = probabilities[a];
  return set;
}

int TreeBuilder::add_outcome(std::string name, std::vector<Number> payoffs, int number) {
  assert(payoffs.size() == tree_.players.size());
  if (number == 0) number = next_outcome_number_;
  next_outcome_number_ = std::max(next_outcome_number_, number + 1);
  tree_.outcomes.push_back({number, std::move(name), std::move(payoffs)});
  return static_cast<int>(tree_.outcomes.size() - 1);
}

int TreeBuilder::add_outcome(std::string name, std::span<const double> payoffs) {
  std::vector<Number> numbers;
  for (double value : payoffs) numbers.push_back(number_from(value));
  return add_outcome(std::move(name), std::move(numbers));
}

std::optional<int> TreeBuilder::expand(int node, int info_set) {
  assert(tree_.nodes[node].info_set < 0);
  const auto count = static_cast<size_t>(tree_.info_sets[info_set].action_count);
  if (tree_.nodes.size() + count > node_limit_) return std::nullopt;
  const int first = static_cast<int>(tree_.nodes.size());
  tree_.nodes[node].info_set = info_set;
  tree_.nodes[node].first_child = first;
  Node child;
  child.parent = node;
  tree_.nodes.insert(tree_.nodes.end(), count, child);
  tree_.node_names.resize(tree_.nodes.size());
  return first;
}

Tree TreeBuilder::finish() {
  for (size_t n = 0; n < tree_.nodes.size(); ++n)
    if (tree_.nodes[n].info_set >= 0) tree_.info_sets[tree_.nodes[n].info_set].nodes.push_back(static_cast<int>(n));
  return std::move(tree_);
}

Recall analyse_recall(const Tree& tree) {
  Recall recall;
  const int players = tree.player_count();
  recall.perfect.assign(players, true);
  // The last own move on the way to a node, as a chain of (previous chain, action): equal chains are equal own pasts.
  std::map<std::pair<int, int>, int> chains;
  for (int player = 0; player < players; ++player) {
    chains.clear();
    std::vector<int> own(tree.nodes.size(), 0);
    for (size_t n = 1; n < tree.nodes.size(); ++n) {
      const int parent = tree.nodes[n].parent;
      const InfoSet& set = tree.info_sets[tree.nodes[parent].info_set];
      own[n] = own[parent];
      if (set.player != player) continue;
      const std::pair key(own[parent], set.first_action + tree.action_into(static_cast<int>(n)));
      own[n] = chains.emplace(key, static_cast<int>(chains.size()) + 1).first->second;
    }
    for (const InfoSet& set : tree.info_sets) {
      if (set.player != player) continue;
      for (int node : set.nodes)
        if (own[node] != own[set.nodes.front()]) recall.perfect[player] = false;
    }
    recall.all_perfect = recall.all_perfect && recall.perfect[player];
  }
  for (const InfoSet& set : tree.info_sets)
    if (set.player >= 0 && set.nodes.size() > 1) recall.perfect_information = false;
  return recall;
}

std::string payments_problem(const Tree& tree) {
  const size_t players = tree.players.size();
  const auto paid = [&](size_t node, size_t i) {
    const int outcome = tree.nodes[node].outcome;
    return outcome < 0 ? 0.0 : std::abs(tree.outcomes[outcome].payoffs[i].value);
  };
  std::vector<double> most(tree.nodes.size() * players);  // whatever their signs: sums come in any order
  for (size_t n = 0; n < tree.nodes.size(); ++n)
    for (size_t i = 0; i < players; ++i) {
      double& here = most[n * players + i];
      here = paid(n, i) + (n > 0 ? most[tree.nodes[n].parent * players + i] : 0);
      if (here <= most_paid) continue;
      size_t largest = n;
      for (int k = tree.nodes[n].parent; k >= 0; k = tree.nodes[k].parent)
        if (paid(static_cast<size_t>(k), i) > paid(largest, i)) largest = static_cast<size_t>(k);
      const Outcome& outcome = tree.outcomes[tree.nodes[largest].outcome];
      return fmt::format(
          "outcome {}{} pays {} to '{}', and payments on the way to a leaf add up to more than {:.0e}, which cannot be "
          "reckoned with; give them in a larger unit",
          outcome.number, outcome.name.empty() ? "" : " ('" + outcome.name + "')", outcome.payoffs[i].text,
          tree.players[i], most_paid);
    }
  return {};
}

std::vector<double> path_payoffs(const Tree& tree, int node) {
  std::vector<double> sum(tree.players.size(), 0.0);
  for (int n = node; n >= 0; n = tree.nodes[n].parent)
    if (tree.nodes[n].outcome >= 0)
      for (size_t i = 0; i < sum.size(); ++i) sum[i] += tree.outcomes[tree.nodes[n].outcome].payoffs[i].value;
  return sum;
}

}  // namespace casus::tree
