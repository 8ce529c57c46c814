// The C interface to studies, as c.cpp. A file of its own: whoever links cases and solved worlds alone needs no store.
#include <exception>

#include "casus/c_passing.h"
#include "casus/json.h"

struct casus_study {
  casus::Study study;
  std::string failure, json, verdicts;  // failure: an exception's words
};

namespace {

using namespace casus::detail;  // NOLINT: this file speaks C

}  // namespace

extern "C" {

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
}
