// A row's number, returned as well: multi. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x96xf32>, %alpha: tensor<96xf32>, %beta: tensor<96xf32>, %gamma: tensor<96xf32>) -> (tensor<?x96xf32>, tensor<?x1xf32>) {
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
  %v16 = arith.constant 0.0 : f32
  %v17 = tensor.empty(%v3) : tensor<?x1xf32>
  %v18 = linalg.fill ins(%v16 : f32) outs(%v17 : tensor<?x1xf32>) -> tensor<?x1xf32>
  %v19 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, 0)>], iterator_types = ["parallel", "reduction"]} ins(%x, %beta : tensor<?x96xf32>, tensor<96xf32>) outs(%v18 : tensor<?x1xf32>) {
  ^bb0(%a19_0: f32, %a19_1: f32, %o19: f32):
    %v20 = arith.mulf %a19_0, %a19_1 : f32
    %v21 = arith.addf %v20, %o19 : f32
    linalg.yield %v21 : f32
  } -> tensor<?x1xf32>
  %v22 = tensor.empty(%v3) : tensor<?x1xf32>
  %v23 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v19 : tensor<?x1xf32>) outs(%v22 : tensor<?x1xf32>) {
  ^bb0(%a23_0: f32, %o23: f32):
    %v24 = math.tanh %a23_0 : f32
    linalg.yield %v24 : f32
  } -> tensor<?x1xf32>
  %v25 = tensor.empty(%v3) : tensor<?x96xf32>
  %v26 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x, %v10, %v23, %alpha, %gamma : tensor<?x96xf32>, tensor<?x1xf32>, tensor<?x1xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v25 : tensor<?x96xf32>) {
  ^bb0(%a26_0: f32, %a26_1: f32, %a26_2: f32, %a26_3: f32, %a26_4: f32, %o26: f32):
    %v27 = arith.mulf %a26_0, %a26_1 : f32
    %v28 = arith.mulf %a26_2, %a26_3 : f32
    %v29 = arith.addf %v28, %a26_4 : f32
    %v30 = arith.mulf %v29, %v27 : f32
    linalg.yield %v30 : f32
  } -> tensor<?x96xf32>
  return %v26, %v10 : tensor<?x96xf32>, tensor<?x1xf32>
}
