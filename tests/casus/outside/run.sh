#!/usr/bin/env bash
# run.sh BUILD SOURCE: installs the library of BUILD into a folder of its own, builds the program beside this file
# against it, and lets it judge the flagship.
set -euo pipefail
build=$1 source=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cmake --install "$build" --prefix "$place/installed" --component library >"$place/log" || { cat "$place/log"; exit 1; }
cmake -S "$here" -B "$place/build" -DCMAKE_PREFIX_PATH="$place/installed" -DCMAKE_BUILD_TYPE=Debug >"$place/log" 2>&1 \
  || { cat "$place/log"; exit 1; }
cmake --build "$place/build" >"$place/log" 2>&1 || { cat "$place/log"; exit 1; }
lines=$(grep -v '^ *#\|^ *$' "$here/main.cpp" | wc -l)
((lines <= 20)) || { echo "the program has $lines lines, not twenty"; exit 1; }
"$place/build/outside" "$source/cases/kazakhstan-2022.casus" >"$place/out"
verdicts=$(grep -cE '^(holds|fails|unknown): ' "$place/out")
claims=$(grep -c '^claim' "$source/cases/kazakhstan-2022.casus")
cat "$place/out"
[[ $verdicts -eq $claims ]] || { echo "$verdicts verdicts for $claims claims"; exit 1; }
# What others see: no header of another library, no symbol but the library's own.
if grep -rnE '#include *[<"](Eigen|fmt|boost|nlohmann|sqlite3|CLI)' "$place/installed/include"; then exit 1; fi
foreign=$(nm -DC --defined-only "$place"/installed/lib*/libcasus.so "$place"/installed/lib/*/libcasus.so 2>/dev/null \
  | grep -E ' [TDBR] ' | grep -vE ' casus(::|_)' || true)
[[ -z $foreign ]] || { echo "the library shows more than its own: $foreign" | head; exit 1; }
