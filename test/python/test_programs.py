"""Norms that no pass knows by name, as row programs, on every target.

Two levels, a maximum, per-row results, every kind of access, heads that fill
chunks, lanes and warps or none of them evenly.
"""

import numpy as np
import pytest
import seednorm

TARGETS = ["cpu", "emulated"]
COLUMNS = [1, 24, 100, 1001, 1024, 3000, 4096, 8192]


def assert_close(result, exact, bound=5e-6):
    """Largest error relative to the largest magnitude of the result."""
    assert result.shape == exact.shape
    assert np.abs(result - exact).max() <= bound * np.abs(exact).max()


def layer_norm(columns):
    row, vector = f"tensor<?x{columns}xf32>", f"vector<{columns}xf32>"
    return f"""
func.func @main(%x: {row}, %g: tensor<{columns}xf32>) -> ({row}, tensor<?xf32>) {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : {row}
  %y0 = tensor.empty(%n) : {row}
  %r0 = tensor.empty(%n) : tensor<?xf32>
  %y:2 = row.program ins(%x : {row} by row, %g : tensor<{columns}xf32> shared)
      outs(%y0 : {row} by row, %r0 : tensor<?xf32> by row) {{
  ^bb0(%xv: {vector}, %gv: {vector}):
    %zero = arith.constant 0.0 : f32
    %inverse = arith.constant {1 / columns:.10e} : f32
    %eps = arith.constant 1.0e-5 : f32
    %sum = vector.multi_reduction <add>, %xv, %zero [0] : {vector} to f32
    %mean = arith.mulf %sum, %inverse : f32
    %means = vector.broadcast %mean : f32 to {vector}
    %centred = arith.subf %xv, %means : {vector}
    %square = arith.mulf %centred, %centred : {vector}
    %squares = vector.multi_reduction <add>, %square, %zero [0] : {vector} to f32
    %variance = arith.mulf %squares, %inverse : f32
    %shifted = arith.addf %variance, %eps : f32
    %r = math.rsqrt %shifted : f32
    %rs = vector.broadcast %r : f32 to {vector}
    %unit = arith.mulf %centred, %rs : {vector}
    %scaled = arith.mulf %unit, %gv : {vector}
    row.yield %scaled, %r : {vector}, f32
  }}
  return %y#0, %y#1 : {row}, tensor<?xf32>
}}"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("columns", COLUMNS)
def test_layer_norm(rng, target, columns):
    x = (rng.standard_normal((7, columns)) + 3).astype(np.float32)
    g = rng.standard_normal(columns).astype(np.float32)
    y, r = seednorm.compile(layer_norm(columns), target=target)(x, g)
    x64 = x.astype(np.float64)
    centred = x64 - x64.mean(-1, keepdims=True)
    exact_r = 1 / np.sqrt((centred**2).mean(-1) + 1e-5)
    assert_close(y, centred * exact_r[:, None] * g)
    assert_close(r, exact_r)


def softmax(columns):
    row, vector = f"tensor<2x?x{columns}xf32>", f"vector<{columns}xf32>"
    return f"""
func.func @main(%x: {row}) -> {row} {{
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : {row}
  %y0 = tensor.empty(%n) : {row}
  %y = row.program ins(%x : {row} by row) outs(%y0 : {row} by row) {{
  ^bb0(%xv: {vector}):
    %lowest = arith.constant 0xFF800000 : f32
    %zero = arith.constant 0.0 : f32
    %max = vector.multi_reduction <maximumf>, %xv, %lowest [0] : {vector} to f32
    %maxs = vector.broadcast %max : f32 to {vector}
    %shifted = arith.subf %xv, %maxs : {vector}
    %e = math.exp %shifted : {vector}
    %sum = vector.multi_reduction <add>, %e, %zero [0] : {vector} to f32
    %sums = vector.broadcast %sum : f32 to {vector}
    %q = arith.divf %e, %sums : {vector}
    row.yield %q : {vector}
  }}
  return %y : {row}
}}"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("columns", COLUMNS)
def test_softmax(rng, target, columns):
    # Negative throughout: columns beyond the row must not be the maximum.
    x = (rng.standard_normal((2, 3, columns)) - 50).astype(np.float32)
    y = seednorm.compile(softmax(columns), target=target)(x)
    e = np.exp(x.astype(np.float64) - x.max(-1, keepdims=True))
    assert_close(y, e / e.sum(-1, keepdims=True))


def mixed(columns, heads, groups="?"):
    """A dot product per head with an initial value by cycle, its maximum over
    the heads, column numbers, and three results of different resolution."""
    run = columns // heads
    vector, head, split = (
        f"vector<{shape}xf32>" for shape in (columns, heads, f"{heads}x{run}")
    )
    return f"""
func.func @main(%x: tensor<6x{columns}xf32>, %group: tensor<{groups}x{columns}xf32>,
                %cycle: tensor<2x{heads}xf32>, %scale: tensor<6xf32>)
    -> (tensor<6x{columns}xf32>, tensor<6x{heads}xf32>, tensor<6xf32>) {{
  %y0 = tensor.empty() : tensor<6x{columns}xf32>
  %d0 = tensor.empty() : tensor<6x{heads}xf32>
  %m0 = tensor.empty() : tensor<6xf32>
  %y:3 = row.program
      ins(%x : tensor<6x{columns}xf32> by row,
          %group : tensor<{groups}x{columns}xf32> by group 3,
          %cycle : tensor<2x{heads}xf32> by cycle 2, %scale : tensor<6xf32> by row)
      outs(%y0 : tensor<6x{columns}xf32> by row, %d0 : tensor<6x{heads}xf32> by row,
           %m0 : tensor<6xf32> by row) {{
  ^bb0(%xv: {vector}, %gv: {vector}, %cv: {head}, %s: f32):
    %lowest = arith.constant 0xFF800000 : f32
    %p = arith.mulf %xv, %gv : {vector}
    %ph = vector.shape_cast %p : {vector} to {split}
    %dot = vector.multi_reduction <add>, %ph, %cv [1] : {split} to {head}
    %max = vector.multi_reduction <maximumf>, %dot, %lowest [0] : {head} to f32
    %maxs = vector.broadcast %max : f32 to {head}
    %below = arith.subf %dot, %maxs : {head}
    %column = vector.shape_cast %below : {head} to vector<{heads}x1xf32>
    %spread = vector.broadcast %column : vector<{heads}x1xf32> to {split}
    %factor = vector.shape_cast %spread : {split} to {vector}
    %step = vector.step : vector<{columns}xindex>
    %number = arith.index_cast %step : vector<{columns}xindex> to vector<{columns}xi32>
    %float = arith.sitofp %number : vector<{columns}xi32> to {vector}
    %shift = vector.broadcast %s : f32 to {vector}
    %0 = arith.mulf %xv, %factor : {vector}
    %1 = arith.addf %0, %shift : {vector}
    %2 = arith.addf %1, %float : {vector}
    row.yield %2, %dot, %max : {vector}, {head}, f32
  }}
  return %y#0, %y#1, %y#2 : tensor<6x{columns}xf32>, tensor<6x{heads}xf32>, tensor<6xf32>
}}"""


def mixed_operands(rng, columns, heads, groups=2):
    shapes = ((6, columns), (groups, columns), (2, heads), (6,))
    return [rng.standard_normal(shape).astype(np.float32) for shape in shapes]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "columns, heads",
    [(8, 4), (64, 4), (96, 8), (1000, 8), (1002, 3), (1024, 16), (4096, 8), (5120, 40)],
)
def test_mixed(rng, target, columns, heads):
    x, group, cycle, scale = mixed_operands(rng, columns, heads)
    y, dot, most = seednorm.compile(mixed(columns, heads), target=target)(
        x, group, cycle, scale
    )
    rows = np.arange(6)
    product = x.astype(np.float64) * group[rows // 3]
    exact_dot = product.reshape(6, heads, -1).sum(-1) + cycle[rows % 2]
    exact_most = exact_dot.max(-1)
    factor = np.repeat(exact_dot - exact_most[:, None], columns // heads, axis=1)
    assert_close(y, x * factor + scale[:, None] + np.arange(columns))
    assert_close(dot, exact_dot)
    assert_close(most, exact_most)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("groups", (1, 3))
def test_other_numbers_of_groups_are_refused(rng, target, groups):
    """Row 5 of group 1 would be read beyond the operand; a group 2 not at all."""
    kernel = seednorm.compile(mixed(64, 4), target=target)
    with pytest.raises(seednorm.UsageError, match="expects '.+' to have 2 slices, one "
                       f"for each group of rows, but got {groups}"):
        kernel(*mixed_operands(rng, 64, 4, groups=groups))


@pytest.mark.parametrize("target", TARGETS)
def test_rows_of_two_operands_must_agree(rng, target):
    row = "tensor<?x16xf32>"
    text = f"""
func.func @main(%x: {row}, %h: {row}) -> {row} {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : {row}
  %y0 = tensor.empty(%n) : {row}
  %y = row.program ins(%x : {row} by row, %h : {row} by row) outs(%y0 : {row} by row) {{
  ^bb0(%xv: vector<16xf32>, %hv: vector<16xf32>):
    %s = arith.addf %xv, %hv : vector<16xf32>
    row.yield %s : vector<16xf32>
  }}
  return %y : {row}
}}"""
    kernel = seednorm.compile(text, target=target)
    x, h = (rng.standard_normal((rows, 16)).astype(np.float32) for rows in (5, 4))
    np.testing.assert_array_equal(kernel(x[:4].copy(), h), x[:4] + h)
    with pytest.raises(seednorm.UsageError, match="expects dimension 0 of 'arg1' to have "
                       "size 5, as it has in 'arg0' on the same rows, but got 4"):
        kernel(x, h)


@pytest.mark.parametrize("target", TARGETS)
def test_argument_as_output_is_not_written(rng, target):
    text = """
func.func @main(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %y = row.program ins(%x : tensor<?x64xf32> by row) outs(%x : tensor<?x64xf32> by row) {
  ^bb0(%xv: vector<64xf32>):
    %s = arith.addf %xv, %xv : vector<64xf32>
    row.yield %s : vector<64xf32>
  }
  return %y : tensor<?x64xf32>
}"""
    x = rng.standard_normal((5, 64)).astype(np.float32)
    given = x.copy()
    np.testing.assert_array_equal(seednorm.compile(text, target=target)(x), 2 * x)
    np.testing.assert_array_equal(x, given)


@pytest.mark.parametrize("entry", ["a-b", "0x", "é", "a.b", 'a"b'])
def test_any_entry_name_becomes_a_kernel_name(entry):
    """LLVM and ptxas stop at characters that PTX does not know."""
    g = seednorm.Graph()
    x, gamma = g.input((None, 64), "f32"), g.input((64,), "f32")
    g.output(seednorm.rms_norm(x, gamma, eps=1e-6))
    kernel = seednorm.compile(g, target="sm_90a", entry=entry)
    (cost,) = kernel.report
    assert cost["spill_bytes"] == 0
    assert cost["name"].replace("_", "").isalnum()


def test_report_without_rows_is_json():
    g = seednorm.Graph()
    x, gamma = g.input((0, 64), "f32"), g.input((64,), "f32")
    g.output(seednorm.rms_norm(x, gamma, eps=1e-6))
    (cost,) = seednorm.compile(g, target="sm_90a").report
    assert cost["row_bytes_per_element"] is None
    assert cost["minimum_row_bytes_per_element"] == 8


def test_deep_nesting_is_refused():
    with pytest.raises(seednorm.UsageError, match="nested at most 1000 deep"):
        seednorm.compile("func.func @main(%x: " + "tensor<" * 200000)


def test_a_scalar_for_each_row_is_counted_once():
    """All lanes of a warp read it in one request."""
    text = """
func.func @main(%x: tensor<?x64xf32>, %s: tensor<?xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %y0 = tensor.empty(%n) : tensor<?x64xf32>
  %y = row.program ins(%x : tensor<?x64xf32> by row, %s : tensor<?xf32> by row)
      outs(%y0 : tensor<?x64xf32> by row) {
  ^bb0(%xv: vector<64xf32>, %sv: f32):
    %b = vector.broadcast %sv : f32 to vector<64xf32>
    %p = arith.mulf %xv, %b : vector<64xf32>
    row.yield %p : vector<64xf32>
  }
  return %y : tensor<?x64xf32>
}"""
    (cost,) = seednorm.compile(text, target="sm_90a").report
    assert cost["row_bytes_per_element"] == cost["minimum_row_bytes_per_element"]


@pytest.mark.parametrize("columns", [1, 8, 96, 1000, 1002, 1003, 1024, 1026, 4096, 8192])
@pytest.mark.parametrize("dtype, parameter_dtype", [("f32", "f32"), ("bf16", "f32")])
def test_kernels_read_rows_once_and_spill_nothing(columns, dtype, parameter_dtype):
    """Rows move once, parameters at most once a block, registers suffice."""
    for heads in {1, next((h for h in (2, 3, 17) if columns % h == 0), 1)}:
        g = seednorm.Graph()
        x = g.input((None, columns), dtype)
        parameters = [g.input((columns,), parameter_dtype) for _ in range(3)]
        g.output(seednorm.seednorm(x, *parameters, eps=1e-6, num_heads=heads))
        (cost,) = seednorm.compile(g, target="sm_90a").report
        assert cost["row_bytes_per_element"] == cost["minimum_row_bytes_per_element"]
        assert cost["parameter_bytes_per_block"] <= cost["parameter_bytes"]
        assert cost["spill_bytes"] == 0


@pytest.mark.parametrize("columns, padded", [
    (7, 8), (12, 16), (100, 128), (1000, 1024), (1023, 1024), (5, 640), (8000, 8192)])
@pytest.mark.parametrize("target", TARGETS)
def test_columns_beyond_a_row(rng, target, columns, padded):
    """They are 0 when read, take part in sums, and are not stored."""
    text = f"""
func.func @main(%x: tensor<?x{columns}xf32>) -> (tensor<?x{columns}xf32>, tensor<?xf32>) {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x{columns}xf32>
  %e = tensor.empty(%n) : tensor<?x{columns}xf32>
  %f = tensor.empty(%n) : tensor<?xf32>
  %y, %s = row.program ins(%x : tensor<?x{columns}xf32> by row)
      outs(%e : tensor<?x{columns}xf32> by row, %f : tensor<?xf32> by row) {{
  ^bb0(%v: vector<{padded}xf32>):
    %one = arith.constant dense<1.0> : vector<{padded}xf32>
    %zero = arith.constant 0.0 : f32
    %next = arith.addf %v, %one : vector<{padded}xf32>
    %sum = vector.multi_reduction <add>, %next, %zero [0] : vector<{padded}xf32> to f32
    row.yield %next, %sum : vector<{padded}xf32>, f32
  }}
  return %y, %s : tensor<?x{columns}xf32>, tensor<?xf32>
}}"""
    kernel = seednorm.compile(text, target=target)
    x = rng.standard_normal((5, columns)).astype(np.float32)
    y, s = kernel(x)
    np.testing.assert_array_equal(y, x + np.float32(1))
    np.testing.assert_allclose(s, x.sum(-1, dtype=np.float64) + padded, rtol=1e-5)
