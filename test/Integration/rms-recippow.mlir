// One over the root: rms recippow. One program, and what the ops compute one by one.

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
    %v13 = arith.constant 0.5 : f32
    %v14 = math.powf %v12, %v13 : f32
    %v15 = arith.constant 1.0 : f32
    %v16 = arith.divf %v15, %v14 : f32
    linalg.yield %v16 : f32
  } -> tensor<5xf32>
  %v17 = arith.constant 0.0 : f32
  %v18 = tensor.empty() : tensor<5xf32>
  %v19 = linalg.fill ins(%v17 : f32) outs(%v18 : tensor<5xf32>) -> tensor<5xf32>
  %v20 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%x, %beta : tensor<5x96xf32>, tensor<96xf32>) outs(%v19 : tensor<5xf32>) {
  ^bb0(%a20_0: f32, %a20_1: f32, %o20: f32):
    %v21 = arith.mulf %a20_0, %a20_1 : f32
    %v22 = arith.addf %v21, %o20 : f32
    linalg.yield %v22 : f32
  } -> tensor<5xf32>
  %v23 = tensor.empty() : tensor<5xf32>
  %v24 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v20 : tensor<5xf32>) outs(%v23 : tensor<5xf32>) {
  ^bb0(%a24_0: f32, %o24: f32):
    %v25 = math.tanh %a24_0 : f32
    linalg.yield %v25 : f32
  } -> tensor<5xf32>
  %v26 = tensor.empty() : tensor<5x96xf32>
  %v27 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x, %v8, %v24, %alpha, %gamma : tensor<5x96xf32>, tensor<5xf32>, tensor<5xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v26 : tensor<5x96xf32>) {
  ^bb0(%a27_0: f32, %a27_1: f32, %a27_2: f32, %a27_3: f32, %a27_4: f32, %o27: f32):
    %v28 = arith.mulf %a27_0, %a27_1 : f32
    %v29 = arith.mulf %a27_2, %a27_3 : f32
    %v30 = arith.addf %v29, %a27_4 : f32
    %v31 = arith.mulf %v30, %v28 : f32
    linalg.yield %v31 : f32
  } -> tensor<5x96xf32>
  return %v27 : tensor<5x96xf32>
}
