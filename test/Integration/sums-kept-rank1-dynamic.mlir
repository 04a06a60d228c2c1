// Sums with and without a dimension of size 1, and ranks: sums kept rank1 dynamic. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<96xbf16>, %alpha: tensor<96xbf16>, %beta: tensor<96xbf16>, %gamma: tensor<96xbf16>) -> tensor<96xbf16> {
  %v1 = tensor.empty() : tensor<96xf32>
  %v2 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%x : tensor<96xbf16>) outs(%v1 : tensor<96xf32>) {
  ^bb0(%a2_0: bf16, %o2: f32):
    %v3 = arith.extf %a2_0 : bf16 to f32
    linalg.yield %v3 : f32
  } -> tensor<96xf32>
  %v4 = tensor.empty() : tensor<96xf32>
  %v5 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%alpha : tensor<96xbf16>) outs(%v4 : tensor<96xf32>) {
  ^bb0(%a5_0: bf16, %o5: f32):
    %v6 = arith.extf %a5_0 : bf16 to f32
    linalg.yield %v6 : f32
  } -> tensor<96xf32>
  %v7 = tensor.empty() : tensor<96xf32>
  %v8 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%beta : tensor<96xbf16>) outs(%v7 : tensor<96xf32>) {
  ^bb0(%a8_0: bf16, %o8: f32):
    %v9 = arith.extf %a8_0 : bf16 to f32
    linalg.yield %v9 : f32
  } -> tensor<96xf32>
  %v10 = tensor.empty() : tensor<96xf32>
  %v11 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%gamma : tensor<96xbf16>) outs(%v10 : tensor<96xf32>) {
  ^bb0(%a11_0: bf16, %o11: f32):
    %v12 = arith.extf %a11_0 : bf16 to f32
    linalg.yield %v12 : f32
  } -> tensor<96xf32>
  %v13 = arith.constant 0.0 : f32
  %v14 = tensor.empty() : tensor<1xf32>
  %v15 = linalg.fill ins(%v13 : f32) outs(%v14 : tensor<1xf32>) -> tensor<1xf32>
  %v16 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0)>], iterator_types = ["reduction"]} ins(%v2 : tensor<96xf32>) outs(%v15 : tensor<1xf32>) {
  ^bb0(%a16_0: f32, %o16: f32):
    %v17 = arith.mulf %a16_0, %a16_0 : f32
    %v18 = arith.addf %v17, %o16 : f32
    linalg.yield %v18 : f32
  } -> tensor<1xf32>
  %v19 = tensor.empty() : tensor<1xf32>
  %v20 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v16 : tensor<1xf32>) outs(%v19 : tensor<1xf32>) {
  ^bb0(%a20_0: f32, %o20: f32):
    %v21 = arith.constant 96.0 : f32
    %v22 = arith.divf %a20_0, %v21 : f32
    %v23 = arith.constant 1.0e-6 : f32
    %v24 = arith.addf %v22, %v23 : f32
    %v25 = math.rsqrt %v24 : f32
    linalg.yield %v25 : f32
  } -> tensor<1xf32>
  %v26 = arith.constant 0.0 : f32
  %v27 = tensor.empty() : tensor<1xf32>
  %v28 = linalg.fill ins(%v26 : f32) outs(%v27 : tensor<1xf32>) -> tensor<1xf32>
  %v29 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0)>], iterator_types = ["reduction"]} ins(%v2, %v8 : tensor<96xf32>, tensor<96xf32>) outs(%v28 : tensor<1xf32>) {
  ^bb0(%a29_0: f32, %a29_1: f32, %o29: f32):
    %v30 = arith.mulf %a29_0, %a29_1 : f32
    %v31 = arith.addf %v30, %o29 : f32
    linalg.yield %v31 : f32
  } -> tensor<1xf32>
  %v32 = tensor.empty() : tensor<1xf32>
  %v33 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v29 : tensor<1xf32>) outs(%v32 : tensor<1xf32>) {
  ^bb0(%a33_0: f32, %o33: f32):
    %v34 = math.tanh %a33_0 : f32
    linalg.yield %v34 : f32
  } -> tensor<1xf32>
  %v35 = tensor.empty() : tensor<96xf32>
  %v36 = linalg.generic {indexing_maps = [affine_map<(d0) -> (0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v33, %v5 : tensor<1xf32>, tensor<96xf32>) outs(%v35 : tensor<96xf32>) {
  ^bb0(%a36_0: f32, %a36_1: f32, %o36: f32):
    %v37 = arith.mulf %a36_0, %a36_1 : f32
    linalg.yield %v37 : f32
  } -> tensor<96xf32>
  %v38 = tensor.empty() : tensor<96xf32>
  %v39 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v36, %v11 : tensor<96xf32>, tensor<96xf32>) outs(%v38 : tensor<96xf32>) {
  ^bb0(%a39_0: f32, %a39_1: f32, %o39: f32):
    %v40 = arith.addf %a39_0, %a39_1 : f32
    linalg.yield %v40 : f32
  } -> tensor<96xf32>
  %v41 = tensor.empty() : tensor<96xf32>
  %v42 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v2, %v20 : tensor<96xf32>, tensor<1xf32>) outs(%v41 : tensor<96xf32>) {
  ^bb0(%a42_0: f32, %a42_1: f32, %o42: f32):
    %v43 = arith.mulf %a42_0, %a42_1 : f32
    linalg.yield %v43 : f32
  } -> tensor<96xf32>
  %v44 = tensor.empty() : tensor<96xbf16>
  %v45 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v39, %v42 : tensor<96xf32>, tensor<96xf32>) outs(%v44 : tensor<96xbf16>) {
  ^bb0(%a45_0: f32, %a45_1: f32, %o45: bf16):
    %v46 = arith.mulf %a45_0, %a45_1 : f32
    %v47 = arith.truncf %v46 : f32 to bf16
    linalg.yield %v47 : bf16
  } -> tensor<96xbf16>
  return %v45 : tensor<96xbf16>
}
