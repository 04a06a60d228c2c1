// Softmax: softmax generic f32. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x3x96xf32>) -> tensor<?x3x96xf32> {
  %v1 = arith.constant 0xFF800000 : f32
  %v2 = arith.constant 0 : index
  %v3 = tensor.dim %x, %v2 : tensor<?x3x96xf32>
  %v4 = tensor.empty(%v3) : tensor<?x3xf32>
  %v5 = linalg.fill ins(%v1 : f32) outs(%v4 : tensor<?x3xf32>) -> tensor<?x3xf32>
  %v6 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<?x3x96xf32>) outs(%v5 : tensor<?x3xf32>) {
  ^bb0(%a6_0: f32, %o6: f32):
    %v7 = arith.maximumf %a6_0, %o6 : f32
    linalg.yield %v7 : f32
  } -> tensor<?x3xf32>
  %v8 = tensor.empty(%v3) : tensor<?x3x96xf32>
  %v9 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %v6 : tensor<?x3x96xf32>, tensor<?x3xf32>) outs(%v8 : tensor<?x3x96xf32>) {
  ^bb0(%a9_0: f32, %a9_1: f32, %o9: f32):
    %v10 = arith.subf %a9_0, %a9_1 : f32
    %v11 = math.exp %v10 : f32
    linalg.yield %v11 : f32
  } -> tensor<?x3x96xf32>
  %v12 = arith.constant 0.0 : f32
  %v13 = tensor.empty(%v3) : tensor<?x3xf32>
  %v14 = linalg.fill ins(%v12 : f32) outs(%v13 : tensor<?x3xf32>) -> tensor<?x3xf32>
  %v15 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v9 : tensor<?x3x96xf32>) outs(%v14 : tensor<?x3xf32>) {
  ^bb0(%a15_0: f32, %o15: f32):
    %v16 = arith.addf %a15_0, %o15 : f32
    linalg.yield %v16 : f32
  } -> tensor<?x3xf32>
  %v17 = tensor.empty(%v3) : tensor<?x3x96xf32>
  %v18 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v9, %v15 : tensor<?x3x96xf32>, tensor<?x3xf32>) outs(%v17 : tensor<?x3x96xf32>) {
  ^bb0(%a18_0: f32, %a18_1: f32, %o18: f32):
    %v19 = arith.divf %a18_0, %a18_1 : f32
    linalg.yield %v19 : f32
  } -> tensor<?x3x96xf32>
  return %v18 : tensor<?x3x96xf32>
}
