#!/usr/bin/env bash
# reach.sh: what crises of growing size cost, one row each (bench/reach.py says more: reach.sh --help). Builds the release
# preset first. The table in docs/performance.md is its output.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/cmake/setup.sh" release casus >&2
exec python3 "$root/bench/reach.py" "$@"
