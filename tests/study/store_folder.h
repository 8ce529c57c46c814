// A folder for studies that a test writes, and the small case solved into one.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "study/small_case.h"
#include "study/store.h"

namespace casus::study {

using ::testing::HasSubstr;

struct StoreTest : testing::Test {
  std::filesystem::path folder;
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / ("casus_store_" + std::to_string(getpid()) + "_" +
                                                       testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::string file(const char* name) const { return (folder / name).string(); }
};

inline Store opened(const std::string& path, const SmallStudy& s, Existing existing = Existing::refuse) {
  auto store = Store::open(path, s.plan, identity_of(s), existing);
  EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error());
  return std::move(*store);
}

inline void solve_all(const SmallStudy& s, Store& store, const RunControl& control = {}) {
  const auto median = solve_median(s.plan, {});
  const auto end = run_worlds(s.plan, store, *median, control);
  ASSERT_TRUE(end.ok()) << end.error();
}

}  // namespace casus::study
