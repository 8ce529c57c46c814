#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <random>

#include "language/examples.h"
#include "language/language.h"
#include "language/lexer.h"

namespace casus::language {
namespace {

std::string times(size_t n, const std::string& text) {
  std::string out;
  out.reserve(n * text.size());
  for (size_t i = 0; i < n; ++i) out += text;
  return out;
}

// Loads a text that is probably broken. True if it was; what matters is that it is told in time and without a crash.
bool refused(const std::string& text) {
  LoadOptions options;
  options.library_dirs.push_back(std::filesystem::path(CASUS_SOURCE_DIR) / "library");
  const auto start = std::chrono::steady_clock::now();
  const Loaded loaded = load_text("broken.casus", text, options);
  const std::string said = render_text(loaded.diagnostics, loaded.sources, false);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  EXPECT_NE(loaded.value.has_value(), loaded.diagnostics.has_errors()) << text.substr(0, 2000);
  EXPECT_LT(seconds.count(), 10) << text.substr(0, 300);
  if (loaded.diagnostics.has_errors()) {
    EXPECT_NE(said.find("error:"), std::string::npos);
    EXPECT_LE(loaded.diagnostics.all().size(), 2 * base::Diagnostics::most_errors + 1);
    EXPECT_NE(render_json(loaded.diagnostics, loaded.sources).find("\"code\""), std::string::npos);
  }
  return loaded.diagnostics.has_errors();
}

struct Place {
  size_t begin, end;
};

std::vector<Place> tokens_of(const std::string& text) {
  base::SourceSet sources;
  base::Diagnostics diagnostics;
  Tokens tokens;
  lex(sources, sources.add("x", text), tokens, diagnostics);
  std::vector<Place> out;
  for (const Token& token : tokens.tokens)
    if (token.kind != TokenKind::end) out.push_back({token.span.begin, token.span.end});
  return out;
}

const std::string sketch = sketch_case, indexed = indexed_case;

TEST(Broken, TruncatedAnywhere) {
  size_t broken = 0;
  for (const std::string* text : {&sketch, &indexed})
    for (size_t end = 0; end < text->size(); end += 23) broken += refused(text->substr(0, end));
  // The last declarations may be missing without harm, the first may not.
  EXPECT_GE(broken, 150u);
}

TEST(Broken, ATokenMissing) {
  size_t broken = 0, total = 0;
  for (const std::string* text : {&sketch, &indexed}) {
    const auto tokens = tokens_of(*text);
    for (size_t i = 0; i < tokens.size(); i += 3, ++total)
      broken += refused(text->substr(0, tokens[i].begin) + text->substr(tokens[i].end));
  }
  EXPECT_GT(total, 300u);
  EXPECT_GT(broken, total * 7 / 10);
}

TEST(Broken, TwoTokensSwapped) {
  size_t broken = 0, total = 0;
  for (const std::string* text : {&sketch, &indexed}) {
    const auto tokens = tokens_of(*text);
    for (size_t i = 0; i + 1 < tokens.size(); i += 3, ++total) {
      const Place a = tokens[i], b = tokens[i + 1];
      const auto piece = [&](Place p) { return text->substr(p.begin, p.end - p.begin); };
      broken += refused(text->substr(0, a.begin) + piece(b) + text->substr(a.end, b.begin - a.end) + piece(a) +
                        text->substr(b.end));
    }
  }
  EXPECT_GT(broken, total * 7 / 10);
}

TEST(Broken, ATokenOfAnotherPlace) {
  std::mt19937 random(20220107);
  size_t broken = 0;
  for (const std::string* text : {&sketch, &indexed}) {
    const auto tokens = tokens_of(*text);
    for (int k = 0; k < 200; ++k) {
      const Place a = tokens[random() % tokens.size()], b = tokens[random() % tokens.size()];
      broken += refused(text->substr(0, a.begin) + text->substr(b.begin, b.end - b.begin) + text->substr(a.end));
    }
  }
  EXPECT_GE(broken, 200u);
}

TEST(Broken, BytesOfNoText) {
  std::mt19937 random(7);
  for (const char* bytes : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x01", "\x7f"})
    for (size_t at :
         {size_t{0}, sketch.find("Russia"), sketch.find("Kremlin"), sketch.find("# ----") + 8, sketch.size()})
      EXPECT_TRUE(refused(sketch.substr(0, at) + bytes + sketch.substr(at))) << at;
  for (size_t at : {size_t{0}, sketch.find("Kremlin"), sketch.size() / 2})
    EXPECT_TRUE(refused(sketch.substr(0, at) + std::string(1, '\0') + sketch.substr(at)));
  for (int k = 0; k < 50; ++k) {
    std::string noise(1 + random() % 3000, ' ');
    for (char& c : noise) c = static_cast<char>(random());
    EXPECT_TRUE(refused(noise));
  }
}

const std::string head = "case \"x\"\nhorizon 2 rounds\nprecision 1\nactor A\nstate n: 0..3 = 0\n";
const std::string round_text = "round { move M by A { go { n = 1 } stay } }\n";

TEST(Broken, DeepNesting) {
  constexpr size_t deep = 200'000;
  for (const char* open :
       {"(", "-", "not ", "if ", "min(", "x[", "sum(h in S) ", "{", "2^", "1+(", "a.", "if yes then ", "belief("}) {
    EXPECT_TRUE(refused(head + "let x = " + times(deep, open) + "1\n" + round_text)) << open;
    EXPECT_TRUE(refused(times(deep, open))) << open;
  }
  EXPECT_TRUE(refused(head + "let x = " + times(deep, "(") + "1" + times(deep, ")")));
  EXPECT_TRUE(refused(head + "round { move M by A { go { " + times(deep, "for h in S { ")));
  EXPECT_TRUE(refused(head + "let x = 1" + times(deep, " + n") + "\n" + round_text));
  EXPECT_TRUE(refused(head + "round " + times(deep, "{ simultaneous ")));
  EXPECT_TRUE(refused(times(deep, "}")));
}

TEST(Broken, DefinitionsWithoutEnd) {
  std::string doubling = "let x0 = n\n", chain = "let x0 = n\n", ring;
  for (int i = 1; i < 60; ++i)
    doubling += "let x" + std::to_string(i) + " = x" + std::to_string(i - 1) + " + x" + std::to_string(i - 1) + "\n";
  for (int i = 1; i < 20000; ++i) chain += "let x" + std::to_string(i) + " = 1 + x" + std::to_string(i - 1) + "\n";
  for (int i = 0; i < 20000; ++i)
    ring += "let x" + std::to_string(i) + " = 1 + x" + std::to_string((i + 1) % 20000) + "\n";
  EXPECT_TRUE(refused(head + doubling + round_text));
  EXPECT_TRUE(refused(head + chain + round_text));
  EXPECT_TRUE(refused(head + ring + round_text));
  EXPECT_TRUE(refused(head + "let a = a\n" + round_text));
}

TEST(Broken, TooLarge) {
  std::string set = "set S = { e0";
  for (int i = 1; i < 1000; ++i) set += ", e" + std::to_string(i);
  set += " }\n";
  EXPECT_TRUE(refused(head + set + "let x = sum(a in S) sum(b in S) sum(c in S) 1\n" + round_text));
  EXPECT_TRUE(refused(head + set + "let x = sum(a in S) sum(b in S) sum(c in S) sum(d in S) n\n" + round_text));
  EXPECT_TRUE(refused(head + set + "let x[a in S, b in S] = n\n" + round_text));
  EXPECT_TRUE(refused(head + set + "param x[S, S] = 1\n" + round_text));
  EXPECT_TRUE(refused(head + set + "actor B[a in S]\nactor C[a in S]\n" + round_text));
  EXPECT_TRUE(
      refused(head + set + "round { move M by A { go { for a in S { for b in S { for c in S { } } } } stay } }\n"));
  EXPECT_TRUE(refused(head + set +
                      "round { move M[a in S] by A { go[b in S] stay[c in S] } move N[a in S] by A { go[b in S] stay[b "
                      "in S] no[c in S] } move O[a in S] by A { p[b in S] q[b in S] r[c in S] s[b in S] t[b in S] u[c "
                      "in S] v[c in S] w[c in S] } }\n"));
  EXPECT_TRUE(refused(head + "state huge: 0..1000000 = 0\n" + round_text));
  EXPECT_TRUE(refused(head + "state huge: 0..1e300 = 0\n" + round_text));
  EXPECT_TRUE(refused(head + "state huge: -99999999999999999999..99999999999999999999 = 0\n" + round_text));
  EXPECT_TRUE(refused(head + "let x = 1e999\n" + round_text));
  EXPECT_TRUE(refused(head + "let x = " + times(100'000, "9") + "\n" + round_text));
  EXPECT_TRUE(refused(times(most_bytes + 1, " ")));
  EXPECT_TRUE(refused(times(most_bytes / 2, "(")));
  EXPECT_TRUE(refused(times(100'000, "let x = y\n")));
  EXPECT_TRUE(refused("case \"" + times(1'000'000, "x")));
}

TEST(Broken, NothingAtAll) {
  for (const char* text :
       {"", " ", "\n\n\n", "#", "# only a comment", "\"", "case", "case \"", "{", "}", ";", "\xEF\xBB\xBF"})
    EXPECT_TRUE(refused(text)) << text;
}

}  // namespace
}  // namespace casus::language
