#===- calls.py - Calling with arrays ---------------------------------------===//
#
# Arrays are matched with arguments and viewed, results allocated. Shapes, alignment
# and overlap are checked by the call itself.
#
#===-----------------------------------------------------------------------===//
"""What kernels have in common, compiled here or loaded."""

import sys
from typing import NamedTuple

import numpy

from seednorm import _seednorm, arrays, dtypes, specs
from seednorm.errors import UsageError
from seednorm.options import check_integer


class Callable:
    """Has what a call needs: `entry`, `arguments`, `results`, `_on_gpu`, `_caller`,
    and `_specialize`, which gives what runs a call with these arrays."""

    def _set_callable(self, native):
        """Takes signature and short way from an `_seednorm.Callable`."""
        self.arguments = specs.make_specs(native.arguments)
        self.results = specs.make_specs(native.results)
        self._caller = _seednorm.Caller(native)
        self._learn_types()

    def _learn_types(self):
        """Tells the caller of types of NumPy that were loaded since."""
        self._caller.set_numpy_types(dtypes.get_loaded_numpy_types())

    def _call(self, arguments, named, out, seed, stream):
        # What is plain runs nothing of Python.
        if type(seed) is int and not seed and stream is None and not self._on_gpu:
            results = self._caller.call(arguments, named, out)
            if results is not NotImplemented:
                return results
        results = self._call_with_checks(arguments, named, out, seed, stream)
        self._learn_types()
        return results

    def _call_with_checks(self, arguments, named, out, seed, stream):
        check_integer("seed", seed)
        if stream is not None:
            check_integer("stream", stream)
            if not self._on_gpu:
                raise UsageError(f"{self.entry}: expects no 'stream' for a kernel that "
                                 f"runs on the CPU, but got {stream}")
        call = self._prepare(arguments, named, out, stream)
        call.kernel.run(call.views, call.result_views, seed, call.stream)
        return call.results if len(call.results) != 1 else call.results[0]

    def _prepare(self, arguments, named, out, stream):
        given = self._match(arguments, named)
        if stream is None:
            stream = _get_current_stream(given) if self._on_gpu else 0
        views = [self._view(array, spec, stream)
                 for array, spec in zip(given, self.arguments)]
        results, result_views = (), []
        if out is not None:
            results, result_views = self._view_out(out, stream)
        kernel = self._specialize(views, given, result_views)
        if out is None:
            shapes = kernel.result_shapes(views)
            like = given[0] if given else numpy.empty(0)
            allocated = [
                arrays.allocate(like, shape, spec.dtype, spec.alignment)
                for shape, spec in zip(shapes, self.results)]
            results = tuple(array for array, _ in allocated)
            result_views = [result for _, result in allocated]
        return Call(kernel, views, results, result_views, stream)

    def _view(self, array, spec, stream):
        if not spec.shape and not self._on_gpu:
            array = arrays.wrap_number(array, spec)
        result = arrays.view(array, spec.name, self._on_gpu, stream)
        arrays.check_dtype(result, spec, array)
        return result

    def _match(self, positional, named):
        """The arguments in order."""
        names = [spec.name for spec in self.arguments]
        if len(positional) > len(names):
            raise UsageError(f"{self.entry}: expects {len(names)} arguments "
                             f"({', '.join(names)}), but got {len(positional)}")
        given = dict(zip(names, positional))
        for name, array in named.items():
            if name not in names:
                raise UsageError(f"{self.entry}: expects arguments "
                                 f"{', '.join(names)}, but got '{name}'")
            if name in given:
                raise UsageError(f"{self.entry}: expects '{name}' once, but got "
                                 "it by position and by name")
            given[name] = array
        missing = [name for name in names if name not in given]
        if missing:
            raise UsageError(f"{self.entry}: expects {len(names)} arguments "
                             f"({', '.join(names)}), but '{missing[0]}' is "
                             "missing")
        return [given[name] for name in names]

    def _view_out(self, out, stream):
        results = tuple(out) if isinstance(out, (tuple, list)) else (out,)
        if len(results) != len(self.results):
            raise UsageError(f"{self.entry}: expects 'out' to hold "
                             f"{len(self.results)} arrays, but got {len(results)}")
        views = [self._view(array, spec, stream)
                 for array, spec in zip(results, self.results)]
        for array, result, spec in zip(results, views, self.results):
            if result.strides:
                raise UsageError(f"expects '{spec.name}' of 'out' to be dense and "
                                 f"row-major, but got strides {result.strides}; "
                                 f"{arrays.hint_dense(array)}")
            if result.read_only:
                raise UsageError(f"expects '{spec.name}' of 'out' to be "
                                 "writable, but it is read-only")
        return results, views


class Call(NamedTuple):
    kernel: object
    views: list
    results: tuple
    result_views: list
    stream: int


def _get_current_stream(arguments):
    """PyTorch's current stream if the first argument is PyTorch's."""
    torch = sys.modules.get("torch")
    if torch and arguments and isinstance(arguments[0], torch.Tensor):
        if arguments[0].is_cuda:
            return torch.cuda.current_stream(arguments[0].device).cuda_stream
    return 0
