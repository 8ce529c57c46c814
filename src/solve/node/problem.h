// The equilibrium at one node and one public belief: in, the values of the next nodes on their belief grids; out, every
// mover's choice probabilities and everybody's value, given the types.
//
// Unknowns are the movers' scaled values y = lambda Q(a, theta); the choice is sigma = softmax(y); the fixed point is
// y = lambda Q(sigma(y)), because sigma moves the posterior at which the next values are read (McKelvey & Palfrey 1998,
// eq. 2-3).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "solve/belief/grid.h"
#include "solve/node/fixed_point.h"
#include "solve/selection.h"
#include "solve/world.h"

namespace casus::solve {

// Where a node's values stand: data[point * point_stride + actor_at[actor] + profile]. Nothing more is paid to an actor
// whose place is `kept` or further: its values are 0 and not there.
struct NodeValues {
  const double* data = nullptr;
  size_t point_stride = 0;
  const uint32_t* actor_at = nullptr;
  uint32_t kept = 0;

  double at(size_t point, uint32_t actor, uint32_t profile) const {
    return actor_at[actor] < kept ? data[point * point_stride + actor_at[actor] + profile] : 0;
  }
};

// What follows a node, as one world sees it.
struct Continuation {
  std::span<const NodeValues> values;  // per node
  std::span<const Layout> layouts;     // per node: of its value mask on its round's grid
  std::span<const Grid> grids;         // per round, index round - 1; the end has one more
};

struct NodeAnswer {
  std::vector<double> y;          // per mover, type, option: lambda Q, and what a bound type leans to
  std::vector<double> log_sigma;  // the same: log choice probabilities
  double residual = 0;            // largest |y / lambda - Q| in units of payoff
  int iterations = 0;
  bool fell_back = false;  // Newton from the warm start failed, the branch was traced from precision 0
  int folds = 0;           // turning points met on the way
  int crossings = 0;       // points passed on the way where branches meet to within rounding
  bool unstable = false;   // det(I - dG) <= 0: not on the branch's first stretch
  bool converged = true;
};

// The largest difference between two answers' choices, in probability.
double distance(const NodeAnswer& a, const NodeAnswer& b);

class NodeProblem {
 public:
  NodeProblem(const game::Game& g, const World& w, Continuation next)
      : g_(g), w_(w), certainty_(w.certainty()), next_(next) {}

  // Chooses node and belief for what follows. `precision_scale` multiplies every precision (homotopy).
  void set(game::NodeId node, const Belief& belief, double precision_scale = 1);
  // Above 1: every branch is followed from precision 0, in steps shorter by about that factor, to hold answers to.
  void be_cautious(double caution) { caution_ = caution; }
  // Number of unknowns: sum over movers of types x options; 0 if nobody chooses here.
  size_t unknowns() const { return unknowns_; }
  // Mover m's unknown for option o of type t stands at offset(m) + t * options + o.
  size_t offset(size_t mover) const { return offset_[mover]; }
  uint32_t mover_types(size_t mover) const { return types_[mover]; }

  // Solves from `start` (size unknowns(), or empty: from the uniform choice, tracing the branch from precision 0).
  NodeAnswer solve(std::span<const double> start, double tolerance);
  // Whether the reply to a choice depends on the choice itself: only then can there be several fixed points.
  bool coupled() const { return coupled_; }
  // Other fixed points than `first`, as far as `search` finds them; none twice.
  std::vector<NodeAnswer> others(const NodeAnswer& first, const NodeSearch& search, double tolerance);
  // What the node is worth to an actor under `log_sigma`, over everybody's types as the node's belief weighs them.
  double worth(uint32_t actor, std::span<const double> log_sigma);
  // Everybody's values [actor][profile] under the choices `log_sigma`.
  void values(std::span<const double> log_sigma, std::span<double> out);
  // Q(a, theta_i) of every mover under `log_sigma`, laid out as the unknowns.
  void option_values(std::span<const double> log_sigma, std::span<double> out);
  // The public belief after edge e (from 0).
  Belief posterior(uint32_t edge, std::span<const double> log_sigma) const;
  // log P(edge | profile).
  double log_likelihood(uint32_t edge, uint32_t profile, std::span<const double> log_sigma) const;

 private:
  struct Interpolation {
    std::vector<double> value;                  // [row]
    std::vector<std::vector<double>> gradient;  // [axis][row]
  };
  void bind(size_t mover);
  // ---- what is done in secret, and types that change (node/turn.cpp) ----
  // The actor whose belief after an edge is made of all that may have led to what is seen, or of types that change;
  // none: beliefs move by likelihoods alone.
  uint32_t mixed_of(const game::Edge& edge) const {
    if (shape_->hidden) return shape_->informer;
    return edge.turn == 0 ? game::none : g_.turns[edge.turn].informed;
  }
  // What it is believed to be after the edge, and how its log-odds move with the log probabilities of choices, [type -
  // 1][unknown] (where not null).
  void mix(uint32_t edge, uint32_t informed, std::span<const double> log_sigma, double* log_odds, double* slopes) const;
  // Whether a mover's choice tells of an actor there: its own, or what nobody sees of others; and its place.
  bool tells_of(size_t mover, uint32_t informed) const {
    const bool own = g_.informed_index[shape_->movers[mover].actor] == informed;
    return options_[mover] > 1 && (own || shape_->hidden);
  }
  size_t unknown_of(size_t mover, uint32_t informed, uint32_t type, uint32_t edge) const {
    const bool own = g_.informed_index[shape_->movers[mover].actor] == informed;
    return offset_[mover] + size_t{own ? type : 0} * options_[mover] + edge_option(edge, mover);
  }
  // Of an edge at which a type changes: rows of what follows, before it is known what becomes of it.
  void turn_rows(const game::Edge& edge, size_t actors, std::vector<double>& rows) const;
  // Odds of an edge's signal or outcome given a profile; 1 where there is none.
  double odds(const game::Edge& edge, uint32_t profile) const {
    if (shape_->kind != game::NodeKind::chance && !shape_->hidden) return 1;
    const uint32_t t = shape_->informer == game::none ? 0 : g_.type_of(profile, g_.informed[shape_->informer].actor);
    return w_.slots[g_.probability_tables[edge.probability + t]];
  }
  void tell(std::span<const double> y, NodeAnswer& answer) const;
  void log_softmax(std::span<const double> y, std::vector<double>& log_sigma) const;
  // lambda Q at sigma(y) into `out`, and its slopes, as FixedPoint has them, unless there is no room for them.
  void reply(std::span<const double> y, std::span<double> out, std::span<double> slopes);
  // Q and, where asked for, its derivative in log sigma, for movers whose choices move the belief and for others.
  void telling_reply(std::span<const double> sigma, std::span<double> out, double* by_log_sigma);
  void silent_reply(std::span<const double> sigma, std::span<double> out, double* by_log_sigma);
  // W of edge e's target, actor i, at a belief; with its gradient on the axes that moved.
  void interpolate(uint32_t edge, const Belief& at, std::span<const uint32_t> actors, bool gradient,
                   Interpolation& out);
  template <class Take>
  void contract(size_t rows, bool gradient, Take&& take, Interpolation& out);
  static void follow_end(const game::Informed& x, uint32_t end, Interpolation& out);
  // Probability of a profile under the node's belief, given the type that a mover has in it.
  double profile_weight(uint32_t profile, size_t mover) const;
  // Everybody's W of edge e's target where no choice moves the belief: it is read once.
  const Interpolation& read_once(uint32_t edge);
  bool may_be_near();
  bool one_fixed_point();
  void find_worth();
  FixedPoint fixed_point();
  bool newton(std::span<double> y, double tolerance, NodeAnswer& answer);
  // Fills in the choice of a fixed point and its residual.
  void finish(std::span<const double> y, NodeAnswer& answer);
  bool trace(std::span<double> y, double tolerance, NodeAnswer& answer);
  uint32_t edge_option(uint32_t edge, size_t mover) const { return (edge / edge_stride_[mover]) % options_[mover]; }

  const game::Game& g_;
  const World& w_;
  double certainty_;  // log-odds beyond which a belief is not moved; keeps infinities out of the grid
  Continuation next_;
  game::NodeId node_ = 0;
  const game::Shape* shape_ = nullptr;
  Belief belief_;
  Belief within_;               // where a policy binds types: a belief as it is read, see bring_within
  std::vector<uint32_t> ends_;  // the same: per informed actor
  Place place_;
  std::vector<double> partial_;
  double scale_ = 1, caution_ = 1;
  size_t unknowns_ = 0;
  std::vector<size_t> offset_;
  std::vector<uint32_t> types_, options_, edge_stride_;
  std::vector<double> lambda_;  // per unknown; 0 for a type that is bound
  // Added to an unknown before the choice: 0, or for what a bound type does not do as good as minus infinity. Empty
  // where nobody is bound.
  std::vector<double> lean_;
  std::vector<std::vector<double>> type_weight_;  // per informed actor: belief probabilities
  std::vector<std::vector<double>> together_;     // where types tell of each other: weights of profiles, [mover]
  std::vector<double> log_sigma_, scratch_;
  std::vector<double> by_log_sigma_;  // d Q / d log sigma, column by column; by option one column for each type
  size_t choosing_ = 0;               // movers with more than one option
  bool coupled_ = false;
  bool tells_ = false;      // some choice moves the belief
  bool by_option_ = false;  // one mover chooses alone, among many: solved option by option
  std::vector<double> mixed_slopes_;
  std::vector<Interpolation> known_;  // read_once, per edge; no value: not yet
  std::vector<double> worth_;         // where nobody tells: of [mover][type][edge], over the others' types
  std::vector<uint32_t> everybody_;
};

}  // namespace casus::solve
