#include "serve/models.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "casus/study_impl.h"
#include "study/settings.h"

namespace casus::serve {

Refusal refusal_of(const base::Diagnostics& diagnostics, const base::SourceSet& sources, const std::string& what) {
  Json details{{"diagnostics", Json::parse(base::render_json(diagnostics, sources))}};
  std::string first;
  for (const auto* d : base::in_order(diagnostics))
    if (d->severity == base::Severity::error) {
      first = d->message;
      if (d->span.file < sources.size())
        first = fmt::format("line {}: {}", sources.position(d->span.file, d->span.begin).line, first);
      break;
    }
  return {422, fmt::format("{}; {}", what, first), dumped(details)};
}

Models::Models(const Settings& settings, std::filesystem::path root) : settings_(settings), root_(std::move(root)) {}

std::shared_ptr<const Project::Impl> Models::load(const std::string& path, const std::string& text,
                                                  const std::vector<std::string>& settings) const {
  ProjectOptions options{.libraries = {(root_ / path).parent_path().string()}, .settings = settings};
  for (const auto& folder : settings_.libraries) options.libraries.push_back(folder.string());
  return detail::load(path, &text, options);
}

std::shared_ptr<const Project::Impl> Models::load_sound(const std::string& path, const std::string& text,
                                                        const std::vector<std::string>& settings) const {
  auto project = load(path, text, settings);
  const auto& loaded = project->loaded;
  if (!loaded.value) throw refusal_of(loaded.diagnostics, loaded.sources, fmt::format("'{}' has mistakes", path));
  if (!project->error.empty()) throw Refusal{400, project->error};
  return project;
}

std::shared_ptr<const Model> Models::get(const ModelRequest& request) {
  auto project = load_sound(request.path, request.text);
  std::vector<std::string> settings;
  const auto& c = project->source();
  for (const auto& [name, value] : request.params) {
    const auto p = model::find_param(c, name);
    if (!p) {
      std::vector<std::string> known;
      for (const auto& x : c.params) known.push_back(x.name);
      throw Refusal{400, study::unknown_name("parameter", name, known)};
    }
    if (c.params[*p].distribution == model::Distribution::fixed) settings.push_back(fmt::format("{}={}", name, value));
  }
  if (!settings.empty()) project = load_sound(request.path, request.text, settings);
  std::string all = request.path;
  const auto& sources = project->loaded.sources;
  for (uint32_t f = 0; f < sources.size(); ++f) all += '\0' + sources.text(f);
  for (const auto& setting : settings) all += '\0' + setting;
  const auto key = fingerprint(all);

  // One at a time: whoever asks for the same waits for it, and two large ones do not share the memory.
  const std::lock_guard hold(lock_);
  const auto at = std::find_if(recent_.begin(), recent_.end(), [&](const auto& m) { return m->key == key; });
  if (at != recent_.end()) {
    recent_.splice(recent_.begin(), recent_, at);
    return recent_.front();
  }
  // Points are each request's own, but where a full grid is dear; a world is solved exactly where a study's would be.
  study::Options options{.worlds = 1, .refine = true, .settings = settings};
  options.solve.points = study::default_points;
  auto compiled = detail::compile(project, options, settings_.threads);
  if (!compiled->ok()) {
    if (!compiled->error.empty()) throw Refusal{422, compiled->error};
    throw refusal_of(compiled->diagnostics, sources, fmt::format("'{}' cannot be compiled", request.path));
  }
  recent_.push_front(std::make_shared<Model>(Model{key, request.path, std::move(compiled)}));
  if (recent_.size() > most_models) recent_.pop_back();
  return recent_.front();
}

Study Models::study(const RunRequest& request, const std::string& text, Existing existing) const {
  const auto project = load_sound(request.path, text, request.settings);
  StudyRequest wanted{
      .worlds = request.worlds, .seed = request.seed, .design = std::string(lab::design_name(request.design))};
  wanted.policies = request.policies;
  wanted.existing = existing;
  // As for whoever types the command, the grid is left to the solver where nobody asks for another.
  wanted.method.threads = settings_.threads;
  if (request.points != study::default_points) {
    wanted.method.points = request.points;
    wanted.method.exact_up_to = solve::SolveOptions{}.exact_up_to;
  }
  auto study = Project(project).study(wanted);
  if (study.ok()) {
    study.impl().options.libraries.clear();  // a case's own folder, where the command is typed
    return study;
  }
  if (!study.error().empty()) throw Refusal{422, study.error()};
  throw refusal_of(study.impl().compiled->diagnostics, project->loaded.sources,
                   fmt::format("'{}' cannot be compiled", request.path));
}

}  // namespace casus::serve
