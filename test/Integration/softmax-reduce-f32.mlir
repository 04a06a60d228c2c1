// Softmax: softmax reduce f32. One program, and what the ops compute one by one.

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
  %v6 = linalg.reduce { arith.maximumf } ins(%x : tensor<?x3x96xf32>) outs(%v5 : tensor<?x3xf32>) dimensions = [2]
  %v7 = tensor.empty(%v3) : tensor<?x3x96xf32>
  %v8 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %v6 : tensor<?x3x96xf32>, tensor<?x3xf32>) outs(%v7 : tensor<?x3x96xf32>) {
  ^bb0(%a8_0: f32, %a8_1: f32, %o8: f32):
    %v9 = arith.subf %a8_0, %a8_1 : f32
    %v10 = math.exp %v9 : f32
    linalg.yield %v10 : f32
  } -> tensor<?x3x96xf32>
  %v11 = arith.constant 0.0 : f32
  %v12 = tensor.empty(%v3) : tensor<?x3xf32>
  %v13 = linalg.fill ins(%v11 : f32) outs(%v12 : tensor<?x3xf32>) -> tensor<?x3xf32>
  %v14 = linalg.reduce { arith.addf } ins(%v8 : tensor<?x3x96xf32>) outs(%v13 : tensor<?x3xf32>) dimensions = [2]
  %v15 = tensor.empty(%v3) : tensor<?x3x96xf32>
  %v16 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v8, %v14 : tensor<?x3x96xf32>, tensor<?x3xf32>) outs(%v15 : tensor<?x3x96xf32>) {
  ^bb0(%a16_0: f32, %a16_1: f32, %o16: f32):
    %v17 = arith.divf %a16_0, %a16_1 : f32
    linalg.yield %v17 : f32
  } -> tensor<?x3x96xf32>
  return %v16 : tensor<?x3x96xf32>
}
