#===- transformer.py - A two-block Pre-LN transformer ----------------------===//
#
# Usage: transformer.py emit (constant | argument)
#        transformer.py check (constant | argument) <output>...
#
# `emit` prints the network in linalg and norm ops, with a main function that
# prints its results. Tokens enter by a constant embedding, or as rows that are
# an argument. `check` compares what runs of it printed with the same network in
# numpy and float64.
#
#===-----------------------------------------------------------------------===//

import re
import sys

import numpy as np

TOKENS, FEATURES, WIDTH, HIDDEN, CLASSES, BLOCKS = 5, 6, 8, 16, 3, 2
EPS = 1e-5


def make_weights(entry):
    rng = np.random.default_rng(2305)

    def draw(*shape, offset=0.0):
        # The offset gives rows of weights, and so the stream, a mean.
        return np.float32(rng.normal(size=shape) / np.sqrt(shape[0]) + offset)

    weights = {"tokens": draw(TOKENS, FEATURES if entry == "constant" else WIDTH),
               "embedding": draw(FEATURES, WIDTH, offset=0.3),
               "positions": draw(TOKENS, WIDTH, offset=1.0)}
    for block in range(BLOCKS):
        for name in ("query", "key", "value"):
            weights[f"{name}{block}"] = draw(WIDTH, WIDTH)
        weights[f"out{block}"] = draw(WIDTH, WIDTH, offset=0.2)
        weights[f"up{block}"] = draw(WIDTH, HIDDEN)
        weights[f"up_bias{block}"] = draw(HIDDEN)
        weights[f"down{block}"] = draw(HIDDEN, WIDTH, offset=-0.2)
        weights[f"down_bias{block}"] = draw(WIDTH, offset=0.5)
    weights["head"] = draw(WIDTH, CLASSES)
    for norm in range(2 * BLOCKS + 1):
        weights[f"gamma{norm}"] = draw(WIDTH, offset=1.0)
        weights[f"beta{norm}"] = draw(WIDTH)
    return weights


#===-----------------------------------------------------------------------===//
# The network in numpy
#===-----------------------------------------------------------------------===//

def compute(entry):
    w = {name: value.astype(np.float64) for name, value in make_weights(entry).items()}

    def layer_norm(x, number):
        c = x - x.mean(axis=-1, keepdims=True)
        c /= np.sqrt((c * c).mean(axis=-1, keepdims=True) + EPS)
        return c * w[f"gamma{number}"] + w[f"beta{number}"]

    def softmax(x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    x = w["tokens"]
    if entry == "constant":
        x = x @ w["embedding"] + w["positions"]
    for block in range(BLOCKS):
        n = layer_norm(x, 2 * block)
        q, k, v = (n @ w[f"{name}{block}"] for name in ("query", "key", "value"))
        x = x + softmax(q @ k.T * WIDTH ** -0.5) @ v @ w[f"out{block}"]
        n = layer_norm(x, 2 * block + 1)
        h = np.tanh(n @ w[f"up{block}"] + w[f"up_bias{block}"])
        x = x + h @ w[f"down{block}"] + w[f"down_bias{block}"]
    return layer_norm(x, 2 * BLOCKS) @ w["head"]


#===-----------------------------------------------------------------------===//
# The network in linalg
#===-----------------------------------------------------------------------===//

ROWS = "affine_map<(d0, d1) -> (d0, d1)>"
COLUMNS = "affine_map<(d0, d1) -> (d1)>"
TRANSPOSED = ("affine_map<(d0, d1, d2) -> (d0, d2)>, "
              "affine_map<(d0, d1, d2) -> (d1, d2)>, "
              "affine_map<(d0, d1, d2) -> (d0, d1)>")


class Writer:
    """Lines of a function body; values are (name, columns)."""

    def __init__(self, weights):
        self.weights, self.lines, self.count = weights, [], 0

    def add(self, columns, text):
        self.count += 1
        name = f"%v{self.count}"
        self.lines.append(f"  {name} = {text}")
        return name, columns

    def constant(self, name):
        value = self.weights[name]
        numbers = str([[f"{n:.9e}" for n in row] for row in np.atleast_2d(value)])
        numbers = numbers.replace("'", "")
        shape = "x".join(map(str, value.shape))
        if value.ndim == 1:
            numbers = numbers[1:-1]
        return self.add(value.shape[-1],
                        f"arith.constant dense<{numbers}> : tensor<{shape}xf32>")

    def empty(self, columns):
        return self.add(columns, f"tensor.empty() : {rows(columns)}")

    def matmul(self, x, weight, inner, maps=""):
        (x, _), (weight, columns) = x, weight
        shape = f"{columns}x{inner}" if maps else f"{inner}x{columns}"
        zero, _ = self.add(
            columns, f"linalg.fill ins(%zero : f32) outs({self.empty(columns)[0]} : "
            f"{rows(columns)}) -> {rows(columns)}")
        return self.add(
            columns, f"linalg.matmul {maps} ins({x}, {weight} : {rows(inner)}, "
            f"tensor<{shape}xf32>) outs({zero} : {rows(columns)}) -> {rows(columns)}")

    def linear(self, x, name):
        return self.matmul(x, self.constant(name), x[1])

    def sum(self, x, y):
        columns = x[1]
        return self.add(
            columns, f"linalg.add ins({x[0]}, {y[0]} : {rows(columns)}, {rows(columns)}) "
            f"outs({self.empty(columns)[0]} : {rows(columns)}) -> {rows(columns)}")

    def map(self, x, body, row=None):
        """`body` makes %r of the element %a and of %b, the column's in `row`."""
        columns = x[1]
        ins, types, maps, args = x[0], rows(columns), ROWS, "%a: f32"
        if row:
            ins += f", {row[0]}"
            types += f", tensor<{columns}xf32>"
            maps += f", {COLUMNS}"
            args += ", %b: f32"
        return self.add(
            columns, f"linalg.generic {{indexing_maps = [{maps}, {ROWS}], iterator_types = "
            f'["parallel", "parallel"]}} ins({ins} : {types}) '
            f"outs({self.empty(columns)[0]} : {rows(columns)}) {{\n"
            f"  ^bb0({args}, %o: f32):\n    {body}\n    linalg.yield %r : f32\n"
            f"  }} -> {rows(columns)}")

    def bias(self, x, name):
        return self.map(x, "%r = arith.addf %a, %b : f32", self.constant(name))

    def layer_norm(self, x, number):
        gamma, beta = self.constant(f"gamma{number}"), self.constant(f"beta{number}")
        return self.add(
            WIDTH, f"norm.layer_norm {x[0]}, {gamma[0]} bias {beta[0]} eps {EPS:e} : "
            f"{rows(WIDTH)}, tensor<{WIDTH}xf32>, tensor<{WIDTH}xf32>")


def rows(columns):
    return f"tensor<{TOKENS}x{columns}xf32>"


def write_block(f, x, block):
    n = f.layer_norm(x, 2 * block)
    q, k, v = (f.linear(n, f"{name}{block}") for name in ("query", "key", "value"))
    scores = f.matmul(q, (k[0], TOKENS), WIDTH, f"indexing_maps = [{TRANSPOSED}]")
    scores = f.map(scores, "%r = arith.mulf %a, %scale : f32")
    shares = f.add(TOKENS, f"norm.softmax {scores[0]} : {rows(TOKENS)}")
    mixed = f.matmul(shares, v, TOKENS)
    x = f.sum(x, f.linear(mixed, f"out{block}"))
    h = f.bias(f.linear(f.layer_norm(x, 2 * block + 1), f"up{block}"), f"up_bias{block}")
    h = f.map(h, "%r = math.tanh %a : f32")
    return f.sum(x, f.bias(f.linear(h, f"down{block}"), f"down_bias{block}"))


def emit(entry):
    f = Writer(make_weights(entry))
    x = "%x", FEATURES if entry == "constant" else WIDTH
    parameter = rows(x[1])
    if entry == "constant":
        x = f.sum(f.linear(x, "embedding"), f.constant("positions"))
    for block in range(BLOCKS):
        x = write_block(f, x, block)
    y = f.linear(f.layer_norm(x, 2 * BLOCKS), "head")
    main = Writer(f.weights)
    tokens = main.constant("tokens")[0]
    print(f"func.func @network(%x: {parameter}) -> {rows(CLASSES)} {{",
          "  %zero = arith.constant 0.0 : f32",
          f"  %scale = arith.constant {WIDTH ** -0.5:.9e} : f32", *f.lines,
          f"  return {y[0]} : {rows(CLASSES)}", "}", "func.func @main() {", *main.lines,
          f"  %y = call @network({tokens}) : ({parameter}) -> {rows(CLASSES)}",
          "  %c0 = arith.constant 0 : index", "  %pad = arith.constant 0.0 : f32",
          "  %v = vector.transfer_read %y[%c0, %c0], %pad {in_bounds = [true, true]} : "
          f"{rows(CLASSES)}, vector<{TOKENS}x{CLASSES}xf32>",
          # As integers, since floats are printed with six digits.
          f"  %bits = arith.bitcast %v : vector<{TOKENS}x{CLASSES}xf32> to "
          f"vector<{TOKENS}x{CLASSES}xi32>",
          f"  vector.print %bits : vector<{TOKENS}x{CLASSES}xi32>", "  return", "}",
          sep="\n")


def check(entry, paths):
    expected = compute(entry)
    # Of roundings one after the other, along the longest chain of sums, each
    # as likely up as down.
    attention = 3 * WIDTH + WIDTH + WIDTH + 2 * TOKENS + TOKENS + WIDTH
    chain = FEATURES + BLOCKS * (attention + 3 * WIDTH + WIDTH + HIDDEN) + 4 * WIDTH
    bound = np.sqrt(chain) * 2.0 ** -24 * np.abs(expected).max()
    for path in paths:
        with open(path) as file:
            bits = [int(number) for number in re.findall(r"-?\d+", file.read())]
        numbers = np.int32(bits).view(np.float32).reshape(expected.shape)
        error = np.abs(numbers - expected).max()
        print(f"{error / bound:.3f} of the bound")
        if not error <= bound:
            sys.exit(f"expects errors of at most {bound}, but got {error} in {path}")


if __name__ == "__main__":
    if sys.argv[1] == "emit":
        emit(sys.argv[2])
    else:
        check(sys.argv[2], sys.argv[3:])
