// What the movers at one particle reply: in, its beliefs, their choices and what every edge is worth; out, what their
// options are worth, the step of Newton's method towards a choice that is a reply to itself, and how that choice moves
// with beliefs.
#pragma once
#include <span>
#include <vector>

#include "solve/particles/plan.h"
#include "solve/world.h"

namespace casus::solve {

// What an edge is worth at the beliefs that it leaves behind, with what is paid on the way.
struct EdgeWorth {
  const double* value = nullptr;         // [actor][profile]; null: the edge cannot happen
  const double* slope = nullptr;         // by log-odds [axis of the target][actor][profile]
  const uint32_t* axis_place = nullptr;  // per axis of the game: its place in `slope`, or none
};

class ReplySystem {
 public:
  ReplySystem(const ParticlePlan& plan, const World& w);

  // Multiplies every precision, from now on.
  void scale(double by) { scale_ = by; }
  // The movers of a node that decides, at a belief, with choices [mover][type][option]; `axes`: those of the game that
  // the node's values depend on.
  void set(game::NodeId n, const double* log_odds, const double* log_sigma, std::span<const EdgeWorth> edges,
           std::span<const uint32_t> axes);
  // What options are worth to each type, [mover][type][option].
  const double* values() const { return value_.data(); }
  // Finds step and responses. Where the reply bears so strongly on itself that they say nothing (near a turning point
  // of the branch, or beyond), they are those of a reply to the present choice; whether they are not.
  bool solve();
  // Of log-odds, to within a constant of each type.
  double step(uint32_t unknown) const { return system_[unknown * width_ + unknowns_]; }
  // By log-odds on the axis of that place in `axes`.
  double response(uint32_t unknown, size_t axis) const { return system_[unknown * width_ + unknowns_ + 1 + axis]; }

 private:
  struct Told {  // an axis that a mover's choice moves
    uint32_t axis, mover, type;
  };
  void find_weights(uint32_t own, const double* log_odds);
  void tilt(size_t axis, uint32_t own);
  void add_edge(uint32_t e, size_t mover, const EdgeWorth& edge);
  void lay_out(const double* log_sigma);
  bool eliminate();
  // Whether the actor has a type, [type][profile].
  const double* is(uint32_t actor) const {
    const uint32_t k = g_.informed_index[actor];
    return is_.data() + (k == game::none ? size_t{0} : 1 + g_.informed[k].first_axis + k) * g_.profiles;
  }
  uint32_t options(size_t mover) const { return static_cast<uint32_t>(shape_->movers[mover].options.size()); }

  const ParticlePlan& plan_;
  const game::Game& g_;
  const World& w_;
  const game::Shape* shape_ = nullptr;
  const MoverNumbers* numbers_ = nullptr;
  std::span<const uint32_t> axes_;
  double scale_ = 1;
  uint32_t unknowns_ = 0;
  size_t width_ = 0;
  std::vector<Told> told_;
  std::vector<uint32_t> option_;                     // per mover: at an edge
  std::vector<double> types_;                        // what is believed, [informed][type]
  std::vector<double> weight_, tilted_;              // per profile; tilted_: [axis][profile]
  std::vector<double> others_, weighed_, expected_;  // per profile: at an edge
  std::vector<double> is_, sum_;                     // [informed][type][profile], and what has but one type
  std::vector<double> sigma_, value_, by_axis_, by_log_sigma_, system_, plain_;
};

}  // namespace casus::solve
