#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "fuzz/targets.h"
#include "language/words.h"

namespace casus::fuzz {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> texts_in(const fs::path& folder, const std::string& extension = "") {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (extension.empty() || entry.path().extension() == extension) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> out;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return out;
}

class Corpus : public testing::TestWithParam<std::string> {
 protected:
  std::vector<std::string> texts = texts_in(fs::path(CASUS_SOURCE_DIR) / "tests/fuzz/corpus" / GetParam());
};

// What fuzzing has found, and the seeds it started from.
TEST_P(Corpus, KeepsEveryPromise) {
  ASSERT_GE(texts.size(), 5u);
  for (const auto& text : texts) EXPECT_EQ(broken_promise(GetParam(), text), "") << text;
}

// A stand-in for the fuzzer where it cannot run: cuts, doubles, swaps and mixes the corpus, the same way every time.
TEST_P(Corpus, KeepsEveryPromiseWhenMutated) {
  std::mt19937 random(7);
  const auto below = [&](size_t count) { return random() % std::max<size_t>(count, 1); };
  for (int round = 0; round < 2000; ++round) {
    std::string text = texts[below(texts.size())];
    if (text.size() > 4000) continue;
    for (size_t edits = 1 + below(3); edits > 0 && !text.empty(); --edits) {
      const size_t at = below(text.size());
      const std::string& other = texts[below(texts.size())];
      switch (below(4)) {
        case 0:
          text.erase(at, 1 + below(20));
          break;
        case 1:
          text.insert(at, other, below(other.size()), below(30));
          break;
        case 2:
          text[at] = static_cast<char>(below(256));
          break;
        default:
          text.insert(at, text.substr(below(text.size()), below(20)));
      }
    }
    ASSERT_EQ(broken_promise(GetParam(), text), "") << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus,
                         testing::ValuesIn(std::vector<std::string>(std::begin(formats), std::end(formats))));

// The cases and modules that come with the program, as they are and with a hole in each.
TEST(Fuzz, TheProgramsOwnCasesKeepEveryPromise) {
  for (const char* folder : {"cases", "library"})
    for (const auto& text : texts_in(fs::path(CASUS_SOURCE_DIR) / folder, ".casus")) {
      EXPECT_EQ(broken_promise("case", text), "");
      const size_t middle = text.size() / 2;
      EXPECT_EQ(broken_promise("case", text.substr(0, middle) + text.substr(middle + 20)), "");
    }
}

// The fuzzer is given every reserved word, so that it need not find them.
TEST(Fuzz, TheDictionaryHoldsEveryWord) {
  std::ifstream in(fs::path(CASUS_SOURCE_DIR) / "tests/fuzz/case.dict");
  const std::string dictionary(std::istreambuf_iterator<char>(in), {});
  for (const auto& word : language::words())
    EXPECT_NE(dictionary.find("\n\"" + std::string(word.text) + "\"\n"), std::string::npos) << word.text;
}

}  // namespace
}  // namespace casus::fuzz
