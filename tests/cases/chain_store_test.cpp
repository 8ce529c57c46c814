// The chain store against the exact agent QRE of its tree, and against the equilibrium of Kreps & Wilson (1982).
#include <algorithm>
#include <cmath>
#include <functional>

#include "cases/brute_force.h"
#include "cases/walk.h"

namespace casus::test {
namespace {

// At a history of O(ut), F(ought) and A (shared): the challenger comes in, the strong store fights, the weak one does.
struct Row {
  std::string history;
  double comes, strong, weak;
};
// a = 2, b = 1/2, p = 1/10, three towns. Logit agent quantal response equilibrium on the principal branch, 40-digit
// Newton on the unrolled tree, checked against gambit-logit: reference theory/a1_kreps_wilson_chain_store.json,
// cases aqre_N3_lambda1, 5 and 20.
const std::vector<Row> precision_1 = {
    {"", 0.541269587, 0.754778001, 0.287852704},   {"A", 0.552295636, 0.735100310, 0.273021916},
    {"F", 0.527277420, 0.748089399, 0.286682400},  {"O", 0.543654412, 0.740643252, 0.278746993},
    {"AA", 0.555940964, 0.731058579, 0.268941421}, {"AF", 0.546837273, 0.731058579, 0.268941421},
    {"AO", 0.553304030, 0.731058579, 0.268941421}, {"FA", 0.546849017, 0.731058579, 0.268941421},
    {"FF", 0.507866865, 0.731058579, 0.268941421}, {"FO", 0.531657315, 0.731058579, 0.268941421},
    {"OA", 0.553124781, 0.731058579, 0.268941421}, {"OF", 0.531390175, 0.731058579, 0.268941421},
    {"OO", 0.546080582, 0.731058579, 0.268941421}};
const std::vector<Row> precision_5 = {
    {"", 0.594010372, 0.999992461, 0.359874356},   {"A", 0.921760172, 0.993311754, 0.006697459},
    {"F", 0.532778189, 0.999899565, 0.311289321},  {"O", 0.788536710, 0.999746780, 0.151999791},
    {"AA", 0.921762296, 0.993307149, 0.006692851}, {"AF", 0.921693241, 0.993307149, 0.006692851},
    {"AO", 0.921761834, 0.993307149, 0.006692851}, {"FA", 0.921746281, 0.993307149, 0.006692851},
    {"FF", 0.502558910, 0.993307149, 0.006692851}, {"FO", 0.786301106, 0.993307149, 0.006692851},
    {"OA", 0.921750496, 0.993307149, 0.006692851}, {"OF", 0.594744969, 0.993307149, 0.006692851},
    {"OO", 0.877957474, 0.993307149, 0.006692851}};
const std::vector<Row> precision_20 = {
    {"", 0.868743494, 1.000000000, 0.339450309},   {"A", 0.999954602, 0.999999998, 0.000000002},
    {"F", 0.516602016, 1.000000000, 0.331927826},  {"O", 0.997313314, 1.000000000, 0.115735752},
    {"AA", 0.999954602, 0.999999998, 0.000000002}, {"AF", 0.999954602, 0.999999998, 0.000000002},
    {"AO", 0.999954602, 0.999999998, 0.000000002}, {"FA", 0.999954602, 0.999999998, 0.000000002},
    {"FF", 0.517441569, 0.999999998, 0.000000002}, {"FO", 0.993743646, 0.999999998, 0.000000002},
    {"OA", 0.999954602, 0.999999998, 0.000000002}, {"OF", 0.550790761, 0.999999998, 0.000000002},
    {"OO", 0.999664650, 0.999999998, 0.000000002}};

std::string set(std::string who, const std::string& history) {
  return who.append(history);
}

// The same tree by brute force.
std::vector<Row> brute_force(double precision) {
  const double a = 2, b = 0.5, p = 0.1;
  BruteForce tree;
  // Builds what follows `history` for a type; pay[0] is the store's, pay[t] the challenger's of town t.
  const std::function<int(const std::string&, bool, std::vector<double>)> build =
      [&](const std::string& history, bool strong, std::vector<double> pay) {
        const size_t town = history.size();
        if (town == 3) return tree.leaf(pay);
        const auto after = [&](char what, double store, double rival) {
          auto next = pay;
          next[0] += store;
          next[town + 1] += rival;
          return build(history + what, strong, next);
        };
        const int fight = after('F', strong ? 0 : -1, b - 1), share = after('A', strong ? -1 : 0, b);
        const int out = after('O', a, 0);
        const int answer = tree.decision(0, set(strong ? "s" : "w", history), {fight, share});
        return tree.decision(static_cast<int>(town) + 1, set("E", history), {answer, out});
      };
  tree.root(p, build("", true, {0, 0, 0, 0}));
  tree.root(1 - p, build("", false, {0, 0, 0, 0}));
  EXPECT_LT(tree.solve(precision), 1e-12);
  std::vector<Row> out;
  for (const Row& row : precision_1)
    out.push_back({row.history, tree.probability(set("E", row.history), 0), tree.probability(set("s", row.history), 0),
                   tree.probability(set("w", row.history), 0)});
  return out;
}

Lab chain_store(double precision, uint32_t points) {
  Lab lab(case_text("chain-store"));
  lab.set("care", precision);
  lab.options.points = points;
  return lab;
}

// "out come_in fight_it | Answer[third]" for history "OF" in the third town.
std::string key(const std::string& history, bool answer) {
  static const char* towns[] = {"first", "second", "third"};
  std::string out;
  for (char c : history) out += c == 'O' ? "out " : c == 'F' ? "come_in fight_it " : "come_in share_it ";
  return out + (answer ? "come_in | Answer[" : "| Enter[") + towns[history.size()] + "]";
}

// Largest difference over all histories, likely or not.
double worst(const Lab& lab, const std::vector<Row>& exact) {
  Walk walk(lab, "free");
  double out = 0;
  for (const Row& row : exact) {
    const Choice& enter = walk.all().at(key(row.history, false));
    out = std::max(out, std::abs(enter.by_type[1][0] - row.comes));
    const Choice& answer = walk.all().at(key(row.history, true));
    out = std::max({out, std::abs(answer.by_type[0][0] - row.strong), std::abs(answer.by_type[0][1] - row.weak)});
  }
  return out;
}

TEST(ChainStore, BruteForceAgreesWithTheReference) {
  const auto rows = brute_force(1);
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_NEAR(rows[i].comes, precision_1[i].comes, 1e-8) << rows[i].history;
    EXPECT_NEAR(rows[i].strong, precision_1[i].strong, 1e-8) << rows[i].history;
    EXPECT_NEAR(rows[i].weak, precision_1[i].weak, 1e-8) << rows[i].history;
  }
}

TEST(ChainStore, IsTheAgentQreOfTheTreeAtPrecision1) {
  EXPECT_LT(worst(chain_store(1, 65), precision_1), 1e-3);
}
TEST(ChainStore, IsTheAgentQreOfTheTreeAtPrecision2) {
  EXPECT_LT(worst(chain_store(2, 65), brute_force(2)), 1e-3);
}
TEST(ChainStore, IsTheAgentQreOfTheTreeAtPrecision5) {
  EXPECT_LT(worst(chain_store(5, 129), precision_5), 1e-3);
}
TEST(ChainStore, IsTheAgentQreOfTheTreeAtPrecision20) {
  EXPECT_LT(worst(chain_store(20, 257), precision_20), 1e-3);
}

// Proposition 1 with n = 3, 2, 1 towns left: with p = 1/10 < b^3 the first challenger comes in, the weak store fights
// with probability (1 - b^2) p / ((1 - p) b^2) = 1/3; after a fight the belief is b^2 and the second challenger stays
// out with probability 1/a; fought again, the weak store fights with (1 - b) b^2 / ((1 - b^2) b) = 1/3.
TEST(ChainStore, TendsToTheEquilibriumOfKrepsAndWilson) {
  double last = 1;
  for (double precision : {5.0, 20.0, 100.0}) {
    const Lab lab = chain_store(precision, 257);
    Walk walk(lab, "free");
    const auto gap = [&](const std::string& history, bool answer, size_t option, size_t type, double limit) {
      return std::abs(walk.all().at(key(history, answer)).by_type[option][type] - limit);
    };
    const double now = std::max({gap("", false, 1, 0, 1), gap("", true, 0, 0, 1), gap("", true, 0, 1, 1.0 / 3),
                                 gap("F", false, 0, 0, 0.5), gap("F", true, 0, 1, 1.0 / 3), gap("FF", false, 0, 0, 0.5),
                                 gap("FF", true, 0, 1, 0)});
    EXPECT_LT(now, last) << "precision " << precision;
    last = now;
  }
  // The exact branch itself is 0.0035 away at precision 100 (reference: principal_AQRE_branch_distance_on_path).
  EXPECT_LT(last, 0.005);
}

}  // namespace
}  // namespace casus::test
