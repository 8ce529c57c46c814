// Courses of events: in, a game, a world and (optionally) choices to follow; out, what happens step by step, with every
// mover's options, their probabilities and values, and what everybody believes. Beliefs are exact, not on the grid.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "solve/walk/equilibrium.h"

namespace casus::solve {

struct CourseOption {
  uint32_t option = 0;          // position in the decision's option list (chance: in the stage's outcome list)
  double probability = 0;       // in the eyes of the public: over the mover's types under the current belief
  std::vector<double> by_type;  // given each type of the mover (chance: of the informer; one entry if none)
  std::vector<double> value;    // movers only: expected payoff of the option from here on, given each own type
};

struct CourseMover {
  bool hidden = false;  // nobody else sees what is taken; what is seen, if anything, is the step's last mover, chance
  uint32_t actor = game::none;  // none: chance
  uint32_t decision = 0;
  uint32_t informer = game::none;  // chance: index into Game::informed of the actor whose type the odds depend on
  std::vector<CourseOption> options;
  uint32_t taken = 0;  // position in `options`; of several alike what most of them do
  // In a game that counts: so many actors choose so, each for itself, `actor` the first of them; and how many took each
  // of `options`.
  uint32_t alike = 1;
  std::vector<uint32_t> counts = {};
  std::vector<uint32_t> bound = {};  // per type: the one of `options` that a policy binds it to, or none; else empty

  // The actor (in Case::actors) whose types `by_type` goes by; none if it goes by nobody's.
  uint32_t about(const game::Game& g) const;
  // Whether a type has a choice to make.
  bool chooses(uint32_t type) const {
    return actor != game::none && options.size() > 1 && (bound.empty() || bound[type] == game::none);
  }
};

// What becomes of an actor's type at a step, [type before][type after].
struct CourseTurn {
  uint32_t actor = game::none;  // none: types stay
  std::vector<std::vector<double>> odds = {};
};

struct CourseStep {
  uint32_t round = 1;
  uint32_t stage = game::none;     // none: the end of the round (or of the game)
  std::vector<int> before, after;  // states
  std::vector<CourseMover> movers;
  double probability = 1;                   // of the step taken, in the eyes of the public
  std::vector<std::vector<double>> belief;  // after the step: per informed actor, per type
  // After the step, where types tell of each other: probability of each profile; else empty.
  std::vector<double> profiles = {};
  double residual = 0;  // of the node's fixed point, in units of payoff
  // Of a hidden stage with signals: odds of an edge's signal after what is done, [edge][type of its informer].
  std::vector<std::vector<double>> signal_odds = {};
  std::vector<CourseTurn> turns = {};  // per edge; empty: types stay, whatever happens
  // Whether somebody acts unseen, so that the last mover, chance, is what is seen of it.
  bool has_signal() const { return !signal_odds.empty(); }
  // Whether what is believed of an actor moves by more than the likelihood of what is seen.
  bool may_turn(uint32_t actor) const;
};

// The option of each mover (its position in CourseMover::options; of several alike the number of their share, see
// game::share_of) at one of a step's edges, and back.
std::vector<uint32_t> picks(const CourseStep& step, uint32_t edge);
uint32_t edge_of(const CourseStep& step, const std::vector<uint32_t>& picks);

// Notes at a step what its movers do at that edge (`taken`, `counts`).
void note_taken(CourseStep& step, uint32_t edge);

// A step that was taken as one who knows only what this actor does in secret: without what others do unseen.
CourseStep as_seen_by(CourseStep step, uint32_t actor);

// What an actor who is of a type believes at a step (`belief` and `profiles` as there): what everybody does, unless its
// type tells of others. In its own row stands what everybody believes of it.
std::vector<std::vector<double>> as_believed_by(const game::Game& g, std::vector<std::vector<double>> belief,
                                                const std::vector<double>& profiles, uint32_t actor, uint32_t type);

// Picks from the option of every one of a mover's actors.
std::vector<uint32_t> picks_of(const CourseStep& step, const std::vector<std::vector<uint32_t>>& options);

// The probability of what a mover of a step that was taken did, in the eyes of the public.
double taken_probability(const CourseMover& mover);
// What a mover of a step that was taken did: an option's name; of several alike how many did what, "37 stay, 13 join".
std::string taken_name(const model::Case& c, const CourseStep& step, const CourseMover& mover);
// The same for a pick that is yet to be taken, and the pick that is called so: an option's name stands for all who are
// alike. None if no option or share is.
std::string pick_name(const model::Case& c, const CourseStep& step, const CourseMover& mover, uint32_t pick);
std::optional<uint32_t> pick_named(const model::Case& c, const CourseStep& step, const CourseMover& mover,
                                   std::string_view name);

// A walk through a solved world with everything told of where it stands. Game, world and equilibrium must outlive it.
class CourseWalk {
 public:
  CourseWalk(const game::Game& g, const World& w, const Equilibrium& solved, const SolveOptions& options);
  CourseWalk(const CourseWalk& other);
  CourseWalk(CourseWalk&&) = default;

  // Before anything is taken: movers and options, the state in `before`, the belief as it stands.
  const CourseStep& here() const { return here_; }
  bool over() const { return edges_ == 0; }  // nothing follows
  // Of each edge, in the eyes of the public; edges are numbered by the movers' options, the last mover's fastest.
  const std::vector<double>& chance() const { return chance_; }
  uint32_t likeliest() const;
  // Takes the edge: the step with what came of it.
  CourseStep take(uint32_t edge);
  CourseStep end() const;  // where it is over: the last step, at which nothing is taken

 private:
  void arrive();
  double secret_chance(const game::Shape& shape, const game::Node& node, uint32_t edge, uint32_t type) const;
  double secret_chance(const game::Shape& shape, const game::Node& node, uint32_t edge) const;
  CourseMover signals(const game::Shape& shape, const game::Node& node) const;
  void note_turns(const game::Node& node);
  double chance_of(const game::Shape& shape, const std::vector<uint32_t>& picks) const;
  const game::Game& g_;
  const World& w_;
  std::unique_ptr<Walk> walk_;
  std::vector<int> state_;
  CourseStep here_;
  uint32_t edges_ = 0;
  std::vector<double> chance_;
};

struct Course {
  std::vector<std::vector<double>> start_belief;
  std::vector<CourseStep> steps;
  double probability = 1;  // of the whole course
};

// Chooses the edge to follow at a step: given the step (its `movers` filled in, `belief` as it stands before the step)
// and each edge's public probability.
using Chooser = std::function<uint32_t(const CourseStep&, const std::vector<double>& edge_probability)>;

// Follows the equilibrium of a solved world from the start; at each step the likeliest edge unless `choose` says
// otherwise.
Course follow(const game::Game& g, const World& w, const Equilibrium& solved, const SolveOptions& options,
              const Chooser& choose = {});

}  // namespace casus::solve
