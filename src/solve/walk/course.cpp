#include "solve/walk/course.h"

#include <algorithm>
#include <cmath>

#include "game/partial.h"
#include "solve/belief/beliefs.h"

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

Course follow(const game::Game& g, const World& w, const Equilibrium& solved, const SolveOptions& options,
              const Chooser& choose) {
  Course course;
  const auto walk = solved.walk(g, w, options);
  course.start_belief = type_probabilities(g, walk->here().belief);
  std::vector<int> state = g.start().state;
  for (;;) {
    const Situation& here = walk->here();
    const auto& node = g.nodes[here.node];
    const auto& shape = g.shapes[node.shape];
    CourseStep step{
        .round = node.round, .stage = shape.stage, .before = state, .after = {}, .movers = {}, .belief = {}};
    step.residual = here.residual;
    const auto now = type_probabilities(g, here.belief);

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
          const double weight = choice.types == 1 ? 1 : now[g.informed_index[mover.actor]][t];
          option.probability += weight * option.by_type[t];
        }
        shown.options.push_back(std::move(option));
      }
      step.movers.push_back(std::move(shown));
    }
    if (shape.kind == NodeKind::chance) {
      CourseMover shown{.informer = shape.informer, .options = {}};
      const uint32_t types = shape.informer == none ? 1 : g.informed[shape.informer].types;
      for (uint32_t e = 0; e < node.edges; ++e) {
        CourseOption option{.option = shape.outcomes[e], .by_type = {}, .value = {}};
        for (uint32_t t = 0; t < types; ++t) {
          option.by_type.push_back(w.slots[g.probability_tables[g.edges[node.first_edge + e].probability + t]]);
          option.probability += (types == 1 ? 1 : now[shape.informer][t]) * option.by_type[t];
        }
        shown.options.push_back(std::move(option));
      }
      step.movers.push_back(std::move(shown));
    }
    if (node.edges == 0) {
      step.after = state;
      step.belief = now;
      course.steps.push_back(std::move(step));
      break;
    }

    // Public probability of each edge: movers of different actors are independent given the public belief.
    std::vector<double> chance(node.edges, 1);
    std::vector<std::vector<uint32_t>> pick(node.edges, std::vector<uint32_t>(step.movers.size()));
    for (uint32_t e = 0; e < node.edges; ++e) {
      uint32_t rest = e;
      for (size_t m = step.movers.size(); m-- > 0;) {
        const auto count = static_cast<uint32_t>(step.movers[m].options.size());
        pick[e][m] = rest % count;
        rest /= count;
        chance[e] *= step.movers[m].options[pick[e][m]].probability;
      }
    }
    step.belief = now;
    const uint32_t taken = choose
                               ? choose(step, chance)
                               : static_cast<uint32_t>(std::max_element(chance.begin(), chance.end()) - chance.begin());
    for (size_t m = 0; m < step.movers.size(); ++m) {
      step.movers[m].taken = pick[taken][m];
      const uint32_t o = step.movers[m].options[pick[taken][m]].option;
      const auto& stage = g.source->stages[shape.stage];
      perform(*g.source,
              shape.kind == NodeKind::chance ? stage.outcomes[o] : stage.decisions[step.movers[m].decision].options[o],
              state, node.round);
    }
    step.probability = chance[taken];
    course.probability *= chance[taken];
    walk->take(taken);
    step.after = state;
    step.belief = type_probabilities(g, walk->here().belief);
    course.steps.push_back(std::move(step));
  }
  return course;
}

}  // namespace casus::solve
