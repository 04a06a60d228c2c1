#===- check_integers.py - Compare results with the formula ------------------===//
#
# Usage: check_integers.py <folder of make_integers.py, with y.npy and s.npy>
#
#===-----------------------------------------------------------------------===//

import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "python"))
import philox  # noqa: E402

folder = pathlib.Path(sys.argv[1])
x, seed, y, s = (np.load(folder / f"{name}.npy") for name in ("x", "seed", "y", "s"))
assert y.dtype == np.int32 and s.dtype == np.int64
np.testing.assert_array_equal(s, np.full(4, seed))
bits = philox.bits(int(seed), 0, range(4), 30)
np.testing.assert_array_equal(y.view(np.uint32), bits ^ x.view(np.uint32))
print("fits")
