// The programs themselves: `casus unroll` and `casus verify` on cases of the project.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tree/efg.h"

namespace casus {
namespace {

using nlohmann::json;

struct Exactness : ::testing::Test {
  std::filesystem::path folder;
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / ("casus_verify_" + std::to_string(getpid()) + "_" +
                                                       ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  struct Output {
    int code;
    std::string out, err;
  };
  std::string text(const char* name) const {
    std::ifstream in(folder / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // `line` is what a user types after "casus", in the project's folder.
  Output casus(const std::string& line) const {
    const auto command = fmt::format("cd '{0}' && '{1}' {2} >'{3}/out' 2>'{3}/err' </dev/null", CASUS_SOURCE_DIR,
                                     CASUS_BINARY, line, folder.string());
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text("out"), text("err")};
  }
};

tree::Tree read(const std::string& text) {
  base::SourceSet sources;
  base::Diagnostics diagnostics;
  const auto file = sources.add("game.efg", text);
  auto tree = tree::read_efg(sources, file, diagnostics);
  EXPECT_TRUE(diagnostics.all().empty()) << base::render_text(diagnostics, sources, false);
  return tree ? *std::move(tree) : tree::Tree{};
}

TEST_F(Exactness, UnrollsForGambit) {
  const auto run = casus("unroll cases/two-sided-crisis.casus --set p=0.337");
  ASSERT_EQ(run.code, 0) << run.err;
  const auto tree = read(run.out);
  // Demand; pass ends the meeting, else concede ends it, else press or back down: 1 + 2 + 2 + 2 nodes with 4 ends, for
  // 4 profiles of types over 3 meetings: 1 + 4 (1 + 6 + 4 * 6 + 16 * 6).
  EXPECT_EQ(tree.nodes.size(), 1u + 4 * (1 + 6 + 24 + 96));
  EXPECT_EQ(tree.players, (std::vector<std::string>{"Challenger", "Defender"}));
  std::set<std::string> labels;
  for (const auto& set : tree.info_sets) EXPECT_TRUE(labels.insert(set.name).second) << set.name;
  EXPECT_NE(tree.comment.find("precision 5 is exactly the case's"), std::string::npos) << tree.comment;
  EXPECT_NE(tree.comment.find("p = 0.337"), std::string::npos) << tree.comment;
  EXPECT_EQ(tree::write_efg(tree), run.out);
}

TEST_F(Exactness, SaysWhatPrecisionMeans) {
  std::ofstream(folder / "impatient.casus") << R"(case "impatient"
horizon 2 rounds
discount 0.5
precision 2
actor A
round { move M by A { take pays A: 1
 leave } }
)";
  const auto file = (folder / "impatient.casus").string();
  const auto plain = casus(fmt::format("unroll '{}'", file));
  const auto by_round = casus(fmt::format("unroll --by-round '{}'", file));
  ASSERT_EQ(plain.code, 0) << plain.err;
  ASSERT_EQ(by_round.code, 0) << by_round.err;
  EXPECT_NE(read(plain.out).comment.find("no one precision"), std::string::npos) << plain.out;
  const auto tree = read(by_round.out);
  EXPECT_NE(tree.comment.find("at precision 1 is exactly the case's"), std::string::npos) << tree.comment;
  EXPECT_EQ(tree.players, (std::vector<std::string>{"A in round 1", "A in round 2"}));
  // Yes twice: the first round's player weighs 2 * (1 + 0.5), the second's 2.
  double first = 0, second = 0;
  for (int n = 0; n < static_cast<int>(tree.nodes.size()); ++n) {
    first = std::max(first, tree::path_payoffs(tree, n)[0]);
    second = std::max(second, tree::path_payoffs(tree, n)[1]);
  }
  EXPECT_DOUBLE_EQ(first, 3);
  EXPECT_DOUBLE_EQ(second, 2);
}

TEST_F(Exactness, RefusesLargeTreesWithTheirSize) {
  const auto large = casus("unroll cases/kazakhstan-2022.casus");
  EXPECT_EQ(large.code, 2);
  EXPECT_NE(large.err.find("more than the limit of 1000000"), std::string::npos) << large.err;
  EXPECT_EQ(large.out, "");
  const auto small = casus("unroll cases/chain-store.casus --node-limit 106");
  EXPECT_EQ(small.code, 2);
  EXPECT_NE(small.err.find("the tree has 107 nodes, more than the limit of 106"), std::string::npos) << small.err;
  EXPECT_EQ(casus("verify cases/chain-store.casus --node-limit 106").code, 2);
  EXPECT_EQ(casus("unroll cases/chain-store.casus --node-limit 107").code, 0);
}

TEST_F(Exactness, UnrollsTheWorldAsked) {
  const auto one = casus("unroll cases/alliance.casus --node-limit 100000 --worlds 8 --world 3 --seed 5");
  const auto again = casus("unroll cases/alliance.casus --node-limit 100000 --worlds 8 --world 3 --seed 5");
  const auto other = casus("unroll cases/alliance.casus --node-limit 100000 --worlds 8 --world 4 --seed 5");
  ASSERT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(one.out, again.out);
  EXPECT_NE(one.out, other.out);
  EXPECT_EQ(casus("unroll cases/alliance.casus --worlds 8 --world 8").code, 2);
  EXPECT_EQ(casus("unroll cases/alliance.casus --world last").code, 2);
  EXPECT_EQ(casus("unroll cases/chain-store.casus --policy free,no_doubt").code, 2);
  const auto there = casus(fmt::format("unroll cases/chain-store.casus -o '{}/none/game.efg'", folder.string()));
  EXPECT_EQ(there.code, 1);
  EXPECT_NE(there.err.find("cannot write"), std::string::npos) << there.err;
}

TEST_F(Exactness, VerifiesTheChainStore) {
  const auto run = casus("verify cases/chain-store.casus --points 9,17,33 --json");
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.err, "");  // progress is for terminals
  const auto answer = json::parse(run.out);
  EXPECT_EQ(answer["tree"]["nodes"], 107);
  EXPECT_LT(answer["tree"]["residual"], 1e-12);
  ASSERT_EQ(answer["grids"].size(), 3u);
  EXPECT_FALSE(answer["grids"][0]["within_tolerance"]);
  const unsigned from = answer["within_tolerance_from"];
  for (const auto& grid : answer["grids"]) {
    const bool good = grid["choice_on_path"] <= 1e-3 && grid["measure"] <= 1e-3;
    EXPECT_EQ(grid["within_tolerance"], good);
    EXPECT_EQ(grid["points"] >= from, good);
    EXPECT_LE(grid["choice_on_path"], grid["choice_anywhere"]);
  }
}

TEST_F(Exactness, VerifiesTwoInformedActors) {
  const auto run = casus("verify cases/two-sided-crisis.casus --set care=1 --points 9,17 --tolerance 1e-5");
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_NE(run.out.find("From 17 points on"), std::string::npos) << run.out;
  const auto strict = casus("verify cases/two-sided-crisis.casus --set care=1 --points 9,17 --tolerance 1e-9");
  EXPECT_EQ(strict.code, 1);
  EXPECT_NE(strict.out.find("NOT within 1e-09"), std::string::npos) << strict.out;
}

// What is told given a type must not suffer from its being rare: windows that hold the likely play only would leave it
// out (an error of one half).
TEST_F(Exactness, HoldsForARareType) {
  const auto run = casus("verify cases/chain-store.casus --set p_strong=0.001 --points 9,17 --tolerance 1e-3");
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_NE(run.out.find("From 17 points on"), std::string::npos) << run.out;
}

}  // namespace
}  // namespace casus
