#include "study/seat.h"

#include <algorithm>
#include <iterator>

#include "solve/world.h"
#include "study/courses.h"

namespace casus::study {
namespace {

// What a step pays everybody, given the true types.
class Purse {
 public:
  Purse(const game::Game& g, const solve::World& w, const std::vector<uint32_t>& types)
      : g_(g), w_(w), total_(g.actors(), 0), factor_(g.actors(), 1), node_(g.start().node) {
    for (profile_ = 0; profile_ < g.profiles; ++profile_) {
      bool same = true;
      for (uint32_t i = 0; i < g.actors(); ++i) same &= g.type_of(profile_, i) == types[i];
      if (same) break;
    }
    arrive();
  }
  void follow(uint32_t taken) {
    const auto& node = g_.nodes[node_];
    const auto& edge = g_.edges[node.first_edge + taken];
    pay(edge.payoff);
    if (g_.shapes[node.shape].kind == game::NodeKind::settle)
      for (uint32_t i = 0; i < g_.actors(); ++i) factor_[i] *= w_.discount[i];
    node_ = edge.target;
    arrive();
  }
  const std::vector<double>& total() const { return total_; }

 private:
  void arrive() {
    const auto kind = g_.shapes[g_.nodes[node_].shape].kind;
    if (kind == game::NodeKind::settle || kind == game::NodeKind::end) pay(g_.nodes[node_].payoff);
  }
  void pay(uint32_t table) {
    for (uint32_t i = 0; i < g_.actors(); ++i)
      total_[i] += factor_[i] * w_.slots[g_.payoff(table)[size_t{i} * g_.profiles + profile_]];
  }
  const game::Game& g_;
  const solve::World& w_;
  std::vector<double> total_, factor_;
  game::NodeId node_;
  uint32_t profile_ = 0;
};

}  // namespace

Played play(const SolvedWorld& solved, const Seat& seat, const TypesKnown& known, const Ask& ask, const See& see) {
  const auto& g = solved.game();
  Played out;
  base::RandomStream dice(seat.seed, 0);
  out.types = draw_types(g, solved.start_belief(), dice);
  std::vector<bool> seated(g.actors(), false);
  const auto sit = [&](uint32_t actor, int type) {
    seated[actor] = true;
    if (type >= 0) out.types[actor] = static_cast<uint32_t>(type);
  };
  sit(seat.actor, seat.type);
  for (const auto& [actor, type] : seat.beside) sit(actor, type);
  known(out.types);
  Purse purse(g, solved.world(), out.types);

  auto walk = solved.walk();
  while (!walk.over()) {
    const solve::CourseStep& step = walk.here();
    base::RandomStream luck(seat.seed, 1 + (uint64_t{step.round} << 32) + step.stage);
    const auto drawn = solve::picks(step, draw_edge(g, step, out.types, luck));
    std::vector<uint32_t> taken = drawn;
    std::vector<Choice> choices;
    std::vector<bool> left(g.actors(), false);
    for (size_t k = 0; k < step.movers.size(); ++k) {
      const auto& m = step.movers[k];
      if (m.actor == game::none || !seated[m.actor] || left[m.actor]) continue;
      Choice choice{.round = step.round, .stage = step.stage, .decision = m.decision, .actor = m.actor};
      const uint32_t own = out.types[m.actor];
      for (const auto& o : m.options) {
        choice.options.push_back(o.option);
        choice.probability.push_back(o.by_type[o.by_type.size() == 1 ? 0 : own]);
        choice.value.push_back(o.value[o.value.size() == 1 ? 0 : own]);
      }
      choice.best =
          static_cast<uint32_t>(std::max_element(choice.value.begin(), choice.value.end()) - choice.value.begin());
      if (!m.chooses(own)) {
        if (!m.bound.empty()) choice.taken = m.bound[own];  // else there is one option
      } else {
        // Who else sits at the table is still asked.
        const auto answer = ask(step, choice);
        if (!answer) {
          left[m.actor] = true;
          continue;
        }
        choice.taken = *answer;
        choices.push_back(choice);
      }
      taken[k] = choice.taken;
    }
    if (std::find(left.begin(), left.end(), true) != left.end()) {
      out.payoff = purse.total();
      return out;
    }
    std::move(choices.begin(), choices.end(), std::back_inserter(out.choices));
    const uint32_t edge = solve::edge_of(step, taken);
    solve::CourseStep seen = step;
    for (size_t k = 0; k < taken.size(); ++k) seen.movers[k].taken = taken[k];
    purse.follow(edge);
    see(seen);
    out.steps.push_back(walk.take(edge));
  }
  out.steps.push_back(walk.end());
  out.finished = true;
  out.payoff = purse.total();
  return out;
}

}  // namespace casus::study
