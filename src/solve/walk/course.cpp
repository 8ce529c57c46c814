#include "solve/walk/course.h"

#include <fmt/format.h>

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
    state[effect.state] = *c.states[effect.state].value_of(game::number_at(c, effect.value, state, round));
}

}  // namespace

bool CourseStep::may_turn(uint32_t actor) const {
  return std::any_of(turns.begin(), turns.end(), [&](const CourseTurn& t) { return t.actor == actor; });
}

uint32_t CourseMover::about(const game::Game& g) const {
  const uint32_t k = actor == none ? informer : g.informed_index[actor];
  return k == none ? none : g.informed[k].actor;
}

namespace {

uint32_t ways(const CourseMover& m) {
  return static_cast<uint32_t>(game::shares(m.alike, static_cast<uint32_t>(m.options.size())));
}

std::vector<uint32_t> counts_of(const CourseMover& m, uint32_t pick) {
  std::vector<uint32_t> out(m.options.size());
  game::share_of(m.alike, pick, out);
  return out;
}

const std::vector<model::Option>& list_of(const model::Case& c, const CourseStep& step, const CourseMover& m) {
  const auto& stage = c.stages[step.stage];
  return m.actor == none ? stage.outcomes : stage.decisions[m.decision].options;
}

std::string name_of(const model::Case& c, const CourseStep& step, const CourseMover& m,
                    const std::vector<uint32_t>& counts) {
  const auto& list = list_of(c, step, m);
  std::string out;
  for (size_t o = 0; o < counts.size(); ++o) {
    const auto& name = list[m.options[o].option].name;
    if (counts[o] == m.alike) return name;
    if (counts[o] > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", counts[o], name);
  }
  return out;
}

// Multinomial.
double probability(const CourseMover& m, const std::vector<uint32_t>& counts) {
  double log_p = std::lgamma(m.alike + 1.0);
  for (size_t o = 0; o < counts.size(); ++o)
    if (counts[o] > 0) log_p += counts[o] * std::log(m.options[o].probability) - std::lgamma(counts[o] + 1.0);
  return std::exp(log_p);
}

double probability(const CourseMover& m, uint32_t pick) {
  return m.alike == 1 ? m.options[pick].probability : probability(m, counts_of(m, pick));
}

}  // namespace

double taken_probability(const CourseMover& m) {
  return m.counts.empty() ? m.options[m.taken].probability : probability(m, m.counts);
}

std::string taken_name(const model::Case& c, const CourseStep& step, const CourseMover& mover) {
  return mover.counts.empty() ? list_of(c, step, mover)[mover.options[mover.taken].option].name
                              : name_of(c, step, mover, mover.counts);
}

std::string pick_name(const model::Case& c, const CourseStep& step, const CourseMover& mover, uint32_t pick) {
  return name_of(c, step, mover, counts_of(mover, pick));
}

std::optional<uint32_t> pick_named(const model::Case& c, const CourseStep& step, const CourseMover& mover,
                                   std::string_view name) {
  for (uint32_t pick = 0; pick < ways(mover); ++pick)
    if (pick_name(c, step, mover, pick) == name) return pick;
  return std::nullopt;
}

std::vector<uint32_t> picks(const CourseStep& step, uint32_t edge) {
  std::vector<uint32_t> out(step.movers.size());
  for (size_t m = step.movers.size(); m-- > 0;) {
    const uint32_t count = ways(step.movers[m]);
    out[m] = edge % count;
    edge /= count;
  }
  return out;
}

void note_taken(CourseStep& step, uint32_t edge) {
  const auto pick = picks(step, edge);
  for (size_t m = 0; m < step.movers.size(); ++m) {
    auto& mover = step.movers[m];
    mover.taken = pick[m];
    if (mover.alike == 1) continue;
    mover.counts = counts_of(mover, pick[m]);
    mover.taken =
        static_cast<uint32_t>(std::max_element(mover.counts.begin(), mover.counts.end()) - mover.counts.begin());
  }
}

CourseStep as_seen_by(CourseStep step, uint32_t actor) {
  std::erase_if(step.movers, [&](const CourseMover& m) { return m.hidden && m.actor != actor; });
  return step;
}

std::vector<std::vector<double>> as_believed_by(const game::Game& g, std::vector<std::vector<double>> belief,
                                                const std::vector<double>& profiles, uint32_t actor, uint32_t type) {
  const uint32_t own = g.informed_index[actor];
  if (profiles.empty() || own == none) return belief;
  auto out = type_probabilities(g, profiles, own, type);
  out[own] = belief[own];
  return out;
}

std::vector<uint32_t> picks_of(const CourseStep& step, const std::vector<std::vector<uint32_t>>& options) {
  std::vector<uint32_t> out;
  for (size_t m = 0; m < step.movers.size(); ++m) {
    std::vector<uint32_t> counts(step.movers[m].options.size(), 0);
    for (const uint32_t o : options[m]) ++counts[o];
    out.push_back(game::number_of(counts));
  }
  return out;
}

uint32_t edge_of(const CourseStep& step, const std::vector<uint32_t>& picks) {
  uint32_t edge = 0;
  for (size_t m = 0; m < step.movers.size(); ++m) edge = edge * ways(step.movers[m]) + picks[m];
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
  here_ = {.round = here.round > 0 ? here.round : node.round,
           .stage = shape.stage,
           .before = state_,
           .after = {},
           .movers = {},
           .belief = {}};
  here_.residual = here.residual;
  here_.belief = type_probabilities(g_, w_, here.belief);
  if (!g_.related.empty()) weigh_profiles(g_, w_, here.belief.log_odds.data(), 1, none, here_.profiles);
  edges_ = node.edges;
  // In the place of a game without a last round no more is told than of that.
  if (g_.stands_for_endless && here_.round > static_cast<uint32_t>(g_.source->horizon)) {
    here_.stage = none;
    edges_ = 0;
    chance_.clear();
    return;
  }
  const auto& now = here_.belief;

  for (size_t m = 0; m < shape.movers.size(); ++m) {
    const auto& mover = shape.movers[m];
    const auto& choice = here.movers[m];
    CourseMover shown{.hidden = shape.hidden,
                      .actor = mover.actor,
                      .decision = mover.decision,
                      .options = {},
                      .alike = mover.alike,
                      .bound = mover.bound};
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
  if (shape.hidden && !shape.outcomes.empty()) {
    here_.movers.push_back(signals(shape, node));
    const uint32_t types = shape.informer == none ? 1 : g_.informed[shape.informer].types;
    for (uint32_t e = node.first_edge; e < node.first_edge + node.edges; ++e) {
      auto& odds = here_.signal_odds.emplace_back();
      for (uint32_t t = 0; t < types; ++t) odds.push_back(w_.slots[g_.probability_tables[g_.edges[e].probability + t]]);
    }
  }
  note_turns(node);
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
  chance_.resize(edges_);
  for (uint32_t e = 0; e < edges_; ++e)
    chance_[e] = shape.hidden ? secret_chance(shape, node, e) : chance_of(shape, picks(here_, e));
}

// Movers of different actors are independent given the public belief, unless types tell of each other.
double CourseWalk::chance_of(const game::Shape& shape, const std::vector<uint32_t>& picks) const {
  double out = 1;
  if (here_.profiles.empty() || shape.movers.size() < 2) {
    for (size_t m = here_.movers.size(); m-- > 0;) out *= probability(here_.movers[m], picks[m]);
    return out;
  }
  out = 0;
  for (uint32_t p = 0; p < g_.profiles; ++p) {
    double by_profile = here_.profiles[p];
    for (size_t m = 0; m < picks.size(); ++m)
      by_profile *= here_.movers[m].options[picks[m]].by_type[g_.type_of(p, shape.movers[m].actor)];
    out += by_profile;
  }
  return out;
}

void CourseWalk::note_turns(const game::Node& node) {
  for (uint32_t e = 0; e < node.edges; ++e) {
    const uint32_t turn = g_.edges[node.first_edge + e].turn;
    if (turn == 0) continue;
    here_.turns.resize(node.edges);
    const auto& x = g_.informed[g_.turns[turn].informed];
    here_.turns[e].actor = x.actor;
    for (uint32_t t = 0; t < x.types; ++t) {
      auto& row = here_.turns[e].odds.emplace_back();
      for (uint32_t u = 0; u < x.types; ++u)
        row.push_back(w_.slots[g_.probability_tables[g_.turns[turn].first + t * x.types + u]]);
    }
  }
}

// Of an edge of a hidden stage given the type of whom its signals speak.
double CourseWalk::secret_chance(const game::Shape& shape, const game::Node& node, uint32_t e, uint32_t type) const {
  double p = w_.slots[g_.probability_tables[g_.edges[node.first_edge + e].probability + type]];
  for (size_t m = shape.movers.size(), rest = e / shape.signals(); m-- > 0;) {
    const auto& options = here_.movers[m].options;
    const bool own = shape.informer != none && g_.informed_index[shape.movers[m].actor] == shape.informer;
    p *= options[rest % options.size()].by_type[own ? type : 0];
    rest /= options.size();
  }
  return p;
}

double CourseWalk::secret_chance(const game::Shape& shape, const game::Node& node, uint32_t e) const {
  if (shape.informer == none) return secret_chance(shape, node, e, 0);
  double sum = 0;
  for (uint32_t t = 0; t < g_.informed[shape.informer].types; ++t)
    sum += here_.belief[shape.informer][t] * secret_chance(shape, node, e, t);
  return sum;
}

// What is seen of a hidden stage, whatever was done.
CourseMover CourseWalk::signals(const game::Shape& shape, const game::Node& node) const {
  CourseMover shown{.informer = shape.informer, .options = {}};
  const uint32_t types = shape.informer == none ? 1 : g_.informed[shape.informer].types;
  for (uint32_t s = 0; s < shape.signals(); ++s) {
    CourseOption option{.option = shape.outcomes[s], .by_type = std::vector<double>(types, 0.0), .value = {}};
    for (uint32_t e = s; e < node.edges; e += shape.signals())
      for (uint32_t t = 0; t < types; ++t) option.by_type[t] += secret_chance(shape, node, e, t);
    for (uint32_t t = 0; t < types; ++t)
      option.probability += (shape.informer == none ? 1 : here_.belief[shape.informer][t]) * option.by_type[t];
    shown.options.push_back(std::move(option));
  }
  return shown;
}

uint32_t CourseWalk::likeliest() const {
  return static_cast<uint32_t>(std::max_element(chance_.begin(), chance_.end()) - chance_.begin());
}

CourseStep CourseWalk::take(uint32_t edge) {
  CourseStep step = std::move(here_);
  note_taken(step, edge);
  for (const auto& mover : step.movers) {
    const auto& stage = g_.source->stages[step.stage];
    if (mover.actor == none) {
      perform(*g_.source, stage.outcomes[mover.options[mover.taken].option], state_, step.round);
      continue;
    }
    uint32_t decision = mover.decision;  // of those alike one after the other
    for (size_t o = 0; o < mover.options.size(); ++o) {
      const uint32_t times = mover.counts.empty() ? o == mover.taken : mover.counts[o];
      for (uint32_t k = 0; k < times; ++k, ++decision)
        perform(*g_.source, stage.decisions[decision].options[mover.options[o].option], state_, step.round);
    }
  }
  if (g_.counted) g_.counted->crowd.sort(*g_.source, state_);
  step.probability = chance_[edge];
  walk_->take(edge);
  arrive();
  step.after = state_;
  step.belief = here_.belief;
  step.profiles = here_.profiles;
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
