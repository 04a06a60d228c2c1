#===- check_paths.py - No path of somebody's machine -----------------------===//
#
# A home folder or a scratch folder in a committed file works on one machine
# only.
#
#===-----------------------------------------------------------------------===//

import re

from sources import find, line_of, report

# Spelled in pieces, or this file would not pass.
MACHINE = re.compile(r"(?<![\w.$}/])/(?:" + "|".join(("root", "home", "work", "tmp", "Users")) + r")/\w+")


def check(files):
    problems = []
    for path, text in files:
        for found in MACHINE.finditer(text):
            problems.append((f"{path}:{line_of(text, found.start())}",
                             f"expects no path of a machine, but got '{found.group()}'"))
    return problems


if __name__ == "__main__":
    report(check(find(*("", ))))
