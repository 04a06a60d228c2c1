// Sums with and without a dimension of size 1, and ranks: sums dropped rank3 dynamic. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x3x96xbf16>, %alpha: tensor<96xbf16>, %beta: tensor<96xbf16>, %gamma: tensor<96xbf16>) -> tensor<?x3x96xbf16> {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x3x96xbf16>
  %v3 = tensor.empty(%v2) : tensor<?x3x96xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<?x3x96xbf16>) outs(%v3 : tensor<?x3x96xf32>) {
  ^bb0(%a4_0: bf16, %o4: f32):
    %v5 = arith.extf %a4_0 : bf16 to f32
    linalg.yield %v5 : f32
  } -> tensor<?x3x96xf32>
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
  %v15 = arith.constant 0.0 : f32
  %v16 = tensor.empty(%v2) : tensor<?x3xf32>
  %v17 = linalg.fill ins(%v15 : f32) outs(%v16 : tensor<?x3xf32>) -> tensor<?x3xf32>
  %v18 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v4 : tensor<?x3x96xf32>) outs(%v17 : tensor<?x3xf32>) {
  ^bb0(%a18_0: f32, %o18: f32):
    %v19 = arith.mulf %a18_0, %a18_0 : f32
    %v20 = arith.addf %v19, %o18 : f32
    linalg.yield %v20 : f32
  } -> tensor<?x3xf32>
  %v21 = tensor.empty(%v2) : tensor<?x3xf32>
  %v22 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v18 : tensor<?x3xf32>) outs(%v21 : tensor<?x3xf32>) {
  ^bb0(%a22_0: f32, %o22: f32):
    %v23 = arith.constant 96.0 : f32
    %v24 = arith.divf %a22_0, %v23 : f32
    %v25 = arith.constant 1.0e-6 : f32
    %v26 = arith.addf %v24, %v25 : f32
    %v27 = math.rsqrt %v26 : f32
    linalg.yield %v27 : f32
  } -> tensor<?x3xf32>
  %v28 = arith.constant 0.0 : f32
  %v29 = tensor.empty(%v2) : tensor<?x3xf32>
  %v30 = linalg.fill ins(%v28 : f32) outs(%v29 : tensor<?x3xf32>) -> tensor<?x3xf32>
  %v31 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v4, %v10 : tensor<?x3x96xf32>, tensor<96xf32>) outs(%v30 : tensor<?x3xf32>) {
  ^bb0(%a31_0: f32, %a31_1: f32, %o31: f32):
    %v32 = arith.mulf %a31_0, %a31_1 : f32
    %v33 = arith.addf %v32, %o31 : f32
    linalg.yield %v33 : f32
  } -> tensor<?x3xf32>
  %v34 = tensor.empty(%v2) : tensor<?x3xf32>
  %v35 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v31 : tensor<?x3xf32>) outs(%v34 : tensor<?x3xf32>) {
  ^bb0(%a35_0: f32, %o35: f32):
    %v36 = math.tanh %a35_0 : f32
    linalg.yield %v36 : f32
  } -> tensor<?x3xf32>
  %v37 = tensor.empty(%v2) : tensor<?x3x96xf32>
  %v38 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v35, %v7 : tensor<?x3xf32>, tensor<96xf32>) outs(%v37 : tensor<?x3x96xf32>) {
  ^bb0(%a38_0: f32, %a38_1: f32, %o38: f32):
    %v39 = arith.mulf %a38_0, %a38_1 : f32
    linalg.yield %v39 : f32
  } -> tensor<?x3x96xf32>
  %v40 = tensor.empty(%v2) : tensor<?x3x96xf32>
  %v41 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v38, %v13 : tensor<?x3x96xf32>, tensor<96xf32>) outs(%v40 : tensor<?x3x96xf32>) {
  ^bb0(%a41_0: f32, %a41_1: f32, %o41: f32):
    %v42 = arith.addf %a41_0, %a41_1 : f32
    linalg.yield %v42 : f32
  } -> tensor<?x3x96xf32>
  %v43 = tensor.empty(%v2) : tensor<?x3x96xf32>
  %v44 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v4, %v22 : tensor<?x3x96xf32>, tensor<?x3xf32>) outs(%v43 : tensor<?x3x96xf32>) {
  ^bb0(%a44_0: f32, %a44_1: f32, %o44: f32):
    %v45 = arith.mulf %a44_0, %a44_1 : f32
    linalg.yield %v45 : f32
  } -> tensor<?x3x96xf32>
  %v46 = tensor.empty(%v2) : tensor<?x3x96xbf16>
  %v47 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v41, %v44 : tensor<?x3x96xf32>, tensor<?x3x96xf32>) outs(%v46 : tensor<?x3x96xbf16>) {
  ^bb0(%a47_0: f32, %a47_1: f32, %o47: bf16):
    %v48 = arith.mulf %a47_0, %a47_1 : f32
    %v49 = arith.truncf %v48 : f32 to bf16
    linalg.yield %v49 : bf16
  } -> tensor<?x3x96xbf16>
  return %v47 : tensor<?x3x96xbf16>
}
