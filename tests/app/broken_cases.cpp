#include "app/broken_cases.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace casus::app {
namespace {

std::string times(size_t n, const std::string& text) {
  std::string out;
  out.reserve(n * text.size());
  for (size_t i = 0; i < n; ++i) out += text;
  return out;
}

std::string own_case(const std::string& name) {
  std::ifstream in(std::filesystem::path(CASUS_SOURCE_DIR) / "cases" / (name + ".casus"), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Place {
  size_t begin, end;
};

// Words, numbers, texts in quotes and single signs; comments are left out.
std::vector<Place> words_of(const std::string& text) {
  std::vector<Place> out;
  const auto part_of_word = [&](size_t i) {
    return i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) || text[i] == '_');
  };
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    if (text[i] == '#') {
      i = std::min(text.find('\n', i), text.size());
      continue;
    }
    if (text[i] == '"') {
      end = std::min(text.find('"', i + 1), text.size() - 1) + 1;
    } else if (part_of_word(i)) {
      while (part_of_word(end)) ++end;
    } else if (std::isspace(static_cast<unsigned char>(text[i]))) {
      ++i;
      continue;
    }
    out.push_back({i, end});
    i = end;
  }
  return out;
}

std::string piece(const std::string& text, Place p) {
  return text.substr(p.begin, p.end - p.begin);
}

const std::string head = "case \"x\"\nhorizon 2 rounds\nprecision 1\nactor A\nactor B { types { u: 0.5, v: 0.5 } }\n";
const std::string rest =
    "state n: 0..3 = 0\nround { move M by A { go { n = 1 } stay } }\npayoff A { at end: n }\n"
    "measure m = P(n == 1 at end)\npolicy free\n";

}  // namespace

std::vector<BrokenCase> damaged_cases() {
  std::vector<BrokenCase> out;
  for (const std::string name : {"chain-store", "two-sided-crisis", "alliance", "kazakhstan-2022"}) {
    const std::string text = own_case(name);
    const auto words = words_of(text);
    // A large case that is still sound takes long to check: fewer of it.
    const size_t pieces = name == "kazakhstan-2022" ? 8 : 24;
    const auto add = [&](const std::string& what, size_t at, std::string changed) {
      out.push_back({name + ", " + what + " at " + std::to_string(at), std::move(changed)});
    };
    for (size_t k = 0; k < pieces; ++k) {
      const size_t i = (words.size() - 2) * (2 * k + 1) / (2 * pieces);
      const Place a = words[i], b = words[i + 1], far = words[(i * 7 + 5) % words.size()];
      const std::string before = text.substr(0, a.begin), after = text.substr(a.end);
      const size_t cut = text.size() * 2 / 3 * k / pieces;
      add("cut short", cut, text.substr(0, cut));
      add("a word missing", a.begin, before + after);
      add("two words swapped", a.begin,
          before + piece(text, b) + text.substr(a.end, b.begin - a.end) + piece(text, a) + text.substr(b.end));
      add("a word from elsewhere", a.begin, before + piece(text, far) + after);
      if (k % 8 == 0) add("a stray byte", a.begin, before + '\xff' + text.substr(a.begin));
      if (k % 8 == 1) add("a zero byte", a.begin, before + '\0' + text.substr(a.begin));
      if (k % 8 == 2) add("an open brace", a.begin, before + " { " + text.substr(a.begin));
      if (k % 8 == 3) add("a close brace", a.begin, before + " } " + text.substr(a.begin));
    }
  }
  return out;
}

std::string frame_of_wrong_cases() {
  return head + rest;
}

std::vector<BrokenCase> wrong_cases() {
  std::vector<BrokenCase> out;
  const auto add = [&](const std::string& name, const std::string& text) { out.push_back({name, text}); };
  const auto with = [&](const std::string& name, const std::string& line) { add(name, head + line + "\n" + rest); };

  add("nothing", "");
  add("blanks", " \n\t\n");
  add("a comment", "# nothing but a comment");
  add("a byte-order mark", "\xEF\xBB\xBF");
  add("zero bytes", std::string(1000, '\0'));
  add("no case", rest);
  add("the frame alone", head);
  add("twice the same case", head + rest + head + rest);
  add("another language", "int main() { return 0; }\n");
  add("a web page", "<!DOCTYPE html><html><body>case \"x\"</body></html>");
  add("a case in UTF-16", std::string("\xff\xfe"
                                      "c\0a\0s\0e\0",
                                      10));

  for (const char* domain :
       {"0..-1 = 0", "3..1 = 2", "0..3 = 4", "0..3 = -1", "0..3", "0..x = 0", "0.5..2 = 1", "{ } = a", "{ a, a } = a",
        "{ a, b } = c", "{ a, b } = 1", "boolean = 2", "0..1e300 = 0", "= 3", "0..1000000 = 0",
        "-99999999999999999999..99999999999999999999 = 0", "NoSuchSet = a"})
    with(std::string("state ") + domain, std::string("state bad: ") + domain);

  with("a definition of itself", "let a = a");
  with("a ring of two", "let a = b + 1\nlet b = a + 1");
  with("a ring of three", "let a = b\nlet b = c\nlet c = a");
  with("a ring of parameters", "param a = b\nparam b = a");
  std::string ring, doubling = "let x0 = n\n";
  for (int i = 0; i < 2000; ++i)
    ring += "let x" + std::to_string(i) + " = 1 + x" + std::to_string((i + 1) % 2000) + "\n";
  for (int i = 1; i < 64; ++i)
    doubling += "let x" + std::to_string(i) + " = x" + std::to_string(i - 1) + " + x" + std::to_string(i - 1) + "\n";
  with("a ring of two thousand", ring);
  add("doubled sixty-four times", head + rest + doubling + "payoff B { at end: x63 }\n");

  for (const char* value : {"1 / 0", "1 / (2 - 2)", "log(0)", "sqrt(-1)", "exp(1000)", "1e999", "0 / 0", "log(-1)"})
    with(std::string("param = ") + value, std::string("param p = ") + value + "\npayoff B { at end: p }");
  with("a number of a hundred thousand digits", "param p = " + times(100'000, "9"));
  for (const char* number : {"1..2", "1e", "0x10", "1.2.3", "1e+", ".5.", "1__0", "--", "5%%"})
    with(std::string("number ") + number, std::string("param p = ") + number);
  for (const char* draw : {"uniform(1, 0)", "uniform(1, 1)", "uniform(1)", "triangular(0, 2, 1)", "normal(0, -1)",
                           "normal(0)", "beta(0, 1)", "lognormal(1, -1)", "discrete()", "gauss(0, 1)", "uniform(a, b)"})
    with(std::string("~ ") + draw, std::string("param p ~ ") + draw);

  with("priors above 1", "actor C { types { u: 0.8, v: 0.7 } }");
  with("a negative prior", "actor C { types { u: -0.5, v: 1.5 } }");
  with("a type twice", "actor C { types { u: 0.5, u: 0.5 } }");
  with("a negative precision", "actor C { precision -1 }");
  with("a discount above 1", "discount 2");
  with("an actor twice", "actor A");
  with("a name that is reserved", "param round = 1");
  with("a policy for nobody", "policy p { Nobody plays M.go }");
  with("a policy without its option", "policy p { A plays M.fly }");
  with("a claim about nothing", "claim \"c\" { nothing[free] > 0 }");
  with("a claim that compares a text", "claim \"c\" { \"x\" > 0 }");
  with("a module that is not there", "use \"no-such-module\"");
  with("a module outside", "use \"../../../../etc/passwd\"");
  with("a text without its end", "note \"and so on");
  with("a text of a million letters", "note \"" + times(1'000'000, "x"));
  with("a thousand wrong lines", times(1000, "let y = nowhere\n"));
  for (const char* rounds : {"0", "-1", "2.5", "99999999", "1e300", "n"})
    add(std::string("a horizon of ") + rounds,
        std::string("case \"x\"\nhorizon ") + rounds + " rounds\nprecision 1\nactor A\n" + rest);
  with("two horizons", "horizon 3 rounds");

  // Mistakes that only play shows.
  const std::string play = head + "state n: 0..3 = 0\nround { ";
  const std::string after = " }\nmeasure m = P(n == 1 at end)\npolicy free\n";
  add("out of its domain", play + "move M by A { up { n = n + 2 } stay }" + after);
  add("out of its domain in the tenth round",
      "case \"x\"\nhorizon 10 rounds\nprecision 1\nactor A\nstate n: 0..9 = 0\nround { move M by A { up { n = n + 1 } "
      "stay }" +
          after);
  add("odds above 1", play + "chance C { a with 0.7 { n = 1 } b with 0.7 }" + after);
  add("odds below 0", play + "chance C { a with n - 1 { n = 1 } b otherwise }" + after);
  add("odds that lack a tenth", play + "chance C { a with 0.4 { n = 1 } b with 0.5 }" + after);
  add("a move without options", play + "move M by A { go if n > 5 { n = 1 } }" + after);
  add("division by a state", play + "move M by A { go { n = 1 } stay pays A: 1 / n }" + after);

  // Sizes.
  std::string wide = head;
  for (int i = 0; i < 30; ++i) wide += "state w" + std::to_string(i) + ": 0..99 = 0\n";
  add("states that fit into no word", wide + rest);
  std::string set = "set S = { e0";
  for (int i = 1; i < 1000; ++i) set += ", e" + std::to_string(i);
  with("a thousand thousand parameters", set + " }\nparam x[S, S] = 1");
  with("a sum over a thousand million", set + " }\nlet x = sum(a in S) sum(b in S) sum(c in S) 1");
  std::string types = "actor C { types { ";
  for (int i = 0; i < 40; ++i) types += "t" + std::to_string(i) + ": " + (i < 39 ? "0.02, " : "otherwise ");
  with("forty types", types + "} }");

  for (const char* open : {"(", "-", "not ", "if ", "min(", "x[", "{", "2^", "1+(", "belief("})
    with(std::string("deep ") + open, "let x = " + times(100'000, open) + "1");
  with("deep parentheses, closed", "let x = " + times(100'000, "(") + "1" + times(100'000, ")"));
  add("a hundred thousand close braces", times(100'000, "}"));

  for (const char* bytes : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x01", "\x7f"}) {
    with("bytes in a name", std::string("param p") + bytes + " = 1");
    with("bytes in a text", std::string("note \"") + bytes + "\"");
  }
  add("as large as no case is", times(40'000'000 / 8, "# empty\n"));
  return out;
}

}  // namespace casus::app
