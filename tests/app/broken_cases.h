// A corpus of broken case files: in, the project's own cases; out, texts that are wrong, the same at every call.
#pragma once
#include <string>
#include <vector>

namespace casus::app {

struct BrokenCase {
  std::string name;  // what was done
  std::string text;
};

// Cases of the project cut short, with words missing or swapped or taken from elsewhere, or with stray bytes. Some are
// still sound.
std::vector<BrokenCase> damaged_cases();

// Texts written to be wrong, every one of them: domains, definitions, numbers, sizes, nesting, bytes.
std::vector<BrokenCase> wrong_cases();

// What most of them are built around: a sound case.
std::string frame_of_wrong_cases();

}  // namespace casus::app
