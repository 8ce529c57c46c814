#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/narrative.h"
#include "report/transcript.h"
#include "report/world.h"
#include "serve/live.h"

namespace casus::serve {
namespace {

bool chosen(const solve::CourseStep& step) {
  return std::any_of(step.movers.begin(), step.movers.end(), [](const auto& m) { return m.options.size() > 1; });
}

std::vector<std::vector<std::string>> steps_of(const Json& body) {
  std::vector<std::vector<std::string>> out;
  const auto at = body.find("steps");
  if (at == body.end()) return out;
  const char* wrong = "'steps' must be a list, each an option of each mover";
  if (!at->is_array() || at->size() > 10'000) throw Refusal{400, wrong};
  for (const auto& step : *at) {
    if (!step.is_array()) throw Refusal{400, wrong};
    for (const auto& option : step)
      if (!option.is_string()) throw Refusal{400, wrong};
    out.push_back(step.get<std::vector<std::string>>());
  }
  return out;
}

// What the public believes of the mover (or of the actor on whom chance depends) once the option is taken: Bayes' rule.
// Movers of one stage do not see each other, so that each tells of its own type alone.
void add_after(Json& mover, const solve::CourseStep& step, const solve::CourseMover& m, const game::Game& g,
               const Json& belief) {
  if (m.about(g) == game::none || m.hidden || step.may_turn(m.about(g))) return;
  const auto& actor = g.source->actors[m.about(g)];
  // Of one of those who are counted the prior is believed until it has chosen, which it does once.
  const auto now = [&](size_t t) {
    return g.counted ? step.belief[g.informed_index[m.actor]][t]
                     : belief.at(actor.name).at(actor.types[t]).get<double>();
  };
  for (size_t o = 0; o < m.options.size(); ++o) {
    const auto& option = m.options[o];
    if (option.by_type.size() != actor.types.size() || !(option.probability > 0)) continue;
    for (size_t t = 0; t < actor.types.size(); ++t)
      mover["options"][o]["after"][actor.types[t]] = now(t) * option.by_type[t] / option.probability;
  }
}

}  // namespace

std::string step_words(const model::Case& c, const game::Game& g, const solve::CourseStep& step) {
  auto one = step;
  one.before = one.after = g.start().state;
  std::string out;
  const auto story = report::tell(c, g, {.start_belief = step.belief, .steps = {one}});
  for (const auto& r : story.rounds)
    for (const auto& h : r.happenings)
      if (!h.certain) out += (out.empty() ? "" : " ") + report::sentence(h);
  return out;
}

std::string situation_answer(const Settings& settings, Models& models, Worlds& worlds, const ModelRequest& request,
                             const Json& body, const std::atomic<bool>& superseded) {
  const auto points =
      static_cast<uint32_t>(whole_of(body, "points", live_points, solve::least_points, most_live_points));
  const auto steps = steps_of(body);
  const auto model = models.get(request);
  const auto& c = model->source();
  const uint32_t place = place_of(*model, text_of(body, "policy", c.policies.front().name));
  const auto params = detail::world_at(model->plan(), request.params);
  const auto found = worlds.get(model, params, place, points, &superseded, settings.threads).solved;
  if (!found) refuse_superseded();
  const auto& solved = *found->world;
  if (!solved.result().ok()) throw Refusal{422, solved.error()};
  const auto& g = solved.game();

  size_t taken = 0;
  std::string problem;
  const auto course = solved.follow([&](const solve::CourseStep& step, const std::vector<double>& probability) {
    const auto likeliest =
        static_cast<uint32_t>(std::max_element(probability.begin(), probability.end()) - probability.begin());
    if (!chosen(step) || taken == steps.size() || !problem.empty()) return likeliest;
    const auto edge = report::edge_of(c, step, {step.round, c.stages[step.stage].name, steps[taken++]});
    if (edge) return *edge;
    problem = edge.error();
    return likeliest;
  });
  if (!problem.empty()) throw Refusal{422, problem};
  if (taken < steps.size())
    throw Refusal{422, fmt::format("the game ends after {} of the {} steps", taken, steps.size())};

  // The words and numbers of `casus solve`, cut where the path ends.
  std::vector<study::MedianPolicy> policies(model->plan().policies.size());
  for (auto& p : policies) p.result.error = "not asked for";
  policies[place] = {solved.result(), course, found->world};
  const auto told = Json::parse(report::json_text(report::WorldAnswer{.plan = &model->plan(),
                                                                      .case_file = request.path,
                                                                      .version = casus::version(),
                                                                      .params = params,
                                                                      .policies = std::move(policies),
                                                                      .claims = {}}))["policies"][place];
  Json out{{"steps", Json::array()}, {"open", nullptr}};
  Json belief = told["course"]["start_belief"], state = named_state(c, g.start().state), before, state_before;
  double probability = 1;
  out["start_belief"] = belief;
  size_t at = 0;  // in the JSON, which leaves out the ends of rounds
  for (const auto& step : course.steps) {
    if (step.stage == game::none) continue;
    Json one = told["course"]["steps"][at++];
    if (chosen(step)) {
      if (out["steps"].size() == steps.size()) {
        Json movers = std::move(one["movers"]);
        for (size_t m = 0; m < step.movers.size(); ++m) {
          movers[m].erase("taken");
          add_after(movers[m], step, step.movers[m], g, belief);
        }
        out["open"] = {{"round", step.round},
                       {"stage", one["stage"]},
                       {"movers", std::move(movers)},
                       {"belief", belief},
                       {"state", named_state(c, step.before)},
                       {"probability", probability},
                       {"residual", step.residual}};
        break;
      }
      before = belief;
      state_before = state;
      one["words"] = step_words(c, g, step);
      out["steps"].push_back(one);
    }
    probability *= step.probability;
    belief = one["belief"];
    state = one["state"];
  }
  out["belief"] = belief;
  out["state"] = state;
  if (!steps.empty()) {
    out["before"] = before;
    out["state_before"] = state_before;
  }
  out["policy"] = told["policy"];
  out["points"] = points;
  out["certificate"] = told["certificate"];
  return dumped(out);
}

}  // namespace casus::serve
