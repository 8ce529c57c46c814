#!/usr/bin/env bash
# kill_and_resume.sh [WORLDS] [KILLS] [UNTIL]: kills a run of a small case so many times at random moments, resumes it
# after each, and compares the rows of its database with those of an undisturbed run; with UNTIL (a half width, 0.01)
# a run that adds worlds until the claims are known that well. Exit code 0 if they are the same.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
casus=${CASUS:-$root/build/release/bin/casus}
worlds=${1:-10000}
kills=${2:-10}
until=${3:-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
arguments=(run "$root/cases/chain-store.casus" --overlay "$root/bench/chain-store-worlds.casus" --worlds "$worlds" --seed 5)
if [[ -n $until ]]; then arguments+=(--until "$until"); fi

milliseconds() { echo $(($(date +%s%N) / 1000000)); }
safe() { sqlite3 "$1" 'SELECT count(*) FROM worlds WHERE world >= 0' 2>/dev/null || echo 0; }

begin=$(milliseconds)
"$casus" "${arguments[@]}" --out "$folder/whole.sqlite" >/dev/null
whole=$(($(milliseconds) - begin))
echo "undisturbed: $(safe "$folder/whole.sqlite") worlds in $whole ms"

# Each spell lasts up to twice its share of the whole, so that the kills fall anywhere in it, before the first world and
# after the last included; a run that ends before its kill is one kill fewer and begins anew.
killed=0
resume=()
for ((attempt = 0; killed < kills && attempt < 10 * kills; ++attempt)); do
  moment=$((RANDOM * 2 * whole / kills / 32768))
  "$casus" "${arguments[@]}" --out "$folder/killed.sqlite" "${resume[@]}" >/dev/null 2>"$folder/messages" &
  process=$!
  sleep "$((moment / 1000)).$(printf %03d $((moment % 1000)))"
  kill -9 "$process" 2>/dev/null || true
  if wait "$process" 2>/dev/null; then
    echo "done before its kill after $moment ms: begun anew"
    rm -f "$folder/killed.sqlite"
    resume=()
    continue
  elif [[ $? -ne 137 ]]; then
    cat "$folder/messages"
    exit 1
  fi
  killed=$((killed + 1))
  if [[ -f $folder/killed.sqlite ]]; then
    resume=(--resume)
    echo "killed after $moment ms: $(safe "$folder/killed.sqlite") worlds are safe"
  fi
done
"$casus" "${arguments[@]}" --out "$folder/killed.sqlite" "${resume[@]}" >/dev/null
rows() {
  for table in $(sqlite3 "$1" "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"); do
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
