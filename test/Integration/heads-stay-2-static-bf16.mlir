// A dot product for each head: heads stay 2 static bf16. One program, and what the ops compute one by one.

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
  %v13 = tensor.expand_shape %v2 [[0], [1, 2]] output_shape [5, 6, 16] : tensor<5x96xf32> into tensor<5x6x16xf32>
  %v14 = tensor.expand_shape %v5 [[0, 1]] output_shape [6, 16] : tensor<96xf32> into tensor<6x16xf32>
  %v15 = tensor.expand_shape %v8 [[0, 1]] output_shape [6, 16] : tensor<96xf32> into tensor<6x16xf32>
  %v16 = arith.constant 0.0 : f32
  %v17 = tensor.empty() : tensor<5xf32>
  %v18 = linalg.fill ins(%v16 : f32) outs(%v17 : tensor<5xf32>) -> tensor<5xf32>
  %v19 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v2 : tensor<5x96xf32>) outs(%v18 : tensor<5xf32>) {
  ^bb0(%a19_0: f32, %o19: f32):
    %v20 = arith.mulf %a19_0, %a19_0 : f32
    %v21 = arith.addf %v20, %o19 : f32
    linalg.yield %v21 : f32
  } -> tensor<5xf32>
  %v22 = arith.constant 96.0 : f32
  %v23 = arith.constant 1.0e-6 : f32
  %v24 = tensor.empty() : tensor<5xf32>
  %v25 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v19 : tensor<5xf32>) outs(%v24 : tensor<5xf32>) {
  ^bb0(%a25_0: f32, %o25: f32):
    %v26 = arith.divf %a25_0, %v22 : f32
    %v27 = arith.addf %v26, %v23 : f32
    %v28 = math.rsqrt %v27 : f32
    linalg.yield %v28 : f32
  } -> tensor<5xf32>
  %v29 = arith.constant 0.0 : f32
  %v30 = tensor.empty() : tensor<5x6xf32>
  %v31 = linalg.fill ins(%v29 : f32) outs(%v30 : tensor<5x6xf32>) -> tensor<5x6xf32>
  %v32 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v13, %v15 : tensor<5x6x16xf32>, tensor<6x16xf32>) outs(%v31 : tensor<5x6xf32>) {
  ^bb0(%a32_0: f32, %a32_1: f32, %o32: f32):
    %v33 = arith.mulf %a32_0, %a32_1 : f32
    %v34 = arith.addf %v33, %o32 : f32
    linalg.yield %v34 : f32
  } -> tensor<5x6xf32>
  %v35 = tensor.empty() : tensor<5x6xf32>
  %v36 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v32 : tensor<5x6xf32>) outs(%v35 : tensor<5x6xf32>) {
  ^bb0(%a36_0: f32, %o36: f32):
    %v37 = math.tanh %a36_0 : f32
    linalg.yield %v37 : f32
  } -> tensor<5x6xf32>
  %v38 = tensor.empty() : tensor<5x6x16xf32>
  %v39 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v36, %v14 : tensor<5x6xf32>, tensor<6x16xf32>) outs(%v38 : tensor<5x6x16xf32>) {
  ^bb0(%a39_0: f32, %a39_1: f32, %o39: f32):
    %v40 = arith.mulf %a39_0, %a39_1 : f32
    linalg.yield %v40 : f32
  } -> tensor<5x6x16xf32>
  %v41 = tensor.expand_shape %v11 [[0, 1]] output_shape [6, 16] : tensor<96xf32> into tensor<6x16xf32>
  %v42 = tensor.empty() : tensor<5x6x16xbf16>
  %v43 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v39, %v41, %v13, %v25 : tensor<5x6x16xf32>, tensor<6x16xf32>, tensor<5x6x16xf32>, tensor<5xf32>) outs(%v42 : tensor<5x6x16xbf16>) {
  ^bb0(%a43_0: f32, %a43_1: f32, %a43_2: f32, %a43_3: f32, %o43: bf16):
    %v44 = arith.addf %a43_0, %a43_1 : f32
    %v45 = arith.mulf %a43_2, %a43_3 : f32
    %v46 = arith.mulf %v44, %v45 : f32
    %v47 = arith.truncf %v46 : f32 to bf16
    linalg.yield %v47 : bf16
  } -> tensor<5x6x16xbf16>
  %v48 = tensor.collapse_shape %v43 [[0], [1, 2]] : tensor<5x6x16xbf16> into tensor<5x96xbf16>
  return %v48 : tensor<5x96xbf16>
}
