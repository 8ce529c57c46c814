#include "report/transcript.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/json.h"

namespace casus::report {

base::Result<Transcript> read_transcript(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return base::Error{fmt::format("cannot read the transcript '{}'", file.string())};
  return parse_transcript({std::istreambuf_iterator<char>(in), {}}, fmt::format("'{}'", file.string()));
}

base::Result<Transcript> parse_transcript(const std::string& text, const std::string& name) {
  const auto parsed = base::parse_json(text);
  if (!parsed)
    return base::Error{
        fmt::format("{} is no transcript of casus play: {} (write one with --transcript)", name, parsed.error())};
  try {
    const auto& json = *parsed;
    if (json.at("kind") != "play") return base::Error{fmt::format("{} is no transcript of casus play", name)};
    Transcript out;
    out.actor = json.at("as");
    out.policy = json.at("policy");
    out.seed = json.at("seed");
    out.points = json.at("points");
    if (json.contains("held")) out.held = json.at("held").get<std::vector<std::string>>();
    out.resolved = json.contains("held");
    if (json.contains("mended") && json.at("mended").is_number()) out.mended = json.at("mended").get<double>();
    out.exact_up_to = json.value("exact_up_to", size_t{0});  // older ones know belief grids only
    out.settings = json.at("settings").get<std::vector<std::string>>();
    if (json.at("types").contains(out.actor)) out.type = json.at("types").at(out.actor);
    for (const auto& s : json.at("path")) out.path.push_back({s.at("round"), s.at("stage"), s.at("taken")});
    for (const auto& x : json.at("choices")) out.choices.push_back(x.at("taken"));
    return out;
  } catch (const nlohmann::json::exception&) {
    return base::Error{fmt::format("{} is no transcript of casus play (write one with --transcript)", name)};
  }
}

base::Result<uint32_t> edge_of(const model::Case& c, const solve::CourseStep& step, const PathStep& wanted) {
  const auto& stage = c.stages[step.stage];
  if (step.round != wanted.round || stage.name != wanted.stage || step.movers.size() != wanted.taken.size())
    return base::Error{fmt::format("the path has {} in round {}, the game comes to {} in round {}", wanted.stage,
                                   wanted.round, stage.name, step.round)};
  std::vector<uint32_t> picks;
  for (size_t m = 0; m < step.movers.size(); ++m) {
    const auto pick = solve::pick_named(c, step, step.movers[m], wanted.taken[m]);
    if (!pick)
      return base::Error{
          fmt::format("'{}' cannot be taken at {} in round {}", wanted.taken[m], stage.name, step.round)};
    picks.push_back(*pick);
  }
  return solve::edge_of(step, picks);
}

}  // namespace casus::report
