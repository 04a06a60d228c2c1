#===- check_diagnostics.py - Error messages read alike ---------------------===//
#
# A diagnostic starts in lower case (or with a quote, a number or a name in
# capitals such as PTX) and ends without a period.
#
#===-----------------------------------------------------------------------===//

import re

from sources import find, line_of, report

CALL = re.compile(
    r"\b(?:emitOpError|emitError|emitWarning|emitRemark|notifyMatchFailure|"
    r"createStringError|attachNote|makeError)\(")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
WORD = re.compile(r"[A-Z][a-z]+\b")


def find_statement(text, start):
    """The text up to the semicolon that ends the statement at `start`."""
    in_string, index = False, start
    while index < len(text) and (in_string or text[index] != ";"):
        if text[index] == "\\":
            index += 1
        elif text[index] == '"':
            in_string = not in_string
        index += 1
    return text[start:index]


def check(files):
    problems = []
    for path, text in files:
        for call in CALL.finditer(text):
            strings = STRING.findall(find_statement(text, call.end()))
            if not strings or "{" in text[call.end():text.find(";", call.end())]:
                continue
            place = f"{path}:{line_of(text, call.start())}"
            if WORD.match(strings[0]):
                problems.append((place, f"expects lower case at the start of '{strings[0]}'"))
            if strings[-1].endswith(".") and not strings[-1].endswith(".."):
                problems.append((place, f"expects no final period in '{strings[-1]}'"))
    return problems


if __name__ == "__main__":
    report(check(find(".cpp", ".h", under=("lib", "include", "tools", "python"))))
