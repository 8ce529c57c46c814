#!/usr/bin/env bash
# tidy.sh: clang-tidy over the sources that changed: since the merge base with origin's main, or where there is none or
# nothing is new since then, in the last commit; and over the first source that includes each changed header.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
base=$(git merge-base HEAD origin/main 2>/dev/null || true)
what="since the merge base with origin/main"
if [[ -z $base || $base == $(git rev-parse HEAD) ]]; then
  base=$(git rev-parse -q --verify HEAD~1 || git hash-object -t tree /dev/null)
  what="in the last commit"
fi
mapfile -t changed < <(git diff --name-only --diff-filter=d "$base" -- '*.h' '*.cpp')
files=()
for file in "${changed[@]}"; do
  if [[ $file == *.cpp ]]; then
    files+=("$file")
  elif [[ -f ${file%.h}.cpp ]]; then
    files+=("${file%.h}.cpp")
  else
    name=${file#*/}
    files+=("$(git grep -lF "#include \"$name\"" -- '*.cpp' | head -n 1 || true)")
  fi
done
# web/ is built by emscripten alone.
mapfile -t files < <(printf '%s\n' "${files[@]}" | grep -E '^(src|tests|bench)/' | sort -u)
echo "tidy: $what (${base:0:9}): ${#changed[@]} files changed, ${#files[@]} sources to look at"
((${#files[@]})) || exit 0
printf '  %s\n' "${files[@]}"
cmake --preset tidy >/dev/null
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 1 clang-tidy --quiet -p build/tidy
