#===- check_banner.py - Every source file says what it is for --------------===//
#
# A C++ or TableGen file starts with the LLVM banner that names it and its job,
# and the licence; a header has a comment on its job below that; a script
# starts with a banner and such a comment.
#
#===-----------------------------------------------------------------------===//

import re

from sources import find, report

LICENSE = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"
SCRIPT = (".py", ".sh")


def find_problem(name, text):
    text = text.removeprefix("#!/usr/bin/env bash\n")
    script = name.endswith(SCRIPT)
    first = re.match(rf"(#|//|/\*)===- {re.escape(name)} - \w", text)
    if not first:
        mark = "#" if script else "//"
        return f"expects the file to start with '{mark}===- {name} - <job>'"
    mark = {"/*": " *"}.get(first.group(1), first.group(1))
    head = []
    for line in text.split("\n")[1:]:
        if not line.startswith(mark):
            break
        head.append(line)
    if not script and not any(LICENSE in line for line in head):
        return f"expects the banner to hold '{LICENSE}'"
    prose = [line for line in head if re.match(rf"{re.escape(mark)} [^ =]", line)]
    licence = 0 if script else 2
    if name.endswith((".h",) + SCRIPT) and len(prose) <= licence:
        return "expects a comment on the file's job below the banner"
    return None


def check(files):
    problems = []
    for path, text in files:
        problem = find_problem(path.name, text)
        if problem:
            problems.append((path, problem))
    return problems


if __name__ == "__main__":
    report(check([*find(".h", ".cpp", ".td", under=("include", "lib", "tools", "python", "test")),
                  *find(".py", ".sh", under=("utils",))]))
