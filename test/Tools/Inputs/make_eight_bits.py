#===- make_eight_bits.py - Every byte, as each type of 8 bits ---------------===//
#
# Usage: make_eight_bits.py <folder>
#
#===-----------------------------------------------------------------------===//

import pathlib
import sys

import ml_dtypes
import numpy as np

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
bits = np.arange(256, dtype=np.uint8).reshape(2, 128)
np.save(folder / "bits.npy", bits)
np.save(folder / "e4m3fn.npy", bits.view(ml_dtypes.float8_e4m3fn))
np.save(folder / "e5m2.npy", bits.view(ml_dtypes.float8_e5m2))
np.save(folder / "i8.npy", bits.view(np.int8))
