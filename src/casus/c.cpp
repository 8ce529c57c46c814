// The C interface to cases and solved worlds: nothing here but the passing on, and that no exception gets out.
#include "casus/c.h"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>

#include "casus/c_passing.h"
#include "casus/json.h"

struct casus_solved {
  std::vector<casus::Solved> worlds;
  std::vector<std::string> policies;
  std::vector<casus::WorldVerdict> verdicts;
  std::string json;
};

struct casus_situation {
  casus::Situation situation;
  std::string json;
};

namespace {

using namespace casus::detail;  // NOLINT: this file speaks C

casus::ProjectOptions options_of(const casus_project_options* from) {
  casus::ProjectOptions out;
  if (!from) return out;
  out.overlays = list(from->overlays);
  out.libraries = list(from->libraries);
  out.settings = list(from->settings);
  out.levers = list(from->levers);
  out.policies = list(from->policies);
  const auto texts = list(from->texts);
  for (size_t i = 0; i + 1 < texts.size(); i += 2) out.texts[texts[i]] = texts[i + 1];
  return out;
}

char* copied(const std::string& from) {
  char* out = static_cast<char*>(std::malloc(from.size() + 1));
  if (out) std::memcpy(out, from.c_str(), from.size() + 1);
  return out;
}

casus_project* new_project(casus::Project project) {
  auto* out = new casus_project{std::move(project), {}, {}, {}};
  out->text = out->project.diagnostics_text();
  if (!out->project.error().empty()) out->text += out->project.error() + "\n";
  auto diagnostics = out->project.diagnostics();
  if (!out->project.error().empty())
    diagnostics.push_back({.code = "option", .message = out->project.error(), .hint = {}, .file = {}});
  out->diagnostics = json_of(diagnostics);
  out->json = json_of(out->project);
  return out;
}

}  // namespace

extern "C" {

const char* casus_version(void) {
  static const std::string known = casus::version();
  return known.c_str();
}

casus_stop* casus_stop_new(void) {
  return new (std::nothrow) casus_stop;
}

void casus_stop_set(casus_stop* stop) {
  if (stop) stop->set = true;
}

void casus_stop_free(casus_stop* stop) {
  delete stop;
}

casus_project* casus_project_open(const char* file, const casus_project_options* options) {
  return guarded<casus_project*>(nullptr,
                                 [&] { return new_project(casus::Project::open(text(file), options_of(options))); });
}

casus_project* casus_project_from_text(const char* name, const char* source, const casus_project_options* options) {
  return guarded<casus_project*>(
      nullptr, [&] { return new_project(casus::Project::from_text(text(name), text(source), options_of(options))); });
}

void casus_project_free(casus_project* project) {
  delete project;
}

int casus_project_sound(const casus_project* project) {
  return project && project->project.sound();
}

const char* casus_project_diagnostics_text(const casus_project* project) {
  return project->text.c_str();
}

const char* casus_project_diagnostics_json(const casus_project* project) {
  return project->diagnostics.c_str();
}

const char* casus_project_json(const casus_project* project) {
  return project->json.c_str();
}

void casus_solve_request_init(casus_solve_request* request) {
  *request = {};
  request->exact_up_to = -1;
}

casus_solved* casus_solve(const casus_project* project, const casus_solve_request* request, const casus_stop* stop) {
  return guarded<casus_solved*>(nullptr, [&] {
    casus::SolveRequest wanted;
    if (request) {
      wanted.policies = list(request->policies);
      const auto names = list(request->parameters);
      for (size_t i = 0; i < names.size(); ++i) wanted.values[names[i]] = request->values[i];
      wanted.method = method_of(request->accuracy, request->points, request->exact_up_to, request->threads);
    }
    auto out = std::make_unique<casus_solved>();
    out->worlds = project->project.solve_all(wanted, flag(stop));
    for (const auto& w : out->worlds) out->policies.push_back(w.policy());
    out->verdicts = casus::verdicts(out->worlds);
    out->json = casus::world_json(out->worlds);
    return out.release();
  });
}

void casus_solved_free(casus_solved* solved) {
  delete solved;
}

size_t casus_solved_count(const casus_solved* solved) {
  return solved->worlds.size();
}

const char* casus_solved_policy(const casus_solved* solved, size_t policy) {
  return policy < solved->policies.size() ? solved->policies[policy].c_str() : "";
}

const char* casus_solved_error(const casus_solved* solved, size_t policy) {
  return policy < solved->worlds.size() ? solved->worlds[policy].error().c_str() : "there is no such policy";
}

const char* casus_solved_json(const casus_solved* solved) {
  return solved->json.c_str();
}

int casus_solved_measure(const casus_solved* solved, size_t policy, const char* name, unsigned round,
                         const char* const* given, double* value) {
  return guarded(1, [&] {
    std::map<std::string, std::string> types;
    const auto pairs = list(given);
    for (size_t i = 0; i + 1 < pairs.size(); i += 2) types[pairs[i]] = pairs[i + 1];
    const auto found = solved->worlds.at(policy).measure(text(name), round, types);
    if (found) *value = *found;
    return found ? 0 : 1;
  });
}

int casus_solved_payoff(const casus_solved* solved, size_t policy, const char* actor, double* value) {
  return guarded(1, [&] {
    const auto found = solved->worlds.at(policy).payoff(text(actor));
    if (found) *value = *found;
    return found ? 0 : 1;
  });
}

const char* casus_solved_verdict(const casus_solved* solved, const char* claim) {
  for (const auto& v : solved->verdicts)
    if (claim && v.claim == claim) return v.verdict.c_str();
  return nullptr;
}

casus_situation* casus_solved_at(const casus_solved* solved, size_t policy, const char* const* path, char** error) {
  if (error) *error = nullptr;
  return guarded<casus_situation*>(nullptr, [&]() -> casus_situation* {
    std::string why = "there is no such policy";
    std::optional<casus::Situation> at;
    if (policy < solved->worlds.size()) at = solved->worlds[policy].at(list(path), &why);
    if (!at) {
      if (error) *error = copied(why);
      return nullptr;
    }
    auto out = std::make_unique<casus_situation>(casus_situation{std::move(*at), {}});
    out->json = json_of(out->situation);
    return out.release();
  });
}

void casus_situation_free(casus_situation* situation) {
  delete situation;
}

int casus_situation_over(const casus_situation* situation) {
  return situation->situation.over();
}

const char* casus_situation_json(const casus_situation* situation) {
  return situation->json.c_str();
}

void casus_text_free(char* text) {
  std::free(text);
}
}
