// A dot product for each head: heads expand 3 static f32. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<2x3x96xf32>, %alpha: tensor<96xf32>, %beta: tensor<96xf32>, %gamma: tensor<96xf32>) -> tensor<2x3x96xf32> {
  %v1 = tensor.expand_shape %x [[0], [1], [2, 3]] output_shape [2, 3, 6, 16] : tensor<2x3x96xf32> into tensor<2x3x6x16xf32>
  %v2 = tensor.expand_shape %alpha [[0, 1]] output_shape [6, 16] : tensor<96xf32> into tensor<6x16xf32>
  %v3 = tensor.expand_shape %beta [[0, 1]] output_shape [6, 16] : tensor<96xf32> into tensor<6x16xf32>
  %v4 = arith.constant 0.0 : f32
  %v5 = tensor.empty() : tensor<2x3xf32>
  %v6 = linalg.fill ins(%v4 : f32) outs(%v5 : tensor<2x3xf32>) -> tensor<2x3xf32>
  %v7 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<2x3x96xf32>) outs(%v6 : tensor<2x3xf32>) {
  ^bb0(%a7_0: f32, %o7: f32):
    %v8 = arith.mulf %a7_0, %a7_0 : f32
    %v9 = arith.addf %v8, %o7 : f32
    linalg.yield %v9 : f32
  } -> tensor<2x3xf32>
  %v10 = arith.constant 96.0 : f32
  %v11 = arith.constant 1.0e-6 : f32
  %v12 = tensor.empty() : tensor<2x3xf32>
  %v13 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v7 : tensor<2x3xf32>) outs(%v12 : tensor<2x3xf32>) {
  ^bb0(%a13_0: f32, %o13: f32):
    %v14 = arith.divf %a13_0, %v10 : f32
    %v15 = arith.addf %v14, %v11 : f32
    %v16 = math.rsqrt %v15 : f32
    linalg.yield %v16 : f32
  } -> tensor<2x3xf32>
  %v17 = arith.constant 0.0 : f32
  %v18 = tensor.empty() : tensor<2x3x6xf32>
  %v19 = linalg.fill ins(%v17 : f32) outs(%v18 : tensor<2x3x6xf32>) -> tensor<2x3x6xf32>
  %v20 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v1, %v3 : tensor<2x3x6x16xf32>, tensor<6x16xf32>) outs(%v19 : tensor<2x3x6xf32>) {
  ^bb0(%a20_0: f32, %a20_1: f32, %o20: f32):
    %v21 = arith.mulf %a20_0, %a20_1 : f32
    %v22 = arith.addf %v21, %o20 : f32
    linalg.yield %v22 : f32
  } -> tensor<2x3x6xf32>
  %v23 = tensor.empty() : tensor<2x3x6xf32>
  %v24 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v20 : tensor<2x3x6xf32>) outs(%v23 : tensor<2x3x6xf32>) {
  ^bb0(%a24_0: f32, %o24: f32):
    %v25 = math.tanh %a24_0 : f32
    linalg.yield %v25 : f32
  } -> tensor<2x3x6xf32>
  %v26 = tensor.empty() : tensor<2x3x6x16xf32>
  %v27 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v24, %v2 : tensor<2x3x6xf32>, tensor<6x16xf32>) outs(%v26 : tensor<2x3x6x16xf32>) {
  ^bb0(%a27_0: f32, %a27_1: f32, %o27: f32):
    %v28 = arith.mulf %a27_0, %a27_1 : f32
    linalg.yield %v28 : f32
  } -> tensor<2x3x6x16xf32>
  %v29 = tensor.collapse_shape %v27 [[0], [1], [2, 3]] : tensor<2x3x6x16xf32> into tensor<2x3x96xf32>
  %v30 = tensor.empty() : tensor<2x3x96xf32>
  %v31 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v29, %gamma, %x, %v13 : tensor<2x3x96xf32>, tensor<96xf32>, tensor<2x3x96xf32>, tensor<2x3xf32>) outs(%v30 : tensor<2x3x96xf32>) {
  ^bb0(%a31_0: f32, %a31_1: f32, %a31_2: f32, %a31_3: f32, %o31: f32):
    %v32 = arith.addf %a31_0, %a31_1 : f32
    %v33 = arith.mulf %a31_2, %a31_3 : f32
    %v34 = arith.mulf %v32, %v33 : f32
    linalg.yield %v34 : f32
  } -> tensor<2x3x96xf32>
  return %v31 : tensor<2x3x96xf32>
}
