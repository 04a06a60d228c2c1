// Softmax: softmax generic f16. One program, and what the ops compute one by one.

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
  %v6 = arith.constant 0xFF800000 : f32
  %v7 = tensor.empty(%v2) : tensor<?x3xf32>
  %v8 = linalg.fill ins(%v6 : f32) outs(%v7 : tensor<?x3xf32>) -> tensor<?x3xf32>
  %v9 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v4 : tensor<?x3x96xf32>) outs(%v8 : tensor<?x3xf32>) {
  ^bb0(%a9_0: f32, %o9: f32):
    %v10 = arith.maximumf %a9_0, %o9 : f32
    linalg.yield %v10 : f32
  } -> tensor<?x3xf32>
  %v11 = tensor.empty(%v2) : tensor<?x3x96xf32>
  %v12 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v4, %v9 : tensor<?x3x96xf32>, tensor<?x3xf32>) outs(%v11 : tensor<?x3x96xf32>) {
  ^bb0(%a12_0: f32, %a12_1: f32, %o12: f32):
    %v13 = arith.subf %a12_0, %a12_1 : f32
    %v14 = math.exp %v13 : f32
    linalg.yield %v14 : f32
  } -> tensor<?x3x96xf32>
  %v15 = arith.constant 0.0 : f32
  %v16 = tensor.empty(%v2) : tensor<?x3xf32>
  %v17 = linalg.fill ins(%v15 : f32) outs(%v16 : tensor<?x3xf32>) -> tensor<?x3xf32>
  %v18 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v12 : tensor<?x3x96xf32>) outs(%v17 : tensor<?x3xf32>) {
  ^bb0(%a18_0: f32, %o18: f32):
    %v19 = arith.addf %a18_0, %o18 : f32
    linalg.yield %v19 : f32
  } -> tensor<?x3xf32>
  %v20 = tensor.empty(%v2) : tensor<?x3x96xf16>
  %v21 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v12, %v18 : tensor<?x3x96xf32>, tensor<?x3xf32>) outs(%v20 : tensor<?x3x96xf16>) {
  ^bb0(%a21_0: f32, %a21_1: f32, %o21: f16):
    %v22 = arith.divf %a21_0, %a21_1 : f32
    %v23 = arith.truncf %v22 : f32 to f16
    linalg.yield %v23 : f16
  } -> tensor<?x3x96xf16>
  return %v21 : tensor<?x3x96xf16>
}
