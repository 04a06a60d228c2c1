#===- common.sh - What the scripts of this folder share -------------------===//
#
# Sourced, never run. Everything is relative to the repository, so that the
# scripts work from any directory.
#
#===-----------------------------------------------------------------------===//

set -euo pipefail

# What a script says of itself, by its banner.
if [[ "${1:-}" == --help || "${1:-}" == -h ]]; then
  sed -n '4,/^#=/ { /^#=/d; s/^# \{0,1\}//p; }' "$0"
  exit
fi

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build="${SEEDNORM_BUILD_DIR:-$root/build}"
case "$build" in /*) ;; *) build="$PWD/$build" ;; esac
venv="$root/.venv"
log="$build/logs/$(basename "$0" .sh).log"
mkdir -p "$build/logs" "$root/.cache"
: >"$log"

# Ends the script with the one line a user has to read.
fail() {
  echo "error: $*" >&2
  exit 1
}

# run_logged <what> <hint> <command>...: quiet unless the command fails; then the
# end of its output is shown and the script ends. The hint, which may be empty,
# says what the command needs.
run_logged() {
  local what="$1" hint="$2" first
  shift 2
  first=$(($(wc -l <"$log") + 1))
  printf '== %s: %s\n' "$(date -u +%FT%TZ)" "$*" >>"$log"
  if ! "$@" </dev/null >>"$log" 2>&1; then
    tail -n "+$first" "$log" | grep -v '^WARNING: Retrying' | tail -n 15 >&2 || true
    fail "$what failed${hint:+; it needs $hint}; all of its output is in $log"
  fi
}

# expect_space <folder> <MiB> <what for>: without room compilers and CMake fail in
# words that do not say so.
expect_space() {
  local free
  free="$(df --output=avail -BM "$1" | tail -n 1 | tr -dc 0-9)"
  [[ "$free" -ge "$2" ]] ||
    fail "expects $2 MiB of free space in '$1' for $3, but there are $free"
}

# with_lock <file>: held until the script ends, so that two of them never
# install or build into the same folder at once.
with_lock() {
  exec 9>"$1"
  if ! flock --nonblock 9; then
    echo "waiting for another $(basename "$0")"
    flock 9
  fi
}
