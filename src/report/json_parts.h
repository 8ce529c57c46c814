// What JSON answers have in common: in, parts of a plan and what was solved; out, their JSON.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "report/narrative.h"
#include "study/plan.h"
#include "study/results.h"

namespace casus::report::parts {

using Json = nlohmann::ordered_json;

Json real(double x);  // null where it is no finite number
Json words(const model::Words& w);
Json certificate(const solve::Certificate& c);
Json verdict(const study::Verdict& v);
Json by_name(const model::Case& c, const std::vector<double>& params);
Json course(const model::Case& c, const game::Game& g, const solve::Course& course);
Json story(const model::Case& c, const Story& s);
// The measures of one world under one policy: the value whatever the types, and given each profile of types.
Json measures(const study::Plan& plan, const study::PolicyResult& r);
Json profiles(const study::Plan& plan);
std::string print(const Json& json);

}  // namespace casus::report::parts
