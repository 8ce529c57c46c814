// The netCDF file, read back through the netCDF library: every number is the store's.
#include <gtest/gtest.h>
#include <netcdf.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <numeric>

#include "report/export.h"
#include "study/small_case.h"

namespace casus::report {
namespace {

// A netCDF file open for reading; a test fails where something is not there.
class Reader {
 public:
  explicit Reader(const std::string& path) { EXPECT_EQ(nc_open(path.c_str(), NC_NOWRITE, &id_), NC_NOERR); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { nc_close(id_); }
  std::vector<size_t> shape(const char* name) const {
    int variable = 0, count = 0, dimensions[NC_MAX_VAR_DIMS];
    EXPECT_EQ(nc_inq_varid(id_, name, &variable), NC_NOERR) << name;
    EXPECT_EQ(nc_inq_var(id_, variable, nullptr, nullptr, &count, dimensions, nullptr), NC_NOERR);
    std::vector<size_t> out(static_cast<size_t>(count));
    for (size_t d = 0; d < out.size(); ++d) nc_inq_dimlen(id_, dimensions[d], &out[d]);
    return out;
  }
  std::vector<double> numbers(const char* name) const {
    int variable = 0;
    nc_inq_varid(id_, name, &variable);
    const auto dimensions = shape(name);
    std::vector<double> out(std::accumulate(dimensions.begin(), dimensions.end(), size_t{1}, std::multiplies<>()));
    EXPECT_EQ(nc_get_var_double(id_, variable, out.data()), NC_NOERR) << name;
    return out;
  }
  std::vector<std::string> names(const char* name) const {
    int variable = 0;
    nc_inq_varid(id_, name, &variable);
    std::vector<char*> raw(shape(name).at(0));
    EXPECT_EQ(nc_get_var_string(id_, variable, raw.data()), NC_NOERR) << name;
    std::vector<std::string> out(raw.begin(), raw.end());
    nc_free_string(raw.size(), raw.data());
    return out;
  }

 private:
  int id_ = 0;
};

TEST(Netcdf, HoldsEveryNumberOfTheStore) {
  const auto folder = std::filesystem::temp_directory_path() / ("casus_netcdf_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string study_file = (folder / "a.sqlite").string(), file = (folder / "a.nc").string();
  // More worlds than are written at once.
  const auto s = study::small_study({.worlds = 600});
  {
    auto store = study::Store::open(study_file, s->plan, identity_of(*s), study::Existing::refuse);
    ASSERT_TRUE(store.ok()) << store.error();
    ASSERT_TRUE(run_worlds(s->plan, *store, *study::solve_median(s->plan, {}), {.threads = 2}).ok());
  }
  const auto archive = study::Archive::open(study_file);
  ASSERT_TRUE(archive.ok());
  const auto written = write_netcdf(*archive, file);
  ASSERT_TRUE(written.ok()) << written.error();

  const Reader reader(file);
  using Names = std::vector<std::string>;
  using Shape = std::vector<size_t>;
  EXPECT_EQ(reader.names("param"), (Names{"p_strong", "cost[strong]", "cost[weak]", "prize", "luck"}));
  EXPECT_EQ(reader.names("policy"), (Names{"free", "arm", "lucky"}));
  EXPECT_EQ(reader.names("measure"), (Names{"lost", "hit", "image", "gain"}));
  EXPECT_EQ(reader.names("round_measure"), (Names{"by_month"}));
  EXPECT_EQ(reader.names("claim"), (Names{"claim_1", "deter", "same"}));
  EXPECT_EQ(reader.names("param_description")[3], "what the province is worth");
  EXPECT_EQ(reader.shape("measures"), (Shape{600, 3, 4}));
  EXPECT_EQ(reader.shape("measures_by_round"), (Shape{600, 3, 1, 2}));

  const auto params = reader.numbers("parameters"), measures = reader.numbers("measures"),
             rounds = reader.numbers("measures_by_round"), residual = reader.numbers("residual"),
             change = reader.numbers("grid_change"), holds = reader.numbers("holds"), margin = reader.numbers("margin");
  ASSERT_EQ(params.size(), 600u * 5);
  const auto numbers = reader.numbers("world");
  size_t row = 0;
  (void)archive->store.each_world([&](int64_t world, const std::vector<double>& values) {
    ASSERT_EQ(numbers[row], static_cast<double>(world));
    for (size_t p = 0; p < values.size(); ++p) ASSERT_EQ(params[row * 5 + p], values[p]);
    ++row;
  });
  ASSERT_EQ(row, 600u);
  size_t seen = 0;
  (void)archive->store.each_result([&](int64_t world, uint32_t place, const study::PolicyResult& r) {
    const size_t at = static_cast<size_t>(world) * 3 + place;
    for (uint32_t m = 1; m < 5; ++m)
      ASSERT_DOUBLE_EQ(measures[at * 4 + m - 1], expected(s->plan.layout, r.values, r.profile_prior, m, 0));
    for (uint32_t k = 0; k < 2; ++k)
      ASSERT_DOUBLE_EQ(rounds[at * 2 + k], expected(s->plan.layout, r.values, r.profile_prior, 0, k));
    ASSERT_EQ(residual[at], r.certificate.residual);
    ASSERT_EQ(change[at], r.certificate.grid_change);
    ++seen;
  });
  EXPECT_EQ(seen, 1800u);
  seen = 0;
  (void)archive->store.each_verdict([&](int64_t world, uint32_t claim, const study::Verdict& v) {
    const size_t at = static_cast<size_t>(world) * 3 + claim;
    ASSERT_EQ(holds[at], v.truth == study::Truth::holds ? 1 : 0);
    ASSERT_EQ(margin[at], v.margin);
    ++seen;
  });
  EXPECT_EQ(seen, 1800u);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace casus::report
