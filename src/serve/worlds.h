// Solved worlds: in, a compiled case, a world and a policy; out, its equilibrium on a grid with everything that is read
// off it, kept while it is asked for.
#pragma once
#include <atomic>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "serve/models.h"
#include "study/solved.h"

namespace casus::serve {

struct Solved {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const study::SolvedWorld> world;
  uint32_t points = 0;      // that were asked for
  double milliseconds = 0;  // that solving took
};

// Turns: so many at once, the others wait.
class Turns {
 public:
  explicit Turns(unsigned count) : free_(count) {}
  class Turn {
   public:
    explicit Turn(Turns& turns);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Turns& turns_;
  };

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  unsigned free_;
};

class Worlds {
 public:
  explicit Worlds(unsigned threads) : turns_(threads) {}

  struct Found {
    std::shared_ptr<const Solved> solved;
    bool cached = false;
  };
  // Solves on grids of so many points, or, where that is dear, on whatever grids it takes; or finds what was solved
  // before. Once `stop` is set it is broken off, and `solved` is null.
  Found get(const std::shared_ptr<const Model>& model, const std::vector<double>& params, uint32_t place,
            uint32_t points, const std::atomic<bool>* stop = nullptr, unsigned threads = 1);
  Turns& turns() { return turns_; }

 private:
  std::shared_ptr<const Solved> find(const Model& model, const std::vector<double>& params, uint32_t place,
                                     uint32_t points);
  void keep(std::shared_ptr<const Solved> solved);

  static constexpr size_t most_worlds = 48;
  static constexpr double most_bytes = 1e9;  // by the solver's own estimate
  Turns turns_;
  std::mutex lock_;
  std::list<std::shared_ptr<const Solved>> recent_;  // the last used first
};

}  // namespace casus::serve
