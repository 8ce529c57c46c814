#include <casus/study.h>

#include <iostream>

int main(int, char** arguments) {
  const auto project = casus::Project::open(arguments[1]);
  if (!project.sound()) {
    std::cerr << project.diagnostics_text() << project.error();
    return 2;
  }
  const auto worlds = project.solve_all({.method = {.points = 7, .threads = 2}});
  for (const auto& world : worlds)
    if (!world.ok()) std::cerr << world.policy() << ": " << world.error() << "\n";
  for (const auto& verdict : casus::verdicts(worlds)) std::cout << verdict.verdict << ": " << verdict.text << "\n";
  const auto here = worlds.front().start();
  for (const auto& mover : here.movers())
    for (const auto& option : mover.options)
      std::cout << mover.decision << "." << option.name << " " << option.probability << "\n";
}
