#===- show-package.py - What a package says --------------------------------===//
#
# Usage: show-package.py PACKAGE
#
# Reads the bytes of a package by the table of docs/Packages.md, without a line of
# ours, so that both agree.
#
#===-----------------------------------------------------------------------===//

import struct
import sys

TYPES = "f64 f32 f16 bf16 f8E4M3FN f8E5M2 i8 i32 i64".split()


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 24

    def number(self):
        self.at += 8
        return struct.unpack_from("<q", self.data, self.at - 8)[0]

    def bytes(self):
        size = self.number()
        self.at += size
        return self.data[self.at - size:self.at]

    def text(self):
        return self.bytes().decode()

    def numbers(self):
        return self.list(self.number)

    def list(self, element):
        return [element() for _ in range(self.number())]

    def record(self, *fields):
        return lambda: [field() for field in fields]


def read_kernel(r):
    n, t, b = r.number, r.text, r.bytes
    sizes = lambda: r.list(r.record(n, n, n))
    print_at = r.text()
    spec = r.record(t, n, lambda: r.list(r.record(n, n, n)), n, n)
    arguments, results = r.list(spec), r.list(spec)
    r.list(r.record(n, n))
    sizes()
    r.list(r.record(n, n, n, t, t))
    symbols = lambda: r.list(r.record(t, n))
    cpu = r.record(t, lambda: r.list(t), t, n, n,
                   lambda: r.list(r.record(n, n, n, b)), r.numbers, symbols,
                   symbols, n)() if n() else None
    launch = r.record(t, r.numbers, r.numbers, n, n, n, n, n)
    gpu = r.record(t, b, b, n, sizes, r.numbers, lambda: r.list(b),
                   lambda: r.list(launch))() if n() else None
    return print_at, arguments, results, cpu, gpu


def show(entry, arguments, results, cpu, gpu):
    print(entry, "for", (cpu or gpu)[0])
    for role, specs in ("argument", arguments), ("result", results):
        for name, dtype, shape, alignment, _ in specs:
            print(role, name, TYPES[dtype], [size for size, _, _ in shape], alignment)
    if gpu:
        # The architecture is the second byte of a cubin's e_flags; before CUDA 13,
        # the first.
        flags = struct.unpack_from("<I", gpu[1], 48)[0]
        is_new = gpu[1][8] >= 8
        print("cubin of an ELF for sm_%d" % (flags >> 8 & 0xff if is_new else flags & 0xff))
        if gpu[2]:
            print("PTX")
        for launch in gpu[7]:
            print("launch", launch[0])
    if cpu:
        print("loops", cpu[-1])
        print("needs", *cpu[1])


def main():
    data = open(sys.argv[1], "rb").read()
    assert data[:8] == b"\x89SNP\r\n\x1a\n"
    version, _, size = struct.unpack_from("<IIQ", data, 8)
    assert version == 2 and size == len(data)
    reader = Reader(data)
    reader.text()
    for kernel in reader.list(lambda: read_kernel(reader)):
        show(*kernel)
    assert reader.at == len(data)


main()
