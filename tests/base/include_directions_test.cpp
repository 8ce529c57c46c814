// The road from text to verdict: a folder of src/ includes only what stands before it in CMakeLists.txt.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace casus {
namespace {

const std::filesystem::path root = CASUS_SOURCE_DIR;

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The folders in the order in which CMakeLists.txt adds them.
std::vector<std::string> road() {
  const std::string text = read(root / "CMakeLists.txt");
  std::smatch found;
  if (!std::regex_search(text, found, std::regex(R"(foreach\(folder ([a-z ]+)\))"))) return {};
  std::istringstream words(found[1].str());
  return {std::istream_iterator<std::string>(words), {}};
}

struct Include {
  std::filesystem::path from;
  std::string folder, to;  // folder: of the file that includes; to: of the one included, or the name if it has none
  std::string name;        // as it is included
};

std::vector<Include> includes() {
  static const std::regex line_pattern(R"re(^\s*#\s*include\s*"([^"]+)")re");
  std::vector<Include> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "src")) {
    const auto& path = entry.path();
    if (path.extension() != ".cpp" && path.extension() != ".h") continue;
    const std::string folder = std::filesystem::relative(path, root / "src").begin()->string();
    std::istringstream text(read(path));
    for (std::string line; std::getline(text, line);) {
      std::smatch found;
      if (!std::regex_search(line, found, line_pattern)) continue;
      const std::string name = found[1].str();
      out.push_back({path, folder, name.substr(0, name.find('/')), name});
    }
  }
  return out;
}

TEST(IncludeDirections, EveryFolderStandsOnTheRoad) {
  const auto folders = road();
  ASSERT_FALSE(folders.empty());
  for (const auto& entry : std::filesystem::directory_iterator(root / "src"))
    EXPECT_NE(std::find(folders.begin(), folders.end(), entry.path().filename().string()), folders.end())
        << entry.path() << " is not in the list of CMakeLists.txt";
}

TEST(IncludeDirections, ArrowsPointToWhatStandsBefore) {
  const auto folders = road();
  const auto place = [&](const std::string& folder) {
    return std::find(folders.begin(), folders.end(), folder) - folders.begin();
  };
  const auto all = includes();
  EXPECT_GT(all.size(), 100u);
  for (const auto& i : all) {
    ASSERT_LT(place(i.to), std::ssize(folders)) << i.from << " includes \"" << i.to << "\", which has no folder";
    EXPECT_LE(place(i.to), place(i.folder)) << i.from << " includes from " << i.to << ", which comes later";
  }
}

// The list is one line, the road has branches: these pairs know nothing of each other although one stands later.
TEST(IncludeDirections, BranchesDoNotTouch) {
  const std::map<std::string, std::set<std::string>> apart = {
      {"language", {"kernel"}}, {"game", {"language"}},
      {"solve", {"language"}},  {"tree", {"language", "solve"}},
      {"verify", {"language"}}, {"lab", {"kernel", "language", "game", "solve", "tree", "verify"}},
      {"study", {"tree"}},      {"report", {"language"}},
  };
  for (const auto& i : includes()) {
    const auto it = apart.find(i.folder);
    EXPECT_FALSE(it != apart.end() && it->second.contains(i.to)) << i.from << " includes from " << i.to;
  }
}

// The solver has a road of its own: a part of src/solve/ includes only the headers that lie in src/solve/ itself (but
// for the one way in, solver.h) and the parts that stand before it in the list of src/solve/CMakeLists.txt.
TEST(IncludeDirections, PartsOfTheSolverStandInOrder) {
  const auto text = read(root / "src" / "solve" / "CMakeLists.txt");
  std::smatch found;
  ASSERT_TRUE(std::regex_search(text, found, std::regex(R"(\n# (belief [a-z ]+)\n)")));
  std::istringstream words(found[1].str());
  const std::vector<std::string> parts{std::istream_iterator<std::string>(words), {}};
  const auto place = [&](const std::string& part) {
    return std::find(parts.begin(), parts.end(), part) - parts.begin();
  };
  size_t seen = 0;
  for (const auto& i : includes()) {
    if (i.folder != "solve" || i.to != "solve") continue;
    const auto from = std::filesystem::relative(i.from, root / "src" / "solve");
    const bool inside = from.has_parent_path();
    if (inside) {
      ASSERT_LT(place(from.begin()->string()), std::ssize(parts)) << from << " lies in a part not on the list";
    }
    const auto slash = i.name.find('/', 6);
    if (slash == std::string::npos) {
      EXPECT_FALSE(inside && i.name == "solve/solver.h") << from << " includes the way in";
      continue;
    }
    ++seen;
    const auto to = i.name.substr(6, slash - 6);
    if (inside)
      EXPECT_LE(place(to), place(from.begin()->string())) << from << " includes " << i.name << ", which comes later";
    else
      EXPECT_EQ(from.stem(), "solver") << "only the way in knows the parts, but " << from << " includes " << i.name;
  }
  EXPECT_GT(seen, 50u);
}

// Heavy headers cost seconds in every file that sees them: no header of ours passes them on.
TEST(IncludeDirections, HeavyHeadersStayInSources) {
  const std::regex heavy(R"re(#\s*include\s*<(CLI/|httplib|nlohmann/(?!json_fwd)|sqlite3|Clp|Coin))re");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "src")) {
    if (entry.path().extension() != ".h") continue;
    EXPECT_FALSE(std::regex_search(read(entry.path()), heavy)) << entry.path();
  }
}

// The oracle can tell the product's mistakes only while it shares none of its code.
TEST(IncludeDirections, TheOracleReadsTheModelOnly) {
  static const std::regex line_pattern(R"re(^\s*#\s*include\s*"([^"]+)")re");
  static const std::regex allowed(R"re((model/.*|oracle/(rules|oracle)\.h))re");
  for (const char* name : {"rules.h", "rules.cpp", "oracle.h", "oracle.cpp"}) {
    std::istringstream text(read(root / "tests" / "oracle" / name));
    size_t found_any = 0;
    for (std::string line; std::getline(text, line);) {
      std::smatch found;
      if (!std::regex_search(line, found, line_pattern)) continue;
      ++found_any;
      EXPECT_TRUE(std::regex_match(found[1].str(), allowed)) << name << " includes " << found[1];
    }
    EXPECT_GT(found_any, 0u) << name;
  }
}

// Eigen costs more than most sources that would see it: a header with it is for the sources of its own folder.
TEST(IncludeDirections, EigenIsSeenOnlyWhereItIsUsed) {
  const std::regex eigen(R"re(#\s*include\s*<Eigen/)re");
  std::set<std::string> with_eigen;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "src"))
    if (entry.path().extension() == ".h" && std::regex_search(read(entry.path()), eigen))
      with_eigen.insert(std::filesystem::relative(entry.path(), root / "src").generic_string());
  for (const auto& i : includes()) {
    if (!with_eigen.contains(i.name)) continue;
    EXPECT_EQ(i.from.extension(), ".cpp") << i.from << " passes Eigen on, from " << i.name;
    EXPECT_EQ(i.folder, i.to) << i.from << " gets Eigen from another folder, in " << i.name;
  }
}

}  // namespace
}  // namespace casus
