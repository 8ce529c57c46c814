#include "study/seat.h"

#include <algorithm>
#include <iterator>

#include "solve/belief/paid.h"
#include "study/courses.h"

namespace casus::study {
namespace {

// What a step pays everybody, given the true types; and where everybody stands among those who are alike.
class Purse {
 public:
  using Believed = std::vector<std::vector<double>>;  // probabilities of types, as CourseStep has them
  Purse(const game::Game& g, const solve::World& w, const std::vector<uint32_t>& types, const Believed& believed)
      : g_(g),
        w_(w),
        types_(types),
        total_(g.actors(), 0),
        factor_(g.actors(), 1),
        row_(g.actors()),
        node_(g.start().node) {
    become(types);
    if (g.counted) place_.assign(g.counted->crowd.size(), 0);
    arrive(believed);
  }
  // What everybody is from now on.
  void become(const std::vector<uint32_t>& types) {
    types_ = types;
    for (profile_ = 0; profile_ < g_.profiles; ++profile_) {
      bool same = true;
      for (uint32_t i = 0; i < g_.actors(); ++i) same &= g_.counted || g_.type_of(profile_, i) == types[i];
      if (same) break;
    }
  }
  // The actors of every mover of a step: of those who are alike, by their names, the ones who stand there.
  std::vector<std::vector<uint32_t>> whose(const solve::CourseStep& step) const {
    std::vector<std::vector<uint32_t>> out;
    for (const auto& m : step.movers) {
      auto& actors = out.emplace_back();
      if (m.actor == game::none) continue;
      const uint32_t place = g_.counted ? g_.counted->crowd.number(m.actor) : game::none;
      if (place == game::none) actors.push_back(m.actor);
      for (size_t k = 0; k < place_.size() && place != game::none; ++k)
        if (place_[k] == place) actors.push_back(g_.counted->crowd.members[k]);
    }
    return out;
  }
  // `options`: of every mover's actors.
  void follow(uint32_t taken, const std::vector<std::vector<uint32_t>>& options, const std::vector<uint32_t>& types,
              const Believed& believed) {
    const auto& node = g_.nodes[node_];
    const uint32_t e = node.first_edge + taken;
    if (g_.counted) step(e, options);
    pay(g_.edges[e].payoff);
    become(types);
    if (g_.shapes[node.shape].kind == game::NodeKind::settle)
      for (uint32_t i = 0; i < g_.actors(); ++i) factor_[i] *= w_.discount[i];
    node_ = g_.edges[e].target;
    if (g_.endless && g_.endless->again[node_] != game::none) node_ = g_.endless->again[node_];
    place_ = next_.empty() ? place_ : next_;
    arrive(believed);
  }
  const std::vector<double>& total() const { return total_; }

 private:
  // Of those who are counted each has its own.
  uint32_t profile_of(uint32_t actor) const {
    return g_.counted ? (g_.informed_index[actor] == game::none ? 0 : types_[actor]) : profile_;
  }
  void arrive(const Believed& believed) {
    for (uint32_t i = 0; i < row_.size(); ++i) row_[i] = i;
    for (size_t k = 0; k < place_.size(); ++k)
      row_[g_.counted->crowd.members[k]] = g_.counted->crowd.members[place_[k]];
    const auto kind = g_.shapes[g_.nodes[node_].shape].kind;
    if (kind != game::NodeKind::settle && kind != game::NodeKind::end) return;
    pay(g_.nodes[node_].payoff);
    if (g_.nodes[node_].belief_pay == game::none) return;
    std::vector<double> rows(size_t{g_.actors()} * g_.profiles, 0.0);
    solve::add_belief_pay(g_, w_, node_, believed, rows.data());
    for (uint32_t i = 0; i < g_.actors(); ++i) total_[i] += factor_[i] * rows[size_t{i} * g_.profiles + profile_];
  }
  // Whose pay in the tables each member has, and where it stands afterwards.
  void step(uint32_t edge, const std::vector<std::vector<uint32_t>>& options) {
    const auto& counted = *g_.counted;
    const auto& shape = g_.shapes[g_.nodes[node_].shape];
    next_.resize(place_.size());
    size_t slot = counted.first_slot[edge];
    for (uint32_t x = counted.first_class[node_]; x < counted.first_class[node_ + 1]; ++x) {
      const auto& alike = counted.classes[x];
      const bool chooses = alike.mover != game::none;
      const size_t many = chooses ? shape.movers[alike.mover].options.size() : 1;
      std::vector<uint32_t> first(many, alike.first);  // of those who do each
      for (size_t o = 1; o < many; ++o)
        first[o] = first[o - 1] +
                   static_cast<uint32_t>(std::count(options[alike.mover].begin(), options[alike.mover].end(), o - 1));
      size_t nth = 0;
      for (size_t k = 0; k < place_.size(); ++k) {
        if (place_[k] != alike.first) continue;
        const uint32_t o = chooses ? options[alike.mover][nth++] : 0;
        row_[counted.crowd.members[k]] = counted.crowd.members[first[o]];
        next_[k] = counted.place[slot + o];
      }
      slot += many;
    }
  }
  void pay(uint32_t table) {
    for (uint32_t i = 0; i < g_.actors(); ++i)
      total_[i] += factor_[i] * w_.slots[g_.payoff(table)[size_t{row_[i]} * g_.profiles + profile_of(i)]];
  }
  const game::Game& g_;
  const solve::World& w_;
  std::vector<uint32_t> types_;
  std::vector<double> total_, factor_;
  std::vector<uint32_t> row_;           // whose row of a table tells an actor's pay
  std::vector<uint32_t> place_, next_;  // per member: the first place of those whom it stands with
  game::NodeId node_;
  uint32_t profile_ = 0;
};

constexpr uint64_t signal_dice = uint64_t{1} << 63;  // a stream of their own

// The decision of one of those who are alike.
uint32_t decision_of(const game::Game& g, const solve::CourseStep& step, const solve::CourseMover& m, uint32_t actor) {
  const uint32_t who = g.counted ? g.counted->crowd.number(actor) : game::none;
  return who == game::none ? m.decision : g.counted->crowd.decision[step.stage][who];
}

}  // namespace

Played play(const SolvedWorld& solved, const Seat& seat, const TypesKnown& known, const Ask& ask, const See& see) {
  const auto& g = solved.game();
  Played out;
  base::RandomStream dice(seat.seed, 0);
  std::vector<bool> seated(g.actors(), false);
  std::vector<int> given(g.actors(), -1);
  const auto sit = [&](uint32_t actor, int type) {
    seated[actor] = true;
    given[actor] = type;
  };
  sit(seat.actor, seat.type);
  for (const auto& [actor, type] : seat.beside) sit(actor, type);
  out.types = draw_types(g, solved.world(), dice, given);
  known(out.types);
  out.types_now = out.types;
  auto& types = out.types_now;
  auto walk = solved.walk();
  Purse purse(g, solved.world(), types, walk.here().belief);
  while (!walk.over()) {
    const solve::CourseStep& step = walk.here();
    base::RandomStream luck(seat.seed, 1 + (uint64_t{step.round} << 32) + step.stage);
    const auto whose = purse.whose(step);
    auto taken = draw_options(g, step, types, whose, luck);
    std::vector<Choice> choices;
    std::vector<bool> left(g.actors(), false);
    for (size_t k = 0; k < step.movers.size(); ++k) {
      const auto& m = step.movers[k];
      for (size_t j = 0; j < whose[k].size(); ++j) {
        const uint32_t actor = whose[k][j];
        if (!seated[actor] || left[actor]) continue;
        Choice choice{
            .round = step.round, .stage = step.stage, .decision = decision_of(g, step, m, actor), .actor = actor};
        const uint32_t own = types[actor];
        choice.type = own;
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
            left[actor] = true;
            continue;
          }
          choice.taken = *answer;
          choices.push_back(choice);
        }
        taken[k][j] = choice.taken;
      }
    }
    if (std::find(left.begin(), left.end(), true) != left.end()) {
      out.payoff = purse.total();
      return out;
    }
    std::move(choices.begin(), choices.end(), std::back_inserter(out.choices));
    // Signals follow from what the seats have done; the dice are those of the stage.
    base::RandomStream signals(seat.seed, (1 + (uint64_t{step.round} << 32) + step.stage) ^ signal_dice);
    draw_signal(g, step, types, taken, signals);
    const uint32_t edge = solve::edge_of(step, solve::picks_of(step, taken));
    solve::CourseStep seen = step;
    solve::note_taken(seen, edge);
    draw_turn(step, edge, types, signals);
    see(seen);
    out.steps.push_back(walk.take(edge));
    purse.follow(edge, taken, types, walk.here().belief);
  }
  out.steps.push_back(walk.end());
  out.finished = true;
  out.payoff = purse.total();
  return out;
}

}  // namespace casus::study
