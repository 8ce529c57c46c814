// Who chooses at once at one node of a game without beliefs: in, what every joint choice is worth; out, what every
// option is worth given what the others do, and how that moves with their choices.
#pragma once
#include <span>
#include <vector>

#include "game/game.h"

namespace casus::solve {

class Joint {
 public:
  explicit Joint(const game::Shape& shape);
  size_t unknowns() const { return first_.back(); }  // of all movers' options
  size_t movers() const { return first_.size() - 1; }
  size_t first(size_t mover) const { return first_[mover]; }
  uint32_t options(size_t mover) const { return static_cast<uint32_t>(first_[mover + 1] - first_[mover]); }
  size_t choosing() const { return choosing_; }  // movers with more than one option

  // Joint choices are numbered by the movers' options, the last mover's fastest; where nobody moves there is one.
  // `sigma`: probabilities as the unknowns.
  double probability(size_t choice, std::span<const double> sigma) const;
  // What each of a mover's options is worth, by what every joint choice is worth to somebody.
  void worth(std::span<const double> sigma, std::span<const double> choices, size_t mover, std::span<double> out) const;
  // The derivative of that in every unknown's log-odds, [unknown][own option].
  void slopes(std::span<const double> sigma, std::span<const double> choices, size_t mover,
              std::span<double> out) const;

 private:
  uint32_t option(size_t choice, size_t mover) const {
    return static_cast<uint32_t>(choice / stride_[mover] % options(mover));
  }
  std::vector<size_t> first_, stride_;
  size_t choosing_ = 0;
};

// Probabilities from log-odds, mover by mover, and their logarithms where asked for.
void choices_of(const Joint& joint, std::span<const double> y, std::span<double> sigma, std::span<double> log_sigma);

}  // namespace casus::solve
