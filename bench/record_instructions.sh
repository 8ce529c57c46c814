#!/usr/bin/env bash
# record_instructions.sh: builds the release preset, counts the instructions of every fixed job (count_instructions.sh)
# and writes them to tests/speed/instructions.txt, against which ./test holds them. Commit the file with the change that
# moved it, and say why it moved.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
records=tests/speed/instructions.txt
cmake/setup.sh release casus bench_study
new=$(mktemp)
trap 'rm -f "$new"' EXIT
{
  echo "# Instructions of the jobs of bench/count_instructions.sh; written by bench/record_instructions.sh."
  echo "compiler $(<build/release/compiler.txt)"
} >"$new"
for job in $(bench/count_instructions.sh); do
  count=$(bench/count_instructions.sh build/release/bin "$job") || { echo "record_instructions: $job: $count" >&2; exit 1; }
  before=$(awk -v job="$job" '$1 == job { print $2 }' "$records" 2>/dev/null || true)
  echo "$job $count" | tee -a "$new" | awk -v before="${before:-0}" \
    '{ printf "%-12s %14d%s\n", $1, $2, (before > 0) ? sprintf("  %+.2f %%", 100 * ($2 / before - 1)) : "  new" }'
done
mv "$new" "$records"
chmod 644 "$records"
trap - EXIT
