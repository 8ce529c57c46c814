#include "serve/models.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lab/distributions.h"
#include "study/inspect.h"
#include "study/settings.h"

namespace casus::serve {

Refusal refusal_of(const language::Loaded& loaded, const std::string& what) {
  Json details{{"diagnostics", Json::parse(base::render_json(loaded.diagnostics, loaded.sources))}};
  std::string first;
  for (const auto* d : base::in_order(loaded.diagnostics))
    if (d->severity == base::Severity::error) {
      first = d->message;
      if (d->span.file < loaded.sources.size())
        first = fmt::format("line {}: {}", loaded.sources.position(d->span.file, d->span.begin).line, first);
      break;
    }
  return {422, fmt::format("{}; {}", what, first), dumped(details)};
}

Models::Models(const Settings& settings, std::filesystem::path root) : settings_(settings), root_(std::move(root)) {}

language::Loaded Models::load(const std::string& path, const std::string& text) const {
  language::LoadOptions options;
  options.library_dirs.push_back((root_ / path).parent_path());
  options.library_dirs.insert(options.library_dirs.end(), settings_.libraries.begin(), settings_.libraries.end());
  return language::load_text(path, text, options);
}

std::unique_ptr<Model> Models::compile(const std::string& path, language::Loaded loaded, study::Options options) const {
  auto out = std::make_unique<Model>(Model{.key = {}, .path = path, .loaded = std::move(loaded), .plan = {}});
  for (const auto& setting : options.settings) {
    const auto remark = study::apply_setting(*out->loaded.value, setting);
    if (!remark) throw Refusal{400, remark.error()};
  }
  auto plan = study::make_plan(out->source(), options, out->loaded.diagnostics);
  if (!plan) {
    if (!plan.error().empty()) throw Refusal{422, plan.error()};
    throw refusal_of(out->loaded, fmt::format("'{}' cannot be compiled", path));
  }
  out->plan = std::move(*plan);
  if (const auto message = study::too_large(out->plan, settings_.threads); !message.empty())
    throw Refusal{422, message};
  return out;
}

std::shared_ptr<const Model> Models::get(const ModelRequest& request) {
  auto loaded = load(request.path, request.text);
  if (!loaded.value) throw refusal_of(loaded, fmt::format("'{}' has mistakes", request.path));
  study::Options options{.worlds = 1};
  for (const auto& [name, value] : request.params) {
    const auto p = model::find_param(*loaded.value, name);
    if (!p) {
      std::vector<std::string> known;
      for (const auto& x : loaded.value->params) known.push_back(x.name);
      throw Refusal{400, study::unknown_name("parameter", name, known)};
    }
    if (loaded.value->params[*p].distribution == model::Distribution::fixed)
      options.settings.push_back(fmt::format("{}={}", name, value));
  }
  std::string all = request.path;
  for (uint32_t f = 0; f < loaded.sources.size(); ++f) all += '\0' + loaded.sources.text(f);
  for (const auto& setting : options.settings) all += '\0' + setting;
  const auto key = fingerprint(all);

  // One at a time: whoever asks for the same waits for it, and two large ones do not share the memory.
  const std::lock_guard hold(lock_);
  const auto at = std::find_if(recent_.begin(), recent_.end(), [&](const auto& m) { return m->key == key; });
  if (at != recent_.end()) {
    recent_.splice(recent_.begin(), recent_, at);
    return recent_.front();
  }
  auto fresh = compile(request.path, std::move(loaded), options);
  fresh->key = key;
  recent_.push_front(std::move(fresh));
  if (recent_.size() > most_models) recent_.pop_back();
  return recent_.front();
}

std::vector<double> Models::world(const Model& model, const std::map<std::string, double>& params) {
  const auto& map = model.plan.map;
  std::vector<double> values;
  for (size_t d = 0; d < map.dimensions(); ++d) {
    const auto at = params.find(model.source().params[map.free()[d]].name);
    values.push_back(at == params.end() ? map.quantile(d)(0.5) : at->second);
  }
  return map.dimensions() == 0 ? map.midpoint() : map.world_of_values(values);
}

std::unique_ptr<Model> Models::plan_run(const RunRequest& request, const std::string& text) const {
  auto loaded = load(request.path, text);
  if (!loaded.value) throw refusal_of(loaded, fmt::format("'{}' has mistakes", request.path));
  study::Options options{.worlds = request.worlds, .seed = request.seed, .design = request.design};
  options.solve.points = request.points;
  options.policies = request.policies;
  options.settings = request.settings;
  return compile(request.path, std::move(loaded), options);
}

}  // namespace casus::serve
