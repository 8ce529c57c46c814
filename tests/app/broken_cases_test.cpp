// Broken files given to the real program: each is refused with exit code 2 and a message that names the file, soon.
#include "app/broken_cases.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

extern char** environ;

namespace casus::app {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr double most_seconds = 10;  // the sanitizers make the program slower
#else
constexpr double most_seconds = 1;
#endif

struct Answer {
  int status = -1;     // as from waitpid
  double seconds = 0;  // of processor time: what else the machine does counts for nothing
  std::string out, err;
  bool refused() const { return WIFEXITED(status) && WEXITSTATUS(status) == 2; }
  bool sound() const { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }
};

class BrokenFiles : public testing::Test {
 protected:
  std::filesystem::path folder_;

  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("casus_broken_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // casus check FILE
  Answer check(const std::string& file) const {
    const std::string out = folder_ / "stdout", err = folder_ / "stderr";
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    std::string program = CASUS_BINARY, command = "check", name = file;
    char* arguments[] = {program.data(), command.data(), name.data(), nullptr};
    pid_t child = 0;
    const int error = posix_spawn(&child, CASUS_BINARY, &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    Answer answer;
    rusage used{};
    if (error != 0 || wait4(child, &answer.status, 0, &used) != child) return answer;
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    answer.seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
    answer.out = read(out);
    answer.err = read(err);
    return answer;
  }

  Answer check_text(const std::string& text) const {
    const std::string file = folder_ / "broken.casus";
    std::ofstream(file, std::ios::binary) << text;
    return check(file);
  }

  static void expect_refusal(const Answer& a, const std::string& name, const std::string& what) {
    EXPECT_TRUE(a.refused()) << what << ": status " << a.status << "\n" << a.err.substr(0, 2000);
    EXPECT_NE(a.err.find(name), std::string::npos) << what << ": the file is not named\n" << a.err.substr(0, 2000);
    EXPECT_EQ(a.out, "") << what;
    EXPECT_LT(a.seconds, most_seconds) << what;
  }
};

TEST_F(BrokenFiles, DamagedCases) {
  size_t refused = 0;
  for (const auto& c : damaged_cases()) {
    const Answer a = check_text(c.text);
    if (a.sound()) continue;
    expect_refusal(a, "broken.casus", c.name);
    refused += a.refused();
  }
  EXPECT_GE(refused, 200u);
}

TEST_F(BrokenFiles, WrongCases) {
  const Answer frame = check_text(frame_of_wrong_cases());
  EXPECT_TRUE(frame.sound()) << frame.err;  // so what is refused below is refused for what was added
  for (const auto& c : wrong_cases()) expect_refusal(check_text(c.text), "broken.casus", c.name);
}

TEST_F(BrokenFiles, WhatIsNoFile) {
  const auto path = [&](const char* name) { return (folder_ / name).string(); };
  expect_refusal(check(path("absent.casus")), "absent.casus", "a missing file");
  std::filesystem::create_directory(path("folder.casus"));
  expect_refusal(check(path("folder.casus")), "folder.casus", "a folder");
  std::ofstream(path("plain"));
  expect_refusal(check(path("plain/x.casus")), "plain/x.casus", "a path through a file");
  std::filesystem::create_symlink(path("loop.casus"), path("loop.casus"));
  expect_refusal(check(path("loop.casus")), "loop.casus", "a link to itself");
  expect_refusal(check(path(std::string(5000, 'x').c_str())), "xxxx", "a name that is too long");
  expect_refusal(check("/dev/zero"), "/dev/zero", "a device without end");
  expect_refusal(check("/dev/null"), "/dev/null", "a device without content");
}

}  // namespace
}  // namespace casus::app
