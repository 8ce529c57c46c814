// Claims: in, the results of a world under every policy; out, whether a claim holds there, and by how much.
#pragma once
#include "study/plan.h"
#include "study/results.h"

namespace casus::study {

// The truth of a condition over the values of its MeasureRefs and a world's parameters, and its margin: a comparison's
// margin is the difference of its sides (an equality's: minus the distance), `and` takes the smaller margin, `or` the
// larger, `not` the opposite, a constant truth is infinite. (The robustness of Donze & Maler 2010,
// doi 10.1007/978-3-642-15297-9_9.)
struct Judged {
  bool holds = false;
  double margin = 0;
};
Judged judge(const model::ExprPool& pool, model::ExprId condition, const std::vector<double>& refs,
             const std::vector<double>& params = {});

// A claim of the plan in a world with those parameters. `results` is in the order of Plan::policies.
Verdict evaluate_claim(const Plan& plan, const model::Claim& claim, const std::vector<double>& params,
                       const std::vector<PolicyResult>& results);
// All of them, in the order of Plan::claims.
std::vector<Verdict> judge_claims(const Plan& plan, const std::vector<double>& params,
                                  const std::vector<PolicyResult>& results);

}  // namespace casus::study
