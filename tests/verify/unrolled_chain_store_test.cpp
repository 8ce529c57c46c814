// The chain store of cases/, unrolled into its tree: the tree's agent QRE is the published game's.
#include <cmath>
#include <filesystem>
#include <map>

#include "case_text.h"
#include "tree/branch.h"
#include "tree/layout.h"
#include "verify/unroll.h"

namespace casus {
namespace {

// At a history of O(ut), F(ought) and A (shared): the challenger comes in, the strong store fights, the weak one does.
struct Row {
  const char* history;
  double comes, strong, weak;
};
struct Published {
  double precision;
  std::vector<Row> rows;
};
// The game of Kreps & Wilson 1982 with a = 2, b = 1/2, p = 1/10 and three towns; agent quantal response equilibrium on
// the principal branch, Newton with 40 digits, checked against gambit-logit: reference
// theory/a1_kreps_wilson_chain_store.json, cases aqre_N3_lambda1, 5 and 20.
const std::vector<Published> published = {{1,
                                           {{"", 0.541269587, 0.754778001, 0.287852704},
                                            {"F", 0.527277420, 0.748089399, 0.286682400},
                                            {"O", 0.543654412, 0.740643252, 0.278746993},
                                            {"FF", 0.507866865, 0.731058579, 0.268941421}}},
                                          {5,
                                           {{"", 0.594010372, 0.999992461, 0.359874356},
                                            {"F", 0.532778189, 0.999899565, 0.311289321},
                                            {"O", 0.788536710, 0.999746780, 0.151999791},
                                            {"FF", 0.502558910, 0.993307149, 0.006692851}}},
                                          {20,
                                           {{"", 0.868743494, 1.000000000, 0.339450309},
                                            {"F", 0.516602016, 1.000000000, 0.331927826},
                                            {"O", 0.997313314, 1.000000000, 0.115735752},
                                            {"FF", 0.517441569, 0.999999998, 0.000000002}}}};

// The history and who chooses: "FO E", "FO s", "FO w", of every situation. Edges of the chain store's game: Enter has
// out 0 and come_in 1, Answer fight_it 0 and share_it 1; steps without a choice between have one edge, 0.
std::string key(const game::Game& g, const verify::Situation& s) {
  std::string history;
  game::NodeId n = g.start().node;
  auto decision = [&](game::NodeId at) -> const std::string& {
    return g.source->stages[g.shapes[g.nodes[at].shape].stage].decisions[0].name;
  };
  for (uint32_t e : s.path) {
    const auto& node = g.nodes[n];
    if (g.shapes[node.shape].kind == game::NodeKind::move) {
      const bool enter = decision(n).starts_with("Enter");
      if (enter && e == 0) history += 'O';
      if (!enter) history += e == 0 ? 'F' : 'A';
    }
    n = g.edges[node.first_edge + e].target;
  }
  return history + (decision(n).starts_with("Enter") ? " E" : s.type == 0 ? " s" : " w");
}

using Probabilities = std::map<std::string, double>;  // of the first option

Probabilities solve(const game::Game& g, const verify::Unrolled& unrolled, double precision) {
  const tree::Layout layout(unrolled.tree);
  tree::Branch branch(layout);
  tree::BranchPoint point;
  EXPECT_EQ(branch.follow_to(precision, point), tree::BranchEnd::reached);
  Probabilities out;
  for (const auto& s : unrolled.situations) {
    const int agent = layout.agent_of_set[static_cast<size_t>(s.info_set)];
    out[key(g, s)] = std::exp(point.log_prob[static_cast<size_t>(layout.first_action[agent])]);
  }
  return out;
}

TEST(UnrolledChainStore, HasThePublishedEquilibria) {
  const auto loaded = language::load_file(std::filesystem::path(CASUS_SOURCE_DIR) / "cases/chain-store.casus", {});
  ASSERT_TRUE(loaded.value);
  const auto& c = *loaded.value;
  const auto g = testing::compile(c);
  for (const auto& answer : published) {
    auto params = testing::fixed_params(c);
    for (size_t i = 0; i < params.size(); ++i)
      if (c.params[i].name == "care") params[i] = answer.precision;
    const auto w = testing::world(g, params);
    ASSERT_EQ(w.precision[0], answer.precision);
    const auto plain = verify::unroll(g, w, {}), by_round = verify::unroll(g, w, {.by_round = true});
    ASSERT_TRUE(plain.value && by_round.value);
    EXPECT_EQ(static_cast<double>(plain.value->tree.nodes.size()), verify::tree_size(g));
    const auto one = solve(g, *plain.value, answer.precision), other = solve(g, *by_round.value, 1);
    for (const auto& row : answer.rows) {
      const std::string h = row.history;
      for (const auto& found : {one, other}) {
        EXPECT_NEAR(1 - found.at(h + " E"), row.comes, 1e-8) << h << " at precision " << answer.precision;
        EXPECT_NEAR(found.at(h + " s"), row.strong, 1e-8) << h << " at precision " << answer.precision;
        EXPECT_NEAR(found.at(h + " w"), row.weak, 1e-8) << h << " at precision " << answer.precision;
      }
    }
  }
}

}  // namespace
}  // namespace casus
