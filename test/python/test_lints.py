#===- test_lints.py - The house lints find what they look for ---------------===//
#
# A lint that finds nothing looks like a clean tree, so each is shown a fault
# and a near miss.
#
#===-----------------------------------------------------------------------===//

import importlib
import pathlib

import pytest

LINTS = pathlib.Path(__file__).resolve().parents[2] / "utils" / "lint"

BANNER = """\
//===- Row.h - Rows ---------------------------------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
"""


@pytest.fixture
def lint(monkeypatch):
    """Runs a lint on one text; returns its messages."""
    monkeypatch.syspath_prepend(str(LINTS))

    def run(name, path, text):
        found = importlib.import_module(name).check([(pathlib.Path(path), text)])
        problems = found[0] if isinstance(found, tuple) else found
        return [message for _, message in problems]

    return run


def test_size(lint):
    assert lint("check_size", "lib/A.cpp", "\n" * 600) == []
    assert lint("check_size", "lib/A.cpp", "\n" * 601) == [
        "expects at most 600 lines, but has 601"]


def test_banner(lint):
    assert lint("check_banner", "include/Row.h", BANNER + "// What rows are.\n") == []
    assert "comment" in lint("check_banner", "include/Row.h", BANNER)[0]
    assert "start" in lint("check_banner", "include/Col.h", BANNER)[0]
    assert lint("check_banner", "lib/Row.h", BANNER.replace("SPDX", "//") + "// What.\n")


def test_tablegen(lint):
    good = 'def A_BOp : A_Op<"b"> {\n  let summary = "Adds";\n  let description = [{\n  }];\n}\n'
    assert lint("check_tablegen", "a.td", good) == []
    assert "period" in lint("check_tablegen", "a.td", good.replace("Adds", "Adds."))[0]
    assert len(lint("check_tablegen", "a.td", 'def A_BOp : A_Op<"b"> {\n}\n')) == 2


@pytest.mark.parametrize("text, problems", [
    ('emitOpError("expects \'x\' to be a; b") << 3;', 0),
    ('emitOpError() << "Expects a row";', 1),
    ('emitError(loc, "expects a row.");', 1),
    ('return emitOpError("PTX of 3 bytes");', 0),
    ('rewriter.notifyMatchFailure(op, "Has another user");', 1),
])
def test_diagnostics(lint, text, problems):
    assert len(lint("check_diagnostics", "lib/A.cpp", text)) == problems


def test_paths(lint):
    home = "/" + "home/somebody"
    assert lint("check_paths", "README.md", f"see {home}/x") == [
        f"expects no path of a machine, but got '{home}'"]
    assert lint("check_paths", "README.md", "docs/work/plan and %t/tmp/x") == []


def test_match_failures(lint):
    pattern = "LogicalResult matchAndRewrite(Op op) const {\n  if (x) { return failure(); }\n}\n"
    assert len(lint("check_match_failures", "lib/A.cpp", pattern)) == 1
    parser = "LogicalResult parse(P &p) {\n  return failure();\n}\n"
    assert lint("check_match_failures", "lib/A.cpp", parser) == []


@pytest.mark.parametrize("path, text, problems", [
    ("lib/Target/NVPTX/A.cpp", "namespace seednorm::row { SeednormTarget }", 0),
    ("lib/Target/NVPTX/A.cpp", "if (name == \"rms_norm\")", 1),
    ("lib/Conversion/RowToGPU/A.cpp", '#include "seednorm/Dialect/Norm/IR/Norm.h"', 1),
    ("lib/Dialect/Row/IR/A.cpp", "isa<norm::SeeDNormOp>(op)", 2),
    ("lib/Dialect/Row/IR/A.cpp", "isLog_Softmax(op); // l2_norm", 2),
    ("lib/Conversion/NormToRow/A.cpp", "norm::RMSNormOp", 0),
    ("lib/Runtime/A.cpp", '#include "llvm/ADT/StringRef.h"', 1),
])
def test_layers(lint, path, text, problems):
    assert len(lint("check_layers", path, text)) == problems
