// Studies through the library: run, stopped, resumed, opened again, and shared in blocks.
#include "casus/study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "casus/laboratory.h"
#include "study/sqlite.h"
#include "threat.h"

namespace casus {
namespace {

using testing::HasSubstr;

struct StudyTest : testing::Test {
  std::filesystem::path folder;
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / ("casus_library_" + std::to_string(getpid()) + "_" +
                                                       testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::string file(const std::string& name) const { return (folder / name).string(); }
  Study study(const std::string& store = "", Existing existing = Existing::refuse) const {
    return Project::from_text("threat.casus", threat)
        .study({.worlds = 40, .store = store.empty() ? "" : file(store), .existing = existing});
  }
};

// Without what differs from run to run.
std::string numbers(const Study& s) {
  auto text = s.json();
  const auto cut = [&](const char* from) {
    const auto at = text.find(from);
    if (at != std::string::npos) text.erase(at, text.find('\n', at) - at);
  };
  cut("\"seconds\"");
  cut("\"store\"");
  return text;
}

TEST_F(StudyTest, RunsAndSaysWhatItFound) {
  auto s = study();
  ASSERT_TRUE(s.ok()) << s.error();
  EXPECT_EQ(s.planned(), 40u);
  EXPECT_EQ(s.json(), "");
  uint64_t last = 0;
  ASSERT_TRUE(s.run(nullptr, [&](const Progress& p) { last = p.done; }));
  EXPECT_EQ(last, 120u);
  EXPECT_TRUE(s.complete());
  const auto verdicts = s.verdicts();
  ASSERT_EQ(verdicts.size(), 2u);
  EXPECT_EQ(verdicts[1].verdict, "holds");
  EXPECT_LE(verdicts[0].low, verdicts[0].share);
  for (const auto& m : s.measures()) {
    EXPECT_LE(m.low, m.high);
    EXPECT_EQ(m.round != 0, m.measure == "by_month");
  }
  ASSERT_EQ(s.standings().size(), 2u);  // `lucky` is another world
  EXPECT_THAT(s.text(), HasSubstr("Strength shows"));
  EXPECT_THAT(s.markdown(), HasSubstr("#"));
  EXPECT_THAT(s.command(), HasSubstr("--worlds 40 --seed 1"));
}

TEST_F(StudyTest, StoppedItIsContinuedToTheSameNumbers) {
  auto whole = study();
  ASSERT_TRUE(whole.run());
  std::atomic<bool> stop{false};
  auto part = study("s.sqlite");
  EXPECT_FALSE(part.run(&stop, [&](const Progress& p) { stop = p.done > 30; }));
  ASSERT_TRUE(part.ok()) << part.error();
  EXPECT_LT(part.worlds(), 40u);
  EXPECT_GT(part.worlds(), 0u);
  EXPECT_FALSE(study("s.sqlite").run());  // refused: it is there, unfinished
  auto rest = study("s.sqlite", Existing::resume);
  ASSERT_TRUE(rest.run()) << rest.error();
  EXPECT_EQ(numbers(rest), numbers(whole));
}

TEST_F(StudyTest, StoppedBeforeItsGridIsKnownItIsAsIfItHadNotBegun) {
  const auto on_grids = [&](const std::string& store) {
    return Project::from_text("threat.casus", threat)
        .study({.worlds = 40, .store = file(store), .method = {.accuracy = 1e-6, .exact_up_to = 0}});
  };
  auto whole = on_grids("a.sqlite");
  ASSERT_TRUE(whole.run()) << whole.error();
  auto s = on_grids("b.sqlite");
  const std::atomic<bool> stop{true};
  EXPECT_FALSE(s.run(&stop));
  EXPECT_TRUE(s.ok()) << s.error();
  EXPECT_EQ(s.file(), "");
  EXPECT_FALSE(std::filesystem::exists(file("b.sqlite")));
  EXPECT_TRUE(s.run()) << s.error();
  EXPECT_EQ(numbers(s), numbers(whole));
  EXPECT_TRUE(Study::open(file("b.sqlite")).ok());
}

TEST_F(StudyTest, ItsPoliciesAreThoseOfTheProject) {
  const auto p = Project::from_text("threat.casus", threat, {.levers = {"luck=0.1:0.3:2"}, .policies = {"free"}});
  ASSERT_TRUE(p.sound()) << p.diagnostics_text();
  auto s = p.study({.worlds = 16, .store = file("s.sqlite")});
  ASSERT_TRUE(s.run()) << s.error();
  EXPECT_EQ(s.policies(), 3u);  // free, and with either lever
  EXPECT_THAT(s.command(), HasSubstr("--policy free"));
  EXPECT_TRUE(Study::open(file("s.sqlite")).ok()) << Study::open(file("s.sqlite")).error();
  EXPECT_THAT(p.study({.policies = {"arm"}}).error(), HasSubstr("levers"));
}

TEST_F(StudyTest, BlocksMakeTheWholeInAnyOrder) {
  auto whole = study();
  ASSERT_TRUE(whole.run());
  ASSERT_EQ(whole.blocks(), 6u);  // of eight worlds, the first with the median one
  auto first = study("s.sqlite");
  ASSERT_TRUE(first.run_blocks(3, 6)) << first.error();
  EXPECT_FALSE(first.complete());
  EXPECT_EQ(first.worlds(), 7u + 17u);
  auto second = study("s.sqlite", Existing::resume);
  ASSERT_TRUE(second.run_blocks(0, 3)) << second.error();
  EXPECT_TRUE(second.complete());
  EXPECT_EQ(numbers(second), numbers(whole));
  auto open_ended = Project::from_text("threat.casus", threat).study({.worlds = 400, .design = "sobol", .until = 0.05});
  EXPECT_FALSE(open_ended.run_blocks(1, 2));
  EXPECT_THAT(open_ended.error(), HasSubstr("blocks"));
  EXPECT_TRUE(open_ended.run()) << open_ended.error();  // what was refused once is no end
}

TEST_F(StudyTest, ARunThatFailedMayBeTriedAgain) {
  std::ofstream(file("way")) << "a file where a folder should be";
  auto s = study("way/s.sqlite");
  EXPECT_FALSE(s.run());
  EXPECT_FALSE(s.ok());
  std::filesystem::remove(file("way"));
  EXPECT_TRUE(s.run()) << s.error();
  EXPECT_TRUE(s.ok());
  EXPECT_EQ(s.worlds(), 40u);
}

TEST_F(StudyTest, IsWrittenForOtherTools) {
  auto s = study("s.sqlite");
  ASSERT_TRUE(s.run());
  EXPECT_EQ(stored_problem(s.file()), "");
  size_t lines = 0;
  EXPECT_EQ(export_csv(s.file(), "worlds",
                       [&](std::string_view text) {
                         lines += static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
                         return true;
                       }),
            "");
  EXPECT_EQ(lines, 1u + 40u);
  EXPECT_EQ(export_netcdf(s.file(), file("s.nc")), "");
  std::ifstream in(file("s.nc"), std::ios::binary);
  std::string head(4, ' ');
  in.read(head.data(), 4);
  EXPECT_EQ(head, "\x89HDF");
  EXPECT_THAT(export_netcdf(s.file(), s.file()), HasSubstr("the study itself"));
  EXPECT_EQ(stored_problem(s.file()), "");
  EXPECT_THAT(export_csv(s.file(), "wrlds", [](std::string_view) { return true; }), HasSubstr("no table 'wrlds'"));
  EXPECT_THAT(stored_problem(file("s.nc")), HasSubstr("no study"));
  EXPECT_THAT(export_netcdf(file("s.nc"), file("t.nc")), HasSubstr("no study"));
}

TEST_F(StudyTest, OpenedAgainItHasItsCaseAndItsNumbers) {
  std::string verdict;
  {
    auto s = study("s.sqlite");
    ASSERT_TRUE(s.run());
    verdict = s.verdicts()[0].verdict;
  }
  auto s = Study::open(file("s.sqlite"));
  ASSERT_TRUE(s.ok()) << s.error();
  EXPECT_EQ(s.project().title(), "A threat and an answer");
  EXPECT_EQ(s.worlds(), 40u);
  EXPECT_EQ(s.verdicts()[0].verdict, verdict);
  const auto median = s.median();
  ASSERT_EQ(median.size(), 3u);
  EXPECT_DOUBLE_EQ(*median[1].measure("lost"), *s.project().solve("arm").measure("lost"));
  std::string why;
  EXPECT_TRUE(s.page_data(&why)) << why;
  EXPECT_FALSE(s.page("a template without a place", &why));
  EXPECT_FALSE(why.empty());
}

// Modules, overlays and a user's own worlds come out of the file as they went in; nothing else is read.
TEST_F(StudyTest, OpenedAgainItNeedsNoOtherFile) {
  const auto write = [&](const std::string& name, const std::string& text) { std::ofstream(file(name)) << text; };
  write("part.casus", "module \"part\"\nparam size ~ uniform(1, 2)\n");
  write("main.casus",
        "case \"m\"\nhorizon 1 rounds \"day\"\nprecision 2\nuse \"part\"\nactor B\nround { move Take by B { little  "
        "much pays B: size "
        "} }\n"
        "measure much = P(ever Take.much)\nclaim c \"Much is taken\" { much > 0.9 }\n");
  write("later.casus", "param size ~ uniform(3, 4)\n");
  {
    auto s = Project::open(file("main.casus"), {.overlays = {file("later.casus")}})
                 .study({.worlds_name = "mine.csv", .worlds_csv = "size\n3.2\n3.9\n", .store = file("s.sqlite")});
    ASSERT_TRUE(s.run()) << s.error() << s.diagnostics_text();
    EXPECT_EQ(s.planned(), 2u);
  }
  for (const char* name : {"part.casus", "main.casus", "later.casus"}) std::filesystem::remove(folder / name);
  auto s = Study::open(file("s.sqlite"));
  ASSERT_TRUE(s.ok()) << s.error();
  EXPECT_EQ(s.worlds(), 2u);
  EXPECT_NEAR(s.project().parameters()[0].median, 3.5, 1e-12);
  EXPECT_THAT(s.command(), HasSubstr("later.casus"));
  EXPECT_THAT(s.command(), HasSubstr("--design mine.csv"));
}

TEST_F(StudyTest, ADamagedFileIsAMessage) {
  ASSERT_TRUE(study("s.sqlite").run());
  for (const char* damage :
       {"UPDATE worlds SET params = x'' WHERE world = 3",
        "UPDATE results SET policy = 77 WHERE world = 3 AND policy = 1",
        "UPDATE verdicts SET claim = 99 WHERE world = 3 AND claim = 1", "UPDATE verdicts SET holds = 9 WHERE world = 3",
        "UPDATE results SET value = '[1]' WHERE world = 3", "UPDATE results SET profile_prior = '' WHERE world = 3",
        "UPDATE results SET payoff = '[]' WHERE world = 3", "DELETE FROM policies"}) {
    std::filesystem::copy_file(file("s.sqlite"), file("d.sqlite"), std::filesystem::copy_options::overwrite_existing);
    study::Database(file("d.sqlite"), study::Access::write).run(damage);
    const auto opened = Study::open(file("d.sqlite"));
    EXPECT_FALSE(opened.ok()) << damage;
    EXPECT_FALSE(opened.error().empty()) << damage;
    std::string told = compare(file("s.sqlite"), file("d.sqlite")).error() + analyse(file("d.sqlite")).error();
    for (const auto& table : table_names())
      told += export_csv(file("d.sqlite"), table, [](std::string_view) { return true; });
    EXPECT_THAT(told, HasSubstr("damaged")) << damage;
  }
}

TEST_F(StudyTest, RefusesWhatMakesNoSense) {
  const auto p = Project::from_text("threat.casus", threat);
  EXPECT_THAT(p.study({.design = "sobel"}).error(), HasSubstr("sobol"));
  EXPECT_THAT(p.study({.policies = {"armm"}}).error(), HasSubstr("arm"));
  EXPECT_THAT(p.study({.objective = "loss"}).error(), HasSubstr("lost"));
  EXPECT_TRUE(p.study({.objective = "loss"}).input_error());
  EXPECT_FALSE(Study::open(file("nothing.sqlite")).ok());
  std::ofstream(file("text.sqlite")) << "this is no study";
  EXPECT_FALSE(Study::open(file("text.sqlite")).ok());
  auto s = study("text.sqlite", Existing::overwrite);
  EXPECT_FALSE(s.run());
  EXPECT_FALSE(s.ok());
}

}  // namespace
}  // namespace casus
