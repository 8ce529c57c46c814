// What a certificate says of choices: how far they are from replies to what truly follows.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

namespace casus::solve {

// Of decisions where somebody may choose differently; regrets are of one type at one history.
struct Regrets {
  double residual = 0;     // largest difference of a choice's log-odds from the reply's / precision, in payoff
  double distance = 0;     // largest distance of a choice from the logit reply to what follows, in probability
  double regret = 0;       // most that is lost against that reply, in payoff: KL divergence / precision
  double best_reply = 0;   // most that the best option is worth more than the choice, in payoff
  uint64_t decisions = 0;  // types at histories
};
inline constexpr double likely_reach = 1e-3;

// Logit choice: probabilities from worth times precision.
template <class Reply>
void logit(uint32_t options, Reply&& reply, double* sigma) {
  double top = reply(0u), sum = 0;
  for (uint32_t o = 1; o < options; ++o) top = std::max(top, reply(o));
  for (uint32_t o = 0; o < options; ++o) sum += sigma[o] = std::exp(reply(o) - top);
  for (uint32_t o = 0; o < options; ++o) sigma[o] /= sum;
}

// One type's choice at one history beside the worth of the options.
struct ReplyGap {
  double distance = 0, divergence = 0;  // of the logit reply: largest in probability; Kullback-Leibler
  double best = 0;                      // what the best option is worth more, times precision
  double changed = 0;                   // total variation
};
// `log_sigma(o)`, and `reply(o)`: worth times precision.
template <class LogSigma, class Reply>
ReplyGap reply_gap(uint32_t options, LogSigma&& log_sigma, Reply&& reply) {
  ReplyGap gap;
  double top = reply(0u), sum = 0, mean = 0;
  for (uint32_t o = 1; o < options; ++o) top = std::max(top, reply(o));
  for (uint32_t o = 0; o < options; ++o) sum += std::exp(reply(o) - top);
  const double norm = top + std::log(sum);
  for (uint32_t o = 0; o < options; ++o) {
    const double sigma = std::exp(log_sigma(o)), off = std::fabs(sigma - std::exp(reply(o) - norm));
    mean += sigma * reply(o);
    gap.divergence += sigma * (log_sigma(o) - reply(o) + norm);
    gap.distance = std::max(gap.distance, off);
    gap.changed += off / 2;
  }
  gap.best = top - mean;
  return gap;
}

inline void add_gap(const ReplyGap& gap, double lambda, Regrets& to) {
  const double per = lambda > 0 ? 1 / lambda : 0;
  to.distance = std::max(to.distance, gap.distance);
  to.regret = std::max(to.regret, gap.divergence * per);
  to.best_reply = std::max(to.best_reply, gap.best * per);
  ++to.decisions;
}

}  // namespace casus::solve
