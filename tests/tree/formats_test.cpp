// Reading and writing .efg and .nfg: what is accepted, what is refused where, and that writing loses nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference.h"
#include "tree/nfg.h"

namespace casus::tree {
namespace {

using ::testing::HasSubstr;
using testing::tree_of;

const char* kSmall = R"(EFG 2 R "A \"small\" game" { "One" "Two" }
"a comment"

c "" 1 "coin" { "heads" 1/3 "tails" 2/3 } 0
p "n1" 1 1 "see \\ it" { "l" "r" } 3 "paid on the way" { .50, -1e-1 }
t "" 1 "" { 1/2, -1/2 }
t "" 2 "x" { 0.10, 1 }
p "" 1 1 "see \\ it" { "l" "r" } 0
p "" 2 7 "" { "only" } 0
t "" 1 "" { 1/2, -1/2 }
t "" 0
)";

TEST(Efg, ReadsEveryPartOfAGame) {
  const auto tree = tree_of(kSmall);
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->title, "A \"small\" game");
  EXPECT_EQ(tree->comment, "a comment");
  EXPECT_THAT(tree->players, ::testing::ElementsAre("One", "Two"));
  EXPECT_EQ(tree->nodes.size(), 8u);
  EXPECT_EQ(tree->info_sets.size(), 3u);
  EXPECT_EQ(tree->info_sets[1].name, "see \\ it");
  EXPECT_EQ(tree->info_sets[1].nodes.size(), 2u);
  EXPECT_EQ(tree->info_sets[2].number, 7);
  EXPECT_DOUBLE_EQ(tree->actions[0].probability.value, 1.0 / 3);
  EXPECT_THAT(path_payoffs(*tree, 3), ::testing::ElementsAre(0.5 + 0.5, -0.1 - 0.5));
}

TEST(Efg, WritesWhatItRead) {
  EXPECT_EQ(write_efg(*tree_of(kSmall)), kSmall);
}

TEST(Efg, LabelsMayBeLeftOutOnceGiven) {
  const auto tree =
      tree_of("EFG 2 D \"\" { \"A\" } p \"\" 1 1 { \"a\" \"b\" } 0 p \"\" 1 2 { \"c\" } 0 t \"\" 1 {3} t \"\" 1");
  ASSERT_TRUE(tree);
  EXPECT_EQ(path_payoffs(*tree, 2)[0], 3);
  EXPECT_EQ(path_payoffs(*tree, 3)[0], 3);
}

TEST(Efg, DuplicateLabelsAreAWarning) {
  std::string messages;
  EXPECT_TRUE(tree_of("EFG 2 R \"\" { \"A\" }\np \"\" 1 1 \"x\" { \"a\" } 0\np \"\" 1 2 \"x\" { \"a\" } 0\nt \"\" 0",
                      &messages));
  EXPECT_THAT(messages, HasSubstr("test.efg:3:8: warning: the label \"x\" names more than one information set"));
  EXPECT_THAT(messages, Not(HasSubstr("names more than one node")));
  EXPECT_TRUE(
      tree_of("EFG 2 R \"\" { \"A\" \"A\" }\np \"n\" 1 1 \"\" { \"a\" \"a\" } 0\nt \"n\" 0\nt \"n\" 0", &messages));
  EXPECT_THAT(messages, HasSubstr("the label \"A\" names more than one player"));
  EXPECT_THAT(messages, HasSubstr("test.efg:2:9: warning: the label \"a\" names more than one action"));
  EXPECT_THAT(messages, HasSubstr("test.efg:3:3: warning: the label \"n\" names more than one node; 2 labels"));
}

struct Refusal {
  const char* text;
  const char* message;  // with line and column
};

class EfgRefuses : public ::testing::TestWithParam<Refusal> {};

TEST_P(EfgRefuses, WithAPlaceAndAReason) {
  std::string messages;
  EXPECT_FALSE(tree_of(GetParam().text, &messages));
  EXPECT_THAT(messages, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Errors, EfgRefuses,
    ::testing::Values(
        Refusal{"", "1:1: error: an extensive-form file starts with 'EFG 2 R'"},
        Refusal{"NFG 1 R", "1:1: error: an extensive-form file starts"},
        Refusal{"EFG 3 R", "1:5: error: expected the version of the format, which must be 2"},
        Refusal{"EFG 2 R \"abc", "1:9: error: this quotation mark is never closed"},
        Refusal{"EFG 2 R \"\" { \"A\" }", "1:19: error: the file ends, but 1 more node is to come"},
        Refusal{"EFG 2 R \"\" { \"A\" }\nq", "2:1: error: expected a node: 'c', 'p' or 't'"},
        Refusal{"EFG 2 R \"\" { \"A\" }\np \"\" 2 1 { \"a\" } 0", "2:6: error: expected a player, which must be 1"},
        Refusal{"EFG 2 R \"\" { \"A\" }\np \"\" 1 1 0", "2:10: error: expected '{' and the actions"},
        Refusal{"EFG 2 R \"\" { \"A\" }\np \"\" 1 1 { } 0",
                "2:10: error: an information set needs at least one action"},
        Refusal{"EFG 2 R \"\" { \"A\" }\nt \"\" 1 { 1/0 }", "2:10: error: expected a payoff"},
        Refusal{"EFG 2 R \"\" { \"A\" }\nt \"\" 1 { 1e999 }", "2:10: error: expected a payoff"},
        Refusal{"EFG 2 R \"\" { \"A\" }\nt \"\" 1 { 1, 2 }", "2:6: error: this outcome has 2 payoffs for 1 players"},
        Refusal{"EFG 2 R \"\" { \"A\" }\nt \"\" 4", "2:6: error: outcome 4 has no payoffs here or before"},
        Refusal{"EFG 2 R \"\" { \"A\" }\nt \"\" 0 \"\" { 1 }",
                "2:6: error: outcome 0 stands for none, yet payoffs are given here"},
        Refusal{"EFG 2 R \"\" { \"A\" }\nt \"\" 99999999999", "2:6: error: expected the number of the outcome"},
        Refusal{"EFG 2 R \"\" { \"A\" }\nc \"\" 1 { \"a\" 0.7 \"b\" 0.5 } 0",
                "2:8: error: these chance probabilities sum to 1.2"},
        Refusal{"EFG 2 R \"\" { \"A\" }\nc \"\" 1 { \"a\" 0.333 \"b\" 0.333 \"c\" 0.333 } 0",
                "2:8: error: these chance probabilities sum to 0.999"},
        Refusal{"EFG 2 R \"\" { \"A\" }\nc \"\" 1 { \"a\" -1 \"b\" 2 } 0",
                "2:14: error: the probability -1 is not in [0, 1]"},
        Refusal{"EFG 2 R \"\" { \"A\" }\np \"\" 1 1 { \"a\" \"b\" } 0 p \"\" 1 1 { \"a\" } 0",
                "2:33: error: this information set has 1 actions here and had 2 before"},
        Refusal{"EFG 2 R \"\" { \"A\" }\nt \"\" 0 t", "2:8: error: the tree is complete here, but the file goes on"}));

// As programs print them; a set that is described twice is the same set.
TEST(Efg, ChancesPrintedToSixDigitsAreDividedByTheirSum) {
  std::string messages;
  const std::string set = "1 \"\" { \"a\" 0.333333 \"b\" 0.333333 \"c\" 0.333333 } 0 ";
  std::string text = "EFG 2 R \"\" { \"A\" }\nc \"\" " + set;
  for (int k = 0; k < 3; ++k) text += "\nc \"\" " + set + "t \"\" 1 { 1 } t \"\" 1 { 1 } t \"\" 1 { 1 }";
  const auto tree = tree_of(text, &messages);
  ASSERT_TRUE(tree) << messages;
  EXPECT_THAT(messages, HasSubstr("2:11: warning: these chance probabilities sum to 1 - 1e-06; each is divided"));
  EXPECT_EQ(messages.find("warning"), messages.rfind("warning"));
  double sum = 0;
  for (const auto& action : tree->actions) sum += action.probability.value;
  EXPECT_NEAR(sum, 1, 1e-15);
  EXPECT_THAT(write_efg(*tree), HasSubstr("\"a\" 0.333333 \"b\""));
  const auto exact = tree_of("EFG 2 R \"\" { \"A\" }\nc \"\" 1 \"\" { \"a\" 1/3 \"b\" 1/3 \"c\" 1/3 } 0 " +
                                 std::string("t \"\" 1 { 1 } t \"\" 1 { 1 } t \"\" 1 { 1 }"),
                             &messages);
  ASSERT_TRUE(exact);
  EXPECT_EQ(messages, "");
  EXPECT_EQ(exact->actions[0].probability.value, 1.0 / 3);
}

TEST(Efg, ADeepTreeIsReadWithoutRecursion) {
  std::string text = "EFG 2 R \"deep\" { \"A\" }\n";
  const int depth = 200000;
  text += "p \"\" 1 1 { \"a\" } 0\n";
  for (int d = 1; d < depth; ++d) text += "p \"\" 1 1 0\n";
  text += "t \"\" 1 { 1 }\n";
  const auto tree = tree_of(text);
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->nodes.size(), static_cast<size_t>(depth) + 1);
}

TEST(Efg, AShortFileCannotClaimManyNodes) {
  std::string text = "EFG 2 R \"\" { \"A\" } p \"\" 1 1 {";
  for (int a = 0; a < 1000; ++a) text += " \"\"";
  text += "} 0";
  for (int n = 0; n < 900; ++n) text += " p \"\" 1 1 0";
  std::string messages;
  EXPECT_FALSE(tree_of(text, &messages));
  EXPECT_THAT(messages, HasSubstr("too short to describe all children"));
}

std::optional<StrategicGame> game_of(const std::string& text, std::string* messages = nullptr) {
  base::SourceSet sources;
  base::Diagnostics diagnostics;
  const auto file = sources.add("test.nfg", text);
  auto game = read_nfg(sources, file, diagnostics);
  if (messages) *messages = base::render_text(diagnostics, sources, false);
  return game;
}

TEST(Nfg, ReadsThePayoffVersion) {
  const auto game = game_of("NFG 1 R \"g\" { \"A\" \"B\" } { 3 2 }\n1 1 0 2 0 2 1 1 0 3 2 0");
  ASSERT_TRUE(game);
  EXPECT_FALSE(game->outcome_form);
  EXPECT_EQ(game->contingencies.size(), 6u);
  EXPECT_EQ(game->outcomes[1].payoffs[1].value, 2);
  const auto tree = to_tree(*game, 100);
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->nodes.size(), 1u + 3 + 6);
  // Contingency (third strategy, first strategy) is the third in the list.
  const int third = tree->nodes[0].first_child + 2;
  EXPECT_EQ(path_payoffs(*tree, tree->nodes[third].first_child)[1], 2);
  EXPECT_FALSE(to_tree(*game, 9));
}

TEST(Nfg, ReadsTheOutcomeVersion) {
  const std::string text =
      "NFG 1 R \"g\" { \"A\" \"B\" }\n\n{ { \"u\" \"d\" }\n { \"l\" \"r\" }\n }\n\"c\"\n\n{\n{ \"\" 1/2, -1 }\n{ \"x\" "
      "2, .5 }\n}\n1 2 0 1\n";
  const auto game = game_of(text);
  ASSERT_TRUE(game);
  EXPECT_TRUE(game->outcome_form);
  EXPECT_THAT(game->contingencies, ::testing::ElementsAre(0, 1, -1, 0));
  EXPECT_EQ(write_nfg(*game), text);
}

TEST(Nfg, DuplicateLabelsAreAWarning) {
  std::string messages;
  EXPECT_TRUE(game_of("NFG 1 R \"\" { \"A\" \"A\" } { { \"s\" \"s\" } { \"s\" } } 1 2 3 4", &messages));
  EXPECT_THAT(messages, HasSubstr("1:18: warning: the label \"A\" names more than one player"));
  EXPECT_THAT(messages, HasSubstr("1:32: warning: the label \"s\" names more than one strategy of one player\n"));
}

TEST(Nfg, RefusesWhatItCannotBe) {
  std::string messages;
  EXPECT_FALSE(game_of("NFG 1 R \"\" { \"A\" \"B\" } { 1000000 1000000 } 1 2", &messages));
  EXPECT_THAT(messages, HasSubstr("1:26: error: the file is too short to describe all contingencies"));
  EXPECT_FALSE(game_of("NFG 1 R \"\" { \"A\" \"B\" } { 0 2 } 1 2", &messages));
  EXPECT_THAT(messages, HasSubstr("1:26: error: expected a number of strategies"));
  EXPECT_FALSE(game_of("NFG 1 R \"\" { \"A\" \"B\" } { 9 9 } 1 2", &messages));
  EXPECT_THAT(messages, HasSubstr("too short to describe all contingencies"));
  EXPECT_FALSE(game_of("NFG 1 R \"\" { \"A\" \"B\" } { 2 1 } 1 2 3", &messages));
  EXPECT_THAT(messages, HasSubstr("expected a payoff"));
  EXPECT_FALSE(game_of("NFG 1 R \"\" { \"A\" } { { \"a\" } } { { \"\" 1 } } 2", &messages));
  EXPECT_THAT(messages, HasSubstr("expected the number of an outcome (0 for none), a whole number from 0 to 1"));
}

TEST(Numbers, AreReadExactlyOrRefused) {
  EXPECT_DOUBLE_EQ(parse_number("-1/3")->value, -1.0 / 3);
  EXPECT_EQ(parse_number(".90")->text, ".90");
  EXPECT_EQ(parse_number("+2.5e2")->value, 250);
  EXPECT_EQ(parse_number("1e-999")->value, 0);
  for (const char* bad : {"", "-", ".", "1/", "/2", "1/0", "1e999", "nan", "inf", "0x10", "1//2", "1 2", "--1"})
    EXPECT_FALSE(parse_number(bad)) << bad;
}

TEST(Reference, EveryTreeIsReadAndWrittenBack) {
  int files = 0;
  for (const char* folder : {"gambit/games", "gambit/crisis", "theory/efg"})
    for (const auto& path : testing::files_in(testing::reference_folder() / folder, ".efg")) {
      std::string messages;
      const auto tree = tree_of(testing::file_text(path), &messages);
      ASSERT_TRUE(tree) << path << '\n' << messages;
      const auto once = write_efg(*tree);
      const auto again = tree_of(once);
      ASSERT_TRUE(again) << path;
      EXPECT_EQ(write_efg(*again), once) << path;
      ++files;
    }
  if (files == 0) GTEST_SKIP() << "optional: reference values beside the checkout";
}

}  // namespace
}  // namespace casus::tree
