// The square of an element: square powf. One program, and what the ops compute one by one.

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
    %v7 = arith.constant 2.0 : f32
    %v8 = math.powf %a6_0, %v7 : f32
    %v9 = arith.addf %v8, %o6 : f32
    linalg.yield %v9 : f32
  } -> tensor<?xf32>
  %v10 = tensor.empty(%v3) : tensor<?xf32>
  %v11 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v6 : tensor<?xf32>) outs(%v10 : tensor<?xf32>) {
  ^bb0(%a11_0: f32, %o11: f32):
    %v12 = arith.constant 96.0 : f32
    %v13 = arith.divf %a11_0, %v12 : f32
    %v14 = arith.constant 1.0e-6 : f32
    %v15 = arith.addf %v13, %v14 : f32
    %v16 = math.rsqrt %v15 : f32
    linalg.yield %v16 : f32
  } -> tensor<?xf32>
  %v17 = arith.constant 0.0 : f32
  %v18 = tensor.empty(%v3) : tensor<?xf32>
  %v19 = linalg.fill ins(%v17 : f32) outs(%v18 : tensor<?xf32>) -> tensor<?xf32>
  %v20 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%x, %beta : tensor<?x96xf32>, tensor<96xf32>) outs(%v19 : tensor<?xf32>) {
  ^bb0(%a20_0: f32, %a20_1: f32, %o20: f32):
    %v21 = arith.mulf %a20_0, %a20_1 : f32
    %v22 = arith.addf %v21, %o20 : f32
    linalg.yield %v22 : f32
  } -> tensor<?xf32>
  %v23 = tensor.empty(%v3) : tensor<?xf32>
  %v24 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v20 : tensor<?xf32>) outs(%v23 : tensor<?xf32>) {
  ^bb0(%a24_0: f32, %o24: f32):
    %v25 = math.tanh %a24_0 : f32
    linalg.yield %v25 : f32
  } -> tensor<?xf32>
  %v26 = tensor.empty(%v3) : tensor<?x96xf32>
  %v27 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x, %v11, %v24, %alpha, %gamma : tensor<?x96xf32>, tensor<?xf32>, tensor<?xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v26 : tensor<?x96xf32>) {
  ^bb0(%a27_0: f32, %a27_1: f32, %a27_2: f32, %a27_3: f32, %a27_4: f32, %o27: f32):
    %v28 = arith.mulf %a27_0, %a27_1 : f32
    %v29 = arith.mulf %a27_2, %a27_3 : f32
    %v30 = arith.addf %v29, %a27_4 : f32
    %v31 = arith.mulf %v30, %v28 : f32
    linalg.yield %v31 : f32
  } -> tensor<?x96xf32>
  return %v27 : tensor<?x96xf32>
}
