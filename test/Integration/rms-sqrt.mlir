// One over the root: rms sqrt. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<5x96xf32>, %alpha: tensor<96xf32>, %beta: tensor<96xf32>, %gamma: tensor<96xf32>) -> tensor<5x96xf32> {
  %v1 = arith.constant 0.0 : f32
  %v2 = tensor.empty() : tensor<5xf32>
  %v3 = linalg.fill ins(%v1 : f32) outs(%v2 : tensor<5xf32>) -> tensor<5xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<5x96xf32>) outs(%v3 : tensor<5xf32>) {
  ^bb0(%a4_0: f32, %o4: f32):
    %v5 = arith.mulf %a4_0, %a4_0 : f32
    %v6 = arith.addf %v5, %o4 : f32
    linalg.yield %v6 : f32
  } -> tensor<5xf32>
  %v7 = tensor.empty() : tensor<5xf32>
  %v8 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v4 : tensor<5xf32>) outs(%v7 : tensor<5xf32>) {
  ^bb0(%a8_0: f32, %o8: f32):
    %v9 = arith.constant 96.0 : f32
    %v10 = arith.divf %a8_0, %v9 : f32
    %v11 = arith.constant 1.0e-6 : f32
    %v12 = arith.addf %v10, %v11 : f32
    %v13 = math.sqrt %v12 : f32
    linalg.yield %v13 : f32
  } -> tensor<5xf32>
  %v14 = arith.constant 0.0 : f32
  %v15 = tensor.empty() : tensor<5xf32>
  %v16 = linalg.fill ins(%v14 : f32) outs(%v15 : tensor<5xf32>) -> tensor<5xf32>
  %v17 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%x, %beta : tensor<5x96xf32>, tensor<96xf32>) outs(%v16 : tensor<5xf32>) {
  ^bb0(%a17_0: f32, %a17_1: f32, %o17: f32):
    %v18 = arith.mulf %a17_0, %a17_1 : f32
    %v19 = arith.addf %v18, %o17 : f32
    linalg.yield %v19 : f32
  } -> tensor<5xf32>
  %v20 = tensor.empty() : tensor<5xf32>
  %v21 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v17 : tensor<5xf32>) outs(%v20 : tensor<5xf32>) {
  ^bb0(%a21_0: f32, %o21: f32):
    %v22 = math.tanh %a21_0 : f32
    linalg.yield %v22 : f32
  } -> tensor<5xf32>
  %v23 = tensor.empty() : tensor<5x96xf32>
  %v24 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x, %v8, %v21, %alpha, %gamma : tensor<5x96xf32>, tensor<5xf32>, tensor<5xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v23 : tensor<5x96xf32>) {
  ^bb0(%a24_0: f32, %a24_1: f32, %a24_2: f32, %a24_3: f32, %a24_4: f32, %o24: f32):
    %v25 = arith.divf %a24_0, %a24_1 : f32
    %v26 = arith.mulf %a24_2, %a24_3 : f32
    %v27 = arith.addf %v26, %a24_4 : f32
    %v28 = arith.mulf %v27, %v25 : f32
    linalg.yield %v28 : f32
  } -> tensor<5x96xf32>
  return %v24 : tensor<5x96xf32>
}
