#===- launcher.py - Kernels through the CUDA driver ------------------------===//
#
# The few functions of libcuda that loading and launching a cubin takes, by ctypes.
# The context is the device's primary one, which frameworks share.
#
#===-----------------------------------------------------------------------===//
"""A small launcher on the CUDA driver."""

import ctypes

from manifest import PackageError

# Numbers of the driver's interface (cuda.h).
COMPUTE_MAJOR, COMPUTE_MINOR = 75, 76
MAX_DYNAMIC_SHARED_BYTES, NON_PORTABLE_CLUSTERS = 8, 14
CLUSTER_DIMENSION, PROGRAMMATIC_SERIALIZATION = 4, 6
#: Dynamic shared memory beyond this, and clusters beyond this, are asked for.
DEFAULT_SHARED_BYTES, PORTABLE_CLUSTER = 48 * 1024, 8


class LaunchAttribute(ctypes.Structure):
    """CUlaunchAttribute: an id, padding to 8 bytes, a union of 64."""

    _fields_ = [("id", ctypes.c_int), ("pad", ctypes.c_char * 4),
                ("value", ctypes.c_uint * 16)]


class LaunchConfig(ctypes.Structure):
    """CUlaunchConfig."""

    _fields_ = [("grid", ctypes.c_uint * 3), ("block", ctypes.c_uint * 3),
                ("shared_bytes", ctypes.c_uint), ("stream", ctypes.c_void_p),
                ("attributes", ctypes.POINTER(LaunchAttribute)),
                ("num_attributes", ctypes.c_uint)]


class Driver:
    """The driver of this machine and the primary context of device 0."""

    def __init__(self, library=None):
        if library is None:
            try:
                library = ctypes.CDLL("libcuda.so.1")
            except OSError as error:
                raise PackageError(f"expects a CUDA driver, but {error}; use --dry "
                                   "where there is no GPU") from None
        self._library = library
        self.call("cuInit", ctypes.c_uint(0))
        device = ctypes.c_int()
        self.call("cuDeviceGet", ctypes.byref(device), ctypes.c_int(0))
        self._device = device
        context = ctypes.c_void_p()
        self.call("cuDevicePrimaryCtxRetain", ctypes.byref(context), device)
        self.call("cuCtxSetCurrent", context)

    def call(self, name, *arguments, about=""):
        """Calls a function of the driver; its failure is an error that names it."""
        code = getattr(self._library, name)(*arguments)
        if code:
            text = ctypes.c_char_p()
            self._library.cuGetErrorName(ctypes.c_int(code), ctypes.byref(text))
            known = text.value.decode() if text.value else f"error {code}"
            raise PackageError(f"{name} failed with {known}{about and ': '}{about}")

    def get_attribute(self, number):
        value = ctypes.c_int()
        self.call("cuDeviceGetAttribute", ctypes.byref(value), ctypes.c_int(number),
                  self._device)
        return value.value

    def get_chip(self):
        """"sm_90" for compute capability 9.0."""
        return (f"sm_{self.get_attribute(COMPUTE_MAJOR)}"
                f"{self.get_attribute(COMPUTE_MINOR)}")

    def get_version(self):
        """"13.0", the CUDA version that the driver supports."""
        value = ctypes.c_int()
        self.call("cuDriverGetVersion", ctypes.byref(value))
        return f"{value.value // 1000}.{value.value % 1000 // 10}"


class Module:
    """The kernels of a cubin; loaded as long as the process runs."""

    def __init__(self, driver, image, name):
        self._driver = driver
        self._functions = {}
        self._module = ctypes.c_void_p()
        driver.call("cuModuleLoadData", ctypes.byref(self._module),
                    ctypes.c_char_p(image), about=name)

    def prepare(self, call, pointers):
        """The launches of a call with buffers at these addresses, as a list to give
        `launch`: what does not change is done once."""
        return [self._prepare(launch, pointers) for launch in call.launches]

    def _prepare(self, launch, pointers):
        values = [ctypes.c_uint64(pointers[number]) for number in launch.buffers]
        values += [ctypes.c_int64(number) for number in launch.numbers]
        addresses = (ctypes.c_void_p * len(values))(
            *(ctypes.addressof(value) for value in values))
        attributes = (LaunchAttribute * 2)()
        count = 0
        if launch.cluster > 1:
            attributes[count].id = CLUSTER_DIMENSION
            attributes[count].value[:3] = (launch.cluster, 1, 1)
            count += 1
        if launch.dependent:
            attributes[count].id = PROGRAMMATIC_SERIALIZATION
            attributes[count].value[0] = 1
            count += 1
        config = LaunchConfig((launch.blocks, 1, 1), (launch.threads, 1, 1),
                              launch.dynamic_shared_bytes, None, attributes, count)
        # The values and attributes must live as long as what points to them.
        return _Prepared(self._get_function(launch), config, addresses,
                         (values, attributes), launch.blocks > 0)

    def _get_function(self, launch):
        if launch.kernel not in self._functions:
            function = ctypes.c_void_p()
            self._driver.call("cuModuleGetFunction", ctypes.byref(function),
                              self._module, launch.kernel.encode(), about=launch.kernel)
            if launch.dynamic_shared_bytes > DEFAULT_SHARED_BYTES:
                self._driver.call(
                    "cuFuncSetAttribute", function,
                    ctypes.c_int(MAX_DYNAMIC_SHARED_BYTES),
                    ctypes.c_int(launch.dynamic_shared_bytes), about=launch.kernel)
            if launch.cluster > PORTABLE_CLUSTER:
                self._driver.call("cuFuncSetAttribute", function,
                                  ctypes.c_int(NON_PORTABLE_CLUSTERS), ctypes.c_int(1),
                                  about=launch.kernel)
            self._functions[launch.kernel] = function
        return self._functions[launch.kernel]

    def launch(self, prepared, stream):
        """Enqueues prepared launches on a stream, an integer."""
        for own in prepared:
            if own.has_blocks:  # The driver takes no empty grid.
                own.config.stream = stream
                self._driver.call("cuLaunchKernelEx", ctypes.byref(own.config),
                                  own.function, own.addresses, None)


class _Prepared:
    def __init__(self, function, config, addresses, alive, has_blocks):
        self.function, self.config, self.addresses = function, config, addresses
        self._alive, self.has_blocks = alive, has_blocks
