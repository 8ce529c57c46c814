// Runs the real program: in, arguments; out, its exit code and what it printed.
#pragma once
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace casus::app {

struct Output {
  int code = -1;  // of the shell: 128 + signal if the program was killed
  std::string out, err;
};

inline std::string read_all(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A test with a folder of its own, in which the program runs.
struct ProgramTest : testing::Test {
  std::filesystem::path folder;

  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / ("casus_app_" + std::to_string(getpid()) + "_" +
                                                       testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  void write(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }

  // `line` is what a user types after "casus"; `before` stands before it ("ulimit -f 10;").
  Output casus(const std::string& line, const std::string& before = "") const {
    const std::string command = "cd '" + folder.string() + "' && { " + before + " '" CASUS_BINARY "' " + line +
                                "; } >stdout.txt 2>stderr.txt </dev/null";
    const int status = std::system(("bash -c '" + replaced(command) + "'").c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_all(folder / "stdout.txt"),
            read_all(folder / "stderr.txt")};
  }

  // Starts the program and sends it a signal after so many milliseconds, unless it ends before; its exit status as
  // from waitpid.
  int signalled(const std::vector<std::string>& arguments, int signal, long milliseconds) const {
    sigset_t child, old;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &old);
    const pid_t pid = fork();
    if (pid < 0) throw std::runtime_error("cannot fork");  // kill(-1) would reach everything
    if (pid == 0) {
      sigprocmask(SIG_SETMASK, &old, nullptr);
      std::vector<char*> argv;
      std::string program = CASUS_BINARY;
      argv.push_back(program.data());
      for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
      argv.push_back(nullptr);
      if (chdir(folder.c_str()) != 0 || !freopen("stdout.txt", "w", stdout) || !freopen("stderr.txt", "w", stderr))
        _exit(99);
      execv(CASUS_BINARY, argv.data());
      _exit(99);
    }
    const timespec wait{milliseconds / 1000, milliseconds % 1000 * 1'000'000};
    sigtimedwait(&child, nullptr, &wait);
    kill(pid, signal);
    int status = 0;
    waitpid(pid, &status, 0);
    // A signal that arrived after the wait is taken here, so that it does not wake the next one.
    const timespec now{0, 0};
    sigtimedwait(&child, nullptr, &now);
    sigprocmask(SIG_SETMASK, &old, nullptr);
    return status;
  }

 private:
  static std::string replaced(const std::string& command) {
    std::string out;
    for (char c : command) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out;
  }
};

}  // namespace casus::app
