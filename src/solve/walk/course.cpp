#include "solve/walk/course.h"

#include <algorithm>
#include <cmath>

#include "game/partial.h"
#include "solve/belief/beliefs.h"
#include "solve/walk/equilibrium.h"
#include "solve/world.h"

namespace casus::solve {

using game::NodeKind;
using game::none;

namespace {

// The rules once more, on the real state: merged nodes stand for several.
void perform(const model::Case& c, const model::Option& o, std::vector<int>& state, uint32_t round) {
  for (const auto& effect : o.effects)
    state[effect.state] = static_cast<int>(game::number_at(c, effect.value, state, round));
}

}  // namespace

uint32_t CourseMover::about(const game::Game& g) const {
  const uint32_t k = actor == none ? informer : g.informed_index[actor];
  return k == none ? none : g.informed[k].actor;
}

std::vector<uint32_t> picks(const CourseStep& step, uint32_t edge) {
  std::vector<uint32_t> out(step.movers.size());
  for (size_t m = step.movers.size(); m-- > 0;) {
    const auto count = static_cast<uint32_t>(step.movers[m].options.size());
    out[m] = edge % count;
    edge /= count;
  }
  return out;
}

uint32_t edge_of(const CourseStep& step, const std::vector<uint32_t>& picks) {
  uint32_t edge = 0;
  for (size_t m = 0; m < step.movers.size(); ++m)
    edge = edge * static_cast<uint32_t>(step.movers[m].options.size()) + picks[m];
  return edge;
}

CourseWalk::CourseWalk(const game::Game& g, const World& w, const Equilibrium& solved, const SolveOptions& options)
    : g_(g), w_(w), walk_(solved.walk(g, w, options)), state_(g.start().state) {
  arrive();
}

CourseWalk::CourseWalk(const CourseWalk& other)
    : g_(other.g_),
      w_(other.w_),
      walk_(other.walk_->copy()),
      state_(other.state_),
      here_(other.here_),
      edges_(other.edges_),
      chance_(other.chance_) {}

void CourseWalk::arrive() {
  const Situation& here = walk_->here();
  const auto& node = g_.nodes[here.node];
  const auto& shape = g_.shapes[node.shape];
  here_ = {.round = node.round, .stage = shape.stage, .before = state_, .after = {}, .movers = {}, .belief = {}};
  here_.residual = here.residual;
  here_.belief = type_probabilities(g_, here.belief);
  edges_ = node.edges;
  const auto& now = here_.belief;

  for (size_t m = 0; m < shape.movers.size(); ++m) {
    const auto& mover = shape.movers[m];
    const auto& choice = here.movers[m];
    CourseMover shown{.actor = mover.actor, .decision = mover.decision, .options = {}, .bound = mover.bound};
    for (uint32_t o = 0; o < choice.options; ++o) {
      CourseOption option{.option = mover.options[o], .by_type = {}, .value = {}};
      for (uint32_t t = 0; t < choice.types; ++t) {
        const size_t at = size_t{t} * choice.options + o;
        option.by_type.push_back(std::exp(choice.log_sigma[at]));
        option.value.push_back(choice.value[at]);
        const double weight = choice.types == 1 ? 1 : now[g_.informed_index[mover.actor]][t];
        option.probability += weight * option.by_type[t];
      }
      shown.options.push_back(std::move(option));
    }
    here_.movers.push_back(std::move(shown));
  }
  if (shape.kind == NodeKind::chance) {
    CourseMover shown{.informer = shape.informer, .options = {}};
    const uint32_t types = shape.informer == none ? 1 : g_.informed[shape.informer].types;
    for (uint32_t e = 0; e < node.edges; ++e) {
      CourseOption option{.option = shape.outcomes[e], .by_type = {}, .value = {}};
      for (uint32_t t = 0; t < types; ++t) {
        option.by_type.push_back(w_.slots[g_.probability_tables[g_.edges[node.first_edge + e].probability + t]]);
        option.probability += (types == 1 ? 1 : now[shape.informer][t]) * option.by_type[t];
      }
      shown.options.push_back(std::move(option));
    }
    here_.movers.push_back(std::move(shown));
  }
  // Movers of different actors are independent given the public belief.
  chance_.assign(edges_, 1);
  for (uint32_t e = 0; e < edges_; ++e) {
    const auto pick = picks(here_, e);
    for (size_t m = here_.movers.size(); m-- > 0;) chance_[e] *= here_.movers[m].options[pick[m]].probability;
  }
}

uint32_t CourseWalk::likeliest() const {
  return static_cast<uint32_t>(std::max_element(chance_.begin(), chance_.end()) - chance_.begin());
}

CourseStep CourseWalk::take(uint32_t edge) {
  CourseStep step = std::move(here_);
  const auto pick = picks(step, edge);
  for (size_t m = 0; m < step.movers.size(); ++m) {
    auto& mover = step.movers[m];
    mover.taken = pick[m];
    const uint32_t o = mover.options[pick[m]].option;
    const auto& stage = g_.source->stages[step.stage];
    perform(*g_.source, mover.actor == none ? stage.outcomes[o] : stage.decisions[mover.decision].options[o], state_,
            step.round);
  }
  step.probability = chance_[edge];
  walk_->take(edge);
  arrive();
  step.after = state_;
  step.belief = here_.belief;
  return step;
}

CourseStep CourseWalk::end() const {
  CourseStep step = here_;
  step.after = state_;
  return step;
}

Course follow(const game::Game& g, const World& w, const Equilibrium& solved, const SolveOptions& options,
              const Chooser& choose) {
  CourseWalk walk(g, w, solved, options);
  Course course{.start_belief = walk.here().belief, .steps = {}};
  while (!walk.over()) {
    const uint32_t edge = choose ? choose(walk.here(), walk.chance()) : walk.likeliest();
    course.steps.push_back(walk.take(edge));
    course.probability *= course.steps.back().probability;
  }
  course.steps.push_back(walk.end());
  return course;
}

}  // namespace casus::solve
