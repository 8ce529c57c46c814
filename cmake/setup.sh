#!/usr/bin/env bash
# setup.sh: installs the Debian packages of packages.txt that are missing, then configures and builds one preset.
# Usage: cmake/setup.sh PRESET [TARGET ...]; quiet unless something has to be done or fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=$1
shift

mapfile -t packages < <(grep -v -e '^#' -e '^$' packages.txt)
cmake/packages.sh "${packages[@]}"

if [[ ! -f build/$preset/build.ninja ]]; then
  echo "casus: configuring ($preset)" >&2
  cmake --preset "$preset" >build-configure.log 2>&1 || { cat build-configure.log >&2; exit 1; }
  rm -f build-configure.log
fi
targets=()
(($#)) && targets=(--target "$@")
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [[ -t 2 ]]; then
  cmake --build --preset "$preset" "${targets[@]}" >&2
else
  cmake --build --preset "$preset" "${targets[@]}" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
fi
