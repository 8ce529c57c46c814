#include <gmock/gmock.h>

#include <chrono>

#include "app/program.h"
#include "base/random.h"
#include "study/small_text.h"
#include "study/sqlite.h"

namespace casus::app {
namespace {

using testing::HasSubstr;

// Every row of every table, in a fixed order.
std::string dump(const std::filesystem::path& path) {
  study::Database d(path.string(), study::Access::write);  // a killed run's last step is rolled back
  std::string out;
  for (const char* rows :
       {"SELECT key || value FROM study WHERE key <> 'state' ORDER BY key",
        "SELECT name || text FROM sources ORDER BY file", "SELECT world || params FROM worlds ORDER BY world",
        "SELECT world || ' ' || policy || ' ' || coalesce(error, '') || profile_prior || value || change || payoff || "
        "quote(residual) || quote(grid_change) || nodes FROM results ORDER BY world, policy",
        "SELECT world || ' ' || claim || ' ' || holds || quote(margin) || quote(uncertainty) FROM verdicts ORDER BY "
        "world, claim"})
    for (study::Statement s(d, rows); s.step();) out += std::string(s.text(0)) + "\n";
  return out;
}

struct Interrupted : ProgramTest {
  void SetUp() override {
    ProgramTest::SetUp();
    write("small.casus", study::small_case);
  }
  uint64_t worlds(const char* file) const {
    study::Database d((folder / file).string(), study::Access::write);
    study::Statement s(d, "SELECT count(*) FROM worlds WHERE world >= 0");
    return s.step() ? static_cast<uint64_t>(s.integer(0)) : 0;
  }
};

// Kills the run ten times at random moments, resuming it each time, and compares it with an undisturbed one.
void kill_and_resume(const Interrupted& test, std::vector<std::string> options) {
  std::vector<std::string> run{"run", "small.casus", "--seed", "5", "--out", "killed.sqlite"};
  run.insert(run.end(), options.begin(), options.end());
  std::string line = "run small.casus --seed 5";
  for (const auto& o : options) line += " " + o;
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_EQ(test.casus(line + " --out whole.sqlite").code, 0);
  const auto whole =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin).count();
  base::RandomStream random(1, 0);
  int kills = 0;
  for (int attempt = 0; attempt < 10; ++attempt) {
    // Early in a run of this length on this machine, so that the first of them cannot all come too late.
    const long moment = whole / 20 + static_cast<long>(random.below(static_cast<uint32_t>(whole / 5 + 1)));
    auto arguments = run;
    if (std::filesystem::exists(test.folder / "killed.sqlite")) arguments.emplace_back("--resume");
    kills += WIFSIGNALED(test.signalled(arguments, SIGKILL, moment));
  }
  EXPECT_GT(kills, 0);
  // Where every kill came before the file was there, there is nothing to resume.
  const bool begun = std::filesystem::exists(test.folder / "killed.sqlite");
  const auto end = test.casus(line + " --out killed.sqlite" + (begun ? " --resume" : ""));
  ASSERT_EQ(end.code, 0) << end.err;
  EXPECT_EQ(dump(test.folder / "killed.sqlite"), dump(test.folder / "whole.sqlite"));
}

TEST_F(Interrupted, KilledAtRandomMomentsAndResumedGivesTheSameStudy) {
  kill_and_resume(*this, {"--worlds", "3000"});
}

TEST_F(Interrupted, KilledWhileAddingWorldsAndResumedStopsAtTheSameWorld) {
  kill_and_resume(*this, {"--until", "0.02"});
  EXPECT_GT(worlds("killed.sqlite"), 1000u);
}

TEST_F(Interrupted, CtrlCKeepsWhatIsDoneAndSaysSo) {
  // Later and later, until the signal finds the run at work with something done.
  for (long milliseconds = 50;; milliseconds *= 2) {
    ASSERT_LT(milliseconds, 60'000);
    const int status = signalled({"run", "small.casus", "--worlds", "20000", "--out", "a.sqlite", "--overwrite"},
                                 SIGINT, milliseconds);
    if (WIFSIGNALED(status)) continue;  // before the program had set itself up
    ASSERT_TRUE(WIFEXITED(status));
    ASSERT_EQ(WEXITSTATUS(status), 130);
    // Stopped before the first world, it has made no file.
    if (std::filesystem::exists(folder / "a.sqlite") && worlds("a.sqlite") > 0) break;
  }
  EXPECT_THAT(read_all(folder / "stdout.txt"), HasSubstr("Stopped early"));
  EXPECT_THAT(read_all(folder / "stderr.txt"), HasSubstr("--resume continues"));
  EXPECT_LT(worlds("a.sqlite"), 20000u);
}

}  // namespace
}  // namespace casus::app
