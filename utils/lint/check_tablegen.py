#===- check_tablegen.py - Ops and passes are documented --------------------===//
#
# Every operation and pass defined in a .td file has a summary without final
# period and a description.
#
#===-----------------------------------------------------------------------===//

import re

from sources import find, line_of, report

DEFINITION = re.compile(r"^def (\w*(?:Op|Pass)) *:", re.M)
# A closing brace at the start of a line ends a definition in house style.
END = re.compile(r"^\}|^def ", re.M)
SUMMARY = re.compile(r'let summary =\s*"([^"]*)"\s*(?:"([^"]*)"\s*)*;')


def check(files):
    problems = []
    for path, text in files:
        for found in DEFINITION.finditer(text):
            end = END.search(text, found.end())
            body = text[found.end(): end.start() if end else len(text)]
            place = f"{path}:{line_of(text, found.start())}"
            name = found.group(1)
            summary = SUMMARY.search(body)
            if not summary:
                problems.append((place, f"expects '{name}' to have a summary"))
            elif (summary.group(2) or summary.group(1)).endswith("."):
                problems.append((place, f"expects the summary of '{name}' to end without a period"))
            if "let description = [{" not in body:
                problems.append((place, f"expects '{name}' to have a description"))
    return problems


if __name__ == "__main__":
    report(check(find(".td", under=("include",))))
