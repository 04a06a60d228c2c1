#!/usr/bin/env bash
#===- check.sh - Every check of the project --------------------------------===//
#
# Usage: utils/check.sh [--fix]
#
# Builds, then runs the format check, the house lints, the link check, the diff of
# the reference pages, the lit suite (unit tests included), pytest, and for ten minutes
# cells of the table of kernels (docs/Kernels.md), each day others. All of them run
# even if one fails.
# --fix formats the sources first. Ends with one line that says how it went.
#
# Environment: as utils/build.sh, and
#   SEEDNORM_KERNELS_MINUTES  begin no cell of the table after so many (10)
#   SEEDNORM_KERNELS_SEED     which cells come first (days since 1970)
#
#===-----------------------------------------------------------------------===//

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

fix=()
case "${1:-}" in
"") ;;
--fix) fix=(--fix) ;;
*) fail "usage: utils/check.sh [--fix]" ;;
esac

"$root/utils/build.sh"
grep -q '^SEEDNORM_ENABLE_STABLEHLO:BOOL=ON$' "$build/CMakeCache.txt" ||
  echo "this build does not read StableHLO, so test/Stablehlo does not run"
source "$venv/toolchain.env"
export PYTHONPATH="$build/python"
python="$venv/bin/python"
failed=()

# check <name> <command>...
check() {
  local name="$1"
  shift
  echo "== $name"
  "$@" || failed+=("$name")
}

# Two copies of MLIR in one process break casts silently; see
# cmake/SeednormCheckLinks.cmake. The archives of the C API are no second copy.
check_links() {
  local found
  found="$(grep -o 'libMLIR[A-Z][A-Za-z0-9]*\.a' "$build/build.ninja" |
    grep -v '^libMLIRCAPI' | sort -u || true)"
  if [[ -n "$found" ]]; then
    echo "error: a link line must not hold static MLIR libraries, but has" $found
    return 1
  fi
}

lit_results="$build/logs/lit.json"
pytest_results="$build/logs/pytest.xml"
kernels_results="$build/logs/kernels.json"
rm -f "$lit_results" "$pytest_results" "$kernels_results"

for lint in "$root"/utils/lint/check_*.py; do
  name="$(basename "$lint" .py)"
  if [[ "$name" == check_format ]]; then
    check "$name" "$python" "$lint" "${fix[@]}"
  else
    check "$name" "$python" "$lint"
  fi
done
check check_links check_links
check reference_pages "$python" "$root/utils/reference_pages.py" --check
check lit "$python" "$SEEDNORM_LLVM/bin/lit" --quiet \
  --output "$lit_results" "$build/test" "$build/test/Unit"
check pytest "$python" -m pytest --quiet --junitxml="$pytest_results" \
  "$root/test/python"
check kernels "$python" "$root/benchmarks/kernels.py" --jobs 2 \
  --sample "${SEEDNORM_KERNELS_SEED:-$(($(date +%s) / 86400))}" \
  --minutes "${SEEDNORM_KERNELS_MINUTES:-10}" --results "$kernels_results"
"$python" "$root/utils/report_tests.py" "$lit_results" "$pytest_results" \
  "$kernels_results" "${failed[@]}"
