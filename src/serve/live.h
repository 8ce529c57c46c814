// One world at once: in, a case, values and policies, perhaps a path through the game; out, the JSON of `casus solve`,
// or the situation at the end of the path with what each option does to beliefs.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "serve/models.h"
#include "serve/worlds.h"
#include "solve/belief/stencil.h"

namespace casus::serve {

inline constexpr uint32_t live_points = 7, most_live_points = 33;

// Numbers of the requests of a tab: an older one than the newest need not be answered.
class Newest {
 public:
  // Notes the request's "client" and "seq" for an endpoint; set once a newer one has come. Without a client: never.
  std::shared_ptr<const std::atomic<bool>> note(const Json& body, const std::string& endpoint);

 private:
  static constexpr size_t most_clients = 256;
  std::mutex lock_;
  struct Request {
    uint64_t seq = 0;
    std::shared_ptr<std::atomic<bool>> superseded;
  };
  std::map<std::string, Request> newest_;
};

// `request` has path, text and params; `body` policies and points. Breaks off and refuses (409) once it is superseded.
std::string solve_answer(const Settings& settings, Models& models, Worlds& worlds, const ModelRequest& request,
                         const Json& body, const std::atomic<bool>& superseded);
// `body` has policy, points and steps: an option of each mover for every step at which somebody has a choice.
std::string situation_answer(const Settings& settings, Models& models, Worlds& worlds, const ModelRequest& request,
                             const Json& body, const std::atomic<bool>& superseded);

// Beliefs and states under the names of the case.
Json named_belief(const model::Case& c, const game::Game& g, const std::vector<std::vector<double>>& belief);
Json named_state(const model::Case& c, const std::vector<int>& values);
// What everybody saw of a step, in words: "the Kremlin waits (71 %)."; empty if nothing was open.
std::string step_words(const model::Case& c, const game::Game& g, const solve::CourseStep& step);
// The policy's place in the plan, or a Refusal.
uint32_t place_of(const Model& model, const std::string& policy);
[[noreturn]] void refuse_superseded();

}  // namespace casus::serve
