// casus serve as a user runs it: a study stopped, the program ended and started again, a game compared with casus
// solve.
#include "app/program.h"
#include "study/small_text.h"

#include <gmock/gmock.h>
#include <httplib.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace casus::app {
namespace {

using Ordered = nlohmann::ordered_json;
using testing::HasSubstr;

// The program serving a folder, until it is interrupted.
class Serving {
 public:
  explicit Serving(const std::filesystem::path& folder) {
    int out[2];
    if (pipe(out) != 0) throw std::runtime_error("no pipe");
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("cannot fork");
    if (pid_ == 0) {
      dup2(out[1], 1);
      close(out[0]);
      if (!freopen((folder / "stderr.txt").c_str(), "w", stderr)) _exit(99);
      execl(CASUS_BINARY, "casus", "serve", folder.c_str(), "--port", "0", nullptr);
      _exit(99);
    }
    close(out[1]);
    std::string line;
    for (char c = 0; c != '\n' && read(out[0], &c, 1) == 1;) line += c;
    close(out[0]);
    const auto at = line.find("http://127.0.0.1:");
    if (at != std::string::npos) port_ = std::stoi(line.substr(at + 17));
  }
  ~Serving() {
    if (pid_ > 0) interrupt();
  }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  int interrupt() {
    kill(pid_, SIGINT);
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int port() const { return port_; }
  httplib::Client client() const {
    httplib::Client out("127.0.0.1", port_);
    out.set_read_timeout(120);
    return out;
  }
  std::pair<int, Ordered> get(const std::string& path) const { return answer(client().Get(path)); }
  std::pair<int, Ordered> post(const std::string& path, const Ordered& body) const {
    return answer(client().Post(path, body.dump(), "application/json"));
  }

 private:
  static std::pair<int, Ordered> answer(const httplib::Result& r) {
    if (!r) return {-1, {}};
    return {r->status, Ordered::parse(r->body, nullptr, false)};
  }
  pid_t pid_ = -1;
  int port_ = 0;
};

using Serve = ProgramTest;

TEST_F(Serve, AStudyOutlivesTheProgram) {
  write("small.casus", study::small_case);
  std::string study;
  int ended = 0;
  {
    Serving first(folder);
    ASSERT_GT(first.port(), 0);
    auto [status, job] =
        first.post("/api/run", {{"path", "small.casus"}, {"worlds", 3000}, {"seed", 5}, {"points", 13}});
    ASSERT_EQ(status, 200) << job;
    study = job["study"];
    EXPECT_EQ(job["command"],
              "casus run small.casus --worlds 3000 --seed 5 --design lhs --points 13 --exact-up-to 50000");
    while (job["done"] < 16 && (job["state"] == "running" || job["state"] == "waiting"))
      job = first.get("/api/job?id=1").second;
    ended = first.interrupt();
  }
  {
    Serving second(folder);
    const auto listed = second.get("/api/folder").second["studies"];
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0]["path"], study);
    EXPECT_GT(listed[0]["worlds"], 0);
    EXPECT_EQ(ended, listed[0]["worlds"] == 3000 ? 0 : 130);  // a run may be done before the signal comes
    auto [status, job] = second.post("/api/resume", {{"path", study}});
    ASSERT_EQ(status, 200) << job;
    while (job["state"] == "running" || job["state"] == "waiting") job = second.get("/api/job?id=1").second;
    EXPECT_EQ(job["state"], "done") << job;

    const auto [shown, data] = second.get("/api/study?path=" + study);
    ASSERT_EQ(shown, 200) << data;
    EXPECT_EQ(data["worlds"], 3000);
    EXPECT_EQ(data["stopped"], false);
    // What the command line gives for the same study.
    EXPECT_EQ(
        casus("run small.casus --worlds 3000 --seed 5 --points 13 --exact-up-to 50000 --json --out whole.sqlite").code,
        0);
    const auto whole = Ordered::parse(read_all(folder / "stdout.txt"));
    EXPECT_EQ(data["policies"][0]["measures"], whole["policies"][0]["measures"]);
    EXPECT_EQ(data["claims"][0]["share"], whole["claims"][0]["share"]);
    const auto [compared, comparison] = second.get("/api/compare?a=" + study + "&b=whole.sqlite");
    EXPECT_EQ(compared, 200);
    EXPECT_TRUE(comparison["asked"].empty()) << comparison["asked"];
    EXPECT_EQ(second.interrupt(), 0);
  }
}

TEST_F(Serve, AGamesDebriefIsWhatSolveSaysAlongItsPath) {
  std::filesystem::copy_file(std::filesystem::path(CASUS_SOURCE_DIR) / "cases" / "chain-store.casus",
                             folder / "chain.casus");
  Serving server(folder);
  const auto [status, game] = server.post("/api/play", {{"path", "chain.casus"},
                                                        {"policy", "free"},
                                                        {"seed", 2},
                                                        {"points", 9},
                                                        {"seats", {{{"actor", "Store"}, {"type", "weak"}}}}});
  ASSERT_EQ(status, 200) << game;
  const std::string id = game["id"], secret = game["seats"][0]["secret"];
  Ordered view = server.get("/api/game?id=" + id + "&seat=" + secret).second;
  for (int k = 0; k < 10 && !view["finished"].get<bool>(); ++k)
    view = server.post("/api/choose", {{"id", id}, {"seat", secret}, {"option", "fight_it"}}).second;
  ASSERT_TRUE(view["finished"].get<bool>()) << view;
  const auto& debrief = view["debrief"];
  ASSERT_FALSE(debrief["choices"].empty());

  write("game.json", debrief["transcript"].dump());
  ASSERT_EQ(casus("solve chain.casus --json --along game.json").code, 0) << read_all(folder / "stderr.txt");
  const auto solved = Ordered::parse(read_all(folder / "stdout.txt"))["policies"][0];
  size_t k = 0;
  for (const auto& step : solved["course"]["steps"])
    for (const auto& mover : step["movers"]) {
      if (mover["mover"] != "Store") continue;
      ASSERT_LT(k, debrief["choices"].size());
      const auto& choice = debrief["choices"][k++];
      EXPECT_EQ(choice["round"], step["round"]);
      EXPECT_EQ(choice["taken"], mover["taken"]);
      for (size_t o = 0; o < choice["options"].size(); ++o) {
        EXPECT_NEAR(choice["options"][o]["value"], mover["options"][o]["value"]["weak"], 1e-12);
        EXPECT_NEAR(choice["options"][o]["probability"], mover["options"][o]["by_type"]["weak"], 1e-12);
      }
    }
  EXPECT_EQ(k, debrief["choices"].size());
  // The end of the beliefs too.
  EXPECT_NEAR(debrief["end_belief"]["Store"]["strong"],
              solved["course"]["steps"].back()["belief"]["Store"]["strong"].get<double>(), 1e-12);
  // And casus play takes the transcript up.
  EXPECT_EQ(casus("play chain.casus --replay game.json --json").code, 0);
  EXPECT_EQ(Ordered::parse(read_all(folder / "stdout.txt"))["choices"], debrief["transcript"]["choices"]);
}

TEST_F(Serve, SaysWhatCannotBeDone) {
  const auto absent = casus("serve absent");
  EXPECT_EQ(absent.code, 2);
  EXPECT_THAT(absent.err, HasSubstr("there is no folder 'absent'"));
  Serving server(folder);
  const auto taken = casus("serve --port " + std::to_string(server.port()));
  EXPECT_EQ(taken.code, 1);
  EXPECT_THAT(taken.err, HasSubstr("--port 0"));
  EXPECT_THAT(casus("serve --help").out, HasSubstr("casus serve cases --port 0 --open"));
}

}  // namespace
}  // namespace casus::app
