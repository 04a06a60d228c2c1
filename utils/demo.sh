#!/usr/bin/env bash
#===- demo.sh - Compile a norm, run it, compare it -------------------------===//
#
# Usage: utils/demo.sh
#
# Compiles SeeDNorm from text and from Python, runs it on the CPU and on the
# emulator, and compares it with the formula. Does all set-up by itself.
#
#===-----------------------------------------------------------------------===//

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[[ $# -eq 0 ]] || fail "usage: utils/demo.sh"
"$root/utils/build.sh"
PYTHONPATH="$build/python" exec "$venv/bin/python" "$root/examples/demo.py"
