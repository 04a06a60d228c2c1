#===- check_eight_bits.py - Every byte came back ----------------------------===//
#
# Usage: check_eight_bits.py <folder of make_eight_bits.py>
#
#===-----------------------------------------------------------------------===//

import pathlib
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1])
for name, dtype in ("a", "V1"), ("b", "V1"), ("c", "i1"):
    array = np.load(folder / f"{name}.npy")
    assert array.dtype == np.dtype(dtype), array.dtype
    assert array.tobytes() == bytes(range(256)), name
print("the same bytes")
