#include "serve/live.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/thread_pool.h"
#include "report/world.h"
#include "study/claims.h"
#include "study/settings.h"

namespace casus::serve {

std::shared_ptr<const std::atomic<bool>> Newest::note(const Json& body, const std::string& endpoint) {
  auto superseded = std::make_shared<std::atomic<bool>>(false);
  const auto client = text_of(body, "client", "");
  if (client.empty()) return superseded;
  if (client.size() > 200) throw Refusal{400, "'client' is too long"};
  const uint64_t seq = whole_of(body, "seq", 0, 0, uint64_t{1} << 53);
  const auto key = endpoint + " " + client;
  const std::lock_guard hold(lock_);
  if (newest_.size() >= most_clients && !newest_.contains(key)) newest_.clear();
  Request& newest = newest_[key];
  if (newest.superseded && newest.seq > seq) {
    *superseded = true;
    return superseded;
  }
  if (newest.superseded && newest.seq < seq) *newest.superseded = true;
  newest = {seq, superseded};
  return superseded;
}

void refuse_superseded() {
  throw Refusal{409, "a newer request of the same tab has taken its place", R"({"superseded": true})"};
}

uint32_t place_of(const Model& model, const std::string& policy) {
  const auto& c = model.source();
  const auto p = model::find_policy(c, policy);
  if (p) return model.plan().policy_place[*p];
  std::vector<std::string> known;
  for (const auto& x : c.policies) known.push_back(x.name);
  throw Refusal{400, study::unknown_name("policy", policy, known)};
}

Json named_belief(const model::Case& c, const game::Game& g, const std::vector<std::vector<double>>& belief) {
  Json out = Json::object();
  for (size_t k = 0; k < g.informed.size(); ++k) {
    const auto& actor = c.actors[g.informed[k].actor];
    for (size_t t = 0; t < actor.types.size(); ++t) out[actor.name][actor.types[t]] = belief[k][t];
  }
  return out;
}

Json named_state(const model::Case& c, const std::vector<int>& values) {
  Json out = Json::object();
  for (size_t v = 0; v < c.states.size(); ++v) out[c.states[v].name] = model::value_text(c.states[v], values[v]);
  return out;
}

std::string solve_answer(const Settings& settings, Models& models, Worlds& worlds, const ModelRequest& request,
                         const Json& body, const std::atomic<bool>& superseded) {
  const auto points =
      static_cast<uint32_t>(whole_of(body, "points", live_points, solve::least_points, most_live_points));
  const auto model = models.get(request);
  const auto& plan = model->plan();
  const auto& c = model->source();
  std::vector<uint32_t> places;
  for (const auto& name : texts_of(body, "policies")) {
    const uint32_t place = place_of(*model, name);
    if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
  }
  if (places.empty())
    for (uint32_t p = 0; p < plan.policies.size(); ++p) places.push_back(p);
  const auto params = detail::world_at(model->plan(), request.params);

  std::vector<Worlds::Found> found(places.size());
  std::vector<study::MedianPolicy> policies(plan.policies.size());
  for (auto& p : policies) p.result.error = "not asked for";
  const unsigned inside = base::threads_each(settings.threads, places.size());
  base::for_each_index(places.size(), settings.threads, superseded, [&](uint64_t k) {
    found[k] = worlds.get(model, params, places[k], points, &superseded, inside);
    if (!found[k].solved) return;
    auto& policy = policies[places[k]];
    policy.world = found[k].solved->world;
    policy.result = policy.world->result();
    if (policy.result.ok()) policy.course = policy.world->follow();
  });
  if (superseded) refuse_superseded();

  std::vector<study::PolicyResult> results;
  results.reserve(policies.size());
  for (const auto& p : policies) results.push_back(p.result);
  const report::WorldAnswer answer{.plan = &plan,
                                   .case_file = request.path,
                                   .version = casus::version(),
                                   .params = params,
                                   .policies = std::move(policies),
                                   .claims = study::judge_claims(plan, params, results)};
  auto out = Json::parse(report::json_text(answer));
  out["points"] = points;
  Json list = Json::array();
  for (size_t k = 0; k < places.size(); ++k) {
    Json one = std::move(out["policies"][places[k]]);
    one["milliseconds"] = found[k].solved->milliseconds;
    one["cached"] = found[k].cached;
    list.push_back(std::move(one));
  }
  out["policies"] = std::move(list);
  Json claims = Json::array();
  for (size_t k = 0; k < plan.claims.size(); ++k) {
    const auto& refs = c.claims[plan.claims[k]].refs;
    if (std::all_of(refs.begin(), refs.end(), [&](const auto& r) {
          return std::find(places.begin(), places.end(), plan.policy_place[r.policy]) != places.end();
        }))
      claims.push_back(out["claims"][k]);
  }
  out["claims"] = std::move(claims);
  return dumped(out);
}

}  // namespace casus::serve
