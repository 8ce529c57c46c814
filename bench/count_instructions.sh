#!/usr/bin/env bash
# count_instructions.sh [BIN] JOB: how many instructions one fixed job takes, by valgrind's callgrind, on one thread with
# the AVX2 kernels (valgrind knows no AVX-512). Prints the number; exit code 77, and why, where it cannot be counted here.
# Without a job: the names of all jobs. BIN: the folder of the programs (build/release/bin).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=(chain_store two_sided flagship tree histories)
(($#)) || { printf '%s\n' "${jobs[@]}"; exit 0; }
bin=$root/build/release/bin
if (($# > 1)); then bin=$1; shift; fi
job=$1
skip() { echo "skipped: $1"; exit 77; }
command -v valgrind >/dev/null || skip "valgrind is not installed"
[[ $(uname -m) == x86_64 ]] || skip "counts are recorded for x86-64 with AVX2"
grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo || skip "this processor has no AVX2"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$root"
study() { command=("$bin/bench_study" "$@" --threads 1 --isa avx2); }
case $job in
  chain_store)  # all that a study does, on small worlds: batches, median world, store, summary
    study cases/chain-store.casus --overlay bench/chain-store-worlds.casus --worlds 32 --points 21 --part study ;;
  two_sided)    # the solver alone, beliefs on two sides
    study cases/two-sided-crisis.casus --overlay bench/two-sided-worlds.casus --worlds 24 --points 13 ;;
  flagship)     # the solver alone, under the flagship's smallest policy, cut to two months
    sed 's/^horizon 6 /horizon 2 /' cases/kazakhstan-2022.casus >"$folder/cut.casus"
    study "$folder/cut.casus" --policy no_revolt --worlds 8 --points 7 ;;
  histories)    # the solver of small games, on their graphs of histories
    study cases/two-sided-crisis.casus --overlay bench/two-sided-worlds.casus --worlds 24 --exact ;;
  tree)         # the tree solver, to the limit
    "$bin/casus" unroll cases/two-sided-crisis.casus --set p=0.31 --out "$folder/tree.efg" 2>/dev/null
    command=("$bin/casus" solve "$folder/tree.efg" --json) ;;
  *) echo "count_instructions: no job '$job'; the jobs: ${jobs[*]}" >&2; exit 2 ;;
esac
# The same environment for everybody: what is in it moves the stack, and with it some of the work of copying.
if ! env -i PATH="$PATH" CASUS_ISA=avx2 LC_ALL=C valgrind --tool=callgrind --callgrind-out-file=/dev/null "${command[@]}" \
  >"$folder/out" 2>"$folder/log"; then
  cat "$folder/log" >&2
  exit 1
fi
sed -n 's/.*Collected : //p' "$folder/log"
