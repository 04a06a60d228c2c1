#!/usr/bin/env bash
#===- build.sh - Set up, configure and build everything --------------------===//
#
# Usage: utils/build.sh [<ninja argument>...]
#
# Builds into build/ and makes `import seednorm` and the tools work in .venv.
# The first build takes 12 minutes of one core, a second one what has changed.
#
# Environment:
#   CXX=g++              another compiler than clang++-22
#   SEEDNORM_BUILD_DIR   another folder than build/
#   SEEDNORM_JOBS        compile jobs at once
#   MLIR_DIR             LLVM's lib/cmake/mlir, where it is not Debian's
#   STABLEHLO_SOURCE_DIR, STABLEHLO_BUILD_DIR
#                        a checkout of StableHLO and where it was built, to read
#                        StableHLO (docs/Frontends.md)
#
#===-----------------------------------------------------------------------===//

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

"$root/utils/bootstrap.sh"
source "$venv/toolchain.env"
python="$venv/bin/python"

choose_compiler() {
  local name="${CXX:-}"
  if [[ -z "$name" ]]; then
    if [[ -x "$SEEDNORM_LLVM/bin/clang++" ]]; then
      name="$SEEDNORM_LLVM/bin/clang++"
    else
      name=g++
    fi
  fi
  cxx="$(command -v "$name")" || fail "CXX must name a compiler, but got '$name'"
  case "$(basename "$cxx")" in
  clang++*) cc="${cxx/%clang++*/clang${cxx##*clang++}}" ;;
  g++*) cc="${cxx/%g++*/gcc${cxx##*g++}}" ;;
  *) fail "CXX must be g++ or clang++, but got '$cxx'" ;;
  esac
  if [[ "$(basename "$cxx")" == g++* ]] &&
    [[ "$("$cxx" -dumpversion | cut -d. -f1)" -lt 12 ]]; then
    fail "g++ must be at least version 12, but $cxx is $("$cxx" -dumpversion)"
  fi
}

collect_arguments() {
  local mlir="${MLIR_DIR:-$SEEDNORM_LLVM/lib/cmake/mlir}" linker kind
  [[ -f "$mlir/MLIRConfig.cmake" ]] ||
    fail "expects LLVM/MLIR 22.1, but '$mlir' holds no MLIRConfig.cmake"
  arguments=(
    -G Ninja -DCMAKE_BUILD_TYPE=Release
    "-DCMAKE_C_COMPILER=$cc" "-DCMAKE_CXX_COMPILER=$cxx"
    "-DMLIR_DIR=$mlir"
    "-DPython_EXECUTABLE=$python" "-DPython3_EXECUTABLE=$python"
    "-Dpybind11_DIR=$("$python" -m pybind11 --cmakedir)"
    "-DSEEDNORM_PTXAS=$SEEDNORM_PTXAS"
    "-DSEEDNORM_NVDISASM=$SEEDNORM_NVDISASM"
  )
  if [[ -n "${STABLEHLO_SOURCE_DIR:-}${STABLEHLO_BUILD_DIR:-}" ]]; then
    arguments+=(-DSEEDNORM_ENABLE_STABLEHLO=ON
      "-DSTABLEHLO_SOURCE_DIR=${STABLEHLO_SOURCE_DIR:-}"
      "-DSTABLEHLO_BUILD_DIR=${STABLEHLO_BUILD_DIR:-}")
  fi
  # LLVM's own linker needs a tenth of the time; g++ finds it only by a folder.
  linker="$SEEDNORM_LLVM/bin/ld.lld"
  if [[ -x "$linker" ]]; then
    for kind in EXE SHARED MODULE; do
      arguments+=("-DCMAKE_${kind}_LINKER_FLAGS=-B$SEEDNORM_LLVM/bin -fuse-ld=lld")
    done
  fi
  if command -v ccache >/dev/null; then
    # Precompiled headers are found again only if it is told not to mind them.
    arguments+=(-DCMAKE_C_COMPILER_LAUNCHER=ccache
      "-DCMAKE_CXX_COMPILER_LAUNCHER=env;CCACHE_SLOPPINESS=pch_defines,time_macros;ccache")
  fi
}

# Only when something changed: ninja itself follows the CMakeLists.
configure() {
  local record="$build/configured" now
  now="$(printf '%s\n' "${arguments[@]}")"
  if [[ -f "$build/build.ninja" && -f "$record" && "$(<"$record")" == "$now" ]]
  then
    return
  fi
  echo "configuring ${build#"$root"/} with $(basename "$cxx")"
  rm -f "$record"
  run_logged cmake "" cmake --fresh -S "$root" -B "$build" "${arguments[@]}"
  echo "$now" >"$record"
}

# A translation unit that includes much of MLIR takes up to 2 GiB.
choose_jobs() {
  local memory
  memory=$(($(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 2097152))
  jobs="${SEEDNORM_JOBS:-$(nproc)}"
  if [[ -z "${SEEDNORM_JOBS:-}" && "$memory" -lt "$jobs" ]]; then
    jobs=$((memory > 0 ? memory : 1))
  fi
}

choose_compiler
collect_arguments
with_lock "$build/build.lock"
expect_space "$build" 512 "what is built"
configure
choose_jobs
if [[ ! -f "$build/.ninja_log" ]]; then
  minutes=12
  [[ "$(basename "$cxx")" == clang* ]] || minutes=45 # Parses every header anew.
  echo "building with $jobs jobs: the first time takes about" \
    "$(((minutes + jobs - 1) / jobs)) minutes"
fi
quiet=()
[[ -t 1 ]] || quiet=(--quiet) # Progress is for those who watch.
ninja -C "$build" "${quiet[@]}" -j "$jobs" "$@" ||
  fail "the build failed; see the compiler's words above"
# Other build folders are for trials; .venv imports the one that users have.
if [[ "$build" == "$root/build" ]]; then
  site="$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')"
  echo "$build/python" >"$site/seednorm.pth"
  for tool in "$build"/bin/seednorm-*; do
    [[ ! -x "$tool" ]] || ln -sf "$tool" "$venv/bin/$(basename "$tool")"
  done
fi
