#===- check_format.py - C++ is formatted by clang-format -------------------===//
#
# Usage: check_format.py [--fix]
#
#===-----------------------------------------------------------------------===//

import shutil
import subprocess
import sys

from sources import ROOT, find, report


def check(paths, fix):
    tool = shutil.which("clang-format-22")
    if not tool:
        return [("clang-format-22", "expects the program to be installed; see utils/bootstrap.sh")]
    mode = ["-i"] if fix else ["--dry-run", "--Werror"]
    problems = []
    for path in paths:
        done = subprocess.run([tool, *mode, path], cwd=ROOT, capture_output=True)
        if done.returncode:
            problems.append((path, "is not formatted; run utils/check.sh --fix"))
    return problems


if __name__ == "__main__":
    folders = ("include", "lib", "tools", "python", "test", "examples")
    report(check([path for path, _ in find(".h", ".cpp", under=folders)],
                 "--fix" in sys.argv[1:]))
