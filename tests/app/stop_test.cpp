// A signal while one large world is at work: every command ends within a second, and says so.
#include <gmock/gmock.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "app/program.h"

namespace casus::app {
namespace {

using testing::HasSubstr;

// Four who are unknown to each other choose at once, many times: minutes on grids.
constexpr const char* large = R"(case "Four at once"
horizon 24 rounds
precision 4
actor A { types { a0: 0.5, a1: otherwise } }
actor B { types { b0: 0.5, b1: otherwise } }
actor C { types { c0: 0.5, c1: otherwise } }
actor D { types { d0: 0.5, d1: otherwise } }
state tension: 0..3 = 0
round {
  simultaneous Table {
    move MA by A { ha  pa { tension = min(3, tension + 1) } pays A: if A is a0 then 0.3 else 0.1 }
    move MB by B { hb  pb { tension = min(3, tension + 1) } pays B: if B is b0 then 0.3 else 0.1 }
    move MC by C { hc  pc { tension = min(3, tension + 1) } pays C: if C is c0 then 0.3 else 0.1 }
    move MD by D { hd  pd { tension = min(3, tension + 1) } pays D: if D is d0 then 0.3 else 0.1 }
  }
  chance Calm { calms with 0.5 { tension = max(0, tension - 1) }  stays otherwise }
}
payoff A { each round: -0.1 * tension }
payoff B { each round: -0.1 * tension }
payoff C { each round: -0.1 * tension }
payoff D { each round: -0.1 * tension }
measure tense = P(tension == 3 at end)
claim "Mostly calm" { tense[free] < 50% }
policy free "as they like"
)";

struct Stop : ProgramTest {
  void SetUp() override {
    ProgramTest::SetUp();
    write("large.casus", large);
    std::string text = large;
    write("short.casus", text.replace(text.find("horizon 24"), 10, "horizon 2"));
    // Solved on histories, of which there are so many that to go through them once takes seconds.
    for (const char* of : {"a", "b", "c", "d"})
      text.replace(text.find(std::string(of) + "1: otherwise"), 14, std::string(of) + "1: 0.2, " + of + "2: otherwise");
    write("histories.casus", text.replace(text.find("horizon 2"), 9, "horizon 5"));
  }
};

TEST_F(Stop, EveryCommandEndsWithinASecond) {
  using Words = std::vector<std::string>;
  for (const int signal : {SIGINT, SIGTERM})
    for (const auto& arguments : std::vector<Words>{{"solve", "large.casus", "--points", "9"},
                                                    {"check", "large.casus"},
                                                    {"solve", "histories.casus", "--exact-up-to", "100000000"},
                                                    {"run", "large.casus", "--out", "a.sqlite", "--overwrite"},
                                                    {"run", "large.casus", "--no-store"},
                                                    {"verify", "short.casus", "--points", "9"},
                                                    {"play", "large.casus", "--as", "A", "--points", "9"}}) {
      // Long enough to be at work, wherever the test runs; the program itself knows no time.
      const auto begin = std::chrono::steady_clock::now();
      const int status = signalled(arguments, signal, 700);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
      ASSERT_TRUE(WIFEXITED(status)) << arguments[0];
      EXPECT_EQ(WEXITSTATUS(status), 130) << arguments[0];
      EXPECT_THAT(read_all(folder / "stderr.txt"), HasSubstr("interrupted")) << arguments[0];
      EXPECT_LT(took.count(), 0.7 + 1.0) << arguments[0];
      // The grid was still being refined: which study the file would hold was not known yet.
      EXPECT_FALSE(std::filesystem::exists(folder / "a.sqlite"));
    }
}

TEST_F(Stop, CheckAnswersSoonHoweverLargeTheCaseIs) {
  const auto begin = std::chrono::steady_clock::now();
  const auto check = casus("check large.casus");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_THAT(check.out, HasSubstr("more than"));
  EXPECT_LT(took.count(), 4) << "two seconds and what a busy machine takes";
  const auto json = nlohmann::json::parse(casus("check large.casus --json").out);
  EXPECT_EQ(json["more"], true);
  EXPECT_EQ(json["finer"], true);
  EXPECT_GT(json["run"]["seconds"].get<double>(), 0) << "as long as it was tried for, once the game was laid out";
}

}  // namespace
}  // namespace casus::app
