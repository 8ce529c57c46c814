#!/usr/bin/env bash
# instructions_test.sh BIN JOB: fails where a fixed job takes over 3 % more instructions than recorded in instructions.txt,
# and where it takes over 15 % fewer, so that what was won is guarded too. Exit code 77, and why, where the record says
# nothing: another compiler, build type or processor, no valgrind.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$1 job=$2
# To whoever gathers what was left out (./test); what no package mends is optional.
tell() { [[ -z ${CASUS_SKIPPED:-} ]] || echo "$1" >>"$CASUS_SKIPPED"; }
most=3 least=-15  # per cent; counts repeat to 0.001 % on one machine
recorded=$(sed -n 's/^compiler //p' "$here/instructions.txt")
compiler=$(<"$bin/../compiler.txt")
if [[ $compiler != "$recorded" ]]; then
  echo "skipped: counts are recorded for $recorded, this is $compiler"
  tell "optional: instruction counts, recorded for $recorded; this is $compiler"
  exit 77
fi
before=$(awk -v job="$job" '$1 == job { print $2 }' "$here/instructions.txt")
[[ -n $before ]] || { echo "no count is recorded for '$job': run bench/record_instructions.sh"; exit 1; }
code=0
count=$("$here/../../bench/count_instructions.sh" "$bin" "$job") || code=$?
if ((code == 77)); then
  command -v valgrind >/dev/null && tell "optional: instruction counts, ${count#skipped: }" || tell "instruction counts, ${count#skipped: }"
fi
((code == 0)) || { echo "$count"; exit $code; }
awk -v job="$job" -v count="$count" -v before="$before" -v most=$most -v least=$least 'BEGIN {
  change = 100 * (count / before - 1)
  printf "%s: %d instructions, recorded %d, %+.2f %%\n", job, count, before, change
  if (change > most) print "slower than allowed: mend it, or if it is worth it run bench/record_instructions.sh and say why"
  if (change < least) print "much faster than recorded: run bench/record_instructions.sh so that the gain is guarded"
  exit change > most || change < least
}'
