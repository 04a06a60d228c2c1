#===- test_docstrings.py - What is said of the package's names ------------------===//
#
# Everything public says what it takes, what it gives, what it raises and, if it is a
# norm, where it is from; and its examples run.
#
#===-----------------------------------------------------------------------===//

import inspect
import re
import textwrap

import numpy as np
import pytest

import seednorm
from seednorm import ops

FUNCTIONS = [name for name in seednorm.__all__ if inspect.isfunction(getattr(seednorm, name))]
FUNCTIONS += ["max", "min", "sum"]
CLASSES = [name for name in seednorm.__all__ if inspect.isclass(getattr(seednorm, name))]
METHODS = [(name, method) for name in CLASSES
           for method, value in vars(getattr(seednorm, name)).items()
           if inspect.isfunction(value) and (not method.startswith("_")
                                             or method == "__call__")]
#: Parts of which a function has what applies to it.
SECTIONS = re.compile(r"^ *(Args|Returns|Raises):$", re.M)


def find_problems(function, doc, is_norm=False):
    """What a docstring lacks."""
    if not doc:
        return ["a docstring"]
    signature = inspect.signature(function)
    given = [name for name in signature.parameters if name != "self"]
    problems = [name for name in given if not re.search(rf"\b{name}\b", doc)]
    sections = set(SECTIONS.findall(doc))
    problems += [] if not given or "Args" in sections else ["Args"]
    problems += [part for part in ("Returns", "Raises") if part not in sections]
    if is_norm:
        problems += [part for part, rule in (
            ("Source", r"Source: "), ("a shape", r"input: \("), ("types", r"f64, f32"),
            ("UsageError", "UsageError: ")) if not re.search(rule, doc)]
    return problems


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name):
    function = getattr(seednorm, name)
    assert find_problems(function, function.__doc__, name in ops.__all__) == []


@pytest.mark.parametrize("name", CLASSES)
def test_classes(name):
    doc = getattr(seednorm, name).__doc__
    assert doc and not doc.startswith(f"{name}(")  # What a dataclass makes up.


@pytest.mark.parametrize("name, method", METHODS, ids=map(".".join, METHODS))
def test_methods(name, method):
    function = getattr(getattr(seednorm, name), method)
    doc = function.__doc__
    assert doc, "a docstring"
    missing = [argument for argument in inspect.signature(function).parameters
               if argument != "self" and not re.search(rf"\b{argument}\b", doc)]
    # Of what `compile` and `trace` of a norm take, the class says it.
    assert missing == [] or name == "Norm" and missing == ["arrays", "constants"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_annotations_of_functions(name):
    function = getattr(seednorm, name)
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in signature.parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty, parameter


@pytest.mark.parametrize("name, method", METHODS, ids=map(".".join, METHODS))
def test_annotations_of_methods(name, method):
    signature = inspect.signature(getattr(getattr(seednorm, name), method))
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in list(signature.parameters.values())[1:]:
        assert parameter.annotation is not inspect.Parameter.empty, parameter


def test_what_is_missing_is_found():
    def function(input, eps):
        """Takes `input`.

        Returns:
            Nothing.
        """
    assert find_problems(function, function.__doc__, is_norm=True) == [
        "eps", "Args", "Raises", "Source", "a shape", "types", "UsageError"]
    assert find_problems(function, None) == ["a docstring"]


def read_examples(doc):
    """Blocks of code behind a double colon that call the package or define something."""
    blocks = re.findall(r"::\n\n((?: +.*\n|\n)+)", inspect.cleandoc(doc) + "\n")
    blocks = [textwrap.dedent(block) for block in blocks]
    return [block for block in blocks if re.search(r"seednorm\.|^def |^import ", block)]


DOCUMENTED = {"package": seednorm, "maths": seednorm.maths,
              **{name: getattr(seednorm, name) for name in (*FUNCTIONS, *CLASSES)}}
EXAMPLES = [(name, example) for name, documented in DOCUMENTED.items()
            for example in read_examples(documented.__doc__ or "")]


@pytest.mark.parametrize("example", [example for _, example in EXAMPLES],
                         ids=[name for name, _ in EXAMPLES])
def test_examples_run(rng, example):
    rows = rng.standard_normal((2, 4096), dtype=np.float32)
    import ml_dtypes
    half = rows.astype(ml_dtypes.bfloat16)
    ones = np.ones(4096, np.float32)
    names = {"seednorm": seednorm, "activations": half, "a": ones, "b": ones, "c": ones,
             "x": rows, "gamma": ones, "dy": rows}
    exec(compile(example, "example", "exec"), names)
    if "my_norm" in names:
        y = seednorm.norm(names["my_norm"])(rows, ones)
        assert abs(y.std() - 1) < 1e-3


def test_examples_are_found():
    assert {"package", "maths", "norm", "Graph"} <= {name for name, _ in EXAMPLES}
