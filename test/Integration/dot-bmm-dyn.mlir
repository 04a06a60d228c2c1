// The dot product with beta: dot bmm dyn. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x3x96xf32>, %alpha: tensor<96xf32>, %beta: tensor<96xf32>, %gamma: tensor<96xf32>) -> tensor<?x3x96xf32> {
  %v1 = arith.constant 0.0 : f32
  %v2 = arith.constant 0 : index
  %v3 = tensor.dim %x, %v2 : tensor<?x3x96xf32>
  %v4 = tensor.empty(%v3) : tensor<?x3x1xf32>
  %v5 = linalg.fill ins(%v1 : f32) outs(%v4 : tensor<?x3x1xf32>) -> tensor<?x3x1xf32>
  %v6 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, 0)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<?x3x96xf32>) outs(%v5 : tensor<?x3x1xf32>) {
  ^bb0(%a6_0: f32, %o6: f32):
    %v7 = arith.mulf %a6_0, %a6_0 : f32
    %v8 = arith.addf %v7, %o6 : f32
    linalg.yield %v8 : f32
  } -> tensor<?x3x1xf32>
  %v9 = tensor.empty(%v3) : tensor<?x3x1xf32>
  %v10 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v6 : tensor<?x3x1xf32>) outs(%v9 : tensor<?x3x1xf32>) {
  ^bb0(%a10_0: f32, %o10: f32):
    %v11 = arith.constant 96.0 : f32
    %v12 = arith.divf %a10_0, %v11 : f32
    %v13 = arith.constant 1.0e-6 : f32
    %v14 = arith.addf %v12, %v13 : f32
    %v15 = math.rsqrt %v14 : f32
    linalg.yield %v15 : f32
  } -> tensor<?x3x1xf32>
  %v16 = tensor.expand_shape %beta [[0, 1]] output_shape [96, 1] : tensor<96xf32> into tensor<96x1xf32>
  %v17 = tensor.empty(%v3) : tensor<?x96x1xf32>
  %v18 = linalg.broadcast ins(%v16 : tensor<96x1xf32>) outs(%v17 : tensor<?x96x1xf32>) dimensions = [0]
  %v19 = arith.constant 0.0 : f32
  %v20 = tensor.empty(%v3) : tensor<?x3x1xf32>
  %v21 = linalg.fill ins(%v19 : f32) outs(%v20 : tensor<?x3x1xf32>) -> tensor<?x3x1xf32>
  %v22 = linalg.batch_matmul ins(%x, %v18 : tensor<?x3x96xf32>, tensor<?x96x1xf32>) outs(%v21 : tensor<?x3x1xf32>) -> tensor<?x3x1xf32>
  %v23 = tensor.empty(%v3) : tensor<?x3x1xf32>
  %v24 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v22 : tensor<?x3x1xf32>) outs(%v23 : tensor<?x3x1xf32>) {
  ^bb0(%a24_0: f32, %o24: f32):
    %v25 = math.tanh %a24_0 : f32
    linalg.yield %v25 : f32
  } -> tensor<?x3x1xf32>
  %v26 = tensor.empty(%v3) : tensor<?x3x96xf32>
  %v27 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, 0)>, affine_map<(d0, d1, d2) -> (d0, d1, 0)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %v10, %v24, %alpha, %gamma : tensor<?x3x96xf32>, tensor<?x3x1xf32>, tensor<?x3x1xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v26 : tensor<?x3x96xf32>) {
  ^bb0(%a27_0: f32, %a27_1: f32, %a27_2: f32, %a27_3: f32, %a27_4: f32, %o27: f32):
    %v28 = arith.mulf %a27_0, %a27_1 : f32
    %v29 = arith.mulf %a27_2, %a27_3 : f32
    %v30 = arith.addf %v29, %a27_4 : f32
    %v31 = arith.mulf %v30, %v28 : f32
    linalg.yield %v31 : f32
  } -> tensor<?x3x96xf32>
  return %v27 : tensor<?x3x96xf32>
}
