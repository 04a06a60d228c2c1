#===- emulation.py - Kernels as text, launched one by one -------------------===//
#
# Runs the LLVM IR of a graph's kernels by seednorm-emulate, as the graph's launch
# plan has it: so a test may change the text before.
#
#===-----------------------------------------------------------------------===//
"""LLVM IR of kernels on the emulator."""

import json
import os
import pathlib
import subprocess

import numpy as np

import seednorm

TOOL = pathlib.Path(seednorm.__file__).parents[2] / "bin" / "seednorm-emulate"

#: What temporaries hold at first: no number that a test expects.
FILL = 0xA5

BINARY = {
    "add": lambda a, b: a + b, "mul": lambda a, b: a * b,
    "div": lambda a, b: a // b, "ceildiv": lambda a, b: -(-a // b),
    "max": max, "min": min}


class Kernels:
    """The kernels of a compiled graph, as text that can be changed.

    Attributes:
        llvm: the LLVM IR of all kernels.
        plan: how they are launched, as the stage "launches" has it.
    """

    def __init__(self, kernel):
        self.llvm = kernel.asm["llvm"]
        self.plan = json.loads(kernel.asm["launches"])

    def run(self, folder, arguments, results, llvm=None, seed=0):
        """Launches all kernels.

        Args:
            folder: where to write files.
            arguments: arrays, dense.
            results: shape and type of each result.
            llvm: the text of the kernels, if not their own.
            seed: orders lanes.

        Returns:
            The results, or the text of the emulator's error.
        """
        (folder / "kernels.ll").write_text(llvm or self.llvm)
        buffers = [np.array(array) for array in arguments]
        buffers += [np.zeros(shape, dtype) for shape, dtype in results]
        sizes = self._get_sizes(buffers)
        buffers += [np.full(sizes[number], FILL, np.uint8)
                    for number in self.plan["temporaries"]]
        buffers += [np.frombuffer(bytes.fromhex(text), np.uint8)
                    for text in self.plan["constants"]]
        for number, buffer in enumerate(buffers):
            buffer.tofile(folder / f"{number}.bin")
        for launch in self.plan["launches"]:
            command = self._get_command(launch, buffers, sizes, len(arguments))
            done = subprocess.run([*command, f"--seed={seed}"], cwd=folder,
                                  capture_output=True, text=True)
            if done.returncode:
                # An abort, or a signal, is no report.
                assert done.returncode == 1, (done.returncode, done.stderr)
                return done.stderr
        return [np.fromfile(folder / f"{len(arguments) + number}.bin", dtype).reshape(shape)
                for number, (shape, dtype) in enumerate(results)]

    def _get_command(self, launch, buffers, sizes, num_arguments):
        command = [os.fspath(TOOL), "kernels.ll", f"--kernel={launch['kernel']}",
                   f"--grid={sizes[launch['blocks']]}",
                   f"--block={sizes[launch['threads']]}",
                   f"--shared={launch['dynamic_shared_bytes']}"]
        if launch["dependent"]:
            command.append("--dependent")
        writable = range(num_arguments, len(buffers) - len(self.plan["constants"]))
        for number in launch["buffers"]:
            words = [f"b{number}", "i8", str(buffers[number].nbytes), f"@{number}.bin"]
            if number in writable:
                words.append("rw")
                command.append(f"--save=b{number}={number}.bin")
            # The kernel ahead may write rows, not what all rows share.
            if launch["dependent"] and buffers[number].ndim != 1:
                words.append("predecessor")
            command.append("--buffer=" + ":".join(words))
        return command + [f"--i64={sizes[number]}" for number in launch["numbers"]]

    def _get_sizes(self, buffers):
        """The value of each node of the plan's sizes."""
        sizes = []
        for node in self.plan["sizes"]:
            match node["op"]:
                case "constant":
                    sizes.append(node["value"])
                case "dim":
                    sizes.append(buffers[node["buffer"]].shape[node["dim"]])
                case "stride":
                    buffer = buffers[node["buffer"]]
                    sizes.append(buffer.strides[node["dim"]] // buffer.itemsize)
                case op:
                    sizes.append(BINARY[op](sizes[node["lhs"]], sizes[node["rhs"]]))
        return sizes
