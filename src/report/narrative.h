// The likeliest course of events as prose: in, a course; out, sentences by round with what they did to beliefs.
#pragma once
#include <string>
#include <vector>

#include "game/game.h"
#include "solve/walk/course.h"

namespace casus::report {

// A belief that a round changed.
struct BeliefShift {
  uint32_t actor = 0, type = 0;
  double before = 0, after = 0;
};

struct Happening {
  std::string sentence;    // "Tokayev calls his allies"
  double probability = 1;  // in the eyes of the public, before it happened
  bool certain = false;    // there was nothing else to do
  bool eventful = false;   // it changed the state, or a belief by half a percentage point or more
  bool at_least = false;   // the round stands for several, and this is the lowest probability among them
};

struct RoundStory {
  uint32_t round = 1, last_round = 1;  // more than one where nothing changes but the date
  std::vector<Happening> happenings;
  std::vector<std::string> changes;  // of the state, over the round: "uprising: revolt → quelled"
  std::vector<BeliefShift> beliefs;  // by half a percentage point or more
};

struct Story {
  std::vector<RoundStory> rounds;
  double probability = 1;  // of the whole course
};

// A move's sentence is its option's description: if that begins with a small letter, the actor stands before it
// ("sends troops" becomes "the Kremlin sends troops"), else it is a sentence of its own. Without a description the
// option's name follows the actor's after a colon.
Story tell(const model::Case& c, const game::Game& g, const solve::Course& course);

// "the Kremlin open-ended 55 % → 61 %".
std::string belief_sentence(const model::Case& c, const BeliefShift& shift);
// What happened in a round as one paragraph; with `all` also what changed nothing.
std::string paragraph(const model::Case& c, const RoundStory& r, bool all);
// "Tokayev calls his allies (71 %)."
std::string sentence(const Happening& h);
// "Month 2", or "Months 4 to 6".
std::string rounds_name(const model::Case& c, const RoundStory& r);

}  // namespace casus::report
