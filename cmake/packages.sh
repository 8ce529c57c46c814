#!/usr/bin/env bash
# packages.sh: installs those of the given Debian packages that are missing, as root or with sudo.
# Usage: cmake/packages.sh PACKAGE ...
set -euo pipefail
missing=()
for package in "$@"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
((${#missing[@]})) || exit 0
echo "casus: installing ${missing[*]}" >&2
root=()
if [[ $(id -u) -ne 0 ]]; then
  command -v sudo >/dev/null || { echo "casus: needs root or sudo to install: ${missing[*]}" >&2; exit 1; }
  root=(sudo)
fi
"${root[@]}" apt-get update -qq >&2
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
