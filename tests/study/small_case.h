// A small case (small_text.h) as a study: in, options; out, its plan.
#pragma once
#include "language/language.h"
#include "study/plan.h"
#include "study/run.h"
#include "study/small_text.h"
#include "study/store.h"

namespace casus::study {

// The case as a plan and what it needs to stay alive.
struct SmallStudy {
  language::Loaded loaded;
  Plan plan;
};

// With the options' worlds and seed on a small grid.
inline std::unique_ptr<SmallStudy> small_study(Options options = {.worlds = 24}, const std::string& text = small_case) {
  auto out = std::make_unique<SmallStudy>();
  out->loaded = language::load_text("small.casus", text);
  EXPECT_TRUE(out->loaded.value) << render_text(out->loaded.diagnostics, out->loaded.sources, false);
  options.solve.points = 7;
  auto plan = make_plan(*out->loaded.value, options, out->loaded.diagnostics);
  EXPECT_TRUE(plan.ok()) << (plan.ok() ? "" : plan.error());
  out->plan = std::move(*plan);
  return out;
}

inline Identity identity_of(const SmallStudy& s) {
  return identity_of(s.plan, s.loaded.sources, "test");
}

}  // namespace casus::study
