// Sums with and without a dimension of size 1, and ranks: sums expanded rank2 static. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<5x96xbf16>, %alpha: tensor<96xbf16>, %beta: tensor<96xbf16>, %gamma: tensor<96xbf16>) -> tensor<5x96xbf16> {
  %v1 = tensor.empty() : tensor<5x96xf32>
  %v2 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<5x96xbf16>) outs(%v1 : tensor<5x96xf32>) {
  ^bb0(%a2_0: bf16, %o2: f32):
    %v3 = arith.extf %a2_0 : bf16 to f32
    linalg.yield %v3 : f32
  } -> tensor<5x96xf32>
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
  %v13 = tensor.empty() : tensor<5x96xf32>
  %v14 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v2 : tensor<5x96xf32>) outs(%v13 : tensor<5x96xf32>) {
  ^bb0(%a14_0: f32, %o14: f32):
    %v15 = arith.mulf %a14_0, %a14_0 : f32
    linalg.yield %v15 : f32
  } -> tensor<5x96xf32>
  %v16 = arith.constant 0.0 : f32
  %v17 = tensor.empty() : tensor<5xf32>
  %v18 = linalg.fill ins(%v16 : f32) outs(%v17 : tensor<5xf32>) -> tensor<5xf32>
  %v19 = linalg.reduce { arith.addf } ins(%v14 : tensor<5x96xf32>) outs(%v18 : tensor<5xf32>) dimensions = [1]
  %v20 = tensor.expand_shape %v19 [[0, 1]] output_shape [5, 1] : tensor<5xf32> into tensor<5x1xf32>
  %v21 = tensor.empty() : tensor<5x1xf32>
  %v22 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v20 : tensor<5x1xf32>) outs(%v21 : tensor<5x1xf32>) {
  ^bb0(%a22_0: f32, %o22: f32):
    %v23 = arith.constant 96.0 : f32
    %v24 = arith.divf %a22_0, %v23 : f32
    %v25 = arith.constant 1.0e-6 : f32
    %v26 = arith.addf %v24, %v25 : f32
    %v27 = math.rsqrt %v26 : f32
    linalg.yield %v27 : f32
  } -> tensor<5x1xf32>
  %v28 = tensor.empty() : tensor<5x96xf32>
  %v29 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v2, %v8 : tensor<5x96xf32>, tensor<96xf32>) outs(%v28 : tensor<5x96xf32>) {
  ^bb0(%a29_0: f32, %a29_1: f32, %o29: f32):
    %v30 = arith.mulf %a29_0, %a29_1 : f32
    linalg.yield %v30 : f32
  } -> tensor<5x96xf32>
  %v31 = arith.constant 0.0 : f32
  %v32 = tensor.empty() : tensor<5xf32>
  %v33 = linalg.fill ins(%v31 : f32) outs(%v32 : tensor<5xf32>) -> tensor<5xf32>
  %v34 = linalg.reduce { arith.addf } ins(%v29 : tensor<5x96xf32>) outs(%v33 : tensor<5xf32>) dimensions = [1]
  %v35 = tensor.expand_shape %v34 [[0, 1]] output_shape [5, 1] : tensor<5xf32> into tensor<5x1xf32>
  %v36 = tensor.empty() : tensor<5x1xf32>
  %v37 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v35 : tensor<5x1xf32>) outs(%v36 : tensor<5x1xf32>) {
  ^bb0(%a37_0: f32, %o37: f32):
    %v38 = math.tanh %a37_0 : f32
    linalg.yield %v38 : f32
  } -> tensor<5x1xf32>
  %v39 = tensor.empty() : tensor<5x96xf32>
  %v40 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v37, %v5 : tensor<5x1xf32>, tensor<96xf32>) outs(%v39 : tensor<5x96xf32>) {
  ^bb0(%a40_0: f32, %a40_1: f32, %o40: f32):
    %v41 = arith.mulf %a40_0, %a40_1 : f32
    linalg.yield %v41 : f32
  } -> tensor<5x96xf32>
  %v42 = tensor.empty() : tensor<5x96xf32>
  %v43 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v40, %v11 : tensor<5x96xf32>, tensor<96xf32>) outs(%v42 : tensor<5x96xf32>) {
  ^bb0(%a43_0: f32, %a43_1: f32, %o43: f32):
    %v44 = arith.addf %a43_0, %a43_1 : f32
    linalg.yield %v44 : f32
  } -> tensor<5x96xf32>
  %v45 = tensor.empty() : tensor<5x96xf32>
  %v46 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v2, %v22 : tensor<5x96xf32>, tensor<5x1xf32>) outs(%v45 : tensor<5x96xf32>) {
  ^bb0(%a46_0: f32, %a46_1: f32, %o46: f32):
    %v47 = arith.mulf %a46_0, %a46_1 : f32
    linalg.yield %v47 : f32
  } -> tensor<5x96xf32>
  %v48 = tensor.empty() : tensor<5x96xbf16>
  %v49 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v43, %v46 : tensor<5x96xf32>, tensor<5x96xf32>) outs(%v48 : tensor<5x96xbf16>) {
  ^bb0(%a49_0: f32, %a49_1: f32, %o49: bf16):
    %v50 = arith.mulf %a49_0, %a49_1 : f32
    %v51 = arith.truncf %v50 : f32 to bf16
    linalg.yield %v51 : bf16
  } -> tensor<5x96xbf16>
  return %v49 : tensor<5x96xbf16>
}
