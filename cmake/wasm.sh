#!/usr/bin/env bash
# wasm.sh: builds the library's cases and solved worlds as WebAssembly with Debian's emscripten into
# build/PRESET/wasm/solver.cjs, which gives JavaScript the C interface (include/casus/c.h). Optional: nothing else needs
# it, and emscripten takes 800 MB.
# Usage: cmake/wasm.sh [PRESET]
set -euo pipefail
shopt -s globstar
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=build/${1:-release}/wasm
command -v em++ >/dev/null || { echo "casus: the WebAssembly solver needs emscripten: apt-get install emscripten" >&2; exit 1; }
# Only these headers of the system: the others belong to another library.
mkdir -p "$out/include"
for folder in fmt boost nlohmann eigen3/Eigen; do ln -sfn "/usr/include/$folder" "$out/include/${folder##*/}"; done
# Everything but what keeps studies, writes netCDF, watches the clock on a thread of its own or is for other processors; the
# linker takes what cases and worlds need.
mapfile -t sources < <(grep -LE '<(sqlite3|netcdf)\.h>|"base/deadline\.h"|CASUS_ISA avx' \
  src/{base,model,language,game,solve,lab,study,report,casus}/**/*.cpp)
version=$(sed -n 's/^project(casus VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
compile() {
  local object=$2/${1//\//-}.o
  if [[ -f $object && -z $(find src include web/solver -newer "$object" \( -name '*.h' -o -path "$1" \) -print -quit) ]]; then
    return
  fi
  em++ -O3 -std=c++20 -msimd128 -fwasm-exceptions -fno-math-errno -fno-trapping-math -DFMT_HEADER_ONLY \
    "-DCASUS_VERSION=\"$3\"" '-DCASUS_LIBRARY_DIR="/library"' -include web/solver/missing.h -Isrc -Iinclude \
    "-I$2/include" -w -c "$1" -o "$object"
}
export -f compile
printf '%s\n' "${sources[@]}" | xargs -P "${CASUS_JOBS:-$(nproc)}" -I{} bash -c 'compile "$@"' _ {} "$out" "$version"
objects=()
for file in "${sources[@]}"; do objects+=("$out/${file//\//-}.o"); done
# emscripten looks for its own parts where Debian's node does.
export NODE_PATH=/usr/share/nodejs
rm -f "$out/casus.a"
emar rcs "$out/casus.a" "${objects[@]}"
exported=$(grep -oE '\bcasus_[a-z_]+\(' include/casus/c.h | grep -v '^casus_study' | sort -u | sed 's/^/_/; s/($/,/')
em++ -O3 -msimd128 -fwasm-exceptions "$out/casus.a" -o "$out/solver.js" -sMODULARIZE=1 -sEXPORT_NAME=casusSolver \
  -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=4GB -sSINGLE_FILE=1 -sENVIRONMENT=web,worker,node \
  --embed-file library@/library "-sEXPORTED_FUNCTIONS=${exported//$'\n'/}_malloc,_free" \
  -sEXPORTED_RUNTIME_METHODS=ccall,setValue,getValue,allocateUTF8
mv "$out/solver.js" "$out/solver.cjs"
