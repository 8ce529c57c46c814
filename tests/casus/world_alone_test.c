/* Cases and solved worlds without studies: this program is linked with neither SQLite nor netCDF, as the solver in the
 * browser is. That it links is most of the test. */
#include <stdio.h>
#include <string.h>

#include "casus/c.h"

static const char* text =
    "case \"A threat\"\nhorizon 1 rounds \"month\"\nprecision 3\nactor Hawk\nactor Dove\n"
    "param cost ~ uniform(0.1, 0.3)\nstate held: { defender, challenger } = defender\n"
    "round {\n  move Attack by Hawk { wait  attack { held = challenger } pays Hawk: -cost }\n}\n"
    "payoff Hawk { at end: 1 * (held == challenger) }\nmeasure lost = P(held == challenger at end)\n"
    "policy free\nclaim attacked \"It attacks\" { lost[free] > 0.5 }\n";

int main(void) {
  casus_project* project = casus_project_from_text("threat.casus", text, NULL);
  casus_solved* solved = casus_solve(project, NULL, NULL);
  const char* verdict = casus_solved_verdict(solved, "attacked");
  const int good = verdict && !strcmp(verdict, "holds") && strstr(casus_solved_json(solved), "\"course\"");
  if (!good) fprintf(stderr, "%s%s\n", casus_project_diagnostics_text(project), casus_solved_error(solved, 0));
  casus_solved_free(solved);
  casus_project_free(project);
  return good ? 0 : 1;
}
