#===- make_integers.py - Arrays of integers for seednorm-run ----------------===//
#
# Usage: make_integers.py <folder>
#
#===-----------------------------------------------------------------------===//

import pathlib
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
np.save(folder / "x.npy", np.arange(120, dtype=np.int32).reshape(4, 30) - 60)
np.save(folder / "seed.npy", np.array(-(2**62) - 12345, np.int64))
