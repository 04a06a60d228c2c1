#!/usr/bin/env bash
#===- demo.sh - Compile a norm, run it, compare it -------------------------===//
#
# Usage: utils/demo.sh [<argument of examples/demo.py>...]
#
# Does all set-up by itself.
#
#===-----------------------------------------------------------------------===//

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

"$root/utils/build.sh"
PYTHONPATH="$build/python" exec "$venv/bin/python" "$root/examples/demo.py" "$@"
