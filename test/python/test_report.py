#===- test_report.py - What a report says of accesses -----------------------===//
#
# Kernels run on rows that no vector access fits, and say why.
#
#===-----------------------------------------------------------------------===//

import pytest

import seednorm


def get_report(target, columns, dtype, heads=1, attributes=""):
    kernel = seednorm.compile(f"""
func.func @main(%x: tensor<?x{columns}x{dtype}> {{{attributes}}},
                %p: tensor<{columns}xf32>) -> tensor<?x{columns}x{dtype}> {{
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-6 heads {heads}
      : tensor<?x{columns}x{dtype}>, tensor<{columns}xf32>
  return %y : tensor<?x{columns}x{dtype}>
}}""", target=target)
    report, = kernel.report
    assert report["accesses"] in kernel.asm["report"]
    return report["accesses"]


@pytest.mark.parametrize("columns, dtype, attributes, expected", [
    (1024, "bf16", "", "8 columns, 16 bytes of the narrowest operand"),
    (1024, "f32", "", "4 columns, 16 bytes of the narrowest operand"),
    (1003, "f32", "", "1 columns, 4 bytes of the narrowest operand; no more divide the "
     "1003 columns of a row"),
    (1002, "bf16", "", "2 columns, 4 bytes of the narrowest operand; no more divide the "
     "1002 columns of a row"),
    (1024, "bf16", "seednorm.dense_dims = 1 : i64", "1 columns, 2 bytes of the narrowest "
     "operand; some slices are not aligned to more"),
    (1024, "bf16", "seednorm.dense_dims = 1 : i64, seednorm.alignment = 8 : i64",
     "4 columns, 8 bytes of the narrowest operand; some slices are not aligned to more"),
])
def test_gpu(columns, dtype, attributes, expected):
    assert get_report("sm_90a", columns, dtype, attributes=attributes) == expected


def test_cpu():
    assert get_report("cpu", 1024, "f32").endswith(" columns")
    assert get_report("cpu", 1022, "f32", heads=511) == (
        "2 columns; runs of 2 columns hold no more")
