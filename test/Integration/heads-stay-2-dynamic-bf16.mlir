// A dot product for each head: heads stay 2 dynamic bf16. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x96xbf16>, %alpha: tensor<96xbf16>, %beta: tensor<96xbf16>, %gamma: tensor<96xbf16>) -> tensor<?x96xbf16> {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x96xbf16>
  %v3 = tensor.empty(%v2) : tensor<?x96xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x96xbf16>) outs(%v3 : tensor<?x96xf32>) {
  ^bb0(%a4_0: bf16, %o4: f32):
    %v5 = arith.extf %a4_0 : bf16 to f32
    linalg.yield %v5 : f32
  } -> tensor<?x96xf32>
  %v6 = tensor.empty() : tensor<96xf32>
  %v7 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%alpha : tensor<96xbf16>) outs(%v6 : tensor<96xf32>) {
  ^bb0(%a7_0: bf16, %o7: f32):
    %v8 = arith.extf %a7_0 : bf16 to f32
    linalg.yield %v8 : f32
  } -> tensor<96xf32>
  %v9 = tensor.empty() : tensor<96xf32>
  %v10 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%beta : tensor<96xbf16>) outs(%v9 : tensor<96xf32>) {
  ^bb0(%a10_0: bf16, %o10: f32):
    %v11 = arith.extf %a10_0 : bf16 to f32
    linalg.yield %v11 : f32
  } -> tensor<96xf32>
  %v12 = tensor.empty() : tensor<96xf32>
  %v13 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%gamma : tensor<96xbf16>) outs(%v12 : tensor<96xf32>) {
  ^bb0(%a13_0: bf16, %o13: f32):
    %v14 = arith.extf %a13_0 : bf16 to f32
    linalg.yield %v14 : f32
  } -> tensor<96xf32>
  %v15 = tensor.expand_shape %v4 [[0], [1, 2]] output_shape [%v2, 6, 16] : tensor<?x96xf32> into tensor<?x6x16xf32>
  %v16 = tensor.expand_shape %v7 [[0, 1]] output_shape [6, 16] : tensor<96xf32> into tensor<6x16xf32>
  %v17 = tensor.expand_shape %v10 [[0, 1]] output_shape [6, 16] : tensor<96xf32> into tensor<6x16xf32>
  %v18 = arith.constant 0.0 : f32
  %v19 = tensor.empty(%v2) : tensor<?xf32>
  %v20 = linalg.fill ins(%v18 : f32) outs(%v19 : tensor<?xf32>) -> tensor<?xf32>
  %v21 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v4 : tensor<?x96xf32>) outs(%v20 : tensor<?xf32>) {
  ^bb0(%a21_0: f32, %o21: f32):
    %v22 = arith.mulf %a21_0, %a21_0 : f32
    %v23 = arith.addf %v22, %o21 : f32
    linalg.yield %v23 : f32
  } -> tensor<?xf32>
  %v24 = arith.constant 96.0 : f32
  %v25 = arith.constant 1.0e-6 : f32
  %v26 = tensor.empty(%v2) : tensor<?xf32>
  %v27 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v21 : tensor<?xf32>) outs(%v26 : tensor<?xf32>) {
  ^bb0(%a27_0: f32, %o27: f32):
    %v28 = arith.divf %a27_0, %v24 : f32
    %v29 = arith.addf %v28, %v25 : f32
    %v30 = math.rsqrt %v29 : f32
    linalg.yield %v30 : f32
  } -> tensor<?xf32>
  %v31 = arith.constant 0.0 : f32
  %v32 = tensor.empty(%v2) : tensor<?x6xf32>
  %v33 = linalg.fill ins(%v31 : f32) outs(%v32 : tensor<?x6xf32>) -> tensor<?x6xf32>
  %v34 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v15, %v17 : tensor<?x6x16xf32>, tensor<6x16xf32>) outs(%v33 : tensor<?x6xf32>) {
  ^bb0(%a34_0: f32, %a34_1: f32, %o34: f32):
    %v35 = arith.mulf %a34_0, %a34_1 : f32
    %v36 = arith.addf %v35, %o34 : f32
    linalg.yield %v36 : f32
  } -> tensor<?x6xf32>
  %v37 = tensor.empty(%v2) : tensor<?x6xf32>
  %v38 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v34 : tensor<?x6xf32>) outs(%v37 : tensor<?x6xf32>) {
  ^bb0(%a38_0: f32, %o38: f32):
    %v39 = math.tanh %a38_0 : f32
    linalg.yield %v39 : f32
  } -> tensor<?x6xf32>
  %v40 = tensor.empty(%v2) : tensor<?x6x16xf32>
  %v41 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v38, %v16 : tensor<?x6xf32>, tensor<6x16xf32>) outs(%v40 : tensor<?x6x16xf32>) {
  ^bb0(%a41_0: f32, %a41_1: f32, %o41: f32):
    %v42 = arith.mulf %a41_0, %a41_1 : f32
    linalg.yield %v42 : f32
  } -> tensor<?x6x16xf32>
  %v43 = tensor.expand_shape %v13 [[0, 1]] output_shape [6, 16] : tensor<96xf32> into tensor<6x16xf32>
  %v44 = tensor.empty(%v2) : tensor<?x6x16xbf16>
  %v45 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v41, %v43, %v15, %v27 : tensor<?x6x16xf32>, tensor<6x16xf32>, tensor<?x6x16xf32>, tensor<?xf32>) outs(%v44 : tensor<?x6x16xbf16>) {
  ^bb0(%a45_0: f32, %a45_1: f32, %a45_2: f32, %a45_3: f32, %o45: bf16):
    %v46 = arith.addf %a45_0, %a45_1 : f32
    %v47 = arith.mulf %a45_2, %a45_3 : f32
    %v48 = arith.mulf %v46, %v47 : f32
    %v49 = arith.truncf %v48 : f32 to bf16
    linalg.yield %v49 : bf16
  } -> tensor<?x6x16xbf16>
  %v50 = tensor.collapse_shape %v45 [[0], [1, 2]] : tensor<?x6x16xbf16> into tensor<?x96xbf16>
  return %v50 : tensor<?x96xbf16>
}
