#include <fmt/format.h>
#include <gmock/gmock.h>

#include <thread>

#include <set>

#include "language/language.h"
#include "serve/served.h"
#include "study/plan.h"
#include "study/run.h"

namespace casus::serve {
namespace {

using testing::HasSubstr;

struct Live : Served {
  void SetUp() override {
    Served::SetUp();
    text = project_case("two-sided-crisis.casus");
    write(folder / "crisis.casus", text);
  }
  std::string text;
};

TEST_F(Live, SolvesWhatTheProgramSolves) {
  const Json request{
      {"path", "crisis.casus"}, {"params", {{"p", 0.4}}}, {"policies", {"free", "yield"}}, {"points", 9}};
  const auto reply = post("/api/solve", request);
  ASSERT_EQ(reply.status, 200) << reply.body;

  // By the study's own way, with the parameter set as --set does.
  auto changed = text;
  const auto at = changed.find("param p = 0.3");
  changed.replace(at, 13, "param p = 0.4");
  const auto loaded = language::load_text("crisis.casus", changed);
  base::Diagnostics diagnostics;
  study::Options options{.worlds = 1};
  options.solve.points = 9;
  const auto plan = study::make_plan(*loaded.value, options, diagnostics);
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(reply.body["policies"].size(), 2u);
  for (uint32_t p = 0; p < 2; ++p) {
    const auto expected = study::solve_world(*plan, p, plan->map.midpoint(), plan->options.solve);
    const auto& result = expected->result();
    const auto& policy = reply.body["policies"][p];
    for (uint32_t m = 0; m < loaded.value->measures.size(); ++m) {
      const auto& got = policy["measures"][loaded.value->measures[m].name];
      const double value = study::expected(plan->layout, result.values, result.profile_prior, m, 0);
      EXPECT_DOUBLE_EQ((got.is_array() ? got[0] : got)["value"].get<double>(), value);
    }
    EXPECT_DOUBLE_EQ(policy["course"]["probability"].get<double>(), expected->follow().probability);
    EXPECT_EQ(policy["certificate"]["nodes"].get<uint64_t>(), result.certificate.nodes);
  }
  EXPECT_DOUBLE_EQ(reply.body["params"]["p"].get<double>(), 0.4);
  EXPECT_EQ(reply.body["points"], 9);
  // The second claim speaks of `firm`, which was not asked for.
  ASSERT_EQ(reply.body["claims"].size(), 1u);
  EXPECT_FALSE(reply.body["policies"][0]["cached"].get<bool>());
  EXPECT_TRUE(post("/api/solve", request).body["policies"][0]["cached"].get<bool>());
}

TEST_F(Live, UncertainParametersAreSetInAWorld) {
  auto uncertain = text;
  uncertain.replace(uncertain.find("param p = 0.3"), 13, "param p ~ uniform(0.2, 0.6)");
  const Json base{{"path", "new.casus"}, {"text", uncertain}, {"policies", {"free"}}};
  auto set = base;
  set["params"] = {{"p", 0.25}};
  const auto fixed = post("/api/solve", {{"path", "crisis.casus"}, {"policies", {"free"}}, {"params", {{"p", 0.25}}}});
  const auto drawn = post("/api/solve", set);
  ASSERT_EQ(drawn.status, 200) << drawn.body;
  EXPECT_EQ(drawn.body["policies"][0]["measures"], fixed.body["policies"][0]["measures"]);
  EXPECT_DOUBLE_EQ(post("/api/solve", base).body["params"]["p"].get<double>(), 0.4);
}

TEST_F(Live, RefusesWithOneMessage) {
  const auto message = [&](const Json& request, int status) {
    const auto reply = post("/api/solve", request);
    EXPECT_EQ(reply.status, status) << reply.body;
    return reply.body["error"].get<std::string>();
  };
  EXPECT_THAT(message({{"path", "crisis.casus"}, {"policies", {"yeild"}}}, 400), HasSubstr("did you mean 'yield'"));
  EXPECT_THAT(message({{"path", "crisis.casus"}, {"params", {{"kk", 1}}}}, 400), HasSubstr("unknown parameter 'kk'"));
  for (const int points : {4, 1000})  // as few and as many as elsewhere
    EXPECT_THAT(message({{"path", "crisis.casus"}, {"points", points}}, 400), HasSubstr("'points'"));
  EXPECT_THAT(message({{"path", "crisis.casus"}, {"points", "9"}}, 400), HasSubstr("'points'"));
  EXPECT_THAT(message({{"path", "crisis.casus"}, {"params", {{"p", "x"}}}}, 400), HasSubstr("must be a number"));
  EXPECT_THAT(message({{"path", "crisis.casus"}, {"text", "case \"x\"\nhorizon"}}, 422), HasSubstr("has mistakes"));
  // A prior above 1 is a mistake of that world.
  const auto odd = post("/api/solve", {{"path", "crisis.casus"}, {"params", {{"p", 1.5}}}, {"policies", {"free"}}});
  EXPECT_EQ(odd.status, 200);
  EXPECT_TRUE(odd.body["policies"][0].contains("error")) << odd.body;
}

TEST_F(Live, DropsWhatIsNoLongerWanted) {
  const Json request{{"path", "crisis.casus"}, {"client", "tab"}, {"policies", {"free"}}};
  auto newer = request, older = request;
  newer["seq"] = 2;
  older["seq"] = 1;
  older["params"] = {{"p", 0.21}};  // so that it would have to be solved
  EXPECT_EQ(post("/api/solve", newer).status, 200);
  const auto stale = post("/api/solve", older);
  EXPECT_EQ(stale.status, 409);
  EXPECT_EQ(stale.body["superseded"], true);
  older["client"] = "another tab";
  EXPECT_EQ(post("/api/solve", older).status, 200);
}

// A solve that is under way ends when the same tab asks for something else.
TEST_F(Live, BreaksOffWhatIsNoLongerWanted) {
  std::string large = "case \"large\"\nhorizon 300 rounds\nprecision 6\n", moves, ends;
  for (const char* a : {"A", "B"}) {
    large += fmt::format("actor {0} {{ types {{ x{0}: 0.3, y{0}: otherwise }} }}\n", a);
    moves += fmt::format(
        "  move M{0} by {0} {{ h{0}  p{0} {{ heat = min(5, heat + 1) }} pays {0}: if {0} is x{0} then 0.3 else 0.1 "
        "}}\n",
        a);
    ends += fmt::format("payoff {} {{ each round: -0.1 * heat }}\n", a);
  }
  large += "state heat: 0..5 = 0\nround {\n" + moves +
           "  chance Calm { calms with 0.5 { heat = max(0, heat - 1) }  stays otherwise }\n}\n" + ends +
           "measure hot = P(heat == 5 at end)\npolicy free\n";
  const Json first{{"path", "large.casus"}, {"text", large}, {"client", "tab"}, {"seq", 1}, {"points", 33}};
  Reply broken_off;
  std::jthread waiting([&] { broken_off = post("/api/solve", first); });
  // Whichever of the two comes first: the older one is not answered.
  EXPECT_EQ(post("/api/solve", {{"path", "crisis.casus"}, {"client", "tab"}, {"seq", 2}}).status, 200);
  waiting.join();
  EXPECT_EQ(broken_off.status, 409) << broken_off.body;
  EXPECT_EQ(broken_off.body["superseded"], true);
}

TEST_F(Live, WalksToASituation) {
  const Json at{{"path", "crisis.casus"}, {"policy", "free"}, {"points", 9}};
  const auto start = post("/api/situation", at);
  ASSERT_EQ(start.status, 200) << start.body;
  EXPECT_EQ(start.body["open"]["stage"], "Demand");
  EXPECT_TRUE(start.body["steps"].empty());

  // The posterior that an option is said to bring is the one that is there once it is taken.
  for (const auto& option : start.body["open"]["movers"][0]["options"]) {
    auto next = at;
    next["steps"] = {{option["option"]}};
    const auto reply = post("/api/situation", next);
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_NEAR(reply.body["belief"]["Challenger"]["tough"].get<double>(), option["after"]["tough"].get<double>(),
                1e-12);
    EXPECT_EQ(reply.body["before"], start.body["belief"]);
    EXPECT_DOUBLE_EQ(reply.body["open"]["probability"].get<double>(), option["probability"].get<double>());
    EXPECT_EQ(reply.body["steps"][0]["movers"][0]["taken"], option["option"]);
    EXPECT_FALSE(reply.body["steps"][0]["words"].get<std::string>().empty());
  }
  // It is what `solve` says of the likeliest course.
  const auto solved = post("/api/solve", {{"path", "crisis.casus"}, {"policies", {"free"}}, {"points", 9}});
  const auto& first = solved.body["policies"][0]["course"]["steps"][0]["movers"][0]["options"];
  for (size_t o = 0; o < first.size(); ++o)
    EXPECT_EQ(start.body["open"]["movers"][0]["options"][o]["value"], first[o]["value"]);

  // To the end, taking the first option each time.
  auto path = Json::array();
  Json here = start.body;
  for (int steps = 0; !here["open"].is_null(); ++steps) {
    ASSERT_LT(steps, 50);
    path.push_back({here["open"]["movers"][0]["options"][0]["option"]});
    auto next = at;
    next["steps"] = path;
    here = post("/api/situation", next).body;
  }
  EXPECT_EQ(here["steps"].size(), path.size());
  auto beyond = at;
  path.push_back({"demand"});
  beyond["steps"] = path;
  EXPECT_EQ(post("/api/situation", beyond).status, 422);
  beyond["steps"] = {{"press"}};
  const auto odd = post("/api/situation", beyond);
  EXPECT_EQ(odd.status, 422);
  EXPECT_THAT(odd.body["error"].get<std::string>(), HasSubstr("'press' cannot be taken at Demand"));
}

TEST_F(Live, ChecksAndFormatsWhileOneTypes) {
  const auto good = post("/api/check", {{"path", "crisis.casus"}, {"text", text}});
  EXPECT_EQ(good.body["errors"], 0);
  auto wrong = text;
  wrong.replace(wrong.find("stage = demanded"), 16, "stage = demandet");
  const auto bad = post("/api/check", {{"path", "crisis.casus"}, {"text", wrong}});
  EXPECT_EQ(bad.body["errors"], 1);
  EXPECT_EQ(bad.body["diagnostics"][0]["file"], "crisis.casus");
  EXPECT_THAT(bad.body["diagnostics"][0]["hint"].get<std::string>(), HasSubstr("demanded"));
  EXPECT_GT(bad.body["diagnostics"][0]["line"].get<int>(), 20);
  const auto formatted = post("/api/format", {{"path", "crisis.casus"}, {"text", "   " + text}});
  EXPECT_EQ(formatted.body["text"], text);
  EXPECT_EQ(post("/api/format", {{"path", "crisis.casus"}, {"text", "case"}}).status, 422);
}

TEST_F(Live, DescribesACase) {
  auto uncertain = text;
  uncertain.replace(uncertain.find("param q = 0.3"), 13, "param q ~ uniform(0.2, 0.6)");
  const auto d = post("/api/describe", {{"path", "crisis.casus"}, {"text", uncertain}}).body;
  EXPECT_EQ(d["title"], "A crisis in which both sides bluff");
  EXPECT_EQ(d["horizon"], 3);
  EXPECT_EQ(d["objective"], "pressed");
  std::map<std::string, Json> params;
  for (const auto& p : d["params"]) params[p["name"]] = p;
  EXPECT_EQ(params["q"]["free"], true);
  EXPECT_EQ(params["q"]["prior"], true);
  EXPECT_DOUBLE_EQ(params["q"]["low"].get<double>(), 0.2);
  EXPECT_DOUBLE_EQ(params["q"]["high"].get<double>(), 0.6);
  ASSERT_EQ(params["q"]["quantiles"].size(), 31u);
  EXPECT_NEAR(params["q"]["quantiles"][15].get<double>(), 0.4, 1e-12);
  EXPECT_EQ(params["k"]["free"], false);
  EXPECT_EQ(params["k"]["prior"], false);
  EXPECT_EQ(d["measures"][1]["rounds"], 3);
  EXPECT_EQ(d["actors"][0]["types"][0]["prior"], 0.3);
  EXPECT_EQ(d["claims"].size(), 2u);
  EXPECT_EQ(d["stages"][0]["decisions"][0]["options"][0]["name"], "demand");
  EXPECT_EQ(d["defaults"]["points"], study::default_points);
  EXPECT_EQ(d["defaults"]["worlds"], study::default_worlds);
}

}  // namespace
}  // namespace casus::serve
