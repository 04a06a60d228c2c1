#===- test_reference.py - Examples of the reference -----------------------------===//
#
# The IR in descriptions of operations and passes is read, and that of a pass is
# something that the pass changes. Pieces use values that they do not define: what
# types these have, errors of the parser say.
#
#===-----------------------------------------------------------------------===//

import functools
import re
import subprocess

import pytest

from installed import BUILD, SOURCE

PAGES = SOURCE / "docs/reference"
SEPARATOR = "// -----\n"
MISMATCH = re.compile(r"^<stdin>:(\d+):.*use of value '(%\w+)' expects different type than prior uses: "
                      r"'(.*?)' vs '(.*)'$", re.M)

#: Passes that leave their examples alone, and why.
UNCHANGED = {
    "norm-simplify": "a stream's weights have to be constants, which would be long",
    "row-report": "it changes nothing",
    "row-schedule": "it has what the pass adds",
    "fold-broadcasts": "it is what is left of a broadcast",
}


def read_examples(*pages):
    """(section, IR) of pages; each paragraph of ops is an example of its own."""
    for page in pages:
        for section in re.split(r"^### ", (PAGES / page).read_text(), flags=re.M)[1:]:
            name = section.split("\n", 1)[0].split()[0].strip("`-")
            for text in re.findall(r"^```mlir\n(.*?)^```", section, re.M | re.S):
                for paragraph in [text] if "func.func" in text else re.split(r"\n\n", text):
                    yield name, paragraph.rstrip("\n") + "\n"


def optimize(text, *options):
    return subprocess.run([BUILD / "bin/seednorm-opt", "--allow-unregistered-dialect", *options],
                          input=text, text=True, capture_output=True, check=False)


class Piece:
    """Ops, and the function around them whose arguments are what they use."""

    def __init__(self, text):
        self.text = text
        code = re.sub(r"//.*", "", text)
        self.outputs = {name: "i1" for names in re.findall(r"^(%\w+(?:, %\w+)*) =", code, re.M)
                        for name in names.split(", ")}
        inner = set(re.findall(r"^  (%\w+) =", code, re.M))
        inner.update(*(re.findall(r"%\w+", names) for names in re.findall(r"\^bb0\((.*)\)", code)))
        self.inputs = {name: "i1" for name in re.findall(r"%\w+", code)
                       if name not in inner | self.outputs.keys()}

    def build(self):
        # No pass removes what an unknown operation uses.
        arguments = ", ".join(f"{name}: {type}" for name, type in self.inputs.items())
        names, types = ", ".join(self.outputs), ", ".join(self.outputs.values())
        return (f'func.func @example({arguments}) {{\n{self.text}"test.use"({names}) : ({types}) -> ()\n'
                "return\n}\n")

    def correct(self, name, types):
        for values in (self.inputs, self.outputs):
            if name in values:
                values[name], = (type for type in types if type != values[name])


def write_module(text):
    """What needs no completion: functions, attributes, and ops of the body of a program."""
    if text.startswith("#"):
        attributes = ", ".join(f"a{i} = {line}" for i, line in enumerate(text.splitlines()))
        return f'"test.op"() {{{attributes}}} : () -> ()\n'
    return text if text.startswith("func.func") else None


@functools.cache
def complete(*pages):
    """The examples of pages, each as a module. All are read at once, as often as the
    one with the most values needs."""
    examples = list(read_examples(*pages))
    pieces = [write_module(text) or Piece(text) for _, text in examples]
    for _ in range(40):
        modules = [piece if isinstance(piece, str) else piece.build() for piece in pieces]
        errors = optimize(SEPARATOR.join(modules), "--split-input-file").stderr
        wrong = MISMATCH.findall(errors)
        if not wrong:
            return [(name, module) for (name, _), module in zip(examples, modules)]
        ends = [sum(module.count("\n") + 1 for module in modules[:i + 1]) for i in range(len(modules))]
        for line, name, *types in wrong:
            pieces[next(i for i, end in enumerate(ends) if int(line) < end)].correct(name, types)
    raise AssertionError(errors)


def test_examples_of_operations_are_read():
    examples = complete("norm.md", "row.md")
    operations = {name for page in ("norm.md", "row.md")
                  for name in re.findall(r"^### `((?:norm|row)\.\S+)`", (PAGES / page).read_text(), re.M)}
    assert operations <= {name for name, _ in examples}
    for name, module in examples:
        done = optimize(module, "--verify-roundtrip")
        if name in ("row.yield", "row.philox"):  # They are parts of a program.
            assert f"'{name}' op expects parent op 'row.program'" in done.stderr
        else:
            assert done.returncode == 0, f"{name}: {done.stderr}"


PASSES = sorted({name for name, _ in read_examples("passes.md")})


@pytest.mark.parametrize("name", PASSES)
def test_pass_changes_its_example(name):
    modules = [module for found, module in complete("passes.md") if found == name]
    for module in modules:
        # Its example is for the CPU, which is not the default.
        flag = f"--{name}=target=cpu" if name == "row-schedule" else f"--{name}"
        before, after = optimize(module), optimize(module, flag)
        assert before.returncode == 0, before.stderr
        assert after.returncode == 0, after.stderr
        assert (before.stdout == after.stdout) == (name in UNCHANGED)


def test_names_are_those_of_passes():
    sections = re.findall(r"^### `-(\S+)`", (PAGES / "passes.md").read_text(), re.M)
    assert set(UNCHANGED) <= set(PASSES) <= set(sections)
