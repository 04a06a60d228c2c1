#===- make_arrays.py - Arrays for the tests of seednorm-run -----------------===//
#
# Usage: make_arrays.py <folder>
#
#===-----------------------------------------------------------------------===//

import pathlib
import sys

import ml_dtypes
import numpy as np

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(0)
x = rng.standard_normal((4, 64)).astype(ml_dtypes.bfloat16)
# bf16 travels as opaque bytes, which ml_dtypes writes, or as bits.
np.save(folder / "x.npy", x)
np.save(folder / "x_bits.npy", x.view(np.uint16))
np.save(folder / "x_f32.npy", x.astype(np.float32))
np.save(folder / "x_narrow.npy", x[:, :63])
np.save(folder / "x_columns.npy", np.asfortranarray(x.view(np.uint16)))
np.save(folder / "gamma.npy", rng.standard_normal(64).astype(np.float32))
whole = (folder / "x.npy").read_bytes()
(folder / "truncated.npy").write_bytes(whole[:-1])
(folder / "headless.npy").write_bytes(whole[:20])
(folder / "text.npy").write_text("0.5 0.25")
