#!/usr/bin/env bash
# tables.sh [--full]: measures everything that docs/performance.md speaks of and prints it as Markdown, in some minutes on
# an idle machine; --full adds what takes long (a million small worlds, a thousand worlds of the flagship).
# bench/tables.sh > docs/performance-tables.md
# GAMBIT_LOGIT names Gambit's gambit-logit, PYTHON a Python with NumPy (/usr/bin/python3); rows of what is missing are
# left out. Nothing else should run meanwhile.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
full=
if (($#)); then
  [[ $1 == --full ]] || { sed -n '2,6s/^# //p' "${BASH_SOURCE[0]}"; [[ $1 == --help ]] && exit 0 || exit 2; }
  full=1
fi
cmake/setup.sh release casus bench_study bench_machine bench_kernels
bin=build/release/bin
study=$bin/bench_study
python=${PYTHON:-/usr/bin/python3}
gambit=${GAMBIT_LOGIT:-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
say() { printf '\n%s\n\n' "$1"; echo "tables: $1" >&2; }
overlay=(--overlay bench/chain-store-worlds.casus)
TIMEFORMAT=%U
# Processor seconds of a command, whose output goes nowhere.
took() { { time "$@" >/dev/null 2>&1; } 2>&1; }

echo "# Measured tables"
echo
echo "Written by \`bench/tables.sh${full:+ --full}\` at commit $(git rev-parse --short HEAD)$(git diff --quiet HEAD || echo ' with changes'); [performance.md](performance.md) says how to read them."

say "## The machine"
$bin/bench_machine

flops=
if command -v valgrind >/dev/null; then
  say "## Flops and bytes for each fixed point: the flagship cut to two rounds, its smallest policy (AVX2)"
  sed 's/^horizon 6 /horizon 2 /' cases/kazakhstan-2022.casus >"$folder/cut.casus"
  bench/count_flops.py "$folder/cut.casus" --policy no_revolt --worlds 8 --points 13 >"$folder/flops"
  grep '^|' "$folder/flops"
  flops=$(sed -n 's/^--flops //p' "$folder/flops")
fi

say "## The flagship, policy 'free', 16 worlds, one thread, by instruction set"
for set in baseline avx2 avx512; do
  row=$($study --policy free --worlds 16 --repeat 2 --isa $set ${flops:+--flops "$flops"} 2>/dev/null) || continue
  [[ $set == baseline ]] && sed 's/^| study/| instruction set/' <<<"$row" | head -2
  tail -1 <<<"$row" | sed "s/^| -/| $set/"
done

say "## Against the scalar reference, one core, AVX2"
first=1
against() {
  local name=$1 row
  shift
  row=$($study "$@" --isa avx2)
  [[ $first ]] && sed 's/^| study/| case/' <<<"$row" | head -2
  first=
  tail -1 <<<"$row" | sed "s/^| -/| $name/"
}
against "chain store, 33 points" cases/chain-store.casus "${overlay[@]}" --worlds 64 --points 33 --repeat 5 --reference 8
against "two-sided crisis, 13 points" cases/two-sided-crisis.casus --overlay bench/two-sided-worlds.casus --worlds 64 --points 13 --repeat 3 --reference 4
against "flagship, 'free'" --policy free --worlds 16 --repeat 2 --reference 2

say "## Belief points: the flagship, 'free', 8 worlds"
$study --policy free --worlds 8 --vary points --values 7,9,13,17,25

say "## Rounds: a generated contest, two informed actors, 64 worlds"
$study --generate --informed 2 --worlds 64 --repeat 2 --vary rounds --values 2,4,8,16,32

say "## Merged nodes: the same, 4 rounds, by levels of the state"
$study --generate --informed 2 --worlds 64 --repeat 2 --vary states --values 2,4,8,16,32,64

say "## Stages: the same, by moves in a round"
$study --generate --informed 2 --worlds 64 --repeat 2 --vary stages --values 2,4,8,16

say "## Informed actors: 4 rounds of 3 moves, 9 points"
$study --generate --stages 3 --points 9 --worlds 16 --repeat 2 --vary informed --values 0,1,2,3

say "## Types: one informed actor; three types have two axes of belief and take the general path"
$study --generate --points 9 --worlds 16 --repeat 2 --vary types --values 2,3

say "## Threads: the flagship, 'free' and 'sanctions', 16 worlds"
$study --policy free --policy sanctions --worlds 16 --vary threads --values 1,2

say "## Peers on the same game, processor seconds"
echo "| game | peer | peer's s | casus, s | times |"
echo "|---|---|--:|--:|--:|"
peer() { awk -v g="$1" -v p="$2" -v a="$3" -v b="$4" 'BEGIN { printf "| %s | %s | %.4g | %.4g | %.0f |\n", g, p, a, b, a / b }'; }
if [[ -n $gambit ]]; then
  for name in chain-store two-sided-crisis; do
    $bin/casus unroll cases/$name.casus --out "$folder/$name.efg" 2>/dev/null
    peer "$name as a tree, precision 5" gambit-logit "$(took "$gambit" -q -l 5 "$folder/$name.efg")" \
      "$(took $bin/casus solve "$folder/$name.efg" --method logit --precision 5)"
  done
  peer "chain-store as a tree, to the limit" gambit-logit "$(took "$gambit" -q -e "$folder/chain-store.efg")" \
    "$(took $bin/casus solve "$folder/chain-store.efg")"
fi
seconds() { $study "$@" --repeat 5 --json - | sed -n 's/.*"processor_seconds": //p' | awk -v worlds="$2" '{ print $1 / worlds }'; }
if $python -c 'import numpy' 2>/dev/null; then
  milliseconds() { "$@" | sed -n 's/^\([0-9.]*\) ms of.*/\1/p' | awk '{ print $1 / 1000 }'; }
  peer "contest, complete information, 16 rounds, 64 states, a world" "NumPy, bench/contest.py" \
    "$(milliseconds $python bench/contest.py --check $bin)" \
    "$(seconds --worlds 512 --generate --informed 0 --rounds 16 --states 64)"
  peer "chain store, a world, error about 2e-5" "NumPy, bench/chain_store.py, 501 points" \
    "$(milliseconds $python bench/chain_store.py --points 501 --check $bin/casus)" \
    "$(seconds --worlds 512 cases/chain-store.casus "${overlay[@]}" --policy free --points 33)"
fi

say "## Kernels, nanoseconds for each number (first four) or belief point and world, by instruction set"
$bin/bench_kernels --benchmark_format=csv --benchmark_min_time=0.2 2>/dev/null | awk -F, '
  NR == 1 || !/\// { for (i = 1; i <= NF; ++i) if ($i == "\"each\"") each = i; next }
  { gsub(/"/, "", $1); split($1, part, "/"); if (!(part[1] in row)) order[++rows] = part[1]
    row[part[1]] = row[part[1]] sprintf(" %.2f |", 1e9 * $each); if (!(part[2] in seen)) { seen[part[2]]; head = head " " part[2] " |"; rule = rule "--:|" } }
  END { print "| kernel |" head; print "|---|" rule; for (i = 1; i <= rows; ++i) print "| " order[i] " |" row[order[i]] }'

say "## Worlds: the chain store, 3 policies, a whole study with its store, 2 threads"
$study cases/chain-store.casus "${overlay[@]}" --part study --threads 2 --vary worlds --values "1000,10000,100000${full:+,1000000}"

say "## Whole studies of the flagship, all policies, 2 threads"
$study --part study --threads 2 --vary worlds --values "16,50${full:+,1000}"
