#===- check_match_failures.py - Every miss of a pattern says why -----------===//
#
# A bare `return failure();` in a matchAndRewrite makes it impossible to find
# out why a rewrite did not happen; `notifyMatchFailure` says it.
#
#===-----------------------------------------------------------------------===//

import re

from sources import find, line_of, report

FUNCTION = re.compile(r"\bmatchAndRewrite\([^;{]*\{")
BARE = re.compile(r"return (?:mlir::|llvm::)?failure\(\);")


def find_body(text, start):
    """The text from an opening brace to the brace that closes it."""
    depth = 1
    for index in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return text[start:index]
    return text[start:]


def check(files):
    problems = []
    for path, text in files:
        for function in FUNCTION.finditer(text):
            body = find_body(text, function.end())
            for bare in BARE.finditer(body):
                line = line_of(text, function.end() + bare.start())
                problems.append((f"{path}:{line}",
                                 "expects 'notifyMatchFailure' with a reason, "
                                 "but got a bare 'return failure();'"))
    return problems


if __name__ == "__main__":
    report(check(find(".cpp", ".h", under=("lib",))))
