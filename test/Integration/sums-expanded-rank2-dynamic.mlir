// Sums with and without a dimension of size 1, and ranks: sums expanded rank2 dynamic. One program, and what the ops compute one by one.

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
  %v15 = tensor.empty(%v2) : tensor<?x96xf32>
  %v16 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v4 : tensor<?x96xf32>) outs(%v15 : tensor<?x96xf32>) {
  ^bb0(%a16_0: f32, %o16: f32):
    %v17 = arith.mulf %a16_0, %a16_0 : f32
    linalg.yield %v17 : f32
  } -> tensor<?x96xf32>
  %v18 = arith.constant 0.0 : f32
  %v19 = tensor.empty(%v2) : tensor<?xf32>
  %v20 = linalg.fill ins(%v18 : f32) outs(%v19 : tensor<?xf32>) -> tensor<?xf32>
  %v21 = linalg.reduce { arith.addf } ins(%v16 : tensor<?x96xf32>) outs(%v20 : tensor<?xf32>) dimensions = [1]
  %v22 = tensor.expand_shape %v21 [[0, 1]] output_shape [%v2, 1] : tensor<?xf32> into tensor<?x1xf32>
  %v23 = tensor.empty(%v2) : tensor<?x1xf32>
  %v24 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v22 : tensor<?x1xf32>) outs(%v23 : tensor<?x1xf32>) {
  ^bb0(%a24_0: f32, %o24: f32):
    %v25 = arith.constant 96.0 : f32
    %v26 = arith.divf %a24_0, %v25 : f32
    %v27 = arith.constant 1.0e-6 : f32
    %v28 = arith.addf %v26, %v27 : f32
    %v29 = math.rsqrt %v28 : f32
    linalg.yield %v29 : f32
  } -> tensor<?x1xf32>
  %v30 = tensor.empty(%v2) : tensor<?x96xf32>
  %v31 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v4, %v10 : tensor<?x96xf32>, tensor<96xf32>) outs(%v30 : tensor<?x96xf32>) {
  ^bb0(%a31_0: f32, %a31_1: f32, %o31: f32):
    %v32 = arith.mulf %a31_0, %a31_1 : f32
    linalg.yield %v32 : f32
  } -> tensor<?x96xf32>
  %v33 = arith.constant 0.0 : f32
  %v34 = tensor.empty(%v2) : tensor<?xf32>
  %v35 = linalg.fill ins(%v33 : f32) outs(%v34 : tensor<?xf32>) -> tensor<?xf32>
  %v36 = linalg.reduce { arith.addf } ins(%v31 : tensor<?x96xf32>) outs(%v35 : tensor<?xf32>) dimensions = [1]
  %v37 = tensor.expand_shape %v36 [[0, 1]] output_shape [%v2, 1] : tensor<?xf32> into tensor<?x1xf32>
  %v38 = tensor.empty(%v2) : tensor<?x1xf32>
  %v39 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v37 : tensor<?x1xf32>) outs(%v38 : tensor<?x1xf32>) {
  ^bb0(%a39_0: f32, %o39: f32):
    %v40 = math.tanh %a39_0 : f32
    linalg.yield %v40 : f32
  } -> tensor<?x1xf32>
  %v41 = tensor.empty(%v2) : tensor<?x96xf32>
  %v42 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v39, %v7 : tensor<?x1xf32>, tensor<96xf32>) outs(%v41 : tensor<?x96xf32>) {
  ^bb0(%a42_0: f32, %a42_1: f32, %o42: f32):
    %v43 = arith.mulf %a42_0, %a42_1 : f32
    linalg.yield %v43 : f32
  } -> tensor<?x96xf32>
  %v44 = tensor.empty(%v2) : tensor<?x96xf32>
  %v45 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v42, %v13 : tensor<?x96xf32>, tensor<96xf32>) outs(%v44 : tensor<?x96xf32>) {
  ^bb0(%a45_0: f32, %a45_1: f32, %o45: f32):
    %v46 = arith.addf %a45_0, %a45_1 : f32
    linalg.yield %v46 : f32
  } -> tensor<?x96xf32>
  %v47 = tensor.empty(%v2) : tensor<?x96xf32>
  %v48 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v4, %v24 : tensor<?x96xf32>, tensor<?x1xf32>) outs(%v47 : tensor<?x96xf32>) {
  ^bb0(%a48_0: f32, %a48_1: f32, %o48: f32):
    %v49 = arith.mulf %a48_0, %a48_1 : f32
    linalg.yield %v49 : f32
  } -> tensor<?x96xf32>
  %v50 = tensor.empty(%v2) : tensor<?x96xbf16>
  %v51 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v45, %v48 : tensor<?x96xf32>, tensor<?x96xf32>) outs(%v50 : tensor<?x96xbf16>) {
  ^bb0(%a51_0: f32, %a51_1: f32, %o51: bf16):
    %v52 = arith.mulf %a51_0, %a51_1 : f32
    %v53 = arith.truncf %v52 : f32 to bf16
    linalg.yield %v53 : bf16
  } -> tensor<?x96xbf16>
  return %v51 : tensor<?x96xbf16>
}
