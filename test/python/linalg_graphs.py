#===- linalg_graphs.py - Functions of linalg ops as text --------------------===//
#
# A graph of element-wise ops, sums over rows and broadcasts, in any types, as
# frameworks hand them over: one linalg.generic for each step. `Graph` writes
# them; `draw` draws one from a seed.
#
#===-----------------------------------------------------------------------===//

import random

WIDTHS = {"f16": 16, "bf16": 16, "f32": 32, "f64": 64}


def format_type(shape, dtype):
    return f"tensor<{''.join(f'{size}x' for size in shape)}{dtype}>"


class Tensor:
    """A value of a graph, and the loops that run over its dimensions."""

    def __init__(self, name, shape, dtype, loops):
        self.name, self.shape, self.dtype, self.loops = name, shape, dtype, loops

    @property
    def type(self):
        return format_type(self.shape, self.dtype)


class Graph:
    """A function on rows of `shape`, whose first dimension may be "?"."""

    def __init__(self, shape, dtype):
        self.shape = shape
        self.lines, self.count, self.arguments = [], 0, []
        self.loops = [f"d{i}" for i in range(len(shape))]
        self.x = self.add_argument(shape, dtype, self.loops)
        self.rows = None
        if shape[0] == "?":
            zero = self.write("arith.constant 0 : index")
            self.rows = self.write(f"tensor.dim {self.x.name}, {zero} : {self.x.type}")

    def write(self, text):
        self.count += 1
        self.lines.append(f"  %{self.count} = {text}")
        return f"%{self.count}"

    def add_argument(self, shape, dtype, loops):
        tensor = Tensor(f"%arg{len(self.arguments)}", shape, dtype, loops)
        self.arguments.append(tensor)
        return tensor

    def apply(self, op, *operands, dtype="f32"):
        return self.write(f"{op} {', '.join(operands)} : {dtype}")

    def constant(self, value, dtype="f32"):
        return self.write(f"arith.constant {value} : {dtype}")

    def cast(self, value, before, after):
        if before == after:
            return value
        op = "extf" if WIDTHS[after] > WIDTHS[before] else "truncf"
        return self.write(f"arith.{op} {value} : {before} to {after}")

    def build_empty(self, shape, dtype):
        sizes = self.rows if "?" in shape else ""
        return self.write(f"tensor.empty({sizes}) : {format_type(shape, dtype)}")

    def generic(self, inputs, shape, dtype, body, init=None):
        """One op on all loops of its inputs; those that the result lacks are reduced.
        `body` takes the elements, and the partial result, and returns one."""
        loops = max((t.loops for t in inputs), key=len)
        kept = loops[:len(shape)] if shape != [self.shape[-1]] else loops[-1:]
        init = init or self.build_empty(shape, dtype)

        def format_map(results):
            return f"affine_map<({', '.join(loops)}) -> ({', '.join(results)})>"

        maps = ", ".join(format_map(results) for results in
                         [*(t.loops for t in inputs), kept])
        kinds = ", ".join('"parallel"' if loop in kept else '"reduction"'
                          for loop in loops)
        self.count += 1
        number = self.count
        names = [f"%in{number}_{i}" for i in range(len(inputs))]
        head = (f"  %{number} = linalg.generic {{indexing_maps = [{maps}], "
                f"iterator_types = [{kinds}]}}\n"
                f"      ins({', '.join(t.name for t in inputs)} : "
                f"{', '.join(t.type for t in inputs)}) outs({init} : "
                f"{format_type(shape, dtype)}) {{\n  ^bb0("
                + ", ".join(f"{n}: {t.dtype}" for n, t in zip(names, inputs))
                + f", %out{number}: {dtype}):")
        outside, self.lines = self.lines, []
        result = body(names, f"%out{number}")
        inside, self.lines = self.lines, outside
        self.lines += [head, *("  " + line for line in inside),
                       f"    linalg.yield {result} : {dtype}",
                       f"  }} -> {format_type(shape, dtype)}"]
        return Tensor(f"%{number}", shape, dtype, kept)

    def reduce(self, inputs, op, identity, body):
        """Combines what `body` makes of elements, in f32, over the last loop."""
        shape = self.shape[:-1]
        zero = self.constant(identity)
        kind = format_type(shape, "f32")
        empty = self.build_empty(shape, "f32")
        init = self.write(f"linalg.fill ins({zero} : f32) outs({empty} : {kind}) -> {kind}")
        return self.generic(
            inputs, shape, "f32",
            lambda names, partial: self.apply(op, body(names), partial), init)

    def format(self, results):
        arguments = ", ".join(f"{t.name}: {t.type}" for t in self.arguments)
        types = ", ".join(t.type for t in results)
        return (f"func.func @main({arguments}) -> ({types}) {{\n"
                + "\n".join(self.lines)
                + f"\n  return {', '.join(t.name for t in results)} : {types}\n}}\n")


class _Draw:
    """Draws a graph. Elements stay around 1, so that no rounding is lost."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        rank = self.random.choice((1, 2, 2, 3, 3, 4))
        columns = self.random.choice((1, 5, 16, 33, 64, 96, 128))
        first = self.random.choice(("?", 3)) if rank > 1 else None
        leading = [first, 3, 2][:rank - 1]
        if rank > 2 and self.random.random() < 0.3:
            leading[-1] = 1
        self.g = Graph([*leading, columns], self.draw_type())
        self.whole, self.uniform, self.shared = [self.g.x], [], []
        for _ in range(self.random.randint(0, 1)):
            self.whole.append(
                self.g.add_argument(self.g.shape, self.draw_type(), self.g.loops))
        for _ in range(self.random.randint(0, 2)):
            self.shared.append(
                self.g.add_argument([columns], self.draw_type(), self.g.loops[-1:]))

    def draw_type(self):
        return self.random.choice(("f32", "f32", "bf16", "f16"))

    def widen(self, names, tensors):
        return [self.g.cast(name, tensor.dtype, "f32")
                for name, tensor in zip(names, tensors)]

    def add_whole(self):
        inputs = [self.random.choice(self.whole)]
        inputs += [self.random.choice(pool)
                   for pool in (self.whole, self.uniform, self.shared)
                   if pool and self.random.random() < 0.5]
        self.random.shuffle(inputs)
        dtype = self.draw_type()

        def body(names, _):
            values = self.widen(names, inputs)
            for _ in range(self.random.randint(1, 3)):
                lhs, rhs = self.random.choice(values), self.random.choice(values)
                op = self.random.choice(
                    ("arith.addf", "arith.subf", "arith.mulf", "arith.maximumf",
                     "math.tanh", "math.absf"))
                operands = (lhs,) if op.startswith("math") else (lhs, rhs)
                values.append(self.g.apply(op, *operands))
            bounded = self.g.apply("math.tanh", values[-1])
            return self.g.cast(bounded, "f32", dtype)

        # The first of the operands with all loops orders them.
        self.whole.append(self.g.generic(inputs, self.g.shape, dtype, body))

    def add_sum(self):
        inputs = [self.random.choice(self.whole)]
        if self.shared and self.random.random() < 0.4:
            inputs.append(self.random.choice(self.shared))
        op, identity = self.random.choice(
            (("arith.addf", "0.0"), ("arith.maximumf", "0xFF800000")))
        squared = self.random.random() < 0.5

        def body(names):
            values = self.widen(names, inputs)
            if len(values) == 2 or squared:
                return self.g.apply("arith.mulf", values[0], values[-1])
            return values[0]

        self.uniform.append(self.g.reduce(inputs, op, identity, body))

    def add_uniform(self):
        inputs = [self.random.choice(self.uniform)
                  for _ in range(self.random.randint(1, 2))]

        def body(names, _):
            total = self.g.apply("arith.addf", names[0], names[-1])
            above = self.g.apply("arith.addf", self.g.apply("math.absf", total),
                                 self.g.constant("1.5"))
            return self.g.apply("math.rsqrt", above)

        self.uniform.append(self.g.generic(inputs, self.g.shape[:-1], "f32", body))

    def add_shared(self):
        tensor = self.random.choice(self.shared)
        self.shared.append(self.g.generic(
            [tensor], tensor.shape, "f32",
            lambda names, _: self.g.apply("arith.addf", *self.widen(names, [tensor]),
                                          self.g.constant("1.0"))))

    def draw(self):
        for _ in range(self.random.randint(2, 12)):
            kind = self.random.random()
            if kind < 0.55:
                self.add_whole()
            elif kind < 0.8:
                self.add_sum()
            elif kind < 0.9 and self.uniform and len(self.g.shape) > 1:
                self.add_uniform()
            elif self.shared:
                self.add_shared()
        computed = [tensor for pool in (self.whole, self.uniform, self.shared)
                    for tensor in pool if not tensor.name.startswith("%arg")]
        if not computed:
            self.add_whole()
            computed = self.whole[-1:]
        count = min(len(computed), self.random.randint(1, 3))
        return self.g.format(self.random.sample(computed, count))


def draw(seed):
    """The text of a function @main; seeds give the same one everywhere."""
    return _Draw(seed).draw()
