#===- dump.py - Stages of compilations as files ----------------------------===//
#
# For whoever wants to see what becomes of a graph without touching the program
# that compiles it.
#
#===-----------------------------------------------------------------------===//
"""Files for every stage of each compilation."""

import os
import pathlib
import re

from seednorm.errors import ExecutionError, SeednormError

#: The folder; nothing is written if it is not set.
VARIABLE = "SEEDNORM_DUMP_DIR"

_SUFFIXES = {"llvm": "ll", "asm": "s", "ptx": "ptx", "cubin": "cubin", "sass": "sass",
             "launches": "txt", "report": "txt", "programs": "txt"}


def dump(stages, name):
    """Writes each stage of a compilation to `$SEEDNORM_DUMP_DIR/<name>`, numbered
    in their order; of a stage that cannot be made the reason, as `.error`.

    Args:
        stages: texts, or bytes, by name.
        name: of a folder of its own; a number is put behind one that is there.

    Raises:
        ExecutionError: the folder cannot be written to.
    """
    root = os.environ.get(VARIABLE)
    if not root:
        return
    try:
        folder = _make_folder(pathlib.Path(root), re.sub(r"[^\w.-]", "_", name))
        for number, stage in enumerate(stages):
            _write(folder, f"{number:02}-{stage}", stage, stages)
    except OSError as error:
        raise ExecutionError(f"expects {VARIABLE} to be a folder to write to, but "
                             f"got {error}") from error


def _make_folder(root, name):
    number = 0
    while True:
        folder = root / (f"{name}-{number}" if number else name)
        try:
            folder.mkdir(parents=True)
            return folder
        except FileExistsError:
            if not folder.is_dir():
                raise
            number += 1


def _write(folder, name, stage, stages):
    if name.endswith(".json"):
        suffix = ""
    else:
        suffix = "." + _SUFFIXES.get(stage, "mlir")
    try:
        data = stages[stage]
    except SeednormError as error:
        suffix, data = ".error", f"{error}\n"
    if isinstance(data, str):
        data = data.encode()
    (folder / (name + suffix)).write_bytes(data)
