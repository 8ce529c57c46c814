#!/usr/bin/env bash
# wasm.sh: builds the solver as WebAssembly with Debian's emscripten into build/PRESET/wasm/solver.cjs. Optional: nothing
# else needs it, and emscripten takes 800 MB.
# Usage: cmake/wasm.sh [PRESET]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=build/${1:-release}/wasm
command -v em++ >/dev/null || { echo "casus: the WebAssembly solver needs emscripten: apt-get install emscripten" >&2; exit 1; }
# Only these headers of the system: the others belong to another library.
mkdir -p "$out/include"
for folder in fmt boost nlohmann eigen3/Eigen; do ln -sfn "/usr/include/$folder" "$out/include/${folder##*/}"; done
sources=()
for file in src/base/*.cpp src/model/*.cpp src/language/*.cpp src/game/*.cpp src/solve/*.cpp src/solve/*/*.cpp src/lab/world.cpp \
  src/lab/distributions.cpp web/solver/solver.cpp; do
  # The batched solver needs threads and wide vectors; one world needs neither.
  case $file in */diagnostic_json.cpp | src/solve/batch/* | src/solve/lanes/* | src/solve/solver.cpp) continue ;; esac
  sources+=("$file")
done
compile() {
  local object=$2/${1//\//-}.o
  if [[ -f $object && -z $(find src web/solver -newer "$object" \( -name '*.h' -o -path "$1" \) -print -quit) ]]; then return; fi
  em++ -O3 -std=c++20 -msimd128 -fno-math-errno -DFMT_HEADER_ONLY -include web/solver/missing.h -Isrc "-I$2/include" -w \
    -c "$1" -o "$object"
}
export -f compile
printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -I{} bash -c 'compile "$1" "$2"' _ {} "$out"
# emscripten looks for its own parts where Debian's node does.
objects=()
for file in "${sources[@]}"; do objects+=("$out/${file//\//-}.o"); done
NODE_PATH=/usr/share/nodejs em++ -O3 -msimd128 "${objects[@]}" -o "$out/solver.js" -sMODULARIZE=1 \
  -sEXPORT_NAME=casusSolver -sALLOW_MEMORY_GROWTH=1 -sSINGLE_FILE=1 -sENVIRONMENT=web,worker,node \
  -sEXPORTED_FUNCTIONS=_casus_open,_casus_compile,_casus_solve,_malloc,_free -sEXPORTED_RUNTIME_METHODS=ccall
mv "$out/solver.js" "$out/solver.cjs"
