// The path of a game that was played: in, a transcript of casus play; out, what was done at each step.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "solve/walk/course.h"

namespace casus::report {

struct PathStep {
  uint32_t round = 1;
  std::string stage;
  std::vector<std::string> taken;  // an option for each mover
};

struct Transcript {
  std::string actor, policy, type;  // type: of that actor; empty if it has one only
  uint64_t seed = 1;
  uint32_t points = 0;
  std::vector<std::string> held;  // actors, study::Options
  bool resolved = false;          // both say how it was solved; in older ones points are where the solver began
  std::optional<double> mended;   // to what accuracy (solve::Mend), if it was
  size_t exact_up_to = 0;         // solve::SolveOptions
  std::vector<std::string> settings;
  std::vector<PathStep> path;
  std::vector<std::string> choices;  // of the actor, in order
};

base::Result<Transcript> read_transcript(const std::filesystem::path& file);
// The same of a text; `name` is what messages call it.
base::Result<Transcript> parse_transcript(const std::string& text, const std::string& name);

// The edge at a step that the path names, or why there is none.
base::Result<uint32_t> edge_of(const model::Case& c, const solve::CourseStep& step, const PathStep& wanted);

}  // namespace casus::report
