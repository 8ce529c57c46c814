#include "serve/worlds.h"

#include <algorithm>
#include <chrono>

#include "base/stop.h"
#include "solve/solver.h"
#include "study/accuracy.h"

namespace casus::serve {

Turns::Turn::Turn(Turns& turns) : turns_(turns) {
  std::unique_lock hold(turns_.lock_);
  turns_.changed_.wait(hold, [&] { return turns_.free_ > 0; });
  --turns_.free_;
}

Turns::Turn::~Turn() {
  const std::lock_guard hold(turns_.lock_);
  ++turns_.free_;
  turns_.changed_.notify_one();
}

std::shared_ptr<const Solved> Worlds::find(const Model& model, const std::vector<double>& params, uint32_t place,
                                           uint32_t points) {
  const std::lock_guard hold(lock_);
  const auto at = std::find_if(recent_.begin(), recent_.end(), [&](const auto& s) {
    return s->world->place() == place && s->points == points && s->model->key == model.key &&
           s->world->params() == params;
  });
  if (at == recent_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, at);
  return recent_.front();
}

void Worlds::keep(std::shared_ptr<const Solved> solved) {
  const std::lock_guard hold(lock_);
  recent_.push_front(std::move(solved));
  double bytes = 0;
  size_t count = 0;
  for (auto at = recent_.begin(); at != recent_.end(); ++count) {
    const auto& world = *(*at)->world;
    const auto prepared = world.plan().policies[world.place()].prepared();
    bytes += solve::memory_estimate(prepared, world.options()) / 8;  // it is of eight worlds
    at = count > 0 && (bytes > most_bytes || count >= most_worlds) ? recent_.erase(at) : std::next(at);
  }
}

Worlds::Found Worlds::get(const std::shared_ptr<const Model>& model, const std::vector<double>& params, uint32_t place,
                          uint32_t points, const std::atomic<bool>* stop, unsigned threads) {
  if (auto known = find(*model, params, place, points)) return {known, true};
  const Turns::Turn turn(turns_);
  if (stop && *stop) return {};
  if (auto known = find(*model, params, place, points)) return {known, true};
  const auto begin = std::chrono::steady_clock::now();
  auto out = std::make_shared<Solved>();
  out->model = model;
  out->points = points;
  auto options = model->plan().options.solve;
  options.stop = stop;
  try {
    if (options.held != 0) {
      constexpr double most_fixed_points = 2e6;  // some seconds
      out->world = study::solve_accurately(model->plan(), place, params, options, threads, most_fixed_points);
    } else {
      options.points = points;
      out->world = study::solve_world(model->plan(), place, params, options, threads);
    }
  } catch (const base::Stopped&) {
    return {};
  }
  out->milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  keep(out);
  return {out, false};
}

}  // namespace casus::serve
