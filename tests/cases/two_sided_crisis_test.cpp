// The two-sided crisis against the exact agent QRE of its tree.
#include <algorithm>
#include <cmath>
#include <functional>

#include "cases/brute_force.h"
#include "cases/walk.h"

namespace casus::test {
namespace {

// At a history of P(assed), C(onceded), X (pressed) and B(acked down), the tough's and the weak's probabilities.
struct Meeting {
  std::string history;
  double demand[2], resist[2], press[2];
};
// p = q = 0.3, k = 0.2, press 0.3 and -0.8, stand 0.2 and -0.7. Logit agent quantal response equilibrium on the
// principal branch by three independent programs (generic tree with 40 digits, unrolled Newton, gambit-logit):
// reference theory/l1_two_sided_repeated_crisis.json, cases aqre_T<meetings>_lambda<precision>.
const std::vector<Meeting> two_1 = {
    {"", {0.618441002, 0.542502601}, {0.655759016, 0.560652524}, {0.625868893, 0.358581488}},
    {"B", {0.614461142, 0.537784937}, {0.660122484, 0.570933347}, {0.622459331, 0.354343694}},
    {"C", {0.618254452, 0.544116402}, {0.654744026, 0.558459244}, {0.622459331, 0.354343694}},
    {"P", {0.615953609, 0.540274787}, {0.658006906, 0.566025382}, {0.622459331, 0.354343694}},
    {"X", {0.619171296, 0.545648238}, {0.648178607, 0.543257989}, {0.622459331, 0.354343694}}};
const std::vector<Meeting> two_5 = {
    {"", {0.982467592, 0.602361798}, {0.937872130, 0.676899264}, {0.988249014, 0.254380030}},
    {"B", {0.794510608, 0.254947611}, {0.990932031, 0.987251767}, {0.924141820, 0.047425873}},
    {"C", {0.911445134, 0.635875375}, {0.955004937, 0.704167525}, {0.924141820, 0.047425873}},
    {"P", {0.795742823, 0.257346913}, {0.990211443, 0.985013374}, {0.924141820, 0.047425873}},
    {"X", {0.958391925, 0.869726026}, {0.898603636, 0.271175890}, {0.924141820, 0.047425873}}};
const std::vector<Meeting> two_20 = {
    {"", {0.999999911, 0.476262195}, {0.999931377, 0.764451545}, {0.999999994, 0.336362092}},
    {"B", {0.997526257, 0.017984909}, {0.999999998, 0.999999998}, {0.999954602, 0.000006144}},
    {"C", {0.999868723, 0.738318821}, {0.999986489, 0.790086000}, {0.999954602, 0.000006144}},
    {"P", {0.997526257, 0.017984909}, {0.999999998, 0.999999998}, {0.999954602, 0.000006144}},
    {"X", {0.999999660, 0.999986975}, {0.999764571, 0.008594213}, {0.999954602, 0.000006144}}};
const std::vector<Meeting> three_1 = {
    {"", {0.620159605, 0.543434132}, {0.655468864, 0.559761221}, {0.629270744, 0.362653966}}};
const std::vector<Meeting> three_5 = {
    {"", {0.996683425, 0.561698770}, {0.952483468, 0.782424486}, {0.998083746, 0.384386534}}};
const std::vector<Meeting> three_20 = {
    {"", {1.000000000, 0.321113894}, {0.999997322, 0.904077063}, {1.000000000, 0.473516969}}};

// The same tree by brute force.
std::vector<Meeting> brute_force(double precision, size_t meetings, const std::vector<Meeting>& histories) {
  const double p = 0.3, q = 0.3, k = 0.2, push[] = {0.3, -0.8}, stand[] = {0.2, -0.7};
  BruteForce tree;
  for (int c : {0, 1})
    for (int d : {0, 1}) {
      const std::string own_c = c ? "Cw" : "Ct", own_d = d ? "Dw" : "Dt";
      const std::function<int(const std::string&, double, double)> build = [&](const std::string& h, double pc,
                                                                               double pd) {
        if (h.size() == meetings) return tree.leaf({pc, pd});
        const int press = build(h + "X", pc + push[c], pd + stand[d]), back = build(h + "B", pc - k, pd + 1);
        const int resisted = tree.decision(0, own_c + "p" + h, {press, back});
        const int demanded = tree.decision(1, own_d + h, {resisted, build(h + "C", pc + 1, pd)});
        return tree.decision(0, own_c + h, {demanded, build(h + "P", pc, pd + 1)});
      };
      tree.root((c ? 1 - p : p) * (d ? 1 - q : q), build("", 0, 0));
    }
  EXPECT_LT(tree.solve(precision), 1e-12);
  std::vector<Meeting> out;
  for (const Meeting& row : histories) {
    const auto& h = row.history;
    const auto at = [&](const std::string& set) { return tree.probability(set + h, 0); };
    out.push_back({h, {at("Ct"), at("Cw")}, {at("Dt"), at("Dw")}, {at("Ctp"), at("Cwp")}});
  }
  return out;
}

Lab crisis(double precision, int meetings, uint32_t points) {
  std::string text = case_text("two-sided-crisis");
  const std::string horizon = "horizon 3 rounds";
  text[text.find(horizon) + 8] = static_cast<char>('0' + meetings);
  Lab lab(text);
  lab.set("care", precision);
  lab.options.points = points;
  return lab;
}

// Largest difference over all histories, likely or not.
double worst_meeting(const Lab& lab, const std::vector<Meeting>& exact) {
  Walk walk(lab, "free");
  double out = 0;
  for (const Meeting& row : exact) {
    std::string past;
    for (char c : row.history)
      past += c == 'P'   ? "pass "
              : c == 'C' ? "demand concede "
              : c == 'X' ? "demand resist press "
                         : "demand resist back_down ";
    const auto compare = [&](const std::string& key, const double(&expected)[2]) {
      const Choice& at = walk.all().at(key);
      for (size_t type : {0, 1}) out = std::max(out, std::abs(at.by_type[0][type] - expected[type]));
    };
    compare(past + "| Demand", row.demand);
    compare(past + "demand | Reply", row.resist);
    compare(past + "demand resist | Press", row.press);
  }
  return out;
}

TEST(TwoSidedCrisis, BruteForceAgreesWithTheReference) {
  const auto rows = brute_force(1, 2, two_1);
  for (size_t i = 0; i < rows.size(); ++i)
    for (size_t type : {0, 1}) {
      EXPECT_NEAR(rows[i].demand[type], two_1[i].demand[type], 1e-8);
      EXPECT_NEAR(rows[i].resist[type], two_1[i].resist[type], 1e-8);
      EXPECT_NEAR(rows[i].press[type], two_1[i].press[type], 1e-8);
    }
}

TEST(TwoSidedCrisis, TwoMeetingsAreTheAgentQreAtPrecision1) {
  EXPECT_LT(worst_meeting(crisis(1, 2, 17), two_1), 1e-3);
}
TEST(TwoSidedCrisis, TwoMeetingsAreTheAgentQreAtPrecision2) {
  EXPECT_LT(worst_meeting(crisis(2, 2, 33), brute_force(2, 2, two_1)), 1e-3);
}
TEST(TwoSidedCrisis, TwoMeetingsAreTheAgentQreAtPrecision5) {
  EXPECT_LT(worst_meeting(crisis(5, 2, 65), two_5), 1e-3);
}
TEST(TwoSidedCrisis, TwoMeetingsAreTheAgentQreAtPrecision20) {
  EXPECT_LT(worst_meeting(crisis(20, 2, 129), two_20), 1e-3);
}
TEST(TwoSidedCrisis, ThreeMeetingsAreTheAgentQreAtPrecision1) {
  EXPECT_LT(worst_meeting(crisis(1, 3, 17), three_1), 1e-3);
}
TEST(TwoSidedCrisis, ThreeMeetingsAreTheAgentQreAtPrecision2) {
  EXPECT_LT(worst_meeting(crisis(2, 3, 33), brute_force(2, 3, three_1)), 1e-3);
}
TEST(TwoSidedCrisis, ThreeMeetingsAreTheAgentQreAtPrecision5) {
  EXPECT_LT(worst_meeting(crisis(5, 3, 65), three_5), 1e-3);
}
TEST(TwoSidedCrisis, ThreeMeetingsAreTheAgentQreAtPrecision20) {
  EXPECT_LT(worst_meeting(crisis(20, 3, 129), three_20), 1e-3);
}

}  // namespace
}  // namespace casus::test
