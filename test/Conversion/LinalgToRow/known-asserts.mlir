// RUN: seednorm-opt %s --convert-linalg-to-row=report | FileCheck %s

// What always holds need not be asserted.

// CHECK-LABEL: func @holds
// CHECK-NOT:     cf.assert
// CHECK:         row.program
// CHECK-NOT:     cf.assert
// CHECK:         return
func.func @holds(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      outs(%x : tensor<?x8xf32>) {
  ^bb0(%a: f32):
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %ok = arith.cmpf une, %one, %zero : f32
    cf.assert %ok, "division by zero"
    %r = arith.divf %a, %one : f32
    linalg.yield %r : f32
  } -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
