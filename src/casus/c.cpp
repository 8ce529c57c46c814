// The C interface: nothing here but the passing on, and that no exception gets out.
#include "casus/c.h"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <mutex>
#include <new>

#include "casus/json.h"

struct casus_project {
  casus::Project project;
  std::string text, diagnostics, json;
};

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

struct casus_study {
  casus::Study study;
  std::string failure, json, verdicts;  // failure: an exception's words
};

struct casus_stop {
  std::atomic<bool> set{false};
};

namespace {

using casus::detail::json_of;

// What the function makes, or `otherwise` where it throws.
template <class Result, class Make>
Result guarded(Result otherwise, Make&& make) noexcept {
  try {
    return make();
  } catch (...) {
    return otherwise;
  }
}

std::string text(const char* from) {
  return from ? from : "";
}

std::vector<std::string> list(const char* const* from) {
  std::vector<std::string> out;
  for (; from && *from; ++from) out.emplace_back(*from);
  return out;
}

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

casus::Method method_of(double accuracy, unsigned points, int64_t exact_up_to, unsigned threads) {
  casus::Method out;
  if (accuracy > 0) out.accuracy = accuracy;
  if (points > 0) out.points = points;
  if (exact_up_to >= 0) out.exact_up_to = static_cast<size_t>(exact_up_to);
  out.threads = threads > 0 ? threads : 1;
  return out;
}

casus::Stop flag(const casus_stop* stop) {
  return stop ? &stop->set : nullptr;
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
    std::string why;
    auto at = solved->worlds.at(policy).at(list(path), &why);
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

void casus_study_request_init(casus_study_request* request) {
  *request = {};
  const casus::StudyRequest by_default;
  request->worlds = by_default.worlds;
  request->seed = by_default.seed;
  request->exact_up_to = -1;
}

casus_study* casus_study_new(const casus_project* project, const casus_study_request* request) {
  return guarded<casus_study*>(nullptr, [&] {
    casus::StudyRequest wanted{.worlds = request->worlds, .seed = request->seed};
    if (request->design) wanted.design = request->design;
    if (request->worlds_csv) {
      wanted.worlds_name = "worlds.csv";
      wanted.worlds_csv = request->worlds_csv;
    }
    wanted.until = request->until;
    wanted.policies = list(request->policies);
    wanted.objective = text(request->objective);
    if (request->direction != 0) wanted.minimise = request->direction < 0;
    wanted.store = text(request->store);
    wanted.existing = request->existing == 1   ? casus::Existing::resume
                      : request->existing == 2 ? casus::Existing::overwrite
                                               : casus::Existing::refuse;
    wanted.method = method_of(request->accuracy, request->points, request->exact_up_to, request->threads);
    return new casus_study{project->project.study(wanted), {}, {}, {}};
  });
}

casus_study* casus_study_open(const char* file, unsigned threads) {
  return guarded<casus_study*>(nullptr, [&] {
    auto* out = new casus_study{casus::Study::open(text(file), threads > 0 ? threads : 1), {}, {}, {}};
    out->json = out->study.json();
    out->verdicts = json_of(out->study.verdicts());
    return out;
  });
}

void casus_study_free(casus_study* study) {
  delete study;
}

const char* casus_study_error(const casus_study* study) {
  if (!study->failure.empty()) return study->failure.c_str();
  if (!study->study.ok() && study->study.error().empty()) return "the case has mistakes";
  return study->study.error().c_str();
}

uint64_t casus_study_planned(const casus_study* study) {
  return study->study.planned();
}

uint64_t casus_study_worlds(const casus_study* study) {
  return guarded<uint64_t>(0, [&] { return study->study.worlds(); });
}

uint64_t casus_study_blocks(const casus_study* study) {
  return study->study.blocks();
}

int casus_study_run(casus_study* study, uint64_t first, uint64_t last, const casus_stop* stop, casus_progress progress,
                    void* data) {
  try {
    std::function<void(const casus::Progress&)> tell;
    if (progress) tell = [&](const casus::Progress& p) { progress(p.done, p.total, data); };
    const bool done = study->study.run_blocks(first, last, flag(stop), tell);
    study->json = study->study.json();
    study->verdicts = json_of(study->study.verdicts());
    return !study->study.ok() ? 2 : done ? 0 : 1;
  } catch (const std::exception& e) {
    return guarded(2, [&] {
      study->failure = e.what();
      return 2;
    });
  } catch (...) {
    return 2;
  }
}

const char* casus_study_json(const casus_study* study) {
  return study->json.c_str();
}

const char* casus_study_verdicts_json(const casus_study* study) {
  return study->verdicts.c_str();
}

void casus_text_free(char* text) {
  std::free(text);
}
}
