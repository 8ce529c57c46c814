// The solvers against the values of the reference folder: Gambit's games and the published models. Skipped without it.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "reference.h"
#include "tree/limit.h"

namespace casus::tree {
namespace {

using testing::file_text;
using testing::files_in;
using testing::reference_folder;

struct Solved {
  explicit Solved(const Tree& t) : tree(t), layout(tree), recall(analyse_recall(tree)), branch(layout) {}
  Tree tree;
  Layout layout;
  Recall recall;
  Branch branch;
  BranchPoint point;
};

// Splits a line of comma-separated values with quoted fields.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  bool in_quotes = false;
  for (char c : line) {
    if (c == '"')
      in_quotes = !in_quotes;
    else if (c == ',' && !in_quotes)
      fields.emplace_back();
    else if (c != '\r')
      fields.back() += c;
  }
  return fields;
}

struct Row {
  int player, info_set;
  std::string action;
  double gambit, polished;
};

// profiles.csv by (file, precision); an empty precision is the limit.
std::map<std::pair<std::string, std::string>, std::vector<Row>> profiles() {
  std::map<std::pair<std::string, std::string>, std::vector<Row>> out;
  std::istringstream in(file_text(reference_folder() / "gambit" / "profiles.csv"));
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    const auto f = fields_of(line);
    if (f.size() < 8 || f[2].empty()) continue;
    out[{f[0], f[1]}].push_back({std::stoi(f[2]), std::stoi(f[3]), f[5], std::strtod(f[6].c_str(), nullptr),
                                 std::strtod(f[7].c_str(), nullptr)});
  }
  return out;
}

// The action that each row names: the peer numbers a player's information sets in the order in which they appear, and
// the k-th row of an information set is its k-th action.
std::vector<int> actions_of_rows(const Solved& s, const std::vector<Row>& rows) {
  std::map<std::pair<int, int>, int> next;
  std::vector<int> sets(s.tree.player_count(), 0);
  for (int h = 0; h < s.layout.agent_count; ++h)
    next[{s.layout.player[h] + 1, ++sets[s.layout.player[h]]}] = s.layout.first_action[h];
  std::vector<int> out;
  for (const auto& row : rows) out.push_back(next.at({row.player, row.info_set})++);
  return out;
}

TEST(GambitReference, QuantalResponseEquilibriaAgreeTo1e11) {
  const auto all = profiles();
  if (all.empty()) GTEST_SKIP() << "optional: reference values beside the checkout";
  int compared = 0;
  for (const auto& [key, rows] : all) {
    const auto& [file, precision] = key;
    if (precision == "limit") continue;
    const auto tree = testing::tree_of(file_text(reference_folder() / "gambit" / file));
    ASSERT_TRUE(tree) << file;
    Solved s(*tree);
    ASSERT_EQ(s.branch.follow_to(std::stod(precision), s.point), BranchEnd::reached) << file;
    const auto actions = actions_of_rows(s, rows);
    for (size_t k = 0; k < rows.size(); ++k, ++compared) {
      ASSERT_GE(actions[k], 0);
      EXPECT_NEAR(s.branch.sweep().prob[actions[k]], rows[k].polished, 1e-11)
          << file << " at " << precision << ": " << rows[k].player << ':' << rows[k].info_set << ' ' << rows[k].action;
    }
  }
  EXPECT_GT(compared, 100);
}

TEST(GambitReference, LimitsAgreeTo1e6WhereTheyAreUnique) {
  const auto all = profiles();
  if (all.empty()) GTEST_SKIP() << "optional: reference values beside the checkout";
  // Not limits according to the folder's README. In two others the peer stops at precisions 34 and 689 with a mass of
  // 1.1e-6 still on actions that vanish.
  const std::vector<std::string> excluded = {"games/fig1.efg", "games/kuhn3.efg", "games/caro2.relabelled.efg"};
  int games = 0;
  for (const auto& [key, rows] : all) {
    const auto& [file, precision] = key;
    if (precision != "limit" || std::find(excluded.begin(), excluded.end(), file) != excluded.end()) continue;
    const auto tree = testing::tree_of(file_text(reference_folder() / "gambit" / file));
    ASSERT_TRUE(tree) << file;
    Solved s(*tree);
    const Limit found = follow_to_limit(s.layout, s.recall, s.branch);
    ASSERT_EQ(found.end, BranchEnd::reached) << file;
    const Assessment& limit = found.assessment;
    const auto actions = actions_of_rows(s, rows);
    const double tolerance = file == "games/cent6.efg" || file == "games/artist1.efg" ? 1.2e-6 : 1e-6;
    for (size_t k = 0; k < rows.size(); ++k)
      EXPECT_NEAR(limit.prob[actions[k]], rows[k].gambit, tolerance)
          << file << ": " << rows[k].player << ':' << rows[k].info_set << ' ' << rows[k].action;
    ++games;
  }
  EXPECT_GT(games, 10);
}

TEST(GambitReference, EveryGameEndsInACertifiedEquilibrium) {
  const auto files = files_in(reference_folder() / "gambit" / "games", ".efg");
  if (files.empty()) GTEST_SKIP() << "optional: reference values beside the checkout";
  for (const auto& path : files) {
    const auto tree = testing::tree_of(file_text(path));
    ASSERT_TRUE(tree) << path;
    Solved s(*tree);
    ASSERT_TRUE(s.recall.all_perfect) << path;
    const Limit limit = follow_to_limit(s.layout, s.recall, s.branch);
    ASSERT_EQ(limit.end, BranchEnd::reached) << path;
    const Certificate& certificate = limit.certificate;
    EXPECT_LT(certificate.relative_gain(), 1e-12) << path;
    EXPECT_LT(certificate.belief_error, 1e-12) << path;
  }
}

using Json = nlohmann::json;

std::map<std::pair<std::string, std::string>, int> action_names(const Solved& s) {
  std::map<std::pair<std::string, std::string>, int> out;
  for (int h = 0; h < s.layout.agent_count; ++h) {
    const auto& set = s.tree.info_sets[s.layout.info_set[h]];
    for (int a = 0; a < set.action_count; ++a)
      out[{set.name, s.tree.actions[set.first_action + a].name}] = s.layout.first_action[h] + a;
  }
  return out;
}

void for_each_case(const std::string& concept_name,
                   const std::function<void(const Json&, Solved&, const std::string&)>& check) {
  int cases = 0;
  for (const auto& path : files_in(reference_folder() / "theory", ".json")) {
    const Json model = Json::parse(file_text(path));
    for (const auto& one : model["cases"]) {
      if (one["concept"] != concept_name || !one["efg"].is_string() || !one["expected"].contains("prob")) continue;
      const auto tree = testing::tree_of(file_text(reference_folder() / "theory" / one["efg"].get<std::string>()));
      ASSERT_TRUE(tree) << one["efg"];
      Solved s(*tree);
      check(one, s, one["efg"].get<std::string>() + " " + one["case"].get<std::string>());
      ++cases;
    }
  }
  if (cases == 0) GTEST_SKIP() << "optional: reference values beside the checkout";
}

TEST(TheoryReference, QuantalResponseEquilibria) {
  for_each_case("logit_agent_qre", [](const Json& one, Solved& s, const std::string& name) {
    ASSERT_EQ(s.branch.follow_to(one["lambda"].get<double>(), s.point), BranchEnd::reached) << name;
    const auto names = action_names(s);
    const double tolerance = one["tol"];
    for (const auto& [set, actions] : one["expected"]["prob"].items())
      for (const auto& [action, value] : actions.items()) {
        const auto at = names.find({set, action});
        ASSERT_NE(at, names.end()) << name << ": " << set << ' ' << action;
        EXPECT_NEAR(s.branch.sweep().prob[at->second], value.get<double>(), tolerance)
            << name << ": " << set << ' ' << action;
      }
    if (!one["expected"].contains("value")) return;
    const auto certificate = certify(s.layout, s.recall, assessment_at(s.layout, s.branch.sweep()));
    for (const auto& [player, value] : one["expected"]["value"].items())
      for (int i = 0; i < s.tree.player_count(); ++i)
        if (s.tree.players[i] == player) {
          EXPECT_NEAR(certificate.value[i], value.get<double>(), tolerance) << name;
        }
  });
}

TEST(TheoryReference, SequentialEquilibria) {
  for_each_case("sequential_equilibrium", [](const Json& one, Solved& s, const std::string& name) {
    const Limit found = follow_to_limit(s.layout, s.recall, s.branch);
    ASSERT_EQ(found.end, BranchEnd::reached) << name;
    EXPECT_LT(found.certificate.relative_gain(), 1e-8) << name;
    const Assessment& limit = found.assessment;
    // The listed profile is an equilibrium: nobody gains by another strategy.
    Assessment listed = limit;
    const auto names = action_names(s);
    double distance = 0;
    for (const auto& [set, actions] : one["expected"]["prob"].items())
      for (const auto& [action, value] : actions.items()) {
        const auto at = names.find({set, action});
        ASSERT_NE(at, names.end()) << name << ": " << set << ' ' << action;
        distance = std::max(distance, std::abs(listed.prob[at->second] - value.get<double>()));
        listed.prob[at->second] = value;
      }
    complete_beliefs(s.layout, listed, limit.belief);
    const double tolerance = one["tol"];
    EXPECT_LT(certify(s.layout, s.recall, listed).largest_strategy_gain(), 10 * tolerance) << name;
    const std::string unique = one["unique"].is_string() ? one["unique"].get<std::string>() : "no";
    if (unique.rfind("yes", 0) == 0) {
      EXPECT_LT(distance, 1e-6) << name << unique;
    }
  });
}

}  // namespace
}  // namespace casus::tree
