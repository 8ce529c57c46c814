// Payments that no number can hold once they are added up: refused, with the payment that is at fault.
#include <gmock/gmock.h>

#include "app/program.h"

namespace casus::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Overflow : ProgramTest {};

constexpr const char* prisoners = "NFG 1 R \"n\" { \"A\" \"B\" } { 2 2 }\n";

TEST_F(Overflow, OfATreeIsRefused) {
  write("n.nfg", std::string(prisoners) + "1e308 1 -1e308 2 2 0 -0.5 0.75\n");
  for (const std::string options : {"", " --json", " --precision 2", " --method pure", " --method support"}) {
    const auto answer = casus("solve n.nfg" + options);
    EXPECT_EQ(answer.code, 2) << options;
    EXPECT_EQ(answer.out, "") << options;
    EXPECT_THAT(answer.err, AllOf(HasSubstr("outcome 1 pays 1e308 to "), HasSubstr("'A'"))) << options;
  }
  write("on_the_way.efg",
        "EFG 2 R \"sum\" { \"A\" }\n\"\"\n"
        "p \"\" 1 1 \"\" { \"l\" \"r\" } 1 \"first\" { 9e299 }\nt \"\" 2 \"last\" { 2e299 }\nt \"\" 0\n");
  const auto sum = casus("solve on_the_way.efg");
  EXPECT_EQ(sum.code, 2);
  EXPECT_THAT(sum.err, HasSubstr("outcome 1 ('first') pays 9e299"));
  EXPECT_EQ(casus("format n.nfg").code, 0) << "a file may hold what cannot be solved";
}

TEST_F(Overflow, NearlyIsSolved) {
  write("n.nfg", std::string(prisoners) + "4e299 1 -4e299 2 2 0 -0.5 0.75\n");
  const auto answer = casus("solve n.nfg");
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_THAT(answer.out, Not(HasSubstr("nan")));
  const auto steep = casus("solve n.nfg --precision 1e9");
  EXPECT_EQ(steep.code, 2);
  EXPECT_THAT(steep.err, HasSubstr("the precision 1000000000 times the range of payoffs"));
}

constexpr const char* shop = R"(case "Too much"
horizon 4 rounds
precision 0
actor Buyer { }
param price = PRICE
round {
  move Buy by Buyer {
    wait
    buy pays Buyer: price
  }
}
measure buys = P(ever Buy.buy)
measure total = E(payoff(Buyer))
)";

std::string shop_at(const std::string& price) {
  std::string out = shop;
  return out.replace(out.find("PRICE"), 5, price);
}

TEST_F(Overflow, OfACaseIsRefused) {
  write("shop.casus", shop_at("1e308"));
  for (const std::string command : {"solve shop.casus", "run shop.casus --no-store", "solve shop.casus --points 7"}) {
    const auto answer = casus(command);
    EXPECT_EQ(answer.code, 1) << command;
    EXPECT_THAT(answer.out, AllOf(HasSubstr("'Buy.buy'"), HasSubstr("1e+308"), Not(HasSubstr("nan")))) << command;
  }
  const auto check = casus("check shop.casus");
  EXPECT_EQ(check.code, 2);
  EXPECT_THAT(check.err, AllOf(HasSubstr("shop.casus:9"), HasSubstr("'Buy.buy'")));
  EXPECT_EQ(casus("unroll shop.casus").code, 1);
  write("shop.casus", shop_at("1e290"));
  EXPECT_EQ(casus("solve shop.casus").code, 0);
}

TEST_F(Overflow, OfAMeasureIsRefused) {
  auto text = shop_at("1");
  text.replace(text.find("E(payoff(Buyer))"), 16, "E(9e307 * round at end)");
  write("shop.casus", text);
  const auto answer = casus("solve shop.casus");
  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.out, AllOf(HasSubstr("'total' adds up is inf"), Not(HasSubstr("total: inf"))));
}

}  // namespace
}  // namespace casus::app
