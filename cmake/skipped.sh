#!/usr/bin/env bash
# skipped.sh: one line that says what a test run left out, and why, from what GoogleTest wrote and what others told. Fails
# where CI is set and something is missing that a machine could have; reasons that begin with 'optional' are only told.
# Usage: cmake/skipped.sh FOLDER; in it: GoogleTest's XML, and a file `told` with a reason a line.
set -euo pipefail
folder=$1
reasons=$(
  # <skipped message="file:line&#x0A;the reason">...
  find "$folder" -name '*.xml' -exec sed -n 's/.*<skipped message="[^"&]*&#x0A;\([^"]*\)".*/\1/p' {} + | sed 's/&#x0A;/ /g; s/&quot;/"/g; s/&apos;/'"'"'/g; s/&amp;/\&/g'
  [[ ! -f $folder/told ]] || cat "$folder/told"
)
if [[ -z $reasons ]]; then
  echo "nothing was skipped"
  exit 0
fi
line=$(sort <<<"$reasons" | uniq -c | sed 's/^ *\([0-9]*\) \(.*\)/\2 (\1)/' | paste -sd '|' | sed 's/|/; /g')
missing=$(grep -vc '^optional' <<<"$reasons" || true)
if [[ -n ${CI:-} && $missing -gt 0 ]]; then
  echo "FAILED, since CI is set and something could not be tested; skipped: $line"
  exit 1
fi
echo "skipped: $line"
