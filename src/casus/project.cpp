#include "casus/project.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/stop.h"
#include "casus/compiled.h"
#include "casus/study.h"
#include "solve/belief/stencil.h"
#include "study/accuracy.h"
#include "study/inspect.h"
#include "study/levers.h"
#include "study/settings.h"

namespace casus {

namespace detail {

namespace {

constexpr unsigned most_points = 1001, most_threads = 1024;

// The folder of the shared library, or of the program that holds this code.
std::filesystem::path own_folder() {
  Dl_info here{};
  std::error_code ignored;
  if (dladdr(reinterpret_cast<const void*>(&own_folder), &here) == 0 || !here.dli_fname) return {};
  return std::filesystem::canonical(here.dli_fname, ignored).parent_path();
}

}  // namespace

std::vector<std::filesystem::path> library_folders() {
  std::error_code ignored;
  std::filesystem::path own = CASUS_LIBRARY_DIR;  // where it was built
  if (!std::filesystem::exists(own, ignored))
    for (auto above = own_folder(); !std::filesystem::exists(own, ignored) && above.has_relative_path();
         above = above.parent_path())
      if (std::filesystem::exists(above / "share/casus/library", ignored)) own = above / "share/casus/library";
  return {own, std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / "library"};
}

std::shared_ptr<Project::Impl> load(const std::string& name, const std::string* text, const ProjectOptions& options,
                                    bool other_nodes) {
  auto out = std::make_shared<Project::Impl>();
  out->name = name;
  out->options = options;
  if (text) out->text = *text;
  language::LoadOptions files{.overlays = {options.overlays.begin(), options.overlays.end()},
                              .library_dirs = {options.libraries.begin(), options.libraries.end()},
                              .texts = {options.texts.begin(), options.texts.end()},
                              .only_texts = options.only_texts,
                              .other_nodes = other_nodes};
  const auto own = library_folders();
  files.library_dirs.insert(files.library_dirs.end(), own.begin(), own.end());
  out->loaded = text ? language::load_text(name, *text, files) : language::load_file(name, files);
  if (!out->loaded.value) return out;
  auto remarks = study::apply_settings(*out->loaded.value, options.settings);
  if (!remarks) {
    out->error = remarks.error();
    return out;
  }
  out->remarks = std::move(*remarks);
  auto added = study::add_levers(*out->loaded.value, options.levers, options.policies);
  if (added)
    out->lever_policies = std::move(*added);
  else
    out->error = added.error();
  return out;
}

std::shared_ptr<Compiled> compile(std::shared_ptr<const Project::Impl> project, const study::Options& options,
                                  unsigned threads) {
  auto out = std::make_shared<Compiled>();
  out->project = std::move(project);
  out->diagnostics = out->project->loaded.diagnostics;
  try {
    auto plan = study::make_plan(out->project->source(), options, out->diagnostics);
    if (!plan) {
      out->error = plan.error();
      return out;
    }
    out->plan = std::move(*plan);
  } catch (const base::Stopped&) {
    out->stopped = true;
    out->error = "interrupted";
    return out;
  }
  out->plan->options.solve.stop = nullptr;  // it may not live as long
  if (options.solves) out->error = study::too_large(*out->plan, threads);
  return out;
}

std::string Compiled::message() const {
  if (!error.empty()) return error;
  for (const auto* d : base::in_order(diagnostics))
    if (d->severity == base::Severity::error) return d->message;
  return {};
}

study::Options with_method(study::Options options, const Method& method, const Project::Impl& project,
                           const std::vector<std::string>& policies, double accuracy, uint32_t points) {
  options.policies = policies;
  if (!options.policies.empty())
    options.policies.insert(options.policies.end(), project.lever_policies.begin(), project.lever_policies.end());
  options.settings = project.options.settings;
  options.levers = project.options.levers;
  options.solve.points = method.points.value_or(points);
  options.solve.selection =
      method.selection == Selection::global ? solve::Selection::global : solve::Selection::recursive;
  // A grid or its selection is asked for only by who wants grids.
  const bool grids = method.points || method.selection == Selection::recursive;
  options.solve.exact_up_to = method.exact_up_to.value_or(grids ? 0 : options.solve.exact_up_to);
  options.solve.alone = options.worlds == 1;
  options.accuracy = method.accuracy.value_or(accuracy);
  options.refine = !method.points;
  options.held = method.held;
  return options;
}

std::string objection(const Method& method) {
  if (method.points && (*method.points < solve::least_points || *method.points > most_points))
    return fmt::format("a belief grid has from {} to {} points an axis, not {}", solve::least_points, most_points,
                       *method.points);
  if (method.accuracy && !(*method.accuracy >= 1e-9 && *method.accuracy <= 1))
    return fmt::format("the accuracy of measures lies between 1e-9 and 1, not at {}", *method.accuracy);
  if (method.threads > most_threads) return fmt::format("more than {} threads are not to be had", most_threads);
  return {};
}

std::vector<Diagnostic> told(const base::Diagnostics& diagnostics, const base::SourceSet& sources) {
  std::vector<Diagnostic> out;
  for (const auto* d : base::in_order(diagnostics)) {
    Diagnostic& one = out.emplace_back();
    one.error = d->severity == base::Severity::error;
    one.code = d->code;
    one.message = d->message;
    one.hint = d->hint;
    if (d->span.file >= sources.size()) continue;
    const auto begin = sources.position(d->span.file, d->span.begin), end = sources.position(d->span.file, d->span.end);
    one.file = sources.name(d->span.file);
    one.line = begin.line;
    one.column = begin.column;
    one.end_line = end.line;
    one.end_column = end.column;
  }
  return out;
}

std::optional<std::vector<Solved>> solve_all(const std::shared_ptr<Compiled>& compiled,
                                             const std::map<std::string, double>& values, unsigned threads, Stop stop,
                                             bool keep, solve::Meter* meter) {
  auto& plan = *compiled->plan;
  plan.centre = world_at(plan, values);
  const auto solved =
      study::solve_accurately(plan, {.threads = std::max(1u, threads), .stop = stop, .meter = meter, .keep = keep});
  if (!solved) return std::nullopt;
  std::vector<Solved> out;
  for (uint32_t p = 0; p < plan.policies.size(); ++p) {
    const auto& policy = solved->policies[p];
    out.emplace_back(std::make_shared<Solved::Impl>(Solved::Impl{.compiled = compiled,
                                                                 .world = policy.world,
                                                                 .place = p,
                                                                 .params = solved->params,
                                                                 .result = policy.result,
                                                                 .course = policy.course,
                                                                 .error = policy.result.error}));
  }
  return out;
}

std::vector<double> world_at(const study::Plan& plan, const std::map<std::string, double>& values) {
  const auto& map = plan.map;
  std::vector<double> out;
  for (size_t d = 0; d < map.dimensions(); ++d) {
    const auto at = values.find(plan.source->params[map.free()[d]].name);
    out.push_back(at == values.end() ? map.quantile(d)(0.5) : at->second);
  }
  return map.dimensions() == 0 ? map.midpoint() : map.world_of_values(out);
}

}  // namespace detail

std::string version() {
  return CASUS_VERSION;
}

Project Project::open(const std::string& file, const ProjectOptions& options) {
  return Project(detail::load(file, nullptr, options));
}

Project Project::from_text(const std::string& name, const std::string& text, const ProjectOptions& options) {
  return Project(detail::load(name, &text, options));
}

bool Project::sound() const {
  return impl_->sound();
}

std::vector<Diagnostic> Project::diagnostics() const {
  return detail::told(impl_->loaded.diagnostics, impl_->loaded.sources);
}

std::string Project::diagnostics_text(bool colour) const {
  const auto& d = impl_->loaded.diagnostics;
  return d.all().empty() ? "" : base::render_text(d, impl_->loaded.sources, colour);
}

const std::string& Project::error() const {
  return impl_->error;
}

const std::vector<std::string>& Project::remarks() const {
  return impl_->remarks;
}

const std::string& Project::name() const {
  return impl_->name;
}

std::string Project::title() const {
  return sound() ? impl_->source().title : "";
}

std::vector<Actor> Project::actors() const {
  std::vector<Actor> out;
  if (!sound()) return out;
  for (const auto& a : impl_->source().actors) out.push_back({a.name, a.words.text, a.types});
  return out;
}

std::vector<Parameter> Project::parameters() const {
  std::vector<Parameter> out;
  if (!sound()) return out;
  const auto& c = impl_->source();
  const auto map = lab::WorldMap::make(c);
  if (!map) return out;
  const auto median = map->midpoint();
  for (size_t p = 0; p < c.params.size(); ++p)
    out.push_back({c.params[p].name, c.params[p].words.text, false, median[p], median[p], median[p]});
  for (size_t d = 0; d < map->dimensions(); ++d) {
    auto& p = out[map->free()[d]];
    p.uncertain = true;
    p.low = map->quantile(d)(0.05);
    p.high = map->quantile(d)(0.95);
  }
  return out;
}

std::vector<Policy> Project::policies() const {
  std::vector<Policy> out;
  if (!sound()) return out;
  for (const auto& p : impl_->source().policies)
    out.push_back({p.name, p.words.text, study::is_counterfactual(p), p.by_lever});
  return out;
}

std::vector<Measure> Project::measures() const {
  std::vector<Measure> out;
  if (!sound()) return out;
  const auto& c = impl_->source();
  for (const auto& m : c.asked())
    out.push_back({m.name, m.words.text, m.probability,
                   m.kind == model::MeasureKind::in_round ? static_cast<unsigned>(c.horizon) : 1});
  return out;
}

std::vector<Claim> Project::claims() const {
  std::vector<Claim> out;
  if (!sound()) return out;
  for (const auto& c : impl_->source().claims) out.push_back({c.name, c.words.text});
  return out;
}

std::vector<Solved> Project::solve_all(const SolveRequest& request, Stop stop) const {
  const auto refuse = [&](std::string why, bool stopped = false) {
    auto none = std::make_shared<Solved::Impl>();
    none->error = std::move(why);
    none->stopped = stopped;
    return std::vector<Solved>{Solved(std::move(none))};
  };
  if (!sound()) return refuse(impl_->error.empty() ? "the case has mistakes" : impl_->error);
  std::vector<std::string> uncertain;
  for (const auto& p : impl_->source().params)
    if (p.distribution != model::Distribution::fixed) uncertain.push_back(p.name);
  for (const auto& [name, value] : request.values)
    if (std::find(uncertain.begin(), uncertain.end(), name) == uncertain.end())
      return refuse(study::unknown_name("uncertain parameter", name, uncertain));
    else if (!std::isfinite(value))
      return refuse(fmt::format("the value of '{}' is no number", name));
  if (const auto why = detail::objection(request.method); !why.empty()) return refuse(why);
  study::Options options{.worlds = 1};
  options = detail::with_method(std::move(options), request.method, *impl_, request.policies, study::world_accuracy,
                                study::default_points);
  options.solve.stop = stop;
  const auto compiled = detail::compile(impl_, options, std::max(1u, request.method.threads));
  if (!compiled->ok()) return refuse(compiled->message(), compiled->stopped);
  const auto solved = detail::solve_all(compiled, request.values, request.method.threads, stop);
  return solved ? *solved : refuse("interrupted; nothing was solved", true);
}

Solved Project::solve(const std::string& policy, const SolveRequest& request, Stop stop) const {
  SolveRequest one = request;
  one.policies = {policy};
  const auto all = solve_all(one, stop);
  // The policies of levers come beside it.
  const auto at = std::find_if(all.begin(), all.end(), [&](const Solved& s) { return s.policy() == policy; });
  return at == all.end() ? all.front() : *at;
}

}  // namespace casus
