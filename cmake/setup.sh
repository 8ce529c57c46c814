#!/usr/bin/env bash
# setup.sh: installs the Debian packages of packages.txt that are missing, then configures and builds one preset.
# Usage: cmake/setup.sh PRESET [TARGET ...]; quiet unless something has to be done or fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=$1
shift

missing=()
while read -r package; do
  [[ -z $package || $package == \#* ]] && continue
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done <packages.txt
if ((${#missing[@]})); then
  echo "casus: installing ${missing[*]}" >&2
  root=()
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null || { echo "casus: needs root or sudo to install: ${missing[*]}" >&2; exit 1; }
    root=(sudo)
  fi
  "${root[@]}" apt-get update -qq >&2
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi

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
