#===- check_result.py - Compare a file with the formula ---------------------===//
#
# Usage: check_result.py <folder of make_arrays.py> <result>
#
#===-----------------------------------------------------------------------===//

import pathlib
import sys

import ml_dtypes
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "python"))
import reference  # noqa: E402

folder = pathlib.Path(sys.argv[1])
x = np.load(folder / "x_f32.npy")
gamma = np.load(folder / "gamma.npy")
result = np.load(sys.argv[2])
assert result.dtype == np.dtype("V2"), result.dtype
expected, bound = reference.evaluate("rms_norm", x, gamma, dtype="bf16")
print(reference.find_mismatch(result.view(ml_dtypes.bfloat16), expected, bound,
                              "bf16") or "fits")
