#===- package.py - Kernels and their runner for a machine with a GPU -------===//
#
# Usage: benchmarks/package.py OUT [--chip CHIP]... [--case CASE]... [--without-ir]
#
# Compiles the norms ahead of time and writes a folder OUT, or OUT.tar, with a cubin
# for each, a manifest, the runner gpu.py with all it needs, and what exact results
# follow from. A case is "seednorm backward 8192x4096 bf16": a norm (seednorm,
# rms_norm, layer_norm), a direction, rows x D, and f32 or bf16. Behind it may be
# " with vector = 4, keep = shared", fields that override those of its schedule: that
# kernel is checked too, and timed in turn with others of the case. Kernels that the
# compiler refuses are named and left out. The LLVM IR, for the dry run, goes along
# unless --without-ir says otherwise. Needs a build, and no GPU.
#
#===-----------------------------------------------------------------------===//

import argparse
import datetime
import json
import pathlib
import re
import shutil
import sys
import tarfile
import tempfile
from typing import NamedTuple

import graphs
import manifest
import norms
import seednorm

ROOT = pathlib.Path(__file__).resolve().parents[1]
#: What runs there.
RUNNER = ("gpu.py", "gpu_cases.py", "launcher.py", "emulated.py", "manifest.py",
          "measure.py", "norms.py", "peers.py")
#: Those that docs/Benchmarks.md has targets for, and rows beyond registers.
SHAPES = ("32768x1024", "4096x4096", "8192x4096", "32768x8192", "16384x16384",
          "8192x32768", "4096x65536", "16384x131072")
DECODE = ("1x4096", "8x4096", "32x4096")


class Case(NamedTuple):
    norm: str
    backward: bool
    rows: int
    columns: int
    dtype: str
    overrides: str = ""


def parse_case(text):
    found = re.fullmatch(r"(\w+) (forward|backward) (\d+)x(\d+) (f32|bf16)"
                         r"(?: with (\w+ = \w+(?:, \w+ = \w+)*))?", text)
    if not found or found[1] not in norms.TITLES:
        raise argparse.ArgumentTypeError(
            "expects a case such as 'seednorm backward 8192x4096 bf16' or 'rms_norm "
            "forward 8x4096 f32 with vector = 2, keep = shared', of "
            f"{', '.join(norms.TITLES)}, but got '{text}'")
    return Case(found[1], found[2] == "backward", int(found[3]), int(found[4]), found[5],
                found[6] or "")


def get_default_cases():
    cases = [f"{norm} {direction} {shape} bf16" for norm in norms.TITLES
             for direction in ("forward", "backward") for shape in SHAPES]
    cases += [f"{norm} forward {shape} bf16" for norm in norms.TITLES
              for shape in DECODE]
    cases += [f"{norm} {direction} 4096x4096 f32" for norm in norms.TITLES
              for direction in ("forward", "backward")]
    return [parse_case(text) for text in cases]


def describe(spec, is_result):
    return {"name": spec.name, "dtype": spec.dtype, "shape": list(spec.shape),
            "alignment": spec.alignment, "role": "result" if is_result else "argument"}


def compile_kernel(case, chip, folder, with_ir):
    """The entry of a kernel in the manifest; its files are in `folder` then."""
    schedule = dict(field.split(" = ") for field in case.overrides.split(", ") if field)
    kernel = seednorm.compile(
        graphs.build(case.norm, case.columns, case.dtype, case.backward), target=chip,
        schedule=schedule)
    direction = "backward" if case.backward else "forward"
    name = f"{case.norm}-{direction}-{case.columns}-{case.dtype}-{chip}"
    name += "".join(f"-{field}-{value}" for field, value in schedule.items())
    cubin = f"kernels/{name}.cubin"
    (folder / cubin).write_bytes(kernel.asm["cubin"])
    if with_ir:
        (folder / f"kernels/{name}.ll").write_text(kernel.asm["llvm"])
    reports = kernel.report
    plan = json.loads(kernel.asm["launches"])
    return {
        "name": name, "norm": case.norm, "direction": direction,
        "columns": case.columns, "dtype": case.dtype, "overrides": case.overrides,
        "chip": chip, "cubin": cubin,
        "ir": f"kernels/{name}.ll" if with_ir else None,
        "arguments": [describe(spec, False) for spec in kernel.arguments],
        "results": [describe(spec, True) for spec in kernel.results],
        "plan": plan,
        "static_shared_bytes": {
            own["name"]: own["shared_bytes"] - launch["dynamic_shared_bytes"]
            for own, launch in zip(reports, plan["launches"], strict=True)},
        "row_bytes_per_element": reports[0]["minimum_row_bytes_per_element"],
        "rows_per_block": reports[0]["rows_per_block"],
        "persistent_blocks": reports[0]["persistent_blocks"],
        "schedule": reports[0]["schedule"]}


def describe_kernel(case):
    text = f"{case.norm} {case.columns} {case.dtype}"
    return f"{text} with {case.overrides}" if case.overrides else text


def compile_all(cases, chips, folder, with_ir):
    """Manifest entries of kernels, each once, and of cases that have one, each with
    its variants."""
    kernels, kept, refused = {}, {}, set()
    for case in cases:
        for chip in chips:
            key = (*case._replace(rows=0), chip)
            if key in kernels or key in refused:
                continue
            try:
                kernels[key] = compile_kernel(case, chip, folder, with_ir)
                print(f"{kernels[key]['name']}: compiled", flush=True)
            except seednorm.UsageError as error:
                refused.add(key)
                reason = re.sub(r"^.*?error: ", "", str(error).splitlines()[0])
                print(f"{describe_kernel(case)} {chip}: left out: {reason}",
                      flush=True)
        if any((*case._replace(rows=0), chip) in kernels for chip in chips):
            entry = kept.setdefault(case._replace(overrides=""), {
                "norm": case.norm, "rows": case.rows, "columns": case.columns,
                "dtype": case.dtype,
                "direction": "backward" if case.backward else "forward",
                "variants": []})
            if case.overrides not in entry["variants"]:
                entry["variants"].append(case.overrides)
    return list(kernels.values()), list(kept.values())


def write_package(folder, cases, chips, with_ir):
    (folder / "kernels").mkdir(parents=True)
    kernels, kept = compile_all(cases, chips, folder, with_ir)
    if not kernels:
        raise manifest.PackageError("expects at least one case with a kernel, but all "
                                    "are refused")
    for name in RUNNER:
        shutil.copy(ROOT / "benchmarks" / name, folder / name)
    for name in norms.REFERENCE_FILES:
        target = folder / "reference" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    files = {path.relative_to(folder).as_posix(): manifest.hash_file(path)
             for path in sorted(folder.rglob("*")) if path.is_file()}
    (folder / manifest.NAME).write_text(json.dumps({
        "version": manifest.VERSION, "made_by": f"seednorm {seednorm.__version__}",
        "date": str(datetime.date.today()), "files": files, "kernels": kernels,
        "cases": kept}, indent=1) + "\n")
    print(f"{len(kernels)} kernels for {len(kept)} cases in {folder.name}")


def main():
    parser = argparse.ArgumentParser(description="package kernels for a GPU machine")
    parser.add_argument("out", type=pathlib.Path, help="a new folder, or a .tar")
    parser.add_argument("--chip", action="append", help="default: sm_80 and sm_90a")
    parser.add_argument("--case", action="append", type=parse_case)
    parser.add_argument("--without-ir", action="store_true")
    arguments = parser.parse_args()
    if arguments.out.exists():
        parser.error(f"expects a path that is not there yet, but got '{arguments.out}'")
    cases = arguments.case or get_default_cases()
    chips = arguments.chip or ["sm_80", "sm_90a"]
    try:
        if arguments.out.suffix != ".tar":
            write_package(arguments.out, cases, chips, not arguments.without_ir)
            return
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary) / arguments.out.stem
            write_package(folder, cases, chips, not arguments.without_ir)
            with tarfile.open(arguments.out, "w") as archive:
                archive.add(folder, arcname=folder.name)
    except (manifest.PackageError, seednorm.SeednormError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
