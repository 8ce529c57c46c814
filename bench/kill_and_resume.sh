#!/usr/bin/env bash
# kill_and_resume.sh [WORLDS] [KILLS]: kills a run of a small case so many times at random moments, resumes it after
# each, and compares the rows of its database with those of an undisturbed run. Exit code 0 if they are the same.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
casus=${CASUS:-$root/build/release/bin/casus}
worlds=${1:-10000}
kills=${2:-10}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
arguments=(run "$root/cases/chain-store.casus" --overlay "$root/bench/chain-store-worlds.casus" --worlds "$worlds" --seed 5)

begin=$(date +%s%N)
"$casus" "${arguments[@]}" --out "$folder/whole.sqlite" >/dev/null
whole=$((($(date +%s%N) - begin) / 1000000))
echo "undisturbed: $worlds worlds in $whole ms"

killed=0
resume=()
for ((attempt = 0; killed < kills && attempt < 10 * kills; ++attempt)); do
  # Short spells, so that all kills come before the run is through.
  moment=$((whole * (2 + RANDOM % 10) / (10 * kills)))
  "$casus" "${arguments[@]}" --out "$folder/killed.sqlite" "${resume[@]}" >/dev/null 2>&1 &
  process=$!
  sleep "$((moment / 1000)).$(printf %03d $((moment % 1000)))"
  kill -9 "$process" 2>/dev/null || true
  if wait "$process" 2>/dev/null; then :; else killed=$((killed + 1)); fi
  if [[ -f $folder/killed.sqlite ]]; then
    resume=(--resume)
    there=$(sqlite3 "$folder/killed.sqlite" 'SELECT count(*) FROM worlds WHERE world >= 0' 2>/dev/null || echo 0)
    echo "killed after $moment ms: $there worlds are safe"
  fi
done
"$casus" "${arguments[@]}" --out "$folder/killed.sqlite" --resume >/dev/null
rows() {
  for table in study sources params profiles policies measures claims columns worlds results verdicts; do
    echo "$table"
    sqlite3 "$1" "SELECT * FROM $table ORDER BY 1, 2"
  done | sha256sum
}
echo "killed $killed times"
if [[ $(rows "$folder/whole.sqlite") == "$(rows "$folder/killed.sqlite")" ]]; then
  echo "the databases hold the same rows"
else
  echo "the databases differ"
  exit 1
fi
