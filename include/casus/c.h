/* Casus in plain C: what other languages bind to. Objects are opaque and owned by whoever got them: each has a `free`
 * that takes null, too. Texts that are given out belong to the object they come from and live as long as it does, or
 * until the same function is asked again, those of a study until it is run again; those of `casus_text` are freed by
 * hand. No exception crosses. Any number of threads may read an object; but while one runs a study no other may read
 * it: what is done by then is told to its `progress`. */
#ifndef CASUS_C_H
#define CASUS_C_H

#include <stddef.h>
#include <stdint.h>

#include "casus/export.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct casus_project casus_project;
typedef struct casus_solved casus_solved;       /* one world under one or several policies */
typedef struct casus_situation casus_situation; /* a public history in it */
typedef struct casus_study casus_study;
typedef struct casus_stop casus_stop;

CASUS_API const char* casus_version(void);

/* ---- ending long work ---- */
CASUS_API casus_stop* casus_stop_new(void);
CASUS_API void casus_stop_set(casus_stop* stop); /* from any thread, or a signal handler */
CASUS_API void casus_stop_free(casus_stop* stop);

/* ---- a case ---- */
typedef struct {
  const char* const* overlays;  /* each list ends with null, or is null */
  const char* const* libraries; /* folders where `use "name"` looks */
  const char* const* settings;  /* "luck=0.3" */
  const char* const* levers;    /* "luck=0:1:5" */
  const char* const* policies;  /* those that get the levers */
  const char* const* texts;     /* path, text, path, text ...: they stand in the place of files */
} casus_project_options;

/* Reads and checks a file, or a text under a name. Never null but without memory; `options` may be null. */
CASUS_API casus_project* casus_project_open(const char* file, const casus_project_options* options);
CASUS_API casus_project* casus_project_from_text(const char* name, const char* text,
                                                 const casus_project_options* options);
CASUS_API void casus_project_free(casus_project* project);
CASUS_API int casus_project_sound(const casus_project* project); /* 1: there is a case to work with */
/* What is wrong, in words for people and as a JSON list of { error, code, message, hint, file, line, column, end_line,
 * end_column }. */
CASUS_API const char* casus_project_diagnostics_text(const casus_project* project);
CASUS_API const char* casus_project_diagnostics_json(const casus_project* project);
/* { title, actors, parameters, policies, measures, claims } as JSON. */
CASUS_API const char* casus_project_json(const casus_project* project);

/* ---- one world ---- */
typedef struct {
  const char* const* policies;   /* ends with null; null: all */
  const char* const* parameters; /* names of uncertain parameters; ends with null, or null */
  const double* values;          /* as many */
  double accuracy;               /* 0: the library's own; so below */
  unsigned points;
  int64_t exact_up_to; /* below 0: the library's own */
  unsigned threads;
} casus_solve_request;

CASUS_API void casus_solve_request_init(casus_solve_request* request); /* all by default */
/* Null only without memory; `request` and `stop` may be null. */
CASUS_API casus_solved* casus_solve(const casus_project* project, const casus_solve_request* request,
                                    const casus_stop* stop);
CASUS_API void casus_solved_free(casus_solved* solved);
CASUS_API size_t casus_solved_count(const casus_solved* solved); /* policies */
CASUS_API const char* casus_solved_policy(const casus_solved* solved, size_t policy);
/* What is wrong in this world under the policy; empty: nothing. */
CASUS_API const char* casus_solved_error(const casus_solved* solved, size_t policy);
/* The answer of `casus solve` as JSON. */
CASUS_API const char* casus_solved_json(const casus_solved* solved);
/* A measure; `round` from 1, 0 where it has one value. `given`: actor, type, actor, type ..., or null. 0: there it
   is; the value is NaN where what the measure is given never happens. */
CASUS_API int casus_solved_measure(const casus_solved* solved, size_t policy, const char* name, unsigned round,
                                   const char* const* given, double* value);
CASUS_API int casus_solved_payoff(const casus_solved* solved, size_t policy, const char* actor, double* value);
/* "holds", "fails", "unknown"; null: no such claim among those that can be judged. */
CASUS_API const char* casus_solved_verdict(const casus_solved* solved, const char* claim);

/* The history after these options ("Decision.option", one for each mover that has a choice; ends with null). Null where
 * there is none; `error`, if it is not null, gets a text for casus_text_free. */
CASUS_API casus_situation* casus_solved_at(const casus_solved* solved, size_t policy, const char* const* path,
                                           char** error);
CASUS_API void casus_situation_free(casus_situation* situation);
CASUS_API int casus_situation_over(const casus_situation* situation);
/* { round, stage, probability, residual, movers: [{ actor, decision, about, types, options: [{ option, probability,
 * given_type, value, belief_after }] }], beliefs, state } */
CASUS_API const char* casus_situation_json(const casus_situation* situation);

/* ---- many worlds ---- */
typedef struct {
  uint64_t worlds, seed;
  const char* design;          /* "lhs", "sobol", ...; null: lhs */
  const char* worlds_csv;      /* a user's own worlds in place of a design, as a CSV text; or null */
  double until;                /* above 0: until the claims' intervals reach so far to either side */
  const char* const* policies; /* ends with null; null: all */
  const char* objective;       /* null: the first measure with one value */
  int direction;               /* of the objective: -1 minimise, 1 maximise, 0 by default */
  const char* store;           /* the study's file; null: it is not kept */
  int existing;                /* what is there already: 0 refuse, 1 resume, 2 overwrite */
  double accuracy;
  unsigned points;
  int64_t exact_up_to;
  unsigned threads;
} casus_study_request;

CASUS_API void casus_study_request_init(casus_study_request* request);
CASUS_API casus_study* casus_study_new(const casus_project* project, const casus_study_request* request);
CASUS_API casus_study* casus_study_open(const char* file, unsigned threads);
CASUS_API void casus_study_free(casus_study* study);
CASUS_API const char* casus_study_error(const casus_study* study); /* empty: nothing is wrong */
CASUS_API uint64_t casus_study_planned(const casus_study* study);
CASUS_API uint64_t casus_study_worlds(const casus_study* study);
CASUS_API uint64_t casus_study_blocks(const casus_study* study);

typedef void (*casus_progress)(uint64_t done, uint64_t total, void* data);
/* Solves the blocks of worlds [first, last) that are missing (0 and UINT64_MAX: all). 0: done; 1: stopped; 2: failed,
 * see casus_study_error. `stop`, `progress` and `data` may be null. */
CASUS_API int casus_study_run(casus_study* study, uint64_t first, uint64_t last, const casus_stop* stop,
                              casus_progress progress, void* data);
/* The answer of `casus run` as JSON; empty before it was run. */
CASUS_API const char* casus_study_json(const casus_study* study);
/* { text, verdict, share, low, high, worlds, conditions } of each claim, under its name. */
CASUS_API const char* casus_study_verdicts_json(const casus_study* study);

CASUS_API void casus_text_free(char* text);

#ifdef __cplusplus
}
#endif
#endif
