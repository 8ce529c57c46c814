// The report as a web page: the whole program writes it, a real Chromium opens it without a network, and what it shows
// is compared with what plain SQL finds in the study's file.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "app/program.h"
#include "study/small_text.h"
#include "study/sqlite.h"

namespace casus::app {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

const std::filesystem::path web = std::filesystem::path(CASUS_BINARY).parent_path().parent_path() / "web";
const std::string source = CASUS_SOURCE_DIR;

struct ReportPage : ProgramTest {
  void SetUp() override {
    ProgramTest::SetUp();
    if (!std::filesystem::exists(web / "report.html"))
      GTEST_SKIP() << "the report's page is not built: cmake/web.sh (needs node, npm and once the network)";
    write("small.casus", study::small_case);
  }

  static bool has(const std::string& program) {
    return std::system(("command -v " + program + " >/dev/null").c_str()) == 0;
  }

  // What the page has to show, from the database.
  Json facts(const std::string& study, const std::string& objective, const std::vector<std::string>& charts) const {
    study::Database database((folder / study).string(), study::Access::read);
    Json out{{"objective", objective}, {"charts", charts}, {"means", Json::array()}, {"claims", Json::array()}};
    study::Statement worlds(database, "SELECT count(*) FROM worlds WHERE world >= 0");
    worlds.step();
    out["worlds"] = worlds.integer(0);
    study::Statement means(database,
                           "SELECT e.policy, e.measure, e.round, avg(e.value), m.rounds FROM expected_values e JOIN "
                           "measures m ON m.name = e.measure WHERE e.world >= 0 GROUP BY e.policy, e.measure, e.round");
    while (means.step())
      out["means"].push_back({{"policy", means.text(0)},
                              {"measure", means.text(1)},
                              {"round", means.integer(4) > 1 ? means.integer(2) : 0},
                              {"mean", means.real(3)}});
    study::Statement claims(database, "SELECT claim, share FROM claim_shares");
    while (claims.step()) out["claims"].push_back({{"name", claims.text(0)}, {"share", claims.real(1)}});
    return out;
  }

  void look(const std::string& page, const Json& what) const {
    if (!has("chromium") || !has("node")) GTEST_SKIP() << "no chromium or no node here to open the page with";
    write("facts.json", what.dump());
    const std::string command = "cd '" + folder.string() + "' && node '" + source + "/web/test/report.test.mjs' " +
                                page + " facts.json '" + (web / "node_modules").string() + "' >seen.txt 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0) << read_all(folder / "seen.txt");
  }
};

TEST_F(ReportPage, IsTheSameFromARunAndFromItsFile) {
  ASSERT_EQ(casus("run small.casus --worlds 60 --points 7 --out s.sqlite --report run.html").code, 0);
  const auto written = casus("report s.sqlite -o later.html");
  ASSERT_EQ(written.code, 0) << written.err;
  EXPECT_EQ(written.out, "later.html (60 of 60 worlds)\n");
  auto data = [&](const char* name) {
    const std::string page = read_all(folder / name), opening = "id=\"casus-data\">";
    const auto from = page.find(opening) + opening.size();
    auto json = Json::parse(page.substr(from, page.find("</script>", from) - from));
    for (const char* own : {"seconds", "threads", "store"}) json.erase(own);
    return json;
  };
  EXPECT_EQ(data("run.html"), data("later.html"));
  EXPECT_THAT(data("later.html")["command"], HasSubstr("casus run small.casus --worlds 60 --seed 1"));
}

TEST_F(ReportPage, KeepsOverlaysSettingsAndPolicies) {
  write("overlay.casus", "param prize ~ uniform(2, 3)\n");
  ASSERT_EQ(casus("run small.casus --overlay overlay.casus --set luck=0.3 --policy free,arm --worlds 16 --points 7 "
                  "--out s.sqlite")
                .code,
            0);
  ASSERT_EQ(casus("report s.sqlite -o p.html").code, 0);
  EXPECT_THAT(read_all(folder / "p.html"),
              HasSubstr("casus run small.casus --overlay overlay.casus --set luck=0.3 --policy free --policy arm"));
}

TEST_F(ReportPage, SaysWhatIsWrong) {
  EXPECT_EQ(casus("report none.sqlite").code, 2);
  EXPECT_THAT(casus("report none.sqlite").err, HasSubstr("there is no study 'none.sqlite'"));
  write("text.sqlite", "this is no database");
  EXPECT_EQ(casus("report text.sqlite").code, 2);
  EXPECT_EQ(casus("run small.casus --worlds 8 --no-store --report no/such/folder/p.html").code, 1);
  EXPECT_THAT(casus("run small.casus --worlds 8 --no-store --report no/such/folder/p.html").err,
              HasSubstr("no folder"));
}

TEST_F(ReportPage, OfASmallCaseInChromium) {
  ASSERT_EQ(casus("run small.casus --worlds 60 --points 7 --out s.sqlite --report p.html").code, 0);
  look("p.html", facts("s.sqlite", "lost",
                       {"map", "wants-Hawk", "distributions", "differences", "by-type", "fan", "beliefs", "timeline",
                        "board", "regret", "tornado", "pawn", "certificate"}));
}

TEST_F(ReportPage, OfTheFlagshipInChromium) {
  ASSERT_EQ(casus("run '" + source +
                  "/cases/kazakhstan-2022.casus' --policy free,specific_threats,support_now,lives_double --worlds 52 "
                  "--points 7 --out f.sqlite --report p.html")
                .code,
            0);
  look("p.html", facts("f.sqlite", "lost",
                       {"map", "wants-Russia", "wants-West", "distributions", "differences", "by-type", "fan",
                        "beliefs", "timeline", "board", "regret", "tornado", "pawn", "certificate"}));
}

}  // namespace
}  // namespace casus::app
