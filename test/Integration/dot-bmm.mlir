// The dot product with beta: dot bmm. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<2x3x96xf32>, %alpha: tensor<96xf32>, %beta: tensor<96xf32>, %gamma: tensor<96xf32>) -> tensor<2x3x96xf32> {
  %v1 = arith.constant 0.0 : f32
  %v2 = tensor.empty() : tensor<2x3xf32>
  %v3 = linalg.fill ins(%v1 : f32) outs(%v2 : tensor<2x3xf32>) -> tensor<2x3xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<2x3x96xf32>) outs(%v3 : tensor<2x3xf32>) {
  ^bb0(%a4_0: f32, %o4: f32):
    %v5 = arith.mulf %a4_0, %a4_0 : f32
    %v6 = arith.addf %v5, %o4 : f32
    linalg.yield %v6 : f32
  } -> tensor<2x3xf32>
  %v7 = tensor.empty() : tensor<2x3xf32>
  %v8 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v4 : tensor<2x3xf32>) outs(%v7 : tensor<2x3xf32>) {
  ^bb0(%a8_0: f32, %o8: f32):
    %v9 = arith.constant 96.0 : f32
    %v10 = arith.divf %a8_0, %v9 : f32
    %v11 = arith.constant 1.0e-6 : f32
    %v12 = arith.addf %v10, %v11 : f32
    %v13 = math.rsqrt %v12 : f32
    linalg.yield %v13 : f32
  } -> tensor<2x3xf32>
  %v14 = tensor.expand_shape %beta [[0, 1]] output_shape [96, 1] : tensor<96xf32> into tensor<96x1xf32>
  %v15 = tensor.empty() : tensor<2x96x1xf32>
  %v16 = linalg.broadcast ins(%v14 : tensor<96x1xf32>) outs(%v15 : tensor<2x96x1xf32>) dimensions = [0]
  %v17 = arith.constant 0.0 : f32
  %v18 = tensor.empty() : tensor<2x3x1xf32>
  %v19 = linalg.fill ins(%v17 : f32) outs(%v18 : tensor<2x3x1xf32>) -> tensor<2x3x1xf32>
  %v20 = linalg.batch_matmul ins(%x, %v16 : tensor<2x3x96xf32>, tensor<2x96x1xf32>) outs(%v19 : tensor<2x3x1xf32>) -> tensor<2x3x1xf32>
  %v21 = tensor.collapse_shape %v20 [[0], [1, 2]] : tensor<2x3x1xf32> into tensor<2x3xf32>
  %v22 = tensor.empty() : tensor<2x3xf32>
  %v23 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v21 : tensor<2x3xf32>) outs(%v22 : tensor<2x3xf32>) {
  ^bb0(%a23_0: f32, %o23: f32):
    %v24 = math.tanh %a23_0 : f32
    linalg.yield %v24 : f32
  } -> tensor<2x3xf32>
  %v25 = tensor.empty() : tensor<2x3x96xf32>
  %v26 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %v8, %v23, %alpha, %gamma : tensor<2x3x96xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v25 : tensor<2x3x96xf32>) {
  ^bb0(%a26_0: f32, %a26_1: f32, %a26_2: f32, %a26_3: f32, %a26_4: f32, %o26: f32):
    %v27 = arith.mulf %a26_0, %a26_1 : f32
    %v28 = arith.mulf %a26_2, %a26_3 : f32
    %v29 = arith.addf %v28, %a26_4 : f32
    %v30 = arith.mulf %v29, %v27 : f32
    linalg.yield %v30 : f32
  } -> tensor<2x3x96xf32>
  return %v26 : tensor<2x3x96xf32>
}
