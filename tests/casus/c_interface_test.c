/* The C interface as another language uses it. Prints what is wrong and ends with 1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "casus/c.h"

#define CHECK(condition)                                                      \
  do {                                                                        \
    if (!(condition)) {                                                       \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                \
    }                                                                         \
  } while (0)

static const char* text =
    "case \"A threat\"\nhorizon 2 rounds \"month\"\nprecision 3\n"
    "actor Hawk { types { strong: q, weak: 1 - q } }\nactor Dove\n"
    "param q ~ uniform(0.2, 0.8)\nparam cost[Hawk] { strong = 0.2 weak = 1 }\n"
    "state held: { defender, challenger } = defender\n"
    "round {\n  move Attack by Hawk when held == defender { wait  attack pays Hawk: -cost[Hawk] }\n"
    "  move Reply by Dove when held == defender { arm pays Dove: -0.1  yield { held = challenger } }\n}\n"
    "payoff Hawk { at end: 1 * (held == challenger) }\npayoff Dove { at end: -1 * (held == challenger) }\n"
    "measure lost = P(held == challenger at end)\nmeasure attacks = P(Attack.attack in round)\n"
    "policy free\npolicy arm { Dove plays Reply.arm }\n"
    "claim kept \"Arming keeps it\" { lost[arm] < 0.01 }\n";

static void told(uint64_t done, uint64_t total, void* data) {
  CHECK(done <= total);
  ++*(int*)data;
}

static void broken_cases(void) {
  casus_project* project = casus_project_from_text(
      "broken.casus", "case \"x\"\nhorizon 1 rounds \"day\"\nactor A\nmeasure m = P(B)\n", NULL);
  CHECK(project && !casus_project_sound(project));
  CHECK(strstr(casus_project_diagnostics_text(project), "broken.casus:4"));
  CHECK(strstr(casus_project_diagnostics_json(project), "\"line\":4"));
  casus_solved* none = casus_solve(project, NULL, NULL);
  CHECK(none && casus_solved_count(none) == 1 && strlen(casus_solved_error(none, 0)) > 0);
  casus_solved_free(none);
  casus_project_free(project);
  project = casus_project_open("/nowhere/at/all.casus", NULL);
  CHECK(project && !casus_project_sound(project) && strstr(casus_project_diagnostics_text(project), "no such file"));
  casus_project_free(project);
  casus_project_free(NULL);
}

static void one_world(const casus_project* project) {
  const char* const parameters[] = {"q", NULL};
  const double values[] = {0.4};
  casus_solve_request request;
  casus_solve_request_init(&request);
  request.parameters = parameters;
  request.values = values;
  casus_solved* solved = casus_solve(project, &request, NULL);
  CHECK(solved && casus_solved_count(solved) == 2);
  CHECK(!strcmp(casus_solved_policy(solved, 1), "arm") && !*casus_solved_error(solved, 1));
  double lost = -1, attacks = -1, strong = -1;
  const char* const given[] = {"Hawk", "strong", NULL};
  CHECK(!casus_solved_measure(solved, 1, "lost", 0, NULL, &lost) && lost == 0);
  CHECK(!casus_solved_measure(solved, 0, "attacks", 1, NULL, &attacks) && attacks > 0 && attacks < 1);
  CHECK(!casus_solved_measure(solved, 0, "attacks", 1, given, &strong) && strong > attacks);
  CHECK(casus_solved_measure(solved, 0, "nothing", 0, NULL, &lost) == 1);
  CHECK(casus_solved_measure(solved, 9, "lost", 0, NULL, &lost) == 1);
  CHECK(!strcmp(casus_solved_verdict(solved, "kept"), "holds") && !casus_solved_verdict(solved, "no such claim"));
  CHECK(strstr(casus_solved_json(solved), "\"certificate\""));

  const char* const path[] = {"Attack.attack", "yield", NULL};
  casus_situation* over = casus_solved_at(solved, 0, path, NULL);
  CHECK(over && casus_situation_over(over) && strstr(casus_situation_json(over), "\"held\":\"challenger\""));
  casus_situation_free(over);
  const char* const wrong[] = {"Attack.flee", NULL};
  char* error = NULL;
  CHECK(!casus_solved_at(solved, 0, wrong, &error) && error && strstr(error, "flee"));
  casus_text_free(error);
  casus_situation* start = casus_solved_at(solved, 0, NULL, NULL);
  CHECK(start && !casus_situation_over(start) && strstr(casus_situation_json(start), "\"belief_after\""));
  /* It lives longer than what it came from. */
  casus_solved_free(solved);
  CHECK(strstr(casus_situation_json(start), "\"Attack\""));
  casus_situation_free(start);
}

static void many_worlds(const casus_project* project) {
  casus_study_request request;
  casus_study_request_init(&request);
  request.worlds = 20;
  casus_stop* stop = casus_stop_new();
  casus_stop_set(stop);
  casus_study* stopped = casus_study_new(project, &request);
  CHECK(stopped && casus_study_run(stopped, 0, UINT64_MAX, stop, NULL, NULL) == 1 && !casus_study_worlds(stopped));
  casus_stop_free(stop);

  int calls = 0;
  CHECK(casus_study_run(stopped, 0, UINT64_MAX, NULL, told, &calls) == 0 && calls > 0);
  CHECK(casus_study_worlds(stopped) == 20 && casus_study_planned(stopped) == 20);
  CHECK(strstr(casus_study_verdicts_json(stopped), "\"kept\"") && strstr(casus_study_json(stopped), "\"claims\""));
  casus_study_free(stopped);

  request.design = "no design";
  casus_study* wrong = casus_study_new(project, &request);
  CHECK(wrong && strstr(casus_study_error(wrong), "no design"));
  CHECK(casus_study_run(wrong, 0, UINT64_MAX, NULL, NULL, NULL) == 2);
  casus_study_free(wrong);
  wrong = casus_study_open("/nowhere/at/all.sqlite", 1);
  CHECK(wrong && *casus_study_error(wrong));
  casus_study_free(wrong);
}

int main(void) {
  CHECK(strlen(casus_version()) >= 5);
  broken_cases();
  casus_project* project = casus_project_from_text("threat.casus", text, NULL);
  CHECK(project);
  if (!casus_project_sound(project)) fprintf(stderr, "%s", casus_project_diagnostics_text(project));
  CHECK(casus_project_sound(project) && strstr(casus_project_json(project), "\"A threat\""));
  one_world(project);
  many_worlds(project);
  casus_project_free(project);
  puts("the C interface does as it says");
  return 0;
}
