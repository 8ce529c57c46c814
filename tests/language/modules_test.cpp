#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "language/examples.h"
#include "language/language.h"
#include "language/model_text.h"

namespace casus::language {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Modules : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("casus_modules_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  static LoadOptions library() {
    LoadOptions options;
    options.library_dirs.push_back(fs::path(CASUS_SOURCE_DIR) / "library");
    return options;
  }
  static std::string said(const Loaded& loaded) { return render_text(loaded.diagnostics, loaded.sources, false); }

  fs::path folder_;
};

TEST_F(Modules, FourModulesAndIndexSetsMakeOneCase) {
  const Loaded loaded = load_text("indexed.casus", indexed_case, library());
  ASSERT_TRUE(loaded.value) << said(loaded);
  EXPECT_TRUE(loaded.diagnostics.all().empty()) << said(loaded);
  const model::Case& c = *loaded.value;
  const std::string text = model_text(c);
  EXPECT_THAT(text, HasSubstr("actor Ally[Belarus]"));
  EXPECT_THAT(text, HasSubstr("param kz.prices 'how much dearer life has become, from 0 to 1' '' 1 [0.3, 0.9]"));
  EXPECT_THAT(text, HasSubstr("param stake[Armenia,soft]"));
  EXPECT_THAT(text, HasSubstr("state focus '' 0 0..1 [\"Kazakhstan\", \"Belarus\"] = 0"));
  EXPECT_THAT(text, HasSubstr("state guard[Belarus] '' 1 0..2 [] = 1"));
  EXPECT_THAT(text, HasSubstr("correlate kz.prices stake[Belarus,firm] 0.5"));
  EXPECT_THAT(text, HasSubstr("decision csto.Join[Armenia] by Ally[Armenia]"));
  // Stages of a module stand where the round says `use`, otherwise where the case uses the module.
  std::vector<std::string> stages;
  for (const auto& stage : c.stages) stages.push_back(stage.name);
  EXPECT_THAT(stages,
              testing::ElementsAre("blr.Outbreak", "blr.Response", "blr.Order", "Impose", "Fading", "nato.Signal",
                                   "nato.Act", "kz.Outbreak", "kz.Response", "kz.Order", "csto.Call", "csto.Answer",
                                   "Attack[Kazakhstan]", "Attack[Belarus]", "Turn"));
}

TEST_F(Modules, AParameterOfAnIndexedActorsTypesIsReadByMember) {
  const Loaded loaded = load_text("indexed.casus", indexed_case, library());
  ASSERT_TRUE(loaded.value);
  const auto& pays = loaded.value->stages[12].decisions[0].options[1].pays;
  ASSERT_EQ(pays.size(), 2u);
  EXPECT_THAT(expression_text(*loaded.value, pays[0].amount), HasSubstr("stake[Belarus,firm]@Ally[Belarus]"));
  EXPECT_THAT(expression_text(*loaded.value, pays[1].amount), HasSubstr("stake[Armenia,firm]@Ally[Armenia]"));
}

TEST_F(Modules, TheCasesOwnFolderComesFirst) {
  write("uprising.casus",
        "module \"mine\"\nstate mood: boolean = no\nround { move M by A { go { mood = yes } stay } }\nneeds actor A\n");
  const auto file = write("case.casus", R"(case "x"
horizon 1 rounds
precision 1
actor B
use "uprising" { A = B }
payoff B { at end: mood }
)");
  const Loaded loaded = load_file(file, library());
  ASSERT_TRUE(loaded.value) << said(loaded);
  EXPECT_EQ(loaded.value->stages.size(), 1u);
}

TEST_F(Modules, ErrorsPointIntoTheModule) {
  write("bad.casus", "module \"bad\"\nlet x = y + 1\n");
  const auto file = write("case.casus", "case \"x\"\nhorizon 1 rounds\nuse \"bad\"\nactor A\n");
  const std::string text = said(load_file(file));
  EXPECT_THAT(text, HasSubstr("bad.casus:2:9: error: there is no parameter, state or definition 'y'"));
}

TEST_F(Modules, WhatCanGoWrong) {
  write("self.casus", "module \"self\"\nuse \"self\"\n");
  write("thing.casus", "module \"thing\"\nneeds actor Who \"the mover\"\nparam cost = 1\n");
  write("nomodule.casus", "param cost = 1\n");
  const std::string preamble = "case \"x\"\nhorizon 1 rounds\nprecision 1\nactor A\nround { move M by A { a b } }\n";
  const auto errors = [&](const std::string& line) {
    return said(load_file(write("case.casus", preamble + line + "\n")));
  };
  EXPECT_THAT(errors("use \"self\""), HasSubstr("without end"));
  EXPECT_THAT(errors("use \"missing\""), HasSubstr("there is no module 'missing'"));
  EXPECT_THAT(errors("use \"../thing\""), HasSubstr("is no name of a module"));
  EXPECT_THAT(errors("use \"nomodule\""), HasSubstr("does not begin with 'module"));
  EXPECT_THAT(errors("use \"thing\""), HasSubstr("needs 'Who': the mover"));
  EXPECT_THAT(errors("use \"thing\" { Who = B }"), HasSubstr("'Who' stands for an actor, but 'B' is none"));
  EXPECT_THAT(errors("use \"thing\" { Who = A, costs = 2 }"), HasSubstr("did you mean 'cost'?"));
  EXPECT_THAT(errors("use \"thing\" { Who = A }\nuse \"thing\" { Who = A }"), HasSubstr("'cost' is already declared"));
  EXPECT_THAT(errors("use \"thing\" as t { Who = A }\nuse \"thing\" as t { Who = A }"),
              HasSubstr("already the name of another use"));
  EXPECT_THAT(errors("needs actor B"), HasSubstr("only a module needs something"));
}

// ---- overlays
// --------------------------------------------------------------------------------------------------------

const char* const overlaid = R"(case "x"
horizon 1 rounds
precision 1
set Places = { Here, There }
actor A { types { hard: 0.3, soft: otherwise } }
param cost ~ uniform(0, 1) "the cost" source "a book"
param risk[Places] ~ uniform(0, 1)
state s: 0..2 = 0
round { move M by A { go { s = 1 } pays A: cost + risk[Here] + risk[There]  stay } }
payoff A { at end: s * (A is hard) }
policy free
policy bound { A plays M.go }
)";

TEST_F(Modules, AnOverlayChangesNumbersAndPoliciesOnly) {
  LoadOptions options;
  options.overlays.push_back(write("numbers.casus", R"(param cost = 0.5
param risk[Places] { There ~ normal(1, 2) }
actor A { types { hard: 60%, soft: 40% } precision 7 }
discount 0.9
policy bound "held" { A plays M.stay }
policy third { s = 2 }
)"));
  const Loaded loaded = load_file(write("case.casus", overlaid), options);
  ASSERT_TRUE(loaded.value) << said(loaded);
  const std::string text = model_text(*loaded.value);
  EXPECT_THAT(text, HasSubstr("precision 7 discount 0.9\n  prior 0.6\n  prior 0.4\n"));
  EXPECT_THAT(text, HasSubstr("param cost 'the cost' 'a book' 0 "));
  EXPECT_THAT(text, HasSubstr("param risk[Here] '' '' 1 [0, 1]"));
  EXPECT_THAT(text, HasSubstr("param risk[There] '' '' 3 [1, 2]"));
  ASSERT_EQ(loaded.value->policies.size(), 3u);
  EXPECT_EQ(loaded.value->policies[1].words.text, "held");
  EXPECT_EQ(loaded.value->policies[1].commitments[0].option, 1u);
}

TEST_F(Modules, AnOverlayMayNotChangeTheRules) {
  LoadOptions options;
  options.overlays.push_back(
      write("rules.casus",
            "state t: 0..1 = 0\nparam costs = 1\nactor A { types { hard: 1 } }\nmeasure m = P(s == 1 at end)\n"));
  const std::string text = said(load_file(write("case.casus", overlaid), options));
  EXPECT_THAT(text, HasSubstr("an overlay may change only"));
  EXPECT_THAT(text, HasSubstr("the case has no parameter 'costs' to change"));
  EXPECT_THAT(text, HasSubstr("an overlay may not change the types of 'A'"));
  options.overlays = {folder_ / "absent.casus"};
  EXPECT_THAT(said(load_file(folder_ / "case.casus", options)), HasSubstr("there is no such file"));
}

TEST_F(Modules, NeedASetOfNumbersAndHaveParametersByRound) {
  write(
      "haggle.casus",
      "module \"Haggling\"\nneeds actor Seller\nneeds set Prices\nparam haste[round] { 1 = 0, 2 .. 3 = 0.1 * round }\n"
      "state asked: Prices = 0\nround { move Ask by Seller { ask[p in Prices] { asked = p } pays Seller: p * "
      "haste[round] } }\n");
  const auto path = write("case.casus",
                          "case \"x\"\nhorizon 3 rounds\nprecision 1\nset Steps = 0, 0.25 .. 1\nactor A\n"
                          "use \"haggle\" as h { Seller = A, Prices = Steps }\npayoff A { at end: h.asked }\n"
                          "measure low = P(ever h.Ask.ask[0.25])\npolicy p { h.haste[2] = 0.5 }\n");
  const Loaded loaded = load_file(path);
  ASSERT_TRUE(loaded.value) << said(loaded);
  EXPECT_THAT(model_text(*loaded.value), HasSubstr("param h.haste[2] = 0.5"));
}

}  // namespace
}  // namespace casus::language
