// Every case of the project reads without a warning, stands in canonical form, and can be solved under every policy.
#include "cases/walk.h"

namespace casus::test {
namespace {

class EveryCase : public testing::TestWithParam<std::string> {};

TEST_P(EveryCase, ReadsWithoutAWarning) {
  const auto loaded = language::load_text(GetParam(), case_text(GetParam()));
  EXPECT_TRUE(loaded.value);
  EXPECT_TRUE(loaded.diagnostics.all().empty()) << base::render_text(loaded.diagnostics, loaded.sources, false);
}

TEST_P(EveryCase, StandsInCanonicalForm) {
  base::SourceSet sources;
  base::Diagnostics diagnostics;
  const std::string text = case_text(GetParam());
  EXPECT_EQ(language::format_text(GetParam(), text, sources, diagnostics), text);
}

TEST_P(EveryCase, SolvesUnderEveryPolicyWithProbabilitiesInRange) {
  Lab lab(case_text(GetParam()));
  lab.options.points = lab.c.measures.size() > 10 ? 5 : 17;     // the flagship is large
  if (GetParam() == "abyssinia-1935") lab.options.held = 0x3F;  // six axes would take years
  for (const auto& policy : lab.c.policies) {
    const auto solution = lab.solve(policy.name);
    EXPECT_LT(solution.certificate.residual, 1e-9) << policy.name;
    EXPECT_EQ(solution.certificate.failed, 0u) << policy.name;
    for (size_t m = 0; m < lab.c.measures.size(); ++m) {
      if (!lab.c.measures[m].probability) continue;
      for (double value : solution.measures[m].by_profile) {
        EXPECT_GE(value, -1e-9) << policy.name << ", " << lab.c.measures[m].name;
        EXPECT_LE(value, 1 + 1e-9) << policy.name << ", " << lab.c.measures[m].name;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, EveryCase,
                         testing::Values("kazakhstan-2022", "chain-store", "two-sided-crisis", "alliance",
                                         "abyssinia-1935", "leipzig-1989", "attrition", "baltic-cables",
                                         "gallery/attribution-2020", "gallery/leaders-2007", "gallery/transitions-2001",
                                         "gallery/audience-1994", "gallery/revealing-2003", "gallery/monitoring-1984"),
                         [](const auto& instance) {
                           std::string out = instance.param;
                           std::replace_if(
                               out.begin(), out.end(), [](char c) { return c == '-' || c == '/'; }, '_');
                           return out;
                         });

}  // namespace
}  // namespace casus::test
