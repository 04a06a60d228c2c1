#===- report_tests.py - The last line of utils/check.sh -------------------===//
#
# Usage: report_tests.py <lit's JSON> <pytest's JUnit XML> [<failed check>...]
#
# Counts the tests that ran, names those that did not, and exits non-zero
# unless every check passed. A test that is skipped must be seen.
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


def main(lit_path, pytest_path, *failed_checks):
    problems, counts = list(failed_checks), []
    readers = (("lit", lit_path, read_lit), ("pytest", pytest_path, read_pytest))
    for suite, path, read in readers:
        if not os.path.exists(path):
            problems.append(f"{suite} left no results")
            continue
        passed, failed, not_run = read(path)
        for name in not_run:
            print(f"not run: {suite}: {name}")
        if failed:
            problems.append(f"{len(failed)} {suite} tests")
        elif not passed:
            problems.append(f"{suite} ran no test")
        counts.append(f"{len(passed)} {suite} tests")
        if not_run:
            counts.append(f"{len(not_run)} not run")
    if problems:
        print(f"check: failed: {', '.join(dict.fromkeys(problems))}")
        return 1
    print(f"check: {', '.join(counts)}, all passed")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
