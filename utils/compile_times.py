#===- compile_times.py - How long fusing a graph of many ops takes ----------===//
#
# Usage: compile_times.py [--tool <seednorm-opt>] [<number of linalg ops>...]
#
# Writes a function of so many linalg ops, element-wise ones and sums over rows
# that all belong together, and runs the pipeline to row programs on it. Prints the
# seconds; fails unless it becomes one program.
#
#===-----------------------------------------------------------------------===//

import argparse
import os
import subprocess
import sys
import time

BUILD = os.environ.get("SEEDNORM_BUILD_DIR") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "build")
COLUMNS = 64
ROW, NUMBER = f"tensor<?x{COLUMNS}xf32>", "tensor<?xf32>"
ROWS, EACH = "affine_map<(d0, d1) -> (d0, d1)>", "affine_map<(d0, d1) -> (d0)>"
# Sums of a row need each other, and each goes through the row once more.
OPS_PER_SUM, MAX_SUMS = 50, 8


def write_generic(name, inputs, payload, init, is_sum):
    """One linalg op. `inputs` are pairs of a name and whether it is a row."""
    maps = [ROWS if is_row else EACH for _, is_row in inputs]
    maps.append(EACH if is_sum else ROWS)
    loops = '"parallel", "reduction"' if is_sum else '"parallel", "parallel"'
    names = ", ".join(value for value, _ in inputs)
    types = ", ".join(ROW if is_row else NUMBER for _, is_row in inputs)
    arguments = ", ".join(f"%a{i}: f32" for i in range(len(inputs)))
    result = NUMBER if is_sum else ROW
    return f"""
  {name} = linalg.generic {{indexing_maps = [{", ".join(maps)}], iterator_types = [{loops}]}}
      ins({names} : {types}) outs({init} : {result}) {{
  ^bb0({arguments}, %o: f32):
    %r = {payload} : f32
    linalg.yield %r : f32
  }} -> {result}"""


def write_module(count):
    """A function of `count` linalg ops on rows of one input."""
    lines, value = [], "%x"
    every = max(OPS_PER_SUM, -(-count // MAX_SUMS))
    for i in range(count):
        if i % every == every - 2 and i + 1 < count:
            lines.append(write_generic(f"%v{i}", [(value, True)], "arith.addf %a0, %o",
                                       "%zeros", True))
            continue
        is_scale = i % every == every - 1
        other = (f"%v{i - 1}", False) if is_scale else ("%x", True)
        op = ("arith.mulf", "arith.addf", "arith.maximumf")[i % 3]
        lines.append(write_generic(f"%v{i}", [(value, True), other], f"{op} %a0, %a1",
                                   "%rows", False))
        value = f"%v{i}"
    return f"""
func.func @main(%x: {ROW}) -> {ROW} {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c0 : {ROW}
  %rows = tensor.empty(%n) : {ROW}
  %numbers = tensor.empty(%n) : {NUMBER}
  %zeros = linalg.fill ins(%zero : f32) outs(%numbers : {NUMBER}) -> {NUMBER}{"".join(lines)}
  return {value} : {ROW}
}}
"""


def measure(tool, count):
    """Seconds that the tool takes for `count` ops."""
    start = time.perf_counter()
    subprocess.run(
        [tool, "-", "--seednorm-to-rows",
         "--row-report=remarks=false expect-programs=1", "-o", os.devnull],
        input=write_module(count), text=True, check=True)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description="time the pipeline to row programs")
    parser.add_argument("--tool", default=os.path.join(BUILD, "bin", "seednorm-opt"))
    parser.add_argument("counts", nargs="*", type=int, default=[500, 1000, 2000, 5000])
    arguments = parser.parse_args()
    for count in arguments.counts:
        if count < 2:
            parser.error(f"expects at least 2 ops, but got {count}")
        try:
            seconds = measure(arguments.tool, count)
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(f"error: {count} ops: {error}")
        print(f"{count} linalg ops: 1 program, {seconds:.2f} s, "
              f"{1000 * seconds / count:.2f} ms an op", flush=True)


if __name__ == "__main__":
    main()
