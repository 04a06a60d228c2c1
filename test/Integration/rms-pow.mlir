// One over the root: rms pow. One program, and what the ops compute one by one.

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
    %v13 = arith.constant -0.5 : f32
    %v14 = math.powf %v12, %v13 : f32
    linalg.yield %v14 : f32
  } -> tensor<5xf32>
  %v15 = arith.constant 0.0 : f32
  %v16 = tensor.empty() : tensor<5xf32>
  %v17 = linalg.fill ins(%v15 : f32) outs(%v16 : tensor<5xf32>) -> tensor<5xf32>
  %v18 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%x, %beta : tensor<5x96xf32>, tensor<96xf32>) outs(%v17 : tensor<5xf32>) {
  ^bb0(%a18_0: f32, %a18_1: f32, %o18: f32):
    %v19 = arith.mulf %a18_0, %a18_1 : f32
    %v20 = arith.addf %v19, %o18 : f32
    linalg.yield %v20 : f32
  } -> tensor<5xf32>
  %v21 = tensor.empty() : tensor<5xf32>
  %v22 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v18 : tensor<5xf32>) outs(%v21 : tensor<5xf32>) {
  ^bb0(%a22_0: f32, %o22: f32):
    %v23 = math.tanh %a22_0 : f32
    linalg.yield %v23 : f32
  } -> tensor<5xf32>
  %v24 = tensor.empty() : tensor<5x96xf32>
  %v25 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x, %v8, %v22, %alpha, %gamma : tensor<5x96xf32>, tensor<5xf32>, tensor<5xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v24 : tensor<5x96xf32>) {
  ^bb0(%a25_0: f32, %a25_1: f32, %a25_2: f32, %a25_3: f32, %a25_4: f32, %o25: f32):
    %v26 = arith.mulf %a25_0, %a25_1 : f32
    %v27 = arith.mulf %a25_2, %a25_3 : f32
    %v28 = arith.addf %v27, %a25_4 : f32
    %v29 = arith.mulf %v28, %v26 : f32
    linalg.yield %v29 : f32
  } -> tensor<5x96xf32>
  return %v25 : tensor<5x96xf32>
}
