#!/usr/bin/env bash
# fuzz.sh: every fuzzer for some seconds, from its stored corpus; new inputs are thrown away, what breaks a promise is kept
# in build/fuzz/found/.
# Usage: cmake/fuzz.sh [SECONDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${1:-20}
cmake/setup.sh fuzz fuzz_case fuzz_efg fuzz_nfg
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p build/fuzz/found
code=0
for format in case efg nfg; do
  dictionary=tests/fuzz/tree.dict
  [[ $format != case ]] || dictionary=tests/fuzz/case.dict
  mkdir "$folder/$format"
  if build/fuzz/bin/fuzz_$format -dict=$dictionary -max_len=3000 -max_total_time="$seconds" -timeout=20 \
    -artifact_prefix=build/fuzz/found/$format- "$folder/$format" tests/fuzz/corpus/$format >"$folder/log" 2>&1; then
    echo "fuzz_$format: $(tail -n 1 "$folder/log")"
  else
    cat "$folder/log"
    code=1
  fi
done
exit $code
