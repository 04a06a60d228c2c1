#===- test_options.py - Options, kernels compiled before, dumps --------------===//
#
# What tells kernels apart, what is kept of them, and what is written of them.
#
#===-----------------------------------------------------------------------===//

import copy
import dataclasses
import pickle

import pytest

import seednorm
from seednorm import cache


def build(columns=64):
    g = seednorm.Graph()
    x, gamma = g.input((None, columns), "f32", name="x"), g.input((columns,), "f32")
    g.output(seednorm.rms_norm(x, gamma))
    return g


def test_options_are_frozen_and_hashable():
    options = seednorm.Options("sm_90a", schedule={"threads_per_row": 128})
    assert options == seednorm.Options("sm_90a", schedule={"threads_per_row": 128})
    assert len({options, seednorm.Options("sm_90a"), seednorm.Options()}) == 3
    assert dataclasses.replace(options, target="sm_80").schedule["threads_per_row"] == 128
    with pytest.raises(dataclasses.FrozenInstanceError):
        options.target = "cpu"
    with pytest.raises(TypeError):
        options.schedule["vector"] = 1


def test_options_stay_as_they_were():
    schedule = {"vector": 1}
    options = seednorm.Options("sm_90a", schedule=schedule)
    schedule["vector"] = 2
    assert options.schedule == {"vector": 1}


@pytest.mark.parametrize("given, message", [
    ({"target": 3}, "'target' to be a string"),
    ({"entry": 3}, "'entry' to be a string"),
    ({"expect_programs": -1}, "'expect_programs' to be an integer"),
    ({"expect_programs": 1.5}, "'expect_programs' to be an integer"),
    ({"schedule": 3}, "'schedule' to be a dict"),
    ({"schedule": {"vector": []}}, "'vector' of 'schedule'")])
def test_options_are_checked(given, message):
    with pytest.raises(seednorm.UsageError, match=message):
        seednorm.Options(**given)


def test_compile_takes_options():
    options = seednorm.Options(entry="norm", expect_programs=1)
    kernel = seednorm.compile(build(), options=options)
    assert kernel.options is options and kernel.entry == "norm"
    with pytest.raises(seednorm.UsageError, match="'options' to be Options"):
        seednorm.compile(build(), options={"target": "cpu"})


@pytest.mark.parametrize("other", [
    {"target": "emulated"}, {"entry": "norm"}, {"expect_programs": 1},
    {"schedule": {"vector": 1}}, {"approximate": "tanh"}])
def test_options_are_alone(other):
    """One of the two would be dropped."""
    name, = other
    with pytest.raises(seednorm.UsageError,
                       match=f"in the place of all the others, but got it beside '{name}'$"):
        seednorm.compile(build(), options=seednorm.Options(), **other)


def test_the_same_is_compiled_once():
    graphs = [build() for _ in range(2)]
    first = seednorm.compile(graphs[0])
    assert seednorm.compile(graphs[1]) is first
    assert seednorm.compile(graphs[0], options=seednorm.Options()) is first
    assert seednorm.compile(graphs[0], entry="norm") is not first
    assert seednorm.compile(graphs[0], "emulated") is not first
    assert seednorm.compile(build(72)) is not first
    text = graphs[0].to_mlir()
    assert seednorm.compile(text) is seednorm.compile(text)


def test_errors_are_not_kept():
    for _ in range(2):
        with pytest.raises(seednorm.UsageError, match="programs"):
            seednorm.compile(build(), expect_programs=2)


def test_only_so_many_are_kept():
    recent = cache.RecentlyUsed(2)
    assert recent.add("a", 1) == 1 and recent.add("a", 2) == 1
    recent.add("b", 2)
    assert recent.get("a") == 1  # Now "b" is the oldest.
    recent.add("c", 3)
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (1, None, 3)
    recent.clear()
    assert recent.get("a") is None


@pytest.mark.parametrize("target, suffixes", [
    ("cpu", [".mlir", ".mlir", ".ll", ".s"]),
    ("sm_90a", [".mlir", ".mlir", ".mlir", ".ll", ".ptx", ".cubin"])])
def test_stages_are_dumped(tmp_path, monkeypatch, target, suffixes):
    monkeypatch.setenv("SEEDNORM_DUMP_DIR", str(tmp_path / "new"))
    cache.kernels.clear()
    kernel = seednorm.compile(build(), target, entry="my/norm")
    folder = tmp_path / "new" / "my_norm"
    files = sorted(folder.iterdir())
    assert len(files) == len(kernel.asm)
    assert [file.suffix for file in files][:len(suffixes)] == suffixes
    assert (folder / "00-row.mlir").read_text() == kernel.asm["row"]
    # Another compilation has its own folder; none is made of what is kept.
    seednorm.compile(build(72), target, entry="my/norm")
    seednorm.compile(build(72), target, entry="my/norm")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "my_norm", "my_norm-1"]


def test_stages_that_fail_are_noted(tmp_path, monkeypatch):
    from seednorm import dump

    class Stages(dict):
        def __getitem__(self, stage):
            if stage == "ptx":
                raise seednorm.ExecutionError("no assembler")
            return super().__getitem__(stage)
    monkeypatch.setenv("SEEDNORM_DUMP_DIR", str(tmp_path))
    dump.dump(Stages(row="a", ptx="b"), "main")
    assert (tmp_path / "main" / "01-ptx.error").read_text().endswith("no assembler\n")


def test_a_folder_that_is_none(tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("SEEDNORM_DUMP_DIR", str(file))
    cache.kernels.clear()
    with pytest.raises(seednorm.ExecutionError, match="SEEDNORM_DUMP_DIR to be a folder"):
        seednorm.compile(build())


@pytest.mark.parametrize("options", (
    seednorm.Options(), seednorm.Options("sm_90a", "norm", 1, {"vector": 4, "async": True}),
    seednorm.Options("emulated", approximate="tanh")), ids=repr)
def test_copies_of_options(options):
    for copied in (pickle.loads(pickle.dumps(options)), copy.deepcopy(options), copy.copy(options)):
        assert copied == options and repr(copied) == repr(options)
        assert copied.schedule == options.schedule and hash(copied) == hash(options)
    assert dataclasses.asdict(options)["schedule"] == options.schedule


@pytest.mark.parametrize("given", (
    {"target": 3}, {"entry": 3}, {"expect_programs": -1}, {"schedule": 3}, {"approximate": 3}), ids=str)
def test_errors_name_the_line(given):
    for make in (lambda: seednorm.Options(**given), lambda: seednorm.compile(build(), **given)):
        with pytest.raises(seednorm.UsageError) as caught:
            make()
        assert (caught.value.file, caught.value.line) == (__file__, make.__code__.co_firstlineno)


def test_copies_of_kernels():
    """What reads a kernel has its own, of the same graph and options."""
    for graph, options in (
            (build(), {"target": "sm_90a", "schedule": {"vector": 1}, "expect_programs": 1}),
            (seednorm.grad(build()), {"entry": "main_backward"})):
        kernel = seednorm.compile(graph, **options)
        written = pickle.dumps(kernel)
        assert pickle.loads(written) is copy.copy(kernel) is copy.deepcopy(kernel) is kernel
        cache.kernels.clear()
        anew = pickle.loads(written)
        assert anew is not kernel and anew.options == kernel.options
        assert anew.entry == kernel.entry and anew.asm["row"] == kernel.asm["row"]
