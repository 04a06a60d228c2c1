#===- npy_round_trip.py - NumPy to npy-copy to NumPy ------------------------===//
#
# Usage: npy_round_trip.py <npy-copy> <scratch prefix>
#
#===-----------------------------------------------------------------------===//

import subprocess
import sys

import ml_dtypes
import numpy

copy, prefix = sys.argv[1:]
types = [ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, *"f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 ?".split()]
arrays = [numpy.arange(12).reshape(3, 4).astype(t) for t in types]
arrays += [numpy.float32(3), numpy.zeros((0, 5)), numpy.zeros((5, 0)),
           numpy.arange(7.0), numpy.ones((1,) * 32), numpy.ones((2, 1, 3)),
           numpy.arange(10)[::2], numpy.frombuffer(b"abcd", numpy.uint16)]
for array in arrays:
    numpy.save(prefix + ".in.npy", array)
    subprocess.run([copy, prefix + ".in.npy", prefix + ".out.npy"], check=True)
    before = numpy.load(prefix + ".in.npy")
    after = numpy.load(prefix + ".out.npy")
    assert before.dtype == after.dtype and before.shape == after.shape
    assert before.tobytes() == after.tobytes()
print(len(arrays), "arrays are equal")
