#include "study/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>

#include "study/packed.h"
#include "study/sqlite.h"
#include "study/store_folder.h"
#include "study/summary.h"

namespace casus::study {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Every row of every table as text, in a fixed order.
std::string dump(const std::string& path) {
  Database d(path, Access::read);
  std::vector<std::string> tables;
  for (Statement s(d, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"); s.step();)
    tables.emplace_back(s.text(0));
  std::string out;
  for (const auto& table : tables) {
    std::string columns;
    for (Statement s(d, "SELECT name FROM pragma_table_info('" + table + "')"); s.step();)
      columns += (columns.empty() ? "quote(" : " || ',' || quote(") + std::string(s.text(0)) + ")";
    for (Statement s(d, "SELECT " + columns + " FROM " + table + " ORDER BY 1"); s.step();)
      out += table + ": " + std::string(s.text(0)) + "\n";
  }
  return out;
}

TEST(Packed, NumbersReadBackToTheSameBits) {
  const std::vector<double> numbers{0.1, -1e-300, 1.0 / 3, 0, 12345678901234567.0, std::nextafter(1.0, 2.0)};
  EXPECT_EQ(unpack(pack(numbers)), numbers);
  EXPECT_EQ(pack({}), "[]");
  EXPECT_TRUE(unpack("[]").empty());
  const double endless = std::numeric_limits<double>::infinity();
  const auto holes = unpack(pack({nan, 2, -endless, endless}));
  ASSERT_EQ(holes.size(), 4u);
  EXPECT_TRUE(std::isnan(holes[0]));
  EXPECT_EQ(holes[1], 2);
  EXPECT_TRUE(std::isnan(holes[2]));
  EXPECT_EQ(holes[3], endless);  // a precision's parameter
  EXPECT_EQ(pack({0.123456}, 3), "[0.123]");
}

TEST_F(StoreTest, GivesBackWhatWasWritten) {
  const auto s = small_study();
  Store store = opened(file("a.sqlite"), *s);
  WorldRecord w{.world = 5, .params = {0.1, 0.2, 0.3, 0.4, 0.5}, .policies = {}, .claims = {}};
  w.policies.resize(3);
  for (auto& p : w.policies) {
    p.profile_prior = {0.1, 0.9};
    p.values.assign(s->plan.layout.size, 1.0 / 3);
    p.change.assign(s->plan.layout.size, 0.001234567);
    p.payoffs = {1, -2};
    p.certificate = {.residual = 1e-13,
                     .payoff_range = 3,
                     .grid_change = 0.01,
                     .nodes = 7,
                     .traced = 1,
                     .folds = 2,
                     .unstable = 3,
                     .failed = 4};
  }
  w.policies[1] = {.error = "the odds of 'War.falls' are 1.2"};
  w.claims = {{Truth::holds, 0.5, 0.1}, {Truth::fails, -0.5, 0}, {Truth::unknown, nan, nan}};
  ASSERT_TRUE(store.write({&w, 1}).ok());
  EXPECT_EQ(store.worlds(), 1u);

  const auto reader = Store::read(file("a.sqlite"));
  ASSERT_TRUE(reader.ok()) << reader.error();
  std::vector<PolicyResult> seen;
  ASSERT_TRUE(reader
                  ->each_result([&](int64_t world, uint32_t place, const PolicyResult& r) {
                    EXPECT_EQ(world, 5);
                    EXPECT_EQ(place, seen.size());
                    seen.push_back(r);
                  })
                  .ok());
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0].values, w.policies[0].values);
  EXPECT_EQ(seen[0].change[0], 0.00123);
  EXPECT_EQ(seen[0].payoffs, w.policies[0].payoffs);
  EXPECT_EQ(seen[2].certificate.failed, 4u);
  EXPECT_EQ(seen[2].certificate.residual, 1e-13);
  EXPECT_EQ(seen[1].error, w.policies[1].error);
  const auto verdicts = reader->verdicts(5);
  ASSERT_TRUE(verdicts.ok());
  EXPECT_EQ((*verdicts)[0].margin, 0.5);
  EXPECT_EQ((*verdicts)[2].truth, Truth::unknown);
}

TEST_F(StoreTest, PlainSqlReadsIt) {
  const auto s = small_study({.worlds = 8});
  {
    Store store = opened(file("a.sqlite"), *s);
    solve_all(*s, store);
  }
  Database d(file("a.sqlite"), Access::read);
  Statement count(d, "SELECT count(*) FROM measure_values WHERE world >= 0");
  ASSERT_TRUE(count.step());
  EXPECT_EQ(count.integer(0), 8 * 3 * static_cast<int64_t>(s->plan.layout.size));
  Statement value(d, "SELECT value FROM expected_values WHERE world = 3 AND policy = 'arm' AND measure = 'lost'");
  ASSERT_TRUE(value.step());
  const auto reader = Store::read(file("a.sqlite"));
  double expected_value = nan;
  (void)reader->each_result([&](int64_t world, uint32_t place, const PolicyResult& r) {
    if (world == 3 && place == 1) expected_value = expected(s->plan.layout, r.values, r.profile_prior, 1, 0);
  });
  EXPECT_NEAR(value.real(0), expected_value, 1e-15);
  Statement params(d, "SELECT value FROM world_params WHERE world = 3 AND param = 'prize'");
  ASSERT_TRUE(params.step());
  EXPECT_NEAR(params.real(0), s->plan.world(3)[3], 1e-15);
}

TEST_F(StoreTest, TheSameRowsWhateverTheThreadsAndInterruptions) {
  const auto s = small_study({.worlds = 60, .seed = 4});
  {
    Store store = opened(file("one.sqlite"), *s);
    solve_all(*s, store, {.threads = 1});
    Store three = opened(file("three.sqlite"), *s);
    solve_all(*s, three, {.threads = 3});
  }
  const std::string all = dump(file("one.sqlite"));
  EXPECT_EQ(dump(file("three.sqlite")), all);

  // Stopped after every few steps, closed and continued until it is done.
  uint64_t last = 0;
  for (int round = 0;; ++round) {
    ASSERT_LT(round, 1000);
    Store store = opened(file("broken.sqlite"), *s, round ? Existing::resume : Existing::refuse);
    EXPECT_GE(store.worlds(), last);
    last = store.worlds();
    std::atomic<bool> stop{false};
    int steps = 0;
    RunControl control{.threads = 2, .stop = &stop};
    control.progress = [&](const Progress&) { stop = ++steps > 14; };
    const auto median = solve_median(s->plan, {});
    const auto end = run_worlds(s->plan, store, *median, control);
    ASSERT_TRUE(end.ok()) << end.error();
    if (!end->stopped) break;
    EXPECT_LT(store.worlds(), 60u);
  }
  EXPECT_GT(last, 0u);
  EXPECT_EQ(dump(file("broken.sqlite")), all);
}

TEST_F(StoreTest, RefusesWhatIsNotTheSameStudy) {
  const auto s = small_study({.worlds = 16, .seed = 1});
  { Store store = opened(file("a.sqlite"), *s); }
  EXPECT_THAT(Store::refusal(file("a.sqlite"), identity_of(*s), Existing::refuse), HasSubstr("unfinished (0 of 16"));
  EXPECT_EQ(Store::refusal(file("a.sqlite"), identity_of(*s), Existing::resume), "");
  const auto seed = small_study({.worlds = 16, .seed = 2});
  EXPECT_THAT(Store::refusal(file("a.sqlite"), identity_of(*seed), Existing::resume),
              HasSubstr("its seed is '1', now it is '2'"));
  const auto text = small_study({.worlds = 16, .seed = 1}, std::string(small_case) + "# a remark\n");
  EXPECT_THAT(Store::refusal(file("a.sqlite"), identity_of(*text), Existing::resume),
              HasSubstr("the text of 'small.casus' has changed"));
  EXPECT_EQ(Store::refusal(file("a.sqlite"), identity_of(*text), Existing::overwrite), "");
  std::ofstream(file("b.sqlite")) << "not a database, but long enough to look at";
  EXPECT_THAT(Store::refusal(file("b.sqlite"), identity_of(*s), Existing::overwrite), HasSubstr("no study of Casus"));
  Database(file("c.sqlite"), Access::create).run("CREATE TABLE mine (x)");
  EXPECT_THAT(Store::refusal(file("c.sqlite"), identity_of(*s), Existing::overwrite), HasSubstr("no study of Casus"));
}

TEST_F(StoreTest, AFinishedStudyMayBeMadeAgain) {
  const auto s = small_study({.worlds = 8});
  {
    Store store = opened(file("a.sqlite"), *s);
    solve_all(*s, store);
  }
  const std::string first = dump(file("a.sqlite"));
  {
    Store store = opened(file("a.sqlite"), *s);
    EXPECT_EQ(store.worlds(), 0u);
    solve_all(*s, store);
  }
  EXPECT_EQ(dump(file("a.sqlite")), first);
}

// Takes a file back to format 1, which had no table of other equilibria.
void make_old(const std::string& path) {
  Database d(path, Access::write);
  d.run(
      "DROP TABLE branches; DROP TABLE looked; DROP TABLE others; DROP TABLE turned; DROP TABLE formulas;"
      "DROP VIEW expected_values; CREATE VIEW expected_values AS"
      "  SELECT world, policy, measure, round, sum(value * weight) AS value"
      "  FROM measure_values GROUP BY world, policy, measure, round;"
      "PRAGMA user_version = 1;");
  for (const char* column : {"method", "distance", "distance_anywhere", "regret", "regret_anywhere", "best_reply",
                             "effect", "drift", "seen", "crossings", "left_at"})
    d.run(("ALTER TABLE results DROP COLUMN " + std::string(column)).c_str());
  d.run("DELETE FROM study WHERE key IN ('exact_up_to', 'accuracy')");
}

int64_t format_of(const std::string& path) {
  Database d(path, Access::read);
  Statement s(d, "PRAGMA user_version");
  return s.step() ? s.integer(0) : -1;
}

TEST_F(StoreTest, AnOlderFormatIsReadAsItIsAndBroughtUpBeforeItIsWrittenTo) {
  const auto s = small_study({.worlds = 24, .solve = {.exact_up_to = 0}});
  {
    Store store = opened(file("new.sqlite"), *s);
    solve_all(*s, store);
    Store half = opened(file("old.sqlite"), *s);
    std::atomic<bool> stop{false};
    RunControl control{.threads = 1, .stop = &stop};
    control.progress = [&](const Progress& p) { stop = p.done >= 24; };
    const auto median = solve_median(s->plan, {});
    ASSERT_TRUE(run_worlds(s->plan, half, *median, control)->stopped);
  }
  make_old(file("old.sqlite"));
  const auto reader = Store::read(file("old.sqlite"));
  ASSERT_TRUE(reader.ok()) << reader.error();
  const auto kept = reader->worlds();
  EXPECT_GT(kept, 0u);
  EXPECT_LT(kept, 24u);
  EXPECT_EQ(format_of(file("old.sqlite")), 1);
  EXPECT_EQ(Store::refusal(file("old.sqlite"), identity_of(*s), Existing::resume), "");
  {
    Store store = opened(file("old.sqlite"), *s, Existing::resume);
    EXPECT_EQ(store.worlds(), kept);
    solve_all(*s, store);
  }
  EXPECT_EQ(format_of(file("old.sqlite")), 5);
  // All that the older format held is the same.
  for (const char* name : {"old.sqlite", "new.sqlite"}) make_old(file(name));
  EXPECT_EQ(dump(file("old.sqlite")), dump(file("new.sqlite")));
}

TEST_F(StoreTest, ANewerFormatIsRefusedInClearWords) {
  const auto s = small_study({.worlds = 8});
  { Store store = opened(file("a.sqlite"), *s); }
  Database(file("a.sqlite"), Access::write).run("PRAGMA user_version = 6");
  const auto reader = Store::read(file("a.sqlite"));
  ASSERT_FALSE(reader.ok());
  EXPECT_THAT(reader.error(), HasSubstr("a newer Casus wrote it (format 6; this one reads formats 1 to 5)"));
  for (const auto existing : {Existing::resume, Existing::overwrite})
    EXPECT_THAT(Store::refusal(file("a.sqlite"), identity_of(*s), existing), HasSubstr("a newer Casus wrote it"));
  EXPECT_EQ(format_of(file("a.sqlite")), 6);
}

TEST_F(StoreTest, AWriteErrorIsAMessageAndTheFileOpensAfterwards) {
  const auto s = small_study({.worlds = 400});
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  auto* old = std::signal(SIGXFSZ, SIG_IGN);
  std::string message;
  {
    Store store = opened(file("a.sqlite"), *s);
    const rlimit small{static_cast<rlim_t>(std::filesystem::file_size(file("a.sqlite")) + 100'000), before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    const auto median = solve_median(s->plan, {});
    const auto end = run_worlds(s->plan, store, *median, {.threads = 2});
    setrlimit(RLIMIT_FSIZE, &before);
    ASSERT_FALSE(end.ok());
    message = end.error();
  }
  std::signal(SIGXFSZ, old);
  EXPECT_THAT(message, HasSubstr("disk full"));
  const auto reader = Store::read(file("a.sqlite"));
  ASSERT_TRUE(reader.ok()) << reader.error();
  EXPECT_EQ(reader->value("state"), "running");
  EXPECT_LT(reader->worlds(), 400u);
  Store store = opened(file("a.sqlite"), *s, Existing::resume);
  solve_all(*s, store);
  EXPECT_EQ(store.worlds(), 400u);
}

}  // namespace
}  // namespace casus::study
