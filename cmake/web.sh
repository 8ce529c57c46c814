#!/usr/bin/env bash
# web.sh: builds the pages (report, workbench) into build/PRESET/web/, with node and npm (installed if missing) and, the
# first time, the network. Nothing to do where the pages are newer than their sources. With --tests also what its tests need.
# Usage: cmake/web.sh [PRESET] [--tests]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=${1:-release}
tests=${2:+--include=dev}
web=build/$preset/web
fail() { echo "casus: the web pages cannot be built: $1; everything else works without them" >&2; exit 1; }

# Whoever has node and npm from elsewhere keeps them.
wanted=()
command -v node >/dev/null || wanted+=(nodejs)
command -v npm >/dev/null || wanted+=(npm)
[[ -n $tests ]] && ! command -v chromium >/dev/null && wanted+=(chromium)
((${#wanted[@]} == 0)) || cmake/packages.sh "${wanted[@]}" || fail "${wanted[*]} missing"

mkdir -p "$web"
if [[ ! -d $web/node_modules/esbuild || (-n $tests && ! -d $web/node_modules/puppeteer-core) ]] || ! cmp -s web/package-lock.json "$web/package-lock.json"; then
  echo "casus: fetching the parts of the pages (once)" >&2
  cp web/package.json "$web/"
  (cd "$web" && cp "$OLDPWD/web/package-lock.json" . && npm ci ${tests:-"--omit=dev"} --no-audit --no-fund --ignore-scripts --loglevel=error >&2) \
    || { rm -rf "$web/package-lock.json" "$web/node_modules"; fail "npm could not fetch its parts (is there a network?)"; }
fi
if [[ ! -f $web/report.html || ! -f $web/workbench.html ||
      -n $(find web docs/editor -path web/node_modules -prune -o -newer "$web/report.html" -type f -print -quit) ]]; then
  node web/build.mjs "$web" "$web/node_modules" >&2 || fail "see above"
fi
