#include "solve/play/mend.h"

#include <algorithm>
#include <cmath>

#include "solve/play/sweep.h"

namespace casus::solve {

namespace {

constexpr uint32_t most_rounds = 4, most_steps = 8;
constexpr double most_log_odds = 1;  // that a step moves a choice by: slopes say little further away
// Of a graph: a quarter of a gigabyte. Worth and slopes of some nodes' particles take up to fifteen times as much.
constexpr size_t most_doubles = size_t{1} << 25;

// From far away play is another after the first steps, so that it need not be told finely.
Pooling roughly(Pooling p) {
  p.cell *= 4;
  p.slight *= 8;
  return p;
}

struct Enough {
  double accuracy = 0, distance = 0, regret = 0;  // regret: in payoff
};

// Steps of Newton's method until what is left surely comes to less than that; whether they helped. Not `near`: only if
// they shrink, and nothing comes near a turning point.
bool take_steps(PlaySweep& sweep, const Enough& enough, bool near, double precision_scale = 1) {
  double before = 0, begun = 0;
  for (uint32_t k = 0; k < most_steps; ++k) {
    const double drift = sweep.step(most_log_odds, precision_scale);
    if (!std::isfinite(drift)) return false;
    constexpr double helps = 0.5;
    if (!near && (sweep.strained() > 0 || (k > 1 && drift > helps * before))) return false;
    if (k == 0) begun = drift;
    // In the end it converges quadratically; where play hardly gets, nothing but the regret tells.
    constexpr double surely = 0.1;
    if (drift * drift <= surely * enough.accuracy && sweep.regret() <= enough.regret / 2) return true;
    before = drift;
  }
  return before < begun;
}

// From far away there may be several places to come to. Where precision makes little of the stakes there is one; from
// there the branch is followed up, each precision twice the one before.
bool follow(PlaySweep& sweep, const World& w) {
  const Enough on_the_way{0.5, 1, w.payoff_range}, in_the_end{0.02, 1, w.payoff_range};
  double most = 1;
  for (const double precision : w.precision) most = std::max(most, precision * w.payoff_range);
  for (double precision_scale = 1 / most; precision_scale < 1; precision_scale *= 2)
    if (!take_steps(sweep, on_the_way, false, precision_scale)) return false;
  return take_steps(sweep, in_the_end, false);
}

}  // namespace

Mended mend(const ParticlePlan& plan, const World& w, const GridField& field, const game::Start& start,
            const MendOptions& options) {
  Mended best;
  std::shared_ptr<const Corrections> corrections;
  const JudgeOptions& how = options.judge;
  const double stakes = w.payoff_range > 0 ? w.payoff_range : 1;
  const Enough enough{options.accuracy, options.distance, options.regret * stakes};
  // From far away play is another after the first steps: the next round begins on what they lead to, and until then
  // nothing is judged.
  const uint32_t first_judged = options.near ? 1 : 2;
  for (uint32_t round = 0; round <= most_rounds; ++round) {
    GridField corrected = field;
    corrected.corrections = corrections.get();
    const bool far = round == 0 && !options.near;
    const ParticleGraph graph(plan, w, corrected, start, how.least, how.whole,
                              far ? roughly(options.pooling) : options.pooling, most_doubles, how.stop);
    if (graph.too_large()) break;
    PlaySweep sweep(plan, w, corrected, graph, start.node, how.stop);
    if (round >= first_judged) {
      Judged judged = sweep.judge(how.likeliest);
      const double before = best.judged.effect;
      if (!best.corrections || judged.effect < before) {
        best.judged = std::move(judged);
        best.values.assign(sweep.start_worth().begin(), sweep.start_worth().end());
        best.beliefs = corrections->size();
        best.corrections = corrections;
      }
      const Judged& is = best.judged;
      if (is.effect <= enough.accuracy && is.likely.distance <= enough.distance && is.anywhere.regret <= enough.regret)
        break;
      constexpr double helps = 0.5;
      if (round > first_judged && is.effect > helps * before && before > enough.accuracy) break;
    }
    if (round == most_rounds) break;
    if (far ? !follow(sweep, w) : !take_steps(sweep, enough, options.near)) break;
    auto found = std::make_shared<Corrections>(plan.game);
    sweep.tell(*found);
    corrections = std::move(found);
  }
  return best;
}

}  // namespace casus::solve
