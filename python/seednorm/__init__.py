#===- __init__.py - A compiler for normalization layers --------------------===//
#
# What users see. Importing it loads neither PyTorch nor a GPU driver.
#
#===-----------------------------------------------------------------------===//
"""A compiler for normalization layers.

Build a graph, compile it for a target, call it with arrays of NumPy, PyTorch or
anything else with DLPack::

    import seednorm

    g = seednorm.Graph()
    x = g.input((None, 4096), "bf16", name="x")
    alpha, beta, gamma = (
        g.input((4096,), "f32", name=name) for name in ("alpha", "beta", "gamma"))
    g.output(seednorm.seednorm(x, alpha, beta, gamma, eps=1e-6))

    kernel = seednorm.compile(g, target="cpu")
    y = kernel(x=activations, alpha=a, beta=b, gamma=c)
"""

try:
    from seednorm._seednorm import __version__
except ImportError as error:
    # The loader names the file it lacks, but not who has it.
    if "libMLIR" not in str(error) and "libLLVM" not in str(error):
        raise
    raise ImportError(
        "seednorm expects the shared libraries of LLVM and MLIR that it was built with, "
        f"but {error}; install them (Debian: apt-get install libmlir-22), or add their "
        "folder to LD_LIBRARY_PATH", name=error.name, path=error.path) from None
from seednorm.errors import (
    CacheWarning, CompilerError, ExecutionError, SeednormError, UnknownStageError,
    UsageError)
from seednorm.functions import Norm, norm
from seednorm.gradient import Gradient, grad
from seednorm.graph import Graph
from seednorm.kernel import Kernel, compile
from seednorm.maths import (
    cast, cos, erf, exp, exp2, expm1, log, log10, log1p, log2, max, maximum, mean,
    min, minimum, rsqrt, sigmoid, sin, sqrt, sum, tanh, where)
from seednorm.memory import drop_kept_memory, get_kept_memory, set_kept_memory
from seednorm.ops import (
    ada_seednorm, bhyt, crms_norm, dyt, fix_norm, group_norm, head_scale,
    instance_norm, l1_norm, l2_norm, layer_norm, log_softmax, modulate,
    quantize, rms_norm, scale_norm, seednorm, softmax)
from seednorm.options import Options
from seednorm.packages import LoadedKernel, load, save
from seednorm.specs import Operand, OutsideOp, Program, TensorSpec
from seednorm.threads import get_num_threads, set_num_threads
from seednorm.values import Condition, Value

# Without max, min and sum, which are Python's where everything is imported.
__all__ = [
    "CacheWarning", "CompilerError", "Condition", "ExecutionError", "Gradient", "Graph",
    "Kernel", "LoadedKernel", "Norm", "Operand", "Options", "OutsideOp", "Program",
    "SeednormError", "TensorSpec", "UnknownStageError", "UsageError", "Value", "__version__",
    "ada_seednorm", "bhyt", "compile", "crms_norm", "drop_kept_memory", "dyt", "fix_norm",
    "get_kept_memory", "get_num_threads", "grad", "group_norm", "head_scale",
    "instance_norm", "l1_norm", "l2_norm", "layer_norm", "load", "log_softmax", "modulate",
    "norm", "quantize", "rms_norm", "save", "scale_norm", "seednorm", "set_kept_memory",
    "set_num_threads", "softmax",
    "cast", "cos", "erf", "exp", "exp2", "expm1", "log", "log10", "log1p", "log2",
    "maximum", "mean", "minimum", "rsqrt", "sigmoid", "sin", "sqrt", "tanh", "where",
]
