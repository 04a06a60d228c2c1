// The dot product with beta: dot matmul keep. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x96xf32>, %alpha: tensor<96xf32>, %beta: tensor<96xf32>, %gamma: tensor<96xf32>) -> tensor<?x96xf32> {
  %v1 = arith.constant 0.0 : f32
  %v2 = arith.constant 0 : index
  %v3 = tensor.dim %x, %v2 : tensor<?x96xf32>
  %v4 = tensor.empty(%v3) : tensor<?x1xf32>
  %v5 = linalg.fill ins(%v1 : f32) outs(%v4 : tensor<?x1xf32>) -> tensor<?x1xf32>
  %v6 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<?x96xf32>) outs(%v5 : tensor<?x1xf32>) {
  ^bb0(%a6_0: f32, %o6: f32):
    %v7 = arith.mulf %a6_0, %a6_0 : f32
    %v8 = arith.addf %v7, %o6 : f32
    linalg.yield %v8 : f32
  } -> tensor<?x1xf32>
  %v9 = tensor.empty(%v3) : tensor<?x1xf32>
  %v10 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v6 : tensor<?x1xf32>) outs(%v9 : tensor<?x1xf32>) {
  ^bb0(%a10_0: f32, %o10: f32):
    %v11 = arith.constant 96.0 : f32
    %v12 = arith.divf %a10_0, %v11 : f32
    %v13 = arith.constant 1.0e-6 : f32
    %v14 = arith.addf %v12, %v13 : f32
    %v15 = math.rsqrt %v14 : f32
    linalg.yield %v15 : f32
  } -> tensor<?x1xf32>
  %v16 = tensor.expand_shape %beta [[0, 1]] output_shape [96, 1] : tensor<96xf32> into tensor<96x1xf32>
  %v17 = arith.constant 0.0 : f32
  %v18 = tensor.empty(%v3) : tensor<?x1xf32>
  %v19 = linalg.fill ins(%v17 : f32) outs(%v18 : tensor<?x1xf32>) -> tensor<?x1xf32>
  %v20 = linalg.matmul ins(%x, %v16 : tensor<?x96xf32>, tensor<96x1xf32>) outs(%v19 : tensor<?x1xf32>) -> tensor<?x1xf32>
  %v21 = tensor.empty(%v3) : tensor<?x1xf32>
  %v22 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v20 : tensor<?x1xf32>) outs(%v21 : tensor<?x1xf32>) {
  ^bb0(%a22_0: f32, %o22: f32):
    %v23 = math.tanh %a22_0 : f32
    linalg.yield %v23 : f32
  } -> tensor<?x1xf32>
  %v24 = tensor.empty(%v3) : tensor<?x96xf32>
  %v25 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x, %v10, %v22, %alpha, %gamma : tensor<?x96xf32>, tensor<?x1xf32>, tensor<?x1xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v24 : tensor<?x96xf32>) {
  ^bb0(%a25_0: f32, %a25_1: f32, %a25_2: f32, %a25_3: f32, %a25_4: f32, %o25: f32):
    %v26 = arith.mulf %a25_0, %a25_1 : f32
    %v27 = arith.mulf %a25_2, %a25_3 : f32
    %v28 = arith.addf %v27, %a25_4 : f32
    %v29 = arith.mulf %v28, %v26 : f32
    linalg.yield %v29 : f32
  } -> tensor<?x96xf32>
  return %v25 : tensor<?x96xf32>
}
