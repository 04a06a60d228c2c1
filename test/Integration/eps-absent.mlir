// The constant inside the root: eps absent. One program, and what the ops compute one by one.

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
    %v16 = math.rsqrt %v15 : f32
    linalg.yield %v16 : f32
  } -> tensor<?xf32>
  %v17 = arith.constant 0.0 : f32
  %v18 = tensor.empty(%v2) : tensor<?xf32>
  %v19 = linalg.fill ins(%v17 : f32) outs(%v18 : tensor<?xf32>) -> tensor<?xf32>
  %v20 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v4, %beta : tensor<?x96xf32>, tensor<96xf32>) outs(%v19 : tensor<?xf32>) {
  ^bb0(%a20_0: f32, %a20_1: f32, %o20: f32):
    %v21 = arith.mulf %a20_0, %a20_1 : f32
    %v22 = arith.addf %v21, %o20 : f32
    linalg.yield %v22 : f32
  } -> tensor<?xf32>
  %v23 = tensor.empty(%v2) : tensor<?xf32>
  %v24 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v20 : tensor<?xf32>) outs(%v23 : tensor<?xf32>) {
  ^bb0(%a24_0: f32, %o24: f32):
    %v25 = math.tanh %a24_0 : f32
    linalg.yield %v25 : f32
  } -> tensor<?xf32>
  %v26 = tensor.empty(%v2) : tensor<?x96xbf16>
  %v27 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v4, %v13, %v24, %alpha, %gamma : tensor<?x96xf32>, tensor<?xf32>, tensor<?xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v26 : tensor<?x96xbf16>) {
  ^bb0(%a27_0: f32, %a27_1: f32, %a27_2: f32, %a27_3: f32, %a27_4: f32, %o27: bf16):
    %v28 = arith.mulf %a27_0, %a27_1 : f32
    %v29 = arith.mulf %a27_2, %a27_3 : f32
    %v30 = arith.addf %v29, %a27_4 : f32
    %v31 = arith.mulf %v30, %v28 : f32
    %v32 = arith.truncf %v31 : f32 to bf16
    linalg.yield %v32 : bf16
  } -> tensor<?x96xbf16>
  return %v27 : tensor<?x96xbf16>
}
