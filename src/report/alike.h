// Words about actors who are counted: in, a game; out, what need not be said of each of them.
#pragma once
#include <string>
#include <vector>

#include "game/game.h"

namespace casus::report {

std::string family_name(std::string_view name);  // "Citizen" of "Citizen[p0]"

// Whether a measure has the value of another, which speaks of another of them.
bool said_of_another(const game::Game& g, size_t measure);
// Whom an actor stands for: its name; of those who are counted "Citizen (each of 50)" for the first and nothing for the
// rest.
std::string stands_for(const game::Game& g, size_t actor);
// Whose type a measure is told given, where that is an actor's who may stand for others.
std::string whose_type(const game::Game& g, size_t measure, size_t actor);
// Whether an actor is one of those who are counted.
bool is_one_of_many(const game::Game& g, size_t actor);
// Whether a state is one of theirs.
bool is_counted(const game::Game& g, size_t state);
// How many of them are in what: "out: 41 no, 9 yes"; empty where nobody is counted.
std::string counted_state(const game::Game& g, const std::vector<int>& state);
// How many of them are in what changes: "joined: no 50 → 47, yes 0 → 3".
std::vector<std::string> counted_changes(const game::Game& g, const std::vector<int>& before,
                                         const std::vector<int>& after);

}  // namespace casus::report
