// The constant inside the root: eps f64. One program, and what the ops compute one by one.

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
    %v16 = arith.constant 1.0e-6 : f64
    %v17 = arith.truncf %v16 : f64 to f32
    %v18 = arith.addf %v15, %v17 : f32
    %v19 = math.rsqrt %v18 : f32
    linalg.yield %v19 : f32
  } -> tensor<?xf32>
  %v20 = arith.constant 0.0 : f32
  %v21 = tensor.empty(%v2) : tensor<?xf32>
  %v22 = linalg.fill ins(%v20 : f32) outs(%v21 : tensor<?xf32>) -> tensor<?xf32>
  %v23 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v4, %beta : tensor<?x96xf32>, tensor<96xf32>) outs(%v22 : tensor<?xf32>) {
  ^bb0(%a23_0: f32, %a23_1: f32, %o23: f32):
    %v24 = arith.mulf %a23_0, %a23_1 : f32
    %v25 = arith.addf %v24, %o23 : f32
    linalg.yield %v25 : f32
  } -> tensor<?xf32>
  %v26 = tensor.empty(%v2) : tensor<?xf32>
  %v27 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v23 : tensor<?xf32>) outs(%v26 : tensor<?xf32>) {
  ^bb0(%a27_0: f32, %o27: f32):
    %v28 = math.tanh %a27_0 : f32
    linalg.yield %v28 : f32
  } -> tensor<?xf32>
  %v29 = tensor.empty(%v2) : tensor<?x96xbf16>
  %v30 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v4, %v13, %v27, %alpha, %gamma : tensor<?x96xf32>, tensor<?xf32>, tensor<?xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v29 : tensor<?x96xbf16>) {
  ^bb0(%a30_0: f32, %a30_1: f32, %a30_2: f32, %a30_3: f32, %a30_4: f32, %o30: bf16):
    %v31 = arith.mulf %a30_0, %a30_1 : f32
    %v32 = arith.mulf %a30_2, %a30_3 : f32
    %v33 = arith.addf %v32, %a30_4 : f32
    %v34 = arith.mulf %v33, %v31 : f32
    %v35 = arith.truncf %v34 : f32 to bf16
    linalg.yield %v35 : bf16
  } -> tensor<?x96xbf16>
  return %v30 : tensor<?x96xbf16>
}
