// The mean of squares: mean dim. One program, and what the ops compute one by one.

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
  %v9 = arith.constant 2 : index
  %v10 = tensor.dim %x, %v9 : tensor<?x3x96xf32>
  %v11 = arith.index_cast %v10 : index to i64
  %v12 = arith.sitofp %v11 : i64 to f32
  %v13 = tensor.empty(%v3) : tensor<?x3x1xf32>
  %v14 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v6 : tensor<?x3x1xf32>) outs(%v13 : tensor<?x3x1xf32>) {
  ^bb0(%a14_0: f32, %o14: f32):
    %v15 = arith.divf %a14_0, %v12 : f32
    %v16 = arith.constant 1.0e-6 : f32
    %v17 = arith.addf %v15, %v16 : f32
    %v18 = math.rsqrt %v17 : f32
    linalg.yield %v18 : f32
  } -> tensor<?x3x1xf32>
  %v19 = arith.constant 0.0 : f32
  %v20 = tensor.empty(%v3) : tensor<?x3x1xf32>
  %v21 = linalg.fill ins(%v19 : f32) outs(%v20 : tensor<?x3x1xf32>) -> tensor<?x3x1xf32>
  %v22 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, 0)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %beta : tensor<?x3x96xf32>, tensor<96xf32>) outs(%v21 : tensor<?x3x1xf32>) {
  ^bb0(%a22_0: f32, %a22_1: f32, %o22: f32):
    %v23 = arith.mulf %a22_0, %a22_1 : f32
    %v24 = arith.addf %v23, %o22 : f32
    linalg.yield %v24 : f32
  } -> tensor<?x3x1xf32>
  %v25 = tensor.empty(%v3) : tensor<?x3x1xf32>
  %v26 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v22 : tensor<?x3x1xf32>) outs(%v25 : tensor<?x3x1xf32>) {
  ^bb0(%a26_0: f32, %o26: f32):
    %v27 = math.tanh %a26_0 : f32
    linalg.yield %v27 : f32
  } -> tensor<?x3x1xf32>
  %v28 = tensor.empty(%v3) : tensor<?x3x96xf32>
  %v29 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, 0)>, affine_map<(d0, d1, d2) -> (d0, d1, 0)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %v14, %v26, %alpha, %gamma : tensor<?x3x96xf32>, tensor<?x3x1xf32>, tensor<?x3x1xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v28 : tensor<?x3x96xf32>) {
  ^bb0(%a29_0: f32, %a29_1: f32, %a29_2: f32, %a29_3: f32, %a29_4: f32, %o29: f32):
    %v30 = arith.mulf %a29_0, %a29_1 : f32
    %v31 = arith.mulf %a29_2, %a29_3 : f32
    %v32 = arith.addf %v31, %a29_4 : f32
    %v33 = arith.mulf %v32, %v30 : f32
    linalg.yield %v33 : f32
  } -> tensor<?x3x96xf32>
  return %v29 : tensor<?x3x96xf32>
}
