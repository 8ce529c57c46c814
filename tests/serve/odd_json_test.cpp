// Requests that are JSON in name only: every address answers each with one message, and goes on answering.
#include <gmock/gmock.h>

#include "base/json.h"
#include "serve/served.h"
#include "serve/workbench.h"

namespace casus::serve {
namespace {

using testing::HasSubstr;

std::string nested(size_t levels, const std::string& open, const std::string& close, const std::string& inside) {
  std::string out;
  for (size_t k = 0; k < levels; ++k) out += open;
  out += inside;
  for (size_t k = 0; k < levels; ++k) out += close;
  return out;
}

TEST(OddJson, TheParserRefusesDepthAndWidth) {
  using base::most_json_depth, base::most_json_members;
  EXPECT_TRUE(base::parse_json(nested(most_json_depth, "[", "]", "1")).ok());
  EXPECT_TRUE(base::parse_json(nested(most_json_depth, R"({"a":)", "}", "1")).ok());
  for (const size_t levels : {most_json_depth + 1, size_t{1'000'000}})
    for (const bool closed : {true, false}) {
      const auto deep = base::parse_json(nested(levels, R"([{"a":)", closed ? "}]" : "", "1"));
      ASSERT_FALSE(deep.ok());
      EXPECT_THAT(deep.error(), HasSubstr("nested more than 64 levels"));
    }
  std::string wide = "{";
  for (size_t k = 0; k < most_json_members; ++k) wide += (k ? ",\"" : "\"") + std::to_string(k) + "\":0";
  EXPECT_TRUE(base::parse_json(wide + "}").ok());
  const auto wider = base::parse_json(wide + ",\"one more\":0}");
  ASSERT_FALSE(wider.ok());
  EXPECT_THAT(wider.error(), HasSubstr("10000 members"));
  for (const char* text : {"", "{", "[1,", "{\"a\"", "1e999", "\"\xff\"", "nul", "{}{}"}) {
    const auto odd = base::parse_json(text);
    ASSERT_FALSE(odd.ok()) << text;
    EXPECT_THAT(odd.error(), HasSubstr("no JSON"));
  }
}

struct ServedOddJson : Served {
  void SetUp() override {
    Served::SetUp();
    write(folder / "crisis.casus", project_case("two-sided-crisis.casus"));
  }
  // Throws a body at every address that takes one; every answer is JSON, a refusal says why.
  void throw_at_all(const std::string& what, const std::string& body, int least, int most) {
    for (const auto& path : Workbench(settings()).paths("POST")) {
      const auto answer = reply(client().Post(path, body, "application/json"));
      EXPECT_TRUE(answer.status >= least && answer.status <= most) << what << " at " << path << ": " << answer.status;
      EXPECT_FALSE(answer.body.is_discarded()) << what << " at " << path;
      if (answer.status != 200) {
        EXPECT_NE(answer.body.value("error", ""), "") << what << " at " << path;
      }
    }
    EXPECT_EQ(get("/api/version").status, 200) << "after " << what;
  }
};

TEST_F(ServedOddJson, DeepWideLongAndTruncatedAtEveryAddress) {
  const Json request{{"path", "crisis.casus"}, {"policies", {"as_written"}}, {"worlds", 8}, {"id", "x"}, {"seat", "y"}};
  const auto with = [&](const std::string& field, const std::string& value) {
    auto text = request.dump();
    return text.substr(0, text.size() - 1) + ",\"" + field + "\":" + value + "}";
  };
  constexpr size_t deep = 100'000;
  throw_at_all("deep lists", nested(deep, "[", "]", ""), 400, 400);
  for (const char* field : {"replay", "params", "seats", "steps", "text", "client", "anything"}) {
    throw_at_all("deep lists", with(field, nested(deep, "[", "]", "")), 400, 400);
    throw_at_all("deep objects", with(field, nested(deep, "{\"a\":", "}", "0")), 400, 400);
  }
  std::string names = "{", numbers = "[", lists = "[";
  for (size_t k = 0; k < 200'000; ++k) {
    names += (k ? ",\"k" : "\"k") + std::to_string(k) + "\":0";
    numbers += k ? ",0" : "0";
    lists += k ? ",[]" : "[]";
  }
  throw_at_all("many names", names + "}", 400, 400);
  throw_at_all("many numbers", numbers + "]", 400, 400);
  const std::string long_text = '"' + std::string(3'000'000, 'x') + '"';
  // Of two members of a name the later holds.
  throw_at_all("a list for a path", with("path", lists + "]"), 400, 499);
  throw_at_all("a long path", with("path", long_text), 400, 499);
  throw_at_all("a list nobody asks for", with("extra", lists + "]"), 200, 499);
  throw_at_all("too long", with("text", '"' + std::string(5'000'000, 'x') + '"'), 413, 413);
  const auto whole = request.dump();
  for (size_t cut = 0; cut < whole.size(); cut += 7) throw_at_all("truncated", whole.substr(0, cut), 400, 400);
}

TEST_F(ServedOddJson, TranscriptsAndGamesOnDiskToo) {
  const auto deep = nested(100'000, "[", "]", "");
  const auto replay = post("/api/play", {{"path", "crisis.casus"}, {"replay", deep}});
  EXPECT_EQ(replay.status, 400);
  EXPECT_THAT(replay.body["error"].get<std::string>(), HasSubstr("nested more than 64 levels"));
  std::filesystem::create_directories(folder / "casus-runs" / "games");
  write(folder / "casus-runs" / "games" / "deep.json", "{\"id\":\"deep\",\"path\":" + deep + "}");
  start();
  EXPECT_EQ(get("/api/folder").body["games"].size(), 0u);
}

TEST_F(ServedOddJson, LongAddressesAreRefused) {
  const std::string name(6000, 'x');
  for (const auto& path : Workbench(settings()).paths("GET"))
    if (path != "/api/version" && path != "/api/folder" && path != "/api/jobs")
      for (const char* field : {"path", "id", "a"}) {
        const auto answer = get(path + "?" + field + "=" + name);
        EXPECT_TRUE(answer.status >= 400 && answer.status != 500) << path << ": " << answer.status;
      }
  const auto longer = client().Get("/api/file?path=" + std::string(9000, 'x'));
  ASSERT_TRUE(longer);
  EXPECT_EQ(longer->status, 414);
}

}  // namespace
}  // namespace casus::serve
