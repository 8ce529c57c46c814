#include "study/courses.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "lab/decision.h"

namespace casus::study {
namespace {

size_t draw(const std::vector<double>& probability, double u) {
  for (size_t k = 0; k + 1 < probability.size(); ++k) {
    if (u < probability[k]) return k;
    u -= probability[k];
  }
  return probability.size() - 1;
}

BeliefBand band(const std::vector<double>& values) {
  double sum = 0;
  for (double v : values) sum += v;
  return {sum / static_cast<double>(values.size()), lab::sample_quantile(values, 0.05),
          lab::sample_quantile(values, 0.25),       lab::sample_quantile(values, 0.5),
          lab::sample_quantile(values, 0.75),       lab::sample_quantile(values, 0.95)};
}

// Of every course: the types drawn, and the beliefs at the start and after each round.
struct Traces {
  std::vector<std::vector<uint32_t>> types;
  std::vector<std::vector<std::vector<std::vector<double>>>> belief;  // [course][round][informed][type]
};

std::vector<BeliefPath> bands(const game::Game& g, const Traces& traces) {
  std::vector<BeliefPath> out;
  if (g.counted) return out;  // of each of them something else is believed, by what it did
  for (uint32_t k = 0; k < g.informed.size(); ++k)
    for (uint32_t type = 0; type < g.informed[k].types; ++type)
      for (int given = -1; given < static_cast<int>(g.informed[k].types); ++given) {
        BeliefPath path{.actor = g.informed[k].actor, .type = type, .given_type = given, .after = {}};
        for (int round = 0; round <= g.source->horizon; ++round) {
          std::vector<double> values;
          for (size_t i = 0; i < traces.types.size(); ++i)
            if (given < 0 || traces.types[i][path.actor] == static_cast<uint32_t>(given))
              values.push_back(traces.belief[i][static_cast<size_t>(round)][k][type]);
          if (values.empty()) break;
          path.after.push_back(band(values));
        }
        if (!path.after.empty()) out.push_back(std::move(path));
      }
  return out;
}

}  // namespace

std::vector<std::vector<uint32_t>> draw_options(const game::Game& g, const solve::CourseStep& step,
                                                const std::vector<uint32_t>& types,
                                                const std::vector<std::vector<uint32_t>>& whose,
                                                base::RandomStream& uniform) {
  std::vector<std::vector<uint32_t>> out;
  for (size_t m = 0; m < step.movers.size(); ++m) {
    const auto& mover = step.movers[m];
    auto& drawn = out.emplace_back();
    if (step.has_signal() && m + 1 == step.movers.size()) {
      drawn.push_back(0);
      draw_signal(g, step, types, out, uniform);
      break;
    }
    for (uint32_t k = 0; k < mover.alike; ++k) {
      const bool nobody = mover.actor != game::none && whose[m].empty();
      uint32_t own = 0;
      if (mover.actor != game::none && !nobody)
        own = types[whose[m][k]];
      else if (mover.informer != game::none)
        own = types[g.informed[mover.informer].actor];
      std::vector<double> probability;
      for (const auto& o : mover.options)
        probability.push_back(nobody ? o.probability : o.by_type[o.by_type.size() == 1 ? 0 : own]);
      drawn.push_back(static_cast<uint32_t>(draw(probability, uniform.unit())));
    }
  }
  return out;
}

void draw_signal(const game::Game& g, const solve::CourseStep& step, const std::vector<uint32_t>& types,
                 std::vector<std::vector<uint32_t>>& options, base::RandomStream& uniform) {
  if (!step.has_signal()) return;
  const auto& signal = step.movers.back();
  auto picks = solve::picks_of(step, options);
  std::vector<double> probability;
  for (picks.back() = 0; picks.back() < signal.options.size(); ++picks.back()) {
    const auto& odds = step.signal_odds[solve::edge_of(step, picks)];
    probability.push_back(odds[odds.size() == 1 ? 0 : types[g.informed[signal.informer].actor]]);
  }
  options.back() = {static_cast<uint32_t>(draw(probability, uniform.unit()))};
}

void draw_turn(const solve::CourseStep& step, uint32_t edge, std::vector<uint32_t>& types,
               base::RandomStream& uniform) {
  if (step.turns.empty() || step.turns[edge].actor == game::none) return;
  const auto& turn = step.turns[edge];
  types[turn.actor] = static_cast<uint32_t>(draw(turn.odds[types[turn.actor]], uniform.unit()));
}

uint32_t draw_edge(const game::Game& g, const solve::CourseStep& step, const std::vector<uint32_t>& types,
                   base::RandomStream& uniform) {
  // Who of those counted it is nobody asks: each does what any of them does.
  std::vector<std::vector<uint32_t>> whose;
  for (const auto& m : step.movers)
    whose.push_back(m.actor == game::none || (g.counted && g.counted->crowd.number(m.actor) != game::none)
                        ? std::vector<uint32_t>{}
                        : std::vector<uint32_t>{m.actor});
  return solve::edge_of(step, solve::picks_of(step, draw_options(g, step, types, whose, uniform)));
}

std::vector<uint32_t> draw_types(const game::Game& g, const solve::World& w, base::RandomStream& uniform,
                                 const std::vector<int>& known) {
  std::vector<uint32_t> types(g.actors(), 0);
  // Of those who are still possible, what they are likely to be.
  std::vector<double> weight = w.profile_prior;
  const auto rule_out = [&](uint32_t actor, uint32_t type) {
    for (uint32_t p = 0; p < g.profiles; ++p)
      if (g.type_of(p, actor) != type) weight[p] = 0;
  };
  for (uint32_t i = 0; !g.related.empty() && i < known.size(); ++i)
    if (known[i] >= 0) rule_out(i, static_cast<uint32_t>(known[i]));
  for (size_t k = 0; k < g.informed.size(); ++k) {
    const uint32_t actor = g.informed[k].actor;
    std::vector<double> prior = w.prior[k];
    if (!g.related.empty()) {
      std::fill(prior.begin(), prior.end(), 0.0);
      double sum = 0;
      for (uint32_t p = 0; p < g.profiles; ++p) {
        prior[g.type_of(p, actor)] += weight[p];
        sum += weight[p];
      }
      for (double& p : prior) p /= sum;
    }
    types[actor] = static_cast<uint32_t>(draw(prior, uniform.unit()));
    if (!g.related.empty()) rule_out(actor, types[actor]);
  }
  for (uint32_t i = 0; i < g.actors(); ++i)
    if (g.like_another(i) && g.informed_index[i] != game::none)
      types[i] = static_cast<uint32_t>(draw(w.prior[g.informed_index[i]], uniform.unit()));
  for (uint32_t i = 0; i < known.size(); ++i)
    if (known[i] >= 0) types[i] = static_cast<uint32_t>(known[i]);
  return types;
}

CourseSample sample_courses(const SolvedWorld& solved, uint32_t courses, uint64_t seed) {
  const auto& g = solved.game();
  const auto& c = *solved.plan().source;
  CourseSample out;
  if (!solved.walkable()) {
    out.error = solved.error();
    return out;
  }
  Traces traces;
  std::map<std::tuple<uint32_t, uint32_t, uint32_t>, StageTally> stages;
  for (uint32_t i = 0; i < courses; ++i) {
    base::RandomStream uniform(seed, i);
    const auto types = draw_types(g, solved.world(), uniform);
    auto now = types;
    const auto course = solved.follow([&](const solve::CourseStep& s, const std::vector<double>&) {
      const uint32_t edge = draw_edge(g, s, now, uniform);
      draw_turn(s, edge, now, uniform);
      return edge;
    });
    std::vector<std::vector<std::vector<double>>> belief(static_cast<size_t>(c.horizon) + 1, course.start_belief);
    for (const auto& step : course.steps) {
      for (size_t t = step.round; t < belief.size(); ++t) belief[t] = step.belief;
      if (step.stage == game::none) continue;
      for (const auto& m : step.movers) {
        const auto& stage = c.stages[step.stage];
        const bool chance = m.actor == game::none;
        // Of those who are counted any may be looked at: what becomes of one of them on average.
        const auto* crowd = !chance && g.counted ? &g.counted->crowd : nullptr;
        const bool one = crowd && crowd->number(m.actor) != game::none;
        const double weight = (one ? static_cast<double>(m.alike) / crowd->size() : 1.0) / courses;
        const uint32_t decision = chance ? game::none : one ? crowd->decision[step.stage].front() : m.decision;
        // What is seen of a hidden stage stands beside its decisions.
        const uint32_t place = !chance ? decision : stage.is_chance() ? 0u : model::signal_of_stage;
        auto& tally = stages[{step.round, step.stage, place}];
        tally.stage = step.stage;
        tally.decision = decision;
        tally.round = step.round;
        tally.options.resize(chance ? stage.outcomes.size() : stage.decisions[decision].options.size());
        tally.reached += weight;
        for (const auto& o : m.options) tally.options[o.option] += o.probability * weight;
      }
    }
    traces.types.push_back(types);
    traces.belief.push_back(std::move(belief));
  }
  out.courses = courses;
  out.beliefs = bands(g, traces);
  for (auto& [key, tally] : stages) out.stages.push_back(std::move(tally));
  return out;
}

}  // namespace casus::study
