// Softmax: softmax named f16. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x3x96xf16>) -> tensor<?x3x96xf16> {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x3x96xf16>
  %v3 = tensor.empty(%v2) : tensor<?x3x96xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<?x3x96xf16>) outs(%v3 : tensor<?x3x96xf32>) {
  ^bb0(%a4_0: f16, %o4: f32):
    %v5 = arith.extf %a4_0 : f16 to f32
    linalg.yield %v5 : f32
  } -> tensor<?x3x96xf32>
  %v6 = tensor.empty(%v2) : tensor<?x3x96xf32>
  %v7 = linalg.softmax dimension(2) ins(%v4 : tensor<?x3x96xf32>) outs(%v6 : tensor<?x3x96xf32>) -> tensor<?x3x96xf32>
  %v8 = tensor.empty(%v2) : tensor<?x3x96xf16>
  %v9 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v7 : tensor<?x3x96xf32>) outs(%v8 : tensor<?x3x96xf16>) {
  ^bb0(%a9_0: f32, %o9: f16):
    %v10 = arith.truncf %a9_0 : f32 to f16
    linalg.yield %v10 : f16
  } -> tensor<?x3x96xf16>
  return %v9 : tensor<?x3x96xf16>
}
