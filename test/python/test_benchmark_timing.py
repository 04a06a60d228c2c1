#===- test_benchmark_timing.py - How kernels are timed, without a GPU --------===//
#
# The runner of a package with a driver that launches nothing and a clock that is
# known: what is captured, in which order graphs are replayed, and what the table
# makes of the times. That kernels are right and fast is for a GPU to say.
#
#===-----------------------------------------------------------------------===//

import contextlib
import pathlib
import shutil
import types

import pytest

from test_benchmarks import RecordingDriver, edit, modules, packaged  # noqa: F401

torch = pytest.importorskip("torch")

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Graph:
    """Notes when it is replayed."""

    order = []

    def __init__(self):
        self.number = None

    def replay(self):
        Graph.order.append(self.number)


class Event:
    now = 0.0

    def __init__(self, enable_timing):
        assert enable_timing

    def record(self):
        self.time = Event.now
        Event.now += 6.0

    def synchronize(self):
        pass

    def elapsed_time(self, other):
        return other.time - self.time


class Cuda(types.SimpleNamespace):
    """What measure.py needs of torch.cuda."""

    CUDAGraph, Event = Graph, Event
    captured = 0

    def __init__(self):
        stream = types.SimpleNamespace(cuda_stream=7, wait_stream=lambda other: None)
        super().__init__(
            Stream=lambda: stream, current_stream=lambda: stream,
            stream=lambda own: contextlib.nullcontext(), synchronize=lambda: None,
            empty_cache=lambda: None,
            mem_get_info=lambda: (1 << 30, 1 << 30),
            get_device_properties=lambda index: types.SimpleNamespace(
                name="Card", multi_processor_count=132, L2_cache_size=1 << 16))

    def graph(self, graph, stream):
        graph.number = self.captured
        self.captured += 1
        return contextlib.nullcontext()


@pytest.fixture
def device(monkeypatch, packaged):  # noqa: F811
    import measure
    library = RecordingDriver()
    driver = measure.launcher.Driver
    cuda = Cuda()
    Graph.order = []
    library.cuDriverGetVersion = lambda value: setattr(value._obj, "value", 13000) or 0
    monkeypatch.setattr(measure.launcher, "Driver", lambda: driver(library))
    monkeypatch.setattr(measure, "DEVICE", "cpu")
    monkeypatch.setattr(measure.torch, "cuda", cuda)
    monkeypatch.setattr(measure.peers, "find", lambda norm, direction: {
        "peer": lambda arguments: lambda: arguments[0].sum(),
        "broken": lambda arguments: 1 / 0})
    return measure, library, packaged


def run(folder, *options):
    import gpu
    return gpu.run(gpu.parse(["--folder", str(folder), "--only", "RMSNorm",
                              "--repeats", "4", *options]))


@pytest.fixture
def right(device, monkeypatch):
    """As if all were right: what the driver does not launch is written by nobody."""
    measure, _, _ = device
    import gpu
    monkeypatch.setattr(gpu, "check", lambda runner, kernel: ("right", True))
    monkeypatch.setattr(measure, "expect_finite", lambda case, sets: None)


def test_a_wrong_kernel_is_not_timed(device, capsys):
    """Zeros are no RMSNorm."""
    _, library, folder = device
    assert run(folder) == 1
    assert "| WRONG: " in capsys.readouterr().out
    assert Graph.order == []
    (launch,) = library.launches  # Of the check.
    assert launch["stream"] == 7


def test_timing(device, right, tmp_path):
    _, _, folder = device
    table = tmp_path / "table.md"
    assert run(folder, "--out", str(table)) == 0
    # The kernel, the copy and the peer in turn: five replays to warm up, then four.
    assert Graph.order == [0, 1, 2] * 9
    lines = [line for line in table.read_text().splitlines() if line.startswith("| RMS")]
    names = [line.split(" | ")[1] for line in lines]
    assert names == ["seednorm", "copy", "peer", "broken"]
    # 7 rows of 1024 f32 read and written and gamma make 61 440 bytes; three times a
    # cache of 64 KiB and one set more are 5, which 6 ms of a replay are divided by.
    assert "| right | 1200.00 | 1200.00 to 1200.00 | 0 | 100% |" in lines[0]
    assert "left out: ZeroDivisionError" in lines[3]
    assert "Card, 132 multiprocessors" in table.read_text()
    assert "CUDA 13.0" in table.read_text()


def test_variants_take_turns(device, right, tmp_path):
    """A kernel with another schedule is one more variant of its case, in the order of
    the manifest."""
    _, _, folder = device
    copy = shutil.copytree(folder, tmp_path / "package")
    own = "threads_per_row = 64, vector = 2"

    def add(contents):
        case, = (case for case in contents["cases"] if case["norm"] == "rms_norm")
        kernel, = (own for own in contents["kernels"] if own["norm"] == "rms_norm")
        case["variants"].append(own)
        contents["kernels"].append(kernel | {"overrides": own})
        # Of no case.
        contents["kernels"].append(kernel | {"overrides": "vector = 1"})
    edit(copy, add)
    table = tmp_path / "table.md"
    assert run(copy, "--without-peers", "--out", str(table)) == 0
    assert Graph.order == [0, 1, 2] * 9
    lines = [line for line in table.read_text().splitlines() if line.startswith("| RMS")]
    assert [line.split(" | ")[1:3] for line in lines] == [
        ["seednorm", "right"], [f"seednorm, {own}", "right"], ["copy", ""]]


def test_timed_results_are_finite(device, monkeypatch):
    """The driver writes nothing, over NaN."""
    measure, _, folder = device
    import gpu
    monkeypatch.setattr(gpu, "check", lambda runner, kernel: ("right", True))
    with pytest.raises(measure.manifest.PackageError, match="expects finite results of "
                       "RMSNorm forward 7x1024 f32"):
        run(folder)
