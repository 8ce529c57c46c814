#include "solve/exact/others.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/random.h"
#include "solve/exact/count.h"
#include "solve/exact/equilibrium.h"
#include "solve/exact/exact.h"

namespace casus::solve {

using game::none;

namespace {

constexpr size_t lanes = sweep_lanes;
constexpr double precise = 1e-10;   // last step and residual, relative to the largest log-odds
constexpr double apart = 1e-6;      // between choices of two equilibria, in probability
constexpr double longest_step = 2;  // log-odds that one step may move
constexpr double strongest = 20;    // log-odds of a start that is as good as pure
constexpr int relaxed = 3;          // replies to replies before a start's first solution of the linearised equations
constexpr int undamped = 12, most_steps = 40;  // from one start: of Newton's method, and with the damped ones after it
constexpr double light = 0.4;                  // what a sweep without derivatives costs of one with them, or less
constexpr size_t together = 4;                 // lanes that have ended before new starts are begun
constexpr double nearly = 1e-3, near = 1e-2;   // a step so small, so close to a known one, leads there
constexpr size_t most_found = 32;              // more are not told apart
constexpr size_t most_half_ways = 24;          // starts between two that were found

struct Known {
  std::vector<double> z, log_sigma;
  std::vector<double> reach;  // per probability of a choice: that its type gets there
};

class Search {
 public:
  Search(const std::shared_ptr<const SweepPlan>& shared, const World& w, const OthersSearch& search, bool keep,
         const std::atomic<bool>* stop)
      : shared_(shared),
        plan_(*shared),
        world_(w),
        search_(search),
        stop_(stop),
        numbers_(plan_, {&pointer_, 1}, lanes) {
    const SweepPlan& plan = plan_;
    same_.fill(&w);
    auto room = [&](size_t places) { return Block(std::max<size_t>(places, 1) * lanes, true); };
    z_ = room(plan.unknowns);
    residual_ = room(plan.unknowns);
    for (Block& b : step_) b = room(plan.unknowns);
    log_sigma_ = room(plan.chances);
    belief_ = room(plan.beliefs);
    moved_ = room(size_t{plan.beliefs} * sweep_directions);
    response_ = room(plan.responses);
    values_ = room(plan.held);
    scratch_ = room(plan.scratch);
    precision_ = room(plan.game.actors());
    damping_ = room(1);
    told_ = room(2);
    if (keep) option_value_ = room(plan.chances);
    root_ = room(size_t{plan.game.actors()} * plan.game.profiles);
    double most = 0;
    for (uint32_t i = 0; i < plan.game.actors(); ++i) {
      std::fill_n(precision_.data() + i * lanes, lanes, w.precision[i]);
      most = std::max(most, w.precision[i]);
    }
    strength_ = std::clamp(most * w.payoff_range, 1.0, strongest);
    for (const SweepHistory& h : plan.history) {
      const SweepNode& n = plan.tables.node[h.node];
      for (uint32_t m = 0; n.implicit && m < n.movers; ++m)
        most_options_ = std::max(most_options_, plan.tables.mover[n.first_mover + m].options);
    }
    job_ = {.game = plan.tables,
            .worlds = numbers_.view(),
            .history = plan.history.data(),
            .child = plan.histories.child.data(),
            .histories = static_cast<uint32_t>(plan.history.size()),
            .z = z_.data(),
            .log_sigma = log_sigma_.data(),
            .belief = belief_.data(),
            .residual = residual_.data(),
            .option_value = keep ? option_value_.data() : nullptr,
            .response = response_.data(),
            .values = values_.data(),
            .moved = moved_.data(),
            .scratch = scratch_.data(),
            .damping = damping_.data(),
            .worst = told_.data(),
            .turned = told_.data() + lanes,
            .root = root_.data()};
    for (size_t d = 0; d < sweep_directions; ++d) job_.step[d] = step_[d].data();
    job_.worlds.precision = precision_.data();
    job_.worlds.precision_slope = precision_.data();
    end_with(job_, stop_);
  }

  OtherEquilibria run(std::span<const double> z) {
    out_.looked = true;
    // The known one goes through a sweep of its own, to be compared with.
    for (uint32_t u = 0; u < plan_.unknowns; ++u) std::fill_n(z_.data() + u * lanes, lanes, z[u]);
    sweep();
    if (stopped()) return std::move(out_);
    known_.push_back(known_at(0));
    while (known_.size() <= most_found && !stopped()) {
      refill();
      if (!busy() || sweeps_ >= most_sweeps()) break;
      sweep();
      if (stopped()) break;
      counted_.clear();
      for (size_t l = 0; l < lanes; ++l)
        if (lane_[l].busy) go_on(l);
    }
    return std::move(out_);
  }

 private:
  struct Lane {
    bool busy = false, relaxes = false;
    int steps = 0;
  };

  bool stopped() const { return stop_ && *stop_; }

  double most_sweeps() const {
    return std::max<double>(search_.sweeps, search_.work / static_cast<double>(plan_.history.size()));
  }

  size_t busy() const {
    return static_cast<size_t>(std::count_if(lane_.begin(), lane_.end(), [](const Lane& l) { return l.busy; }));
  }

  void sweep() {
    const SweepKernels& kernels = sweep_kernels();
    kernels.forward(job_);
    kernels.backward(job_);
    kernels.directions(job_);
    sweeps_ += 1;
  }

  // Begins as many starts as there are lanes free, once enough are, and lets their choices reply to each other: first
  // wholly, which takes pure strategies to where replies lie, then half way.
  void refill() {
    if (lanes - busy() < std::min<size_t>(together, search_.starts - begun_)) return;
    std::array<bool, lanes> fresh{};
    for (size_t l = 0; l < lanes; ++l)
      if (!lane_[l].busy && begun_ < search_.starts) {
        begin(l);
        fresh[l] = lane_[l].relaxes;
      }
    if (std::none_of(fresh.begin(), fresh.end(), [](bool f) { return f; })) return;
    for (int k = 0; k < relaxed; ++k) {
      sweep_kernels().forward(job_);
      sweep_kernels().evaluate(job_);
      sweeps_ += light;
      for (size_t l = 0; l < lanes; ++l)
        for (uint32_t u = 0; fresh[l] && u < plan_.unknowns; ++u)
          z_.data()[u * lanes + l] -= (k == 0 ? 1 : 0.5) * residual_.data()[u * lanes + l];
    }
  }

  // Puts the next start into a lane.
  void begin(size_t l) {
    ++begun_;
    lane_[l] = {.busy = true};
    damping_.data()[l] = 0;
    if (!half_ways_.empty()) {
      const auto [a, b] = half_ways_.back();
      half_ways_.pop_back();
      for (uint32_t u = 0; u < plan_.unknowns; ++u) z_.data()[u * lanes + l] = 0.5 * (known_[a].z[u] + known_[b].z[u]);
      return;
    }
    const uint32_t number = drawn_++;
    // Where replies do not lead there may be equilibria too: Newton's method goes to them from where it is.
    lane_[l].relaxes = number % 8 < 6;
    // Strong ones first; weaker ones end elsewhere.
    const double strength = strength_ / (1 + number / 8 % 4);
    for (uint32_t h = 0; h < plan_.history.size(); ++h) {
      const SweepHistory& history = plan_.history[h];
      const SweepNode& n = plan_.tables.node[history.node];
      for (uint32_t m = 0; n.implicit && m < n.movers; ++m) {
        const SweepMover& mover = plan_.tables.mover[n.first_mover + m];
        for (uint32_t t = 0; t < mover.types; ++t) {
          if (plan_.tables.tie(mover, t) != none) continue;
          const uint32_t taken = taken_by(number, h, m, mover, t);
          double* to = z_.data() + (size_t{history.unknown} + mover.unknown + t * (mover.options - 1)) * lanes + l;
          for (uint32_t o = 1; o < mover.options; ++o)
            to[(o - 1) * lanes] = (o == taken ? strength : 0) - (taken == 0 ? strength : 0);
        }
      }
    }
  }

  // The option that a type takes in a start: of eight, two are alike for all, two differ by type, two are drawn by kind
  // of decision and type and two by history and type; the second of each pair has its options turned on by one.
  uint32_t taken_by(uint32_t number, uint32_t h, uint32_t m, const SweepMover& mover, uint32_t type) const {
    const uint32_t kind = number % 8 / 2, turn = number % 2, pair = number / 8, shift = 2 * pair + turn;
    const uint32_t wrapped = 2 * pair / std::max(most_options_, 1u);
    switch (kind) {
      case 0:
        return (shift + wrapped * mover.actor) % mover.options;
      case 1:
        return (shift + (1 + wrapped) * type) % mover.options;
      default: {
        const uint64_t place = kind == 2 ? plan_.game.nodes[plan_.history[h].node].shape : h;
        const uint64_t bits =
            base::random_bits(search_.seed, uint64_t{kind} << 32 | pair, (place * 64 + m) * 4096 + type);
        return static_cast<uint32_t>((bits % mover.options + turn) % mover.options);
      }
    }
  }

  void go_on(size_t l) {
    Lane& lane = lane_[l];
    double& damping = damping_.data()[l];
    double size = 0, most = 1;
    for (uint32_t u = 0; u < plan_.unknowns; ++u) {
      size = std::max(size, std::fabs(step_[to_solution].data()[u * lanes + l]));
      most = std::max(most, std::fabs(z_.data()[u * lanes + l]));
    }
    const double residual = job_.worst[l];
    if (size <= precise * most && residual <= precise * most) {
      note(l);
      end(l);
      return;
    }
    if (!std::isfinite(size) || !std::isfinite(residual) || ++lane.steps == most_steps ||
        (size < nearly && leads_to_known(l))) {
      end(l);
      return;
    }
    for (uint32_t u = 0; u < plan_.unknowns; ++u)
      z_.data()[u * lanes + l] += std::clamp(step_[to_solution].data()[u * lanes + l], -longest_step, longest_step);
    // Newton's method that does not settle gives way to the logit dynamics in implicit steps, which do.
    damping = lane.steps < undamped ? 0 : std::min(residual, 1.0);
  }

  void end(size_t l) {
    ++out_.starts;
    lane_[l] = {};
    damping_.data()[l] = 0;
  }

  bool leads_to_known(size_t l) const {
    return std::any_of(known_.begin(), known_.end(), [&](const Known& k) {
      for (uint32_t u = 0; u < plan_.unknowns; ++u)
        if (std::fabs(k.z[u] - z_.data()[u * lanes + l]) > near) return false;
      return true;
    });
  }

  // Whether a lane's equilibrium is new; then it is kept.
  void note(size_t l) {
    const bool there = std::any_of(known_.begin(), known_.end(), [&](const Known& k) {
      for (uint32_t i = 0; i < plan_.chances; ++i)
        if (std::fabs(std::exp(k.log_sigma[i]) - std::exp(log_sigma_.data()[i * lanes + l])) > apart) return false;
      return true;
    });
    if (there) return;
    Known found = known_at(l);
    if (std::any_of(known_.begin(), known_.end(), [&](const Known& k) { return alike(k, found); })) return;
    for (size_t k = 0; k < known_.size() && begun_half_ways_ < most_half_ways;
         k += std::max<size_t>(1, known_.size() / 3)) {
      half_ways_.emplace_back(k, known_.size());
      ++begun_half_ways_;
    }
    known_.push_back(std::move(found));
    keep(l);
  }

  bool alike(const Known& a, const Known& b) const {
    for (uint32_t i = 0; i < plan_.chances; ++i)
      if (std::max(a.reach[i], b.reach[i]) >= likely_reach &&
          std::fabs(std::exp(a.log_sigma[i]) - std::exp(b.log_sigma[i])) > apart)
        return false;
    return true;
  }

  Known known_at(size_t l) const {
    Known out;
    for (uint32_t u = 0; u < plan_.unknowns; ++u) out.z.push_back(z_.data()[u * lanes + l]);
    for (uint32_t i = 0; i < plan_.chances; ++i) out.log_sigma.push_back(log_sigma_.data()[i * lanes + l]);
    out.reach = reach(out.log_sigma);
    return out;
  }

  // How likely every mover's type is to get to every history, per probability of a choice.
  std::vector<double> reach(const std::vector<double>& log_sigma) const {
    const game::Game& g = plan_.game;
    std::vector<double> out(plan_.chances, 0.0), mass(plan_.history.size() * g.profiles, 0.0);
    std::fill_n(mass.begin(), g.profiles, 1.0);
    for (uint32_t h = 0; h < plan_.history.size(); ++h) {
      const SweepHistory& history = plan_.history[h];
      const SweepNode& n = plan_.tables.node[history.node];
      const double* here = mass.data() + size_t{h} * g.profiles;
      for (uint32_t m = 0; m < n.movers; ++m) {
        const SweepMover& mover = plan_.tables.mover[n.first_mover + m];
        for (uint32_t p = 0; p < g.profiles; ++p) {
          const uint32_t t = g.type_of(p, mover.actor);
          const double prior = mover.informed == none ? 1 : world_.prior[mover.informed][t];
          for (uint32_t o = 0; o < mover.options && prior > 0; ++o)
            out[size_t{history.chance} + mover.chance + t * mover.options + o] +=
                world_.profile_prior[p] * here[p] / prior;
        }
      }
      for (uint32_t e = 0; e < n.edges; ++e) {
        double* next = mass.data() + size_t{plan_.histories.child[history.first_child + e]} * g.profiles;
        for (uint32_t p = 0; p < g.profiles; ++p) next[p] += here[p] * probability(history, n, e, p, log_sigma);
      }
    }
    return out;
  }

  double probability(const SweepHistory& history, const SweepNode& n, uint32_t e, uint32_t p,
                     const std::vector<double>& log_sigma) const {
    const game::Game& g = plan_.game;
    double out = 1;
    if (n.kind == SweepNode::chance) {
      const uint32_t t = n.informer == none ? 0 : g.type_of(p, g.informed[n.informer].actor);
      out = job_.worlds.odds[(size_t{plan_.tables.edge[n.first_edge + e].odds} + t) * lanes];
    }
    for (uint32_t m = 0; m < n.movers; ++m) {
      const SweepMover& mover = plan_.tables.mover[n.first_mover + m];
      const uint32_t t = g.type_of(p, mover.actor);
      out *= std::exp(
          log_sigma[size_t{history.chance} + mover.chance + t * mover.options + e / mover.stride % mover.options]);
    }
    return out;
  }

  // What a lane's equilibrium comes to.
  void keep(size_t l) {
    const size_t rows = size_t{plan_.game.actors()} * plan_.game.profiles;
    std::vector<std::vector<double>> values(lanes, std::vector<double>(rows));
    for (size_t r = 0; r < rows; ++r)
      for (size_t k = 0; k < lanes; ++k) values[k][r] = root_.data()[r * lanes + k];
    // Once for all that end in the same sweep.
    if (counted_.empty()) counted_ = count(plan_, job_, same_, lanes, values);
    Solution& s = out_.found.emplace_back();
    s.certificate = exact_certificate(plan_, world_, {.solved = true}, counted_[l]);
    finish(plan_.game, world_, std::move(values[l]), counted_[l].measures, counted_[l].measures, s);
    if (job_.option_value) out_.kept.push_back(exact_equilibrium(shared_, world_, job_, lanes, l));
  }

  const std::shared_ptr<const SweepPlan>& shared_;
  const SweepPlan& plan_;
  const World& world_;
  const OthersSearch& search_;
  const std::atomic<bool>* stop_;
  const World* pointer_ = &world_;
  std::array<const World*, lanes> same_;
  SweepNumbers numbers_;
  double strength_ = 1;
  uint32_t most_options_ = 1;
  std::array<Lane, lanes> lane_;
  SweepJob job_;
  Block z_, log_sigma_, belief_, residual_, response_, values_, moved_, scratch_, precision_, damping_, told_, root_,
      option_value_;
  std::array<Block, sweep_directions> step_;
  std::vector<Known> known_;  // the first is the one that was given
  std::vector<std::pair<size_t, size_t>> half_ways_;
  std::vector<Counted> counted_;
  size_t begun_half_ways_ = 0;
  uint32_t begun_ = 0, drawn_ = 0;
  double sweeps_ = 0;
  OtherEquilibria out_;
};

}  // namespace

OtherEquilibria find_others(const std::shared_ptr<const SweepPlan>& plan, const World& w, std::span<const double> z,
                            const OthersSearch& search, bool keep, const std::atomic<bool>* stop) {
  if (plan->unknowns == 0) {
    OtherEquilibria nothing;
    nothing.looked = true;
    return nothing;
  }
  return Search(plan, w, search, keep, stop).run(z);
}

}  // namespace casus::solve
