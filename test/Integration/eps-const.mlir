// The constant inside the root: eps const. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x96xbf16>, %alpha: tensor<96xf32>, %beta: tensor<96xf32>, %gamma: tensor<96xf32>) -> tensor<?x96xbf16> {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x96xbf16>
  %v3 = tensor.empty(%v2) : tensor<?x96xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x96xbf16>) outs(%v3 : tensor<?x96xf32>) {
  ^bb0(%a4_0: bf16, %o4: f32):
    %v5 = arith.extf %a4_0 : bf16 to f32
    linalg.yield %v5 : f32
  } -> tensor<?x96xf32>
  %v6 = arith.constant 0.0 : f32
  %v7 = tensor.empty(%v2) : tensor<?xf32>
  %v8 = linalg.fill ins(%v6 : f32) outs(%v7 : tensor<?xf32>) -> tensor<?xf32>
  %v9 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v4 : tensor<?x96xf32>) outs(%v8 : tensor<?xf32>) {
  ^bb0(%a9_0: f32, %o9: f32):
    %v10 = arith.mulf %a9_0, %a9_0 : f32
    %v11 = arith.addf %v10, %o9 : f32
    linalg.yield %v11 : f32
  } -> tensor<?xf32>
  %v12 = tensor.empty(%v2) : tensor<?xf32>
  %v13 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v9 : tensor<?xf32>) outs(%v12 : tensor<?xf32>) {
  ^bb0(%a13_0: f32, %o13: f32):
    %v14 = arith.constant 96.0 : f32
    %v15 = arith.divf %a13_0, %v14 : f32
    %v16 = arith.constant 1.0e-6 : f32
    %v17 = arith.addf %v15, %v16 : f32
    %v18 = math.rsqrt %v17 : f32
    linalg.yield %v18 : f32
  } -> tensor<?xf32>
  %v19 = arith.constant 0.0 : f32
  %v20 = tensor.empty(%v2) : tensor<?xf32>
  %v21 = linalg.fill ins(%v19 : f32) outs(%v20 : tensor<?xf32>) -> tensor<?xf32>
  %v22 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v4, %beta : tensor<?x96xf32>, tensor<96xf32>) outs(%v21 : tensor<?xf32>) {
  ^bb0(%a22_0: f32, %a22_1: f32, %o22: f32):
    %v23 = arith.mulf %a22_0, %a22_1 : f32
    %v24 = arith.addf %v23, %o22 : f32
    linalg.yield %v24 : f32
  } -> tensor<?xf32>
  %v25 = tensor.empty(%v2) : tensor<?xf32>
  %v26 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v22 : tensor<?xf32>) outs(%v25 : tensor<?xf32>) {
  ^bb0(%a26_0: f32, %o26: f32):
    %v27 = math.tanh %a26_0 : f32
    linalg.yield %v27 : f32
  } -> tensor<?xf32>
  %v28 = tensor.empty(%v2) : tensor<?x96xbf16>
  %v29 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v4, %v13, %v26, %alpha, %gamma : tensor<?x96xf32>, tensor<?xf32>, tensor<?xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v28 : tensor<?x96xbf16>) {
  ^bb0(%a29_0: f32, %a29_1: f32, %a29_2: f32, %a29_3: f32, %a29_4: f32, %o29: bf16):
    %v30 = arith.mulf %a29_0, %a29_1 : f32
    %v31 = arith.mulf %a29_2, %a29_3 : f32
    %v32 = arith.addf %v31, %a29_4 : f32
    %v33 = arith.mulf %v32, %v30 : f32
    %v34 = arith.truncf %v33 : f32 to bf16
    linalg.yield %v34 : bf16
  } -> tensor<?x96xbf16>
  return %v29 : tensor<?x96xbf16>
}
