// The dot product with beta: dot matvec. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x96xf32>, %alpha: tensor<96xf32>, %beta: tensor<96xf32>, %gamma: tensor<96xf32>) -> tensor<?x96xf32> {
  %v1 = arith.constant 0.0 : f32
  %v2 = arith.constant 0 : index
  %v3 = tensor.dim %x, %v2 : tensor<?x96xf32>
  %v4 = tensor.empty(%v3) : tensor<?xf32>
  %v5 = linalg.fill ins(%v1 : f32) outs(%v4 : tensor<?xf32>) -> tensor<?xf32>
  %v6 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<?x96xf32>) outs(%v5 : tensor<?xf32>) {
  ^bb0(%a6_0: f32, %o6: f32):
    %v7 = arith.mulf %a6_0, %a6_0 : f32
    %v8 = arith.addf %v7, %o6 : f32
    linalg.yield %v8 : f32
  } -> tensor<?xf32>
  %v9 = tensor.empty(%v3) : tensor<?xf32>
  %v10 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v6 : tensor<?xf32>) outs(%v9 : tensor<?xf32>) {
  ^bb0(%a10_0: f32, %o10: f32):
    %v11 = arith.constant 96.0 : f32
    %v12 = arith.divf %a10_0, %v11 : f32
    %v13 = arith.constant 1.0e-6 : f32
    %v14 = arith.addf %v12, %v13 : f32
    %v15 = math.rsqrt %v14 : f32
    linalg.yield %v15 : f32
  } -> tensor<?xf32>
  %v16 = arith.constant 0.0 : f32
  %v17 = tensor.empty(%v3) : tensor<?xf32>
  %v18 = linalg.fill ins(%v16 : f32) outs(%v17 : tensor<?xf32>) -> tensor<?xf32>
  %v19 = linalg.matvec ins(%x, %beta : tensor<?x96xf32>, tensor<96xf32>) outs(%v18 : tensor<?xf32>) -> tensor<?xf32>
  %v20 = tensor.empty(%v3) : tensor<?xf32>
  %v21 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v19 : tensor<?xf32>) outs(%v20 : tensor<?xf32>) {
  ^bb0(%a21_0: f32, %o21: f32):
    %v22 = math.tanh %a21_0 : f32
    linalg.yield %v22 : f32
  } -> tensor<?xf32>
  %v23 = tensor.empty(%v3) : tensor<?x96xf32>
  %v24 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x, %v10, %v21, %alpha, %gamma : tensor<?x96xf32>, tensor<?xf32>, tensor<?xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v23 : tensor<?x96xf32>) {
  ^bb0(%a24_0: f32, %a24_1: f32, %a24_2: f32, %a24_3: f32, %a24_4: f32, %o24: f32):
    %v25 = arith.mulf %a24_0, %a24_1 : f32
    %v26 = arith.mulf %a24_2, %a24_3 : f32
    %v27 = arith.addf %v26, %a24_4 : f32
    %v28 = arith.mulf %v27, %v25 : f32
    linalg.yield %v28 : f32
  } -> tensor<?x96xf32>
  return %v24 : tensor<?x96xf32>
}
