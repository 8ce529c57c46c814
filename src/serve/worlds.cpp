#include "serve/worlds.h"

#include <algorithm>
#include <chrono>

#include "solve/solver.h"

namespace casus::serve {

solve::Course Solved::follow(const solve::Chooser& choose) const {
  return solve::follow(game(), world, *equilibrium, options, choose);
}

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
    return s->place == place && s->options.points == points && s->model->key == model.key && s->params == params;
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
    bytes += solve::memory_estimate((*at)->prepared(), (*at)->options) / 8;  // it is of eight worlds
    at = count > 0 && (bytes > most_bytes || count >= most_worlds) ? recent_.erase(at) : std::next(at);
  }
}

Worlds::Found Worlds::get(const std::shared_ptr<const Model>& model, const std::vector<double>& params, uint32_t place,
                          uint32_t points, const std::function<bool()>& wanted) {
  if (auto known = find(*model, params, place, points)) return {known, true};
  const Turns::Turn turn(turns_);
  if (!wanted()) return {};
  if (auto known = find(*model, params, place, points)) return {known, true};
  const auto begin = std::chrono::steady_clock::now();
  auto out = std::make_shared<Solved>();
  out->model = model;
  out->place = place;
  out->params = params;
  out->options = model->plan.options.solve;
  out->options.points = points;
  auto solved = solve::solve_walkable(out->prepared(), {&params, 1}, out->options);
  out->equilibrium = std::move(solved.first);
  if (out->equilibrium) {
    out->world = std::move(*solve::evaluate_world(out->game(), params).value);
    out->solution = std::move(*solved.outcomes[0].solution);
    out->result = study::result_of(model->plan, out->solution);
  } else {
    out->result.error = solved.outcomes[0].error;
  }
  out->milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  keep(out);
  return {out, false};
}

}  // namespace casus::serve
