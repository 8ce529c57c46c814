// The branch of a game tree is printed as it is followed, and Ctrl-C loses none of it.
#include <fcntl.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "app/program.h"

namespace casus::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct TreeBranch : ProgramTest {
  void SetUp() override {
    ProgramTest::SetUp();
    ASSERT_EQ(casus("unroll '" CASUS_SOURCE_DIR "/cases/two-sided-crisis.casus' -o game.efg").code, 0);
  }

  // Runs the program into a pipe that holds less than two points of the branch, and interrupts it when `enough` is true
  // of what has been read: nobody reads on until then, so it is at work, however fast this machine is.
  Output interrupted(std::vector<std::string> arguments, const std::function<bool(const std::string&)>& enough) const {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0 || fcntl(ends[1], F_SETPIPE_SZ, 4096) < 0) throw std::runtime_error("no pipe");
    arguments.insert(arguments.begin(), CASUS_BINARY);
    std::vector<char*> argv;
    for (auto& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    const pid_t pid = fork();
    if (pid < 0) throw std::runtime_error("cannot fork");
    if (pid == 0) {
      if (chdir(folder.c_str()) != 0 || dup2(ends[1], 1) < 0 || !freopen("stderr.txt", "w", stderr)) _exit(99);
      execv(CASUS_BINARY, argv.data());
      _exit(99);
    }
    close(ends[1]);
    Output result;
    bool sent = false;
    char buffer[1024];
    for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof buffer)) > 0;) {
      result.out.append(buffer, static_cast<size_t>(n));
      if (!sent && enough(result.out)) sent = kill(pid, SIGINT) == 0;
    }
    close(ends[0]);
    int status = 0;
    waitpid(pid, &status, 0);
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    result.err = read_all(folder / "stderr.txt");
    return result;
  }
};

TEST_F(TreeBranch, CtrlCLeavesTheRowsOfCsvThatWereFound) {
  const auto whole = casus("solve game.efg --branch");
  ASSERT_EQ(whole.code, 0) << whole.err;
  auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  const auto part = interrupted({"solve", "game.efg", "--branch"}, [&](const auto& out) { return lines(out) >= 3; });
  EXPECT_EQ(part.code, 130);
  EXPECT_THAT(part.err, HasSubstr("interrupted after"));
  EXPECT_THAT(part.err, HasSubstr("the branch is written up to precision"));
  // The first rows, whole, are those of the undisturbed run, and not all of them.
  EXPECT_GE(lines(part.out), 3);
  EXPECT_LT(lines(part.out), lines(whole.out));
  EXPECT_EQ(part.out.back(), '\n');
  EXPECT_EQ(part.out, whole.out.substr(0, part.out.size()));
}

TEST_F(TreeBranch, CtrlCLeavesJsonWhole) {
  const auto part = interrupted({"solve", "game.efg", "--branch", "--json"}, [](const std::string& out) {
    const auto list = out.find("\"branch\": [");
    return list != std::string::npos && std::count(out.begin() + static_cast<ptrdiff_t>(list), out.end(), '\n') >= 3;
  });
  EXPECT_EQ(part.code, 130);
  const auto all = json::parse(part.out);
  EXPECT_EQ(all["ended"], "was interrupted");
  EXPECT_TRUE(all["solutions"].empty());
  EXPECT_GE(all["branch"].size(), 2u);
  for (const auto& point : all["branch"]) EXPECT_EQ(point["probabilities"].size(), all["actions"].size());
}

TEST_F(TreeBranch, WhatWasFollowedBeforeItGaveUpIsWritten) {
  const auto run = casus("solve game.efg --branch --json --max-seconds 1e-9");
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("limit on time"));
  const auto all = json::parse(run.out);
  EXPECT_EQ(all["ended"], "stopped at the limit on time");
  ASSERT_EQ(all["branch"].size(), 1u);
  EXPECT_EQ(all["branch"][0]["precision"], 0.0);
}

}  // namespace
}  // namespace casus::app
