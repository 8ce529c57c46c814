// PRIM against every step that the EMA Workbench 3.0 took on the reference data.
#include <gtest/gtest.h>

#include "lab/prim.h"
#include "lab/reference.h"

namespace casus::lab {
namespace {

using nlohmann::json;

PrimOptions options_of(const json& o) {
  PrimOptions options;
  options.peel_alpha = o.at("peel_alpha");
  options.paste_alpha = o.at("paste_alpha");
  options.mass_min = o.at("mass_min");
  const std::string objective = o.at("obj_function");
  options.objective = objective == "ORIGINAL"   ? PrimObjective::original
                      : objective == "LENIENT2" ? PrimObjective::lenient2
                                                : PrimObjective::lenient1;
  options.cover = o.at("update_function") == "guivarch" ? PrimCover::guivarch : PrimCover::remove;
  options.ema_pasting = true;
  return options;
}

// 1e-12 relative: the last digits of a quantile or a binomial tail may differ between libraries.
void expect_close(double ours, double theirs, const std::string& what) {
  EXPECT_NEAR(ours, theirs, 1e-12 * std::max(1.0, std::fabs(theirs))) << what;
}

void expect_limits(const Table& table, const Box& whole, const BoxCount& step, size_t c, const json& restriction,
                   const std::string& where) {
  const Column& column = table.columns[c];
  const auto qp = restriction.at("qp").get<std::vector<double>>();
  // Relative, since a quasi-p value may be 1e-20.
  const auto expect_qp = [&](double ours, double theirs) {
    EXPECT_NEAR(ours, theirs, 1e-9 * std::fabs(theirs)) << where << " quasi-p of " << column.name;
  };
  expect_qp(step.qp_low[c], qp[0]);
  expect_qp(step.qp_high[c], qp[1]);
  if (restriction.contains("in")) {
    std::vector<std::string> in;
    for (size_t label = 0; label < column.labels.size(); ++label)
      if (step.box[c].categories[label]) in.push_back(column.labels[label]);
    auto theirs = restriction.at("in").get<std::vector<std::string>>();
    std::sort(theirs.begin(), theirs.end());
    EXPECT_EQ(in, theirs) << where;
    return;
  }
  expect_close(step.box[c].low, restriction.at("min"), where + " low of " + column.name);
  expect_close(step.box[c].high, restriction.at("max"), where + " high of " + column.name);
  EXPECT_EQ(step.box[c].low != whole[c].low, restriction.at("restricted_lower").get<bool>()) << where;
  EXPECT_EQ(step.box[c].high != whole[c].high, restriction.at("restricted_upper").get<bool>()) << where;
}

void expect_path(const Table& table, const Box& whole, const std::vector<BoxCount>& path, const json& trajectory,
                 const std::string& name) {
  ASSERT_EQ(path.size(), trajectory.size()) << name;
  for (size_t i = 0; i < path.size(); ++i) {
    const json& step = trajectory[i];
    const std::string where = name + " step " + std::to_string(i);
    ASSERT_EQ(path[i].rows, step.at("n").get<size_t>()) << where;
    ASSERT_EQ(path[i].hits, step.at("k").get<size_t>()) << where;
    expect_close(path[i].coverage, step.at("coverage"), where + " coverage");
    expect_close(path[i].density, step.at("density"), where + " density");
    expect_close(path[i].mass, step.at("mass"), where + " mass");
    EXPECT_EQ(path[i].restricted, step.at("res_dim").get<size_t>()) << where;
    const json& restrictions = step.at("restrictions");
    for (size_t c = 0; c < table.columns.size(); ++c) {
      const bool theirs = restrictions.contains(table.columns[c].name);
      EXPECT_EQ(path[i].box[c] != whole[c], theirs) << where << " " << table.columns[c].name;
      if (theirs) expect_limits(table, whole, path[i], c, restrictions.at(table.columns[c].name), where);
    }
  }
}

TEST(PrimReference, EveryStepIsTheWorkbenchs) {
  const auto folder = reference_folder() / "prim";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "optional: reference values beside the checkout";
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().string().find(".prim.json") == std::string::npos) continue;
    const json reference = read_json(entry.path());
    if (reference.at("class") != "Prim") continue;  // real-valued outcomes are not what a verdict has
    const Csv csv = read_csv(folder / reference.at("input").get<std::string>());
    const Table table = table_of(csv, reference.at("columns"));
    Prim prim(table, labels_of(csv), options_of(reference.at("options")));
    for (const auto& box : reference.at("boxes")) {
      const auto path = prim.find_box();
      expect_path(table, prim.whole(), path, box.at("trajectory"), entry.path().filename());
      prim.take(path.back().box);
    }
    ++cases;
  }
  EXPECT_EQ(cases, 14);
}

}  // namespace
}  // namespace casus::lab
