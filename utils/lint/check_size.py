#===- check_size.py - No file does two jobs ---------------------------------===//
#
# Past 400 lines a file probably does two jobs; past 600 it certainly does.
#
#===-----------------------------------------------------------------------===//

from sources import find, report

SOFT, HARD = 400, 600


def check(files):
    problems, warnings = [], []
    for path, text in files:
        lines = text.count("\n")
        if lines > HARD:
            problems.append((path, f"expects at most {HARD} lines, but has {lines}"))
        elif lines > SOFT:
            warnings.append((path, f"has {lines} lines; does it do two jobs?"))
    return problems, warnings


if __name__ == "__main__":
    report(*check(find()))
