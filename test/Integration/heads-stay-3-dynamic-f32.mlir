// A dot product for each head: heads stay 3 dynamic f32. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x3x96xf32>, %alpha: tensor<96xf32>, %beta: tensor<96xf32>, %gamma: tensor<96xf32>) -> tensor<?x3x96xf32> {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x3x96xf32>
  %v3 = tensor.expand_shape %x [[0], [1], [2, 3]] output_shape [%v2, 3, 6, 16] : tensor<?x3x96xf32> into tensor<?x3x6x16xf32>
  %v4 = tensor.expand_shape %alpha [[0, 1]] output_shape [6, 16] : tensor<96xf32> into tensor<6x16xf32>
  %v5 = tensor.expand_shape %beta [[0, 1]] output_shape [6, 16] : tensor<96xf32> into tensor<6x16xf32>
  %v6 = arith.constant 0.0 : f32
  %v7 = tensor.empty(%v2) : tensor<?x3xf32>
  %v8 = linalg.fill ins(%v6 : f32) outs(%v7 : tensor<?x3xf32>) -> tensor<?x3xf32>
  %v9 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<?x3x96xf32>) outs(%v8 : tensor<?x3xf32>) {
  ^bb0(%a9_0: f32, %o9: f32):
    %v10 = arith.mulf %a9_0, %a9_0 : f32
    %v11 = arith.addf %v10, %o9 : f32
    linalg.yield %v11 : f32
  } -> tensor<?x3xf32>
  %v12 = arith.constant 96.0 : f32
  %v13 = arith.constant 1.0e-6 : f32
  %v14 = tensor.empty(%v2) : tensor<?x3xf32>
  %v15 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v9 : tensor<?x3xf32>) outs(%v14 : tensor<?x3xf32>) {
  ^bb0(%a15_0: f32, %o15: f32):
    %v16 = arith.divf %a15_0, %v12 : f32
    %v17 = arith.addf %v16, %v13 : f32
    %v18 = math.rsqrt %v17 : f32
    linalg.yield %v18 : f32
  } -> tensor<?x3xf32>
  %v19 = arith.constant 0.0 : f32
  %v20 = tensor.empty(%v2) : tensor<?x3x6xf32>
  %v21 = linalg.fill ins(%v19 : f32) outs(%v20 : tensor<?x3x6xf32>) -> tensor<?x3x6xf32>
  %v22 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v3, %v5 : tensor<?x3x6x16xf32>, tensor<6x16xf32>) outs(%v21 : tensor<?x3x6xf32>) {
  ^bb0(%a22_0: f32, %a22_1: f32, %o22: f32):
    %v23 = arith.mulf %a22_0, %a22_1 : f32
    %v24 = arith.addf %v23, %o22 : f32
    linalg.yield %v24 : f32
  } -> tensor<?x3x6xf32>
  %v25 = tensor.empty(%v2) : tensor<?x3x6xf32>
  %v26 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v22 : tensor<?x3x6xf32>) outs(%v25 : tensor<?x3x6xf32>) {
  ^bb0(%a26_0: f32, %o26: f32):
    %v27 = math.tanh %a26_0 : f32
    linalg.yield %v27 : f32
  } -> tensor<?x3x6xf32>
  %v28 = tensor.empty(%v2) : tensor<?x3x6x16xf32>
  %v29 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v26, %v4 : tensor<?x3x6xf32>, tensor<6x16xf32>) outs(%v28 : tensor<?x3x6x16xf32>) {
  ^bb0(%a29_0: f32, %a29_1: f32, %o29: f32):
    %v30 = arith.mulf %a29_0, %a29_1 : f32
    linalg.yield %v30 : f32
  } -> tensor<?x3x6x16xf32>
  %v31 = tensor.expand_shape %gamma [[0, 1]] output_shape [6, 16] : tensor<96xf32> into tensor<6x16xf32>
  %v32 = tensor.empty(%v2) : tensor<?x3x6x16xf32>
  %v33 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v29, %v31, %v3, %v15 : tensor<?x3x6x16xf32>, tensor<6x16xf32>, tensor<?x3x6x16xf32>, tensor<?x3xf32>) outs(%v32 : tensor<?x3x6x16xf32>) {
  ^bb0(%a33_0: f32, %a33_1: f32, %a33_2: f32, %a33_3: f32, %o33: f32):
    %v34 = arith.addf %a33_0, %a33_1 : f32
    %v35 = arith.mulf %a33_2, %a33_3 : f32
    %v36 = arith.mulf %v34, %v35 : f32
    linalg.yield %v36 : f32
  } -> tensor<?x3x6x16xf32>
  %v37 = tensor.collapse_shape %v33 [[0], [1], [2, 3]] : tensor<?x3x6x16xf32> into tensor<?x3x96xf32>
  return %v37 : tensor<?x3x96xf32>
}
