// The WebAssembly solver and the native one, on the flagship's median world.
#include "app/program.h"

namespace casus::app {
namespace {

struct WebAssembly : ProgramTest {};

TEST_F(WebAssembly, AgreesWithTheNativeSolver) {
  const auto solver = std::filesystem::path(CASUS_BINARY).parent_path().parent_path() / "wasm" / "solver.cjs";
  if (!std::filesystem::exists(solver)) GTEST_SKIP() << "optional: the WebAssembly solver, which cmake/wasm.sh builds";
  if (std::system("command -v node >/dev/null") != 0) GTEST_SKIP() << "no node here to run it";
  const std::string file = CASUS_SOURCE_DIR "/cases/kazakhstan-2022.casus";
  const auto solved = casus("solve '" + file + "' --points 7 --json");
  ASSERT_EQ(solved.code, 0) << solved.err;
  write("solved.json", solved.out);
  const std::string command = "cd '" + folder.string() + "' && node '" CASUS_SOURCE_DIR "/web/test/solver.test.mjs' '" +
                              solver.string() + "' '" + file + "' solved.json >seen.txt 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << read_all(folder / "seen.txt");
}

}  // namespace
}  // namespace casus::app
