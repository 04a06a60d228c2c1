#===- report_tests.py - The last line of utils/check.sh -------------------===//
#
# Usage: report_tests.py <lit's JSON> <pytest's JUnit XML> <kernels.py's JSON>
#                        [<failed check>...]
#
# Counts the tests and cells of the table of kernels that ran, names those that did
# not or failed, and exits non-zero unless every check passed. A test that is skipped
# must be seen.
#
#===-----------------------------------------------------------------------===//

import json
import os
import sys
import xml.etree.ElementTree as ElementTree

PASSED = {"PASS", "XFAIL", "FLAKYPASS"}
NOT_RUN = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def read_lit(path):
    """Returns (passed, failed, not run) test names of a lit run."""
    with open(path) as file:
        tests = json.load(file)["tests"]
    passed = [t["name"] for t in tests if t["code"] in PASSED]
    not_run = [t["name"] for t in tests if t["code"] in NOT_RUN]
    failed = [t["name"] for t in tests if t["code"] not in PASSED | NOT_RUN]
    return passed, failed, not_run


def read_pytest(path):
    """Returns (passed, failed, not run) test names of a pytest run."""
    passed, failed, not_run = [], [], []
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            failed.append(name)
        elif "skipped" in kinds:
            not_run.append(f"{name}: {case.find('skipped').get('message')}")
        else:
            passed.append(name)
    return passed, failed, not_run


def read_kernels(path):
    """Returns (passed, failed, not run) cells of a sample, and prints which it was."""
    with open(path) as file:
        sample = json.load(file)
    cells = sample["cells"]
    print(f"kernels: {len(cells)} of {sample['of']} cells, sample {sample['seed']}")
    failed = [cell["name"] for cell in cells if cell["broken"]]
    for cell in cells:
        for fact in cell["broken"]:
            print(f"failed: kernels: {cell['name']}: {fact}; alone: "
                  f"benchmarks/kernels.py --only '{cell['name']}'")
    not_run = [f"{cell['name']}: refused: {cell['refused']}" for cell in cells
               if cell["refused"]]
    passed = [cell["name"] for cell in cells
              if not cell["broken"] and not cell["refused"]]
    return passed, failed, not_run


READERS = (("lit", read_lit, "tests"), ("pytest", read_pytest, "tests"),
           ("kernels", read_kernels, "cells"))


def main(*arguments):
    paths, failed_checks = arguments[:len(READERS)], arguments[len(READERS):]
    problems, counts = list(failed_checks), []
    for (suite, read, unit), path in zip(READERS, paths, strict=True):
        if not os.path.exists(path):
            problems.append(f"{suite} left no results")
            continue
        passed, failed, not_run = read(path)
        for name in not_run:
            print(f"not run: {suite}: {name}")
        if failed:
            problems.append(f"{len(failed)} {suite} {unit}")
        elif not passed:
            problems.append(f"{suite} ran no {unit}")
        counts.append(f"{len(passed)} {suite} {unit}")
        if not_run:
            counts.append(f"{len(not_run)} not run")
    if problems:
        print(f"check: failed: {', '.join(dict.fromkeys(problems))}")
        return 1
    print(f"check: {', '.join(counts)}, all passed")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
