#include <gmock/gmock.h>

#include <future>

#include "serve/served.h"

namespace casus::serve {
namespace {

struct ServedGames : Served {
  void SetUp() override {
    Served::SetUp();
    write(folder / "crisis.casus", project_case("two-sided-crisis.casus"));
  }
  Json play(Json request) const {
    request["path"] = "crisis.casus";
    const auto reply = post("/api/play", request);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.body;
  }
  Json view(const Json& game, size_t seat) const {
    return get("/api/game?id=" + game["id"].get<std::string>() +
               "&seat=" + game["seats"][seat]["secret"].get<std::string>())
        .body;
  }
  Reply choose(const Json& game, size_t seat, const std::string& option) const {
    return post("/api/choose", {{"id", game["id"]}, {"seat", game["seats"][seat]["secret"]}, {"option", option}});
  }
  // The first option each time, until the end; who has seats plays.
  Json play_out(const Json& game) const {
    for (int k = 0; k < 50; ++k)
      for (size_t seat = 0; seat < game["seats"].size(); ++seat) {
        auto now = view(game, seat);
        if (now["finished"]) return now;
        if (!now.contains("turn")) continue;
        EXPECT_EQ(choose(game, seat, now["turn"]["options"][0]["option"]).status, 200);
      }
    ADD_FAILURE() << "no end";
    return {};
  }
};

TEST_F(ServedGames, OneSeatToTheDebrief) {
  const auto game = play({{"policy", "free"}, {"seed", 7}, {"seats", {{{"actor", "Challenger"}, {"type", "weak"}}}}});
  auto now = view(game, 0);
  EXPECT_EQ(now["type"], "weak");
  EXPECT_EQ(now["turn"]["decision"], "Demand");
  EXPECT_FALSE(now.contains("debrief"));
  EXPECT_EQ(now["turn"]["options"][0].dump().find("probability"), std::string::npos);
  const auto revealed = post("/api/reveal", {{"id", game["id"]}, {"seat", game["seats"][0]["secret"]}}).body["options"];
  // What the situation browser says of the same choice.
  const auto open =
      post("/api/situation", {{"path", "crisis.casus"}, {"policy", "free"}, {"points", 9}}).body["open"]["movers"][0];
  for (size_t o = 0; o < revealed.size(); ++o) {
    EXPECT_EQ(revealed[o]["value"], open["options"][o]["value"]["weak"]);
    EXPECT_EQ(revealed[o]["probability"], open["options"][o]["by_type"]["weak"]);
  }
  EXPECT_EQ(choose(game, 0, "press").status, 400);
  const auto end = play_out(game);
  const auto& debrief = end["debrief"];
  EXPECT_EQ(debrief["types"]["Challenger"], "weak");
  EXPECT_EQ(debrief["policies"].size(), 3u);
  double cost = 0;
  for (const auto& x : debrief["choices"]) cost += x["cost"].get<double>();
  EXPECT_NEAR(debrief["cost"].get<double>(), cost, 1e-12);
  EXPECT_EQ(debrief["transcript"]["kind"], "play");
  EXPECT_EQ(choose(game, 0, "demand").status, 409);

  // The transcript gives the same game again.
  const auto again = play({{"replay", debrief["transcript"]}});
  const auto same = view(again, 0);
  EXPECT_TRUE(same["finished"].get<bool>());
  EXPECT_EQ(same["debrief"]["transcript"], debrief["transcript"]);
  // A setting means what it means to --set.
  auto set = debrief["transcript"];
  set["settings"] = Json::array({"k=20%"});
  EXPECT_EQ(view(play({{"replay", set}}), 0)["debrief"]["choices"], debrief["choices"]);
  set["settings"] = Json::array({"k=0.3", "k=0.4"});
  EXPECT_EQ(post("/api/play", {{"path", "crisis.casus"}, {"replay", set}}).status, 400);
}

TEST_F(ServedGames, TwoPeopleSeeTheirOwnSideOnly) {
  const auto game =
      play({{"policy", "free"},
            {"seed", 3},
            {"seats", {{{"actor", "Challenger"}, {"type", "tough"}}, {{"actor", "Defender"}, {"type", "weak"}}}}});
  ASSERT_EQ(game["seats"].size(), 2u);
  EXPECT_EQ(view(game, 0)["turn"]["decision"], "Demand");
  const auto waits = view(game, 1);
  EXPECT_EQ(waits["waiting_for"], Json({"Challenger"}));
  EXPECT_EQ(waits["type"], "weak");
  EXPECT_EQ(waits.dump().find("tough\":true"), std::string::npos);
  EXPECT_NEAR(waits["belief"]["Challenger"]["tough"].get<double>(), 0.3, 1e-12) << "not what it really is";
  EXPECT_EQ(choose(game, 1, "resist").status, 409);
  // Another's seat cannot be taken, nor be found in the list.
  EXPECT_EQ(post("/api/choose", {{"id", game["id"]}, {"seat", "guess"}, {"option", "demand"}}).status, 403);
  const auto games = get("/api/folder").body["games"];
  EXPECT_EQ(games.size(), 2u);
  for (const auto& g : games) EXPECT_EQ(g["secret"], "");

  // Who waits is told as soon as the other has chosen.
  auto waiting = std::async(std::launch::async, [&] {
    return get("/api/game?after=0&id=" + game["id"].get<std::string>() +
               "&seat=" + game["seats"][1]["secret"].get<std::string>());
  });
  EXPECT_EQ(choose(game, 0, "demand").status, 200);
  const auto told = waiting.get().body;
  EXPECT_EQ(told["turn"]["decision"], "Reply");
  EXPECT_EQ(told["version"], 1);
  EXPECT_EQ(choose(game, 0, "demand").status, 409);

  start();  // nothing is lost when the server ends
  EXPECT_EQ(view(game, 1)["turn"]["decision"], "Reply");
  const auto end = play_out(game);
  EXPECT_EQ(end["debrief"]["types"]["Challenger"], "tough");
  const auto one = view(game, 0)["debrief"], two = view(game, 1)["debrief"];
  EXPECT_EQ(one["other"]["actor"], "Defender");
  EXPECT_EQ(one["other"]["cost"], two["cost"]);
  EXPECT_EQ(two["other"]["cost"], one["cost"]);
  EXPECT_EQ(one["payoffs"], two["payoffs"]);
  for (const auto& x : one["choices"]) EXPECT_NE(x["decision"], "Reply");
}

TEST_F(ServedGames, LeavingEndsIt) {
  const auto game = play({{"policy", "free"}, {"seats", {{{"actor", "Challenger"}}}}});
  const auto left = post("/api/leave", {{"id", game["id"]}, {"seat", game["seats"][0]["secret"]}});
  EXPECT_EQ(left.status, 200);
  EXPECT_EQ(left.body["finished"], true);
  EXPECT_EQ(left.body["debrief"]["transcript"]["finished"], false);
  EXPECT_TRUE(left.body["debrief"]["policies"].empty());
  EXPECT_EQ(choose(game, 0, "demand").status, 409);

  // A game that is over cannot be left.
  const auto ended = play({{"policy", "free"}, {"seed", 7}, {"seats", {{{"actor", "Challenger"}}}}});
  play_out(ended);
  const auto still = post("/api/leave", {{"id", ended["id"]}, {"seat", ended["seats"][0]["secret"]}}).body;
  EXPECT_EQ(still["left"], false);
  EXPECT_EQ(still["debrief"]["transcript"]["finished"], true);
}

TEST_F(ServedGames, RefusesOddTables) {
  const auto status = [&](const Json& seats) {
    return post("/api/play", {{"path", "crisis.casus"}, {"policy", "free"}, {"seats", seats}}).status;
  };
  EXPECT_EQ(status(Json::array()), 400);
  EXPECT_EQ(status({{{"actor", "Nobody"}}}), 400);
  EXPECT_EQ(status({{{"actor", "Defender"}, {"type", "brave"}}}), 400);
  EXPECT_EQ(status({{{"actor", "Defender"}}, {{"actor", "Defender"}}}), 400);
  EXPECT_EQ(status({{{"actor", "Defender"}}, {{"actor", "Challenger"}}, {{"actor", "Challenger"}}}), 400);
  EXPECT_EQ(get("/api/game?id=x&seat=y").status, 404);
  EXPECT_EQ(post("/api/play", {{"path", "crisis.casus"}, {"replay", "{}"}}).status, 400);
}

}  // namespace
}  // namespace casus::serve
