#include "serve/served.h"
#include "study/small_case.h"

namespace casus::serve {
namespace {

struct ServedJobs : Served {
  void SetUp() override {
    Served::SetUp();
    write(folder / "small.casus", study::small_case);
  }
  // Follows the events until the job is in one of the states, and returns it as it was last told.
  Json follow(const std::string& id, const std::vector<std::string>& states, size_t* told = nullptr) const {
    Json last;
    std::string rest;
    client().Get("/api/events", [&](const char* data, size_t size) {
      rest.append(data, size);
      for (size_t end; (end = rest.find("\n\n")) != std::string::npos; rest.erase(0, end + 2)) {
        const auto at = rest.find("data: ");
        if (at == std::string::npos || at > end) continue;
        const auto job = Json::parse(rest.substr(at + 6, end - at - 6));
        if (job["id"] != id) continue;
        last = job;
        if (told) ++*told;
        if (std::find(states.begin(), states.end(), job["state"].get<std::string>()) != states.end()) return false;
      }
      return true;
    });
    return last;
  }
};

TEST_F(ServedJobs, RunsAStudyAndTellsItsProgress) {
  const auto started = post("/api/run", {{"path", "small.casus"}, {"worlds", 24}, {"seed", 5}});
  ASSERT_EQ(started.status, 200) << started.body;
  EXPECT_EQ(started.body["worlds"], 24);
  const auto done = follow(started.body["id"], {"done", "failed", "stopped"});
  EXPECT_EQ(done["state"], "done") << done;
  EXPECT_EQ(done["done"], 24);
  const auto studies = get("/api/folder").body["studies"];
  ASSERT_EQ(studies.size(), 1u);
  EXPECT_EQ(studies[0]["path"], done["study"]);
  EXPECT_EQ(studies[0]["case"], "small.casus");
  EXPECT_EQ(studies[0]["worlds"], 24);
  EXPECT_EQ(studies[0]["complete"], true);
  EXPECT_GT(studies[0]["claims"], 0);

  const auto other = post("/api/run", {{"path", "small.casus"}, {"worlds", 24}, {"seed", 6}});
  const auto second = follow(other.body["id"], {"done", "failed"});
  const auto compared =
      get("/api/compare?a=" + done["study"].get<std::string>() + "&b=" + second["study"].get<std::string>());
  ASSERT_EQ(compared.status, 200) << compared.body;
  EXPECT_EQ(compared.body["asked"][0]["what"], "seed");
}

TEST_F(ServedJobs, CancelKeepsWhatWasSolved) {
  const auto started = post("/api/run", {{"path", "small.casus"}, {"worlds", 200000}}).body;
  const auto waiting = post("/api/run", {{"path", "small.casus"}, {"worlds", 100000}}).body;
  EXPECT_EQ(post("/api/cancel", {{"id", waiting["id"]}}).body["state"], "stopped");
  EXPECT_EQ(post("/api/run", {{"path", "small.casus"}, {"worlds", 200000}}).status, 409) << "it is running";
  // Until some worlds are there, so that there is something to lose.
  for (Json job = started; job["done"].get<double>() < 16;
       job = get("/api/job?id=" + started["id"].get<std::string>()).body)
    ASSERT_TRUE(job["state"] == "running" || job["state"] == "waiting") << job;
  EXPECT_EQ(post("/api/cancel", {{"id", started["id"]}}).status, 200);
  const auto stopped = follow(started["id"], {"stopped", "done", "failed"});
  EXPECT_EQ(stopped["state"], "stopped");
  const auto study = get("/api/folder").body["studies"][0];
  EXPECT_GE(study["worlds"].get<double>(), 8);
  EXPECT_EQ(study["planned"], 200000);
  const auto again = post("/api/run", {{"path", "small.casus"}, {"worlds", 200000}});
  EXPECT_EQ(again.status, 409) << "unfinished studies are not overwritten unasked";
  EXPECT_EQ(again.body["study"], study["path"]);
}

TEST_F(ServedJobs, BoundsTheQueueAndTheStreams) {
  for (size_t k = 0; k < 16; ++k)
    ASSERT_EQ(post("/api/run", {{"path", "small.casus"}, {"worlds", 200000}, {"seed", k}}).status, 200);
  EXPECT_EQ(post("/api/run", {{"path", "small.casus"}, {"worlds", 200000}, {"seed", 99}}).status, 429);
  EXPECT_EQ(post("/api/run", {{"path", "small.casus"}, {"worlds", 0}}).status, 400);
  EXPECT_EQ(post("/api/run", {{"path", "small.casus"}, {"design", "nice"}}).status, 400);
  EXPECT_EQ(post("/api/cancel", {{"id", "77"}}).status, 404);
  server->stop();  // stops them all, and does not wait for them to be finished
  EXPECT_FALSE(client().Get("/api/jobs"));
}

}  // namespace
}  // namespace casus::serve
