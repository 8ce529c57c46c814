// Who is counted, and why others are not; numbers of shares; states with their members in order.
#include <set>

#include "case_text.h"
#include "game/symmetry.h"
#include "uprising.h"

namespace casus {
namespace {

TEST(Shares, AreNumberedOneByOne) {
  for (uint32_t alike = 1; alike <= 6; ++alike)
    for (uint32_t options = 1; options <= 4; ++options) {
      const auto all = static_cast<uint32_t>(game::shares(alike, options));
      std::set<std::vector<uint32_t>> seen;
      for (uint32_t number = 0; number < all; ++number) {
        std::vector<uint32_t> counts(options);
        game::share_of(alike, number, counts);
        uint32_t sum = 0;
        for (const uint32_t n : counts) sum += n;
        EXPECT_EQ(sum, alike);
        EXPECT_EQ(game::number_of(counts), number);
        if (alike == 1) {
          EXPECT_EQ(counts[number], 1u);
        }
        seen.insert(counts);
      }
      EXPECT_EQ(seen.size(), all);
    }
}

TEST(Crowd, IsFoundWithWhatIsAskedOfIt) {
  const model::Case c = testing::load(uprising);
  const auto found = game::find_crowd(c, 0, 256);
  ASSERT_TRUE(found.crowd) << found.why_not;
  EXPECT_EQ(found.crowd->family, "Citizen");
  EXPECT_EQ(found.crowd->size(), 9u);
  const auto at = [&](const char* name) { return *model::find_measure(c, name); };
  // All alike; one of them, the first or another, in the same words.
  EXPECT_EQ(found.crowd->about[at("success")], game::none);
  EXPECT_EQ(found.crowd->about[at("ever_out[c]")], 2u);
  EXPECT_EQ(found.crowd->as[at("ever_out[c]")], at("ever_out[a]"));
  EXPECT_EQ(found.crowd->as[at("joins[a]")], at("joins[a]"));
  EXPECT_EQ(found.crowd->about[at("stays_in")], 3u);
  EXPECT_EQ(found.crowd->as[at("both")], at("both"));
  // Few choose at once: nobody need be counted.
  const auto few = game::find_crowd(c, 0, 512);
  EXPECT_FALSE(few.crowd);
  EXPECT_EQ(few.why_not, "");
}

TEST(Crowd, SaysWhyNot) {
  const auto changed = [](const std::string& from, const std::string& to) {
    std::string text = uprising;
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    return text;
  };
  // The second has more to lose.
  std::string dear =
      changed("param cost = 0.4",
              "param cost = 0.4\nparam dear[People] { a = 1\nb = 2\nc = 1\nd = 1\ne = 1\nf = 1\ng = 1\nh = "
              "1\ni = 1 }");
  dear.replace(dear.find("at end: 0.8"), 7, "at end: -dear[m] + ");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {dear, "do not want the same"},
      {changed("policy free", "policy free\npolicy bound_ { Citizen[d] plays Join[d].join }"), "does not bind every"},
      {changed("actor Government", "actor Government { types { soft: 0.5  hard: otherwise } }"),
       "has types that others do not know"},
      {changed("measure many", "measure two = P(out[a] and out[b] at end)\nmeasure many"), "tells them apart"},
      {changed("state heat", "state near[People, People]: boolean = no\nstate heat"), "something else at once"},
      {changed("strike { struck = yes }", "strike { struck = yes  out[c] = no }"), "tells them apart"},
      {changed("policy free", "policy free\npolicy bound_ { out[e] = yes }"), "begin differently"},
      {changed("out[m] = yes  heat = min(3, heat + 1)", "out[m] = yes  heat = if out[a] then 1 else 0"), "is not what"},
      {changed("out[m] = yes  heat = min(3, heat + 1)", "out[m] = yes  heat = min(3, count(k in People) out[k])"),
       "which is set there, too"},
      {changed("-2 * (crowd >= 5)", "-2 * out[a]"), "is paid tells them apart"},
      {changed("measure many", "measure first = P(struck before crowd >= 5)\nmeasure many"), "past is not kept"},
      {angry_uprising + std::string("measure angry = P(Citizen[a] is angry and struck at end)\n"), "reads a type"},
      {angry_uprising + std::string("measure part = out_at_end[a] / size\n"), "reckons with what is asked of one"},
      // The first to be told becomes another than the second: their order counts.
      {changed("strike { struck = yes }",
               "strike { struck = yes  for m in People { out[m] = (count(k in People) out[k]) == 3 } }"),
       "tells them apart"},
  };
  for (const auto& [text, why] : cases) {
    const model::Case c = testing::load(text);
    std::string said;
    for (uint32_t p = 0; p < c.policies.size(); ++p)
      if (const auto found = game::find_crowd(c, p, 256); !found.crowd) said += found.why_not + ";";
    EXPECT_NE(said.find(why), std::string::npos) << why << " / " << said;
  }
}

// Adding commutes with adding and with nothing else.
TEST(Crowd, WhatHangsOnTheOrderIsRefused) {
  std::string text = uprising;
  const std::string stay = "stay { out[m] = no }";
  text.replace(text.find(stay), stay.size(), "stay { out[m] = no  heat = 0 }");
  const model::Case c = testing::load(text);
  base::Diagnostics d;
  EXPECT_FALSE(game::compile(c, 0, d));
  ASSERT_FALSE(d.all().empty());
  EXPECT_NE(d.all()[0].message.find("hangs on the order"), std::string::npos) << d.all()[0].message;
}

TEST(Crowd, StatesArePackedByHowManyAreInWhat) {
  const model::Case c = testing::load(uprising);
  const auto crowd = *game::find_crowd(c, 0, 256).crowd;
  const game::StateCodec codec(c, &crowd);
  ASSERT_TRUE(codec.fits());
  std::vector<int> state;
  for (const auto& v : c.states) state.push_back(v.initial);
  state[*model::find_state(c, "out[b]")] = 1;
  state[*model::find_state(c, "out[g]")] = 1;
  state[*model::find_state(c, "heat")] = 2;
  std::vector<int> sorted = state, back;
  crowd.sort(c, sorted);
  EXPECT_NE(sorted, state);
  EXPECT_EQ(codec.pack(sorted), codec.pack(state));
  codec.unpack(codec.pack(state), back);
  EXPECT_EQ(back, sorted);
}

}  // namespace
}  // namespace casus
