#include "report/others.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "report/text.h"

namespace casus::report {

namespace {

std::string starts_words(const study::OtherSummary& o) {
  const auto most = counted(o.most_starts, "start");
  return o.least_starts == o.most_starts ? most : fmt::format("{} to {}", o.least_starts, most);
}

// The measures that differ most, probabilities before others.
std::vector<study::OtherSummary::Move> largest(const study::Plan& plan, const study::OtherSummary& o) {
  constexpr size_t most = 3;
  auto out = o.moves;
  const auto key = [&](const auto& m) {
    return std::pair(!plan.source->measures[m.measure].probability, -std::fabs(m.there - m.here));
  };
  std::stable_sort(out.begin(), out.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  if (out.size() > most) out.resize(most);
  return out;
}

// "'success' is 2 % instead of 88 % (world 12, under free)".
std::string move_words(const study::Plan& plan, const study::OtherSummary::Move& m, bool one) {
  const auto& c = *plan.source;
  const auto& measure = c.measures[m.measure];
  std::string where = one ? "" : m.world == study::median_world ? "the median world" : fmt::format("world {}", m.world);
  if (plan.policies.size() > 1 && !one)
    where += fmt::format(", under {}", c.policies[plan.policies[m.policy_place].policy].name);
  return fmt::format("'{}'{} is {} instead of {}{}", measure.name,
                     plan.layout.rounds[m.measure] > 1 ? fmt::format(" in {} {}", c.round_label, m.round + 1) : "",
                     value_text(measure.probability, m.there), value_text(measure.probability, m.here),
                     where.empty() ? "" : fmt::format(" ({})", where));
}

std::string moves_words(const study::Plan& plan, const study::OtherSummary& o, bool one) {
  std::string out;
  for (const auto& m : largest(plan, o)) out += (out.empty() ? "there " : ", ") + move_words(plan, m, one);
  return out.empty() ? "no measure differs by more than a millionth" : out;
}

}  // namespace

std::vector<std::string> other_sentences(const study::Plan& plan, const study::OtherSummary& o, bool searched) {
  if (o.worlds.empty() && searched) return {};
  if (o.worlds.empty()) return {"Other equilibria were not looked for; --branches looks for them."};
  if (!o.possible) return {"No choice bears on itself, so there is one equilibrium only."};
  const bool one = o.worlds.size() == 1;
  std::vector<std::string> out;
  if (o.most_starts > 0) {
    const std::string looked =
        one ? fmt::format("from {}", starts_words(o))
            : fmt::format("in {} looked at from {} each", counted(o.worlds.size(), "world"), starts_words(o));
    if (o.most_others == 0)
      out.push_back(capitalised(looked) + " no other equilibrium was found; that is no proof that there is none.");
    else
      out.push_back(fmt::format(
          "Other equilibria: {} {}; {}.{}", looked,
          one ? fmt::format("{} found",
                            o.most_others == 1 ? "1 other was" : fmt::format("{} others were", o.most_others))
              : fmt::format("{} {} another one, or up to {}", o.with_others.size(),
                            o.with_others.size() == 1 ? "has" : "have", o.most_others),
          moves_words(plan, o, one), searched ? "" : " --branches looks harder and reads the answer by each."));
  }
  if (o.decisions > 0)
    out.push_back(
        o.several == 0
            ? fmt::format(
                  "On grids {} of the median world, looked at one by one from {} each, had no other equilibrium; that "
                  "is no proof that there is none.",
                  counted(o.decisions, "likely decision"), counted(o.decision_starts, "start"))
            : fmt::format("On grids {} of {} of the median world have several equilibria of their own ({} each): the "
                          "answer depends on the selection there{}.",
                          o.several, counted(o.decisions, "likely decision"), counted(o.decision_starts, "start"),
                          searched ? "" : "; --branches reads it by each"));
  return out;
}

std::string turned_words(uint64_t turned, uint64_t looked) {
  if (turned == 0) return {};
  return fmt::format("in {} of {} looked at another equilibrium turns this verdict", turned, counted(looked, "world"));
}

std::string others_json(const study::Plan& plan, const study::OtherSummary& o) {
  using Json = nlohmann::ordered_json;
  const auto& c = *plan.source;
  Json out{{"worlds", o.worlds},
           {"worlds_with_others", o.with_others},
           {"possible", o.possible},
           {"starts", {{"least", o.least_starts}, {"most", o.most_starts}}},
           {"most_others", o.most_others},
           {"decisions", o.decisions},
           {"decisions_with_several", o.several},
           {"decision_starts", o.decision_starts}};
  Json differences = Json::array();
  for (const auto& m : largest(plan, o))
    differences.push_back({{"world", m.world},
                           {"policy", c.policies[plan.policies[m.policy_place].policy].name},
                           {"measure", c.measures[m.measure].name},
                           {"round", m.round + 1},
                           {"value", m.here},
                           {"other_value", m.there}});
  out["largest_differences"] = differences;
  out["sentences"] = other_sentences(plan, o);
  return out.dump();
}

}  // namespace casus::report
