#include "casus/situation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "study/settings.h"

namespace casus {

namespace {

const std::vector<model::Option>& list_of(const model::Case& c, const solve::CourseStep& step,
                                          const solve::CourseMover& m) {
  const auto& stage = c.stages[step.stage];
  return m.actor == game::none ? stage.outcomes : stage.decisions[m.decision].options;
}

const std::string& decision_of(const model::Case& c, const solve::CourseStep& step, const solve::CourseMover& m) {
  const auto& stage = c.stages[step.stage];
  return m.actor == game::none ? stage.name : stage.decisions[m.decision].name;
}

}  // namespace

namespace detail {

size_t choosers(const solve::CourseStep& step) {
  return static_cast<size_t>(
      std::count_if(step.movers.begin(), step.movers.end(), [](const auto& m) { return m.options.size() > 1; }));
}

void pass(solve::CourseWalk& walk, double& probability, std::vector<solve::CourseStep>* passed) {
  while (!walk.over() && choosers(walk.here()) == 0) {
    const auto step = walk.take(0);
    probability *= step.probability;
    if (passed) passed->push_back(step);
  }
}

std::optional<uint32_t> edge_named(const model::Case& c, const solve::CourseStep& step,
                                   const std::vector<std::string>& options, std::string& error) {
  std::vector<uint32_t> picks(step.movers.size(), 0);
  size_t next = 0;
  for (size_t m = 0; m < step.movers.size(); ++m) {
    const auto& mover = step.movers[m];
    if (mover.options.size() < 2) continue;
    const auto& decision = decision_of(c, step, mover);
    if (next == options.size()) {
      error =
          fmt::format("at '{}' an option of each of {} movers is needed", c.stages[step.stage].name, choosers(step));
      return std::nullopt;
    }
    std::string_view wanted = options[next++];
    if (wanted.size() > decision.size() && wanted.starts_with(decision) && wanted[decision.size()] == '.')
      wanted.remove_prefix(decision.size() + 1);
    const auto pick = solve::pick_named(c, step, mover, wanted);
    if (!pick) {
      std::vector<std::string> open;
      for (const auto& o : mover.options) open.push_back(list_of(c, step, mover)[o.option].name);
      error = fmt::format("round {}, '{}': {}", step.round, decision, study::unknown_name("option", wanted, open));
      return std::nullopt;
    }
    picks[m] = *pick;
  }
  if (next < options.size()) {
    error = fmt::format("at '{}' there is no further choice to take '{}'", c.stages[step.stage].name, options[next]);
    return std::nullopt;
  }
  return solve::edge_of(step, picks);
}

std::vector<Belief> beliefs_of(const Solved::Impl& s, const std::vector<std::vector<double>>& belief) {
  const auto& g = s.world->game();
  std::vector<Belief> out;
  for (size_t k = 0; k < g.informed.size(); ++k) {
    const auto& actor = g.source->actors[g.informed[k].actor];
    out.push_back({actor.name, actor.types, belief[k]});
  }
  return out;
}

std::vector<StateValue> state_of(const model::Case& c, const std::vector<int>& state) {
  std::vector<StateValue> out;
  for (size_t v = 0; v < c.states.size(); ++v)
    out.push_back({c.states[v].name, model::value_text(c.states[v], state[v])});
  return out;
}

Step step_of(const Solved::Impl& s, const solve::CourseStep& step) {
  const auto& c = *s.world->game().source;
  Step out{.round = step.round, .stage = {}, .taken = {}, .probability = step.probability, .beliefs = {}, .state = {}};
  if (step.stage != game::none) {
    out.stage = c.stages[step.stage].name;
    for (const auto& m : step.movers)
      out.taken.push_back(decision_of(c, step, m) + "." + solve::taken_name(c, step, m));
  }
  out.beliefs = beliefs_of(s, step.belief);
  out.state = state_of(c, step.after);
  return out;
}

}  // namespace detail

bool Situation::over() const {
  return impl_->walk.over();
}

unsigned Situation::round() const {
  return impl_->walk.here().round;
}

std::string Situation::stage() const {
  const auto& step = impl_->walk.here();
  return step.stage == game::none ? "" : impl_->world->world->game().source->stages[step.stage].name;
}

std::vector<Mover> Situation::movers() const {
  std::vector<Mover> out;
  const auto& step = impl_->walk.here();
  const auto& g = impl_->world->world->game();
  const auto& c = *g.source;
  for (const auto& m : step.movers) {
    Mover& mover = out.emplace_back();
    if (m.actor != game::none) mover.actor = c.actors[m.actor].name;
    mover.decision = decision_of(c, step, m);
    mover.description =
        m.actor == game::none ? c.stages[step.stage].words.text : c.stages[step.stage].decisions[m.decision].words.text;
    const uint32_t about = m.about(g);
    if (about != game::none) {
      mover.about = c.actors[about].name;
      mover.types = c.actors[about].types;
    }
    for (const auto& o : m.options) {
      const auto& words = list_of(c, step, m)[o.option];
      Option option{.name = words.name,
                    .description = words.words.text,
                    .probability = o.probability,
                    .given_type = o.by_type,
                    .value = o.value,
                    .belief_after = {}};
      // Bayes' rule; movers of one stage do not see each other, so each tells of its own type alone.
      const bool seen = !m.hidden && about != game::none && !step.may_turn(about);
      if (seen && o.by_type.size() == mover.types.size() && o.probability > 0)
        for (size_t t = 0; t < mover.types.size(); ++t)
          option.belief_after.push_back(step.belief[g.informed_index[about]][t] * o.by_type[t] / o.probability);
      mover.options.push_back(std::move(option));
    }
  }
  return out;
}

std::vector<Belief> Situation::beliefs() const {
  return detail::beliefs_of(*impl_->world, impl_->walk.here().belief);
}

std::vector<StateValue> Situation::state() const {
  return detail::state_of(*impl_->world->world->game().source, impl_->walk.here().before);
}

double Situation::probability() const {
  return impl_->probability;
}

double Situation::residual() const {
  return impl_->walk.here().residual;
}

std::optional<Situation> Situation::take(const std::vector<std::string>& options, std::string* error) const {
  std::string why;
  std::optional<uint32_t> edge;
  if (over())
    why = "the game is over";
  else
    edge = detail::edge_named(*impl_->world->world->game().source, impl_->walk.here(), options, why);
  if (!edge) {
    if (error) *error = why;
    return std::nullopt;
  }
  auto next = std::make_shared<Impl>(*impl_);
  next->probability *= next->walk.take(*edge).probability;
  detail::pass(next->walk, next->probability);
  return Situation(std::move(next));
}

}  // namespace casus
