// The workbench: the whole program serves it, a real Chromium works in it, and every number that is checked is what the
// program prints on a terminal for the same question.
#include "app/program.h"
#include "study/small_text.h"

namespace casus::app {
namespace {

struct Workbench : ProgramTest {};

TEST_F(Workbench, InChromium) {
  const auto pages = std::filesystem::path(CASUS_BINARY).parent_path().parent_path() / "web";
  if (!std::filesystem::exists(pages / "workbench.html"))
    GTEST_SKIP() << "the workbench's page is not built: cmake/web.sh (needs node, npm and once the network)";
  for (const char* program : {"chromium", "node"})
    if (std::system(("command -v " + std::string(program) + " >/dev/null").c_str()) != 0)
      GTEST_SKIP() << "no " << program << " here to open the page with";
  write("small.casus", study::small_case);
  const std::string command = "cd '" + folder.string() +
                              "' && node '" CASUS_SOURCE_DIR "/web/test/workbench.test.mjs' '" CASUS_BINARY "' '" +
                              folder.string() + "' '" + (pages / "node_modules").string() + "' >seen.txt 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << read_all(folder / "seen.txt");
}

}  // namespace
}  // namespace casus::app
