// A scale of 1 + gamma: gplus. One program, and what the ops compute one by one.

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
  %v15 = arith.constant 1.0 : f32
  %v16 = tensor.empty() : tensor<96xf32>
  %v17 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v13 : tensor<96xf32>) outs(%v16 : tensor<96xf32>) {
  ^bb0(%a17_0: f32, %o17: f32):
    %v18 = arith.addf %a17_0, %v15 : f32
    linalg.yield %v18 : f32
  } -> tensor<96xf32>
  %v19 = arith.constant 0.0 : f32
  %v20 = tensor.empty(%v2) : tensor<?xf32>
  %v21 = linalg.fill ins(%v19 : f32) outs(%v20 : tensor<?xf32>) -> tensor<?xf32>
  %v22 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v4 : tensor<?x96xf32>) outs(%v21 : tensor<?xf32>) {
  ^bb0(%a22_0: f32, %o22: f32):
    %v23 = arith.mulf %a22_0, %a22_0 : f32
    %v24 = arith.addf %v23, %o22 : f32
    linalg.yield %v24 : f32
  } -> tensor<?xf32>
  %v25 = tensor.empty(%v2) : tensor<?xf32>
  %v26 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v22 : tensor<?xf32>) outs(%v25 : tensor<?xf32>) {
  ^bb0(%a26_0: f32, %o26: f32):
    %v27 = arith.constant 96.0 : f32
    %v28 = arith.divf %a26_0, %v27 : f32
    %v29 = arith.constant 1.0e-6 : f32
    %v30 = arith.addf %v28, %v29 : f32
    %v31 = math.rsqrt %v30 : f32
    linalg.yield %v31 : f32
  } -> tensor<?xf32>
  %v32 = arith.constant 0.0 : f32
  %v33 = tensor.empty(%v2) : tensor<?xf32>
  %v34 = linalg.fill ins(%v32 : f32) outs(%v33 : tensor<?xf32>) -> tensor<?xf32>
  %v35 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v4, %v10 : tensor<?x96xf32>, tensor<96xf32>) outs(%v34 : tensor<?xf32>) {
  ^bb0(%a35_0: f32, %a35_1: f32, %o35: f32):
    %v36 = arith.mulf %a35_0, %a35_1 : f32
    %v37 = arith.addf %v36, %o35 : f32
    linalg.yield %v37 : f32
  } -> tensor<?xf32>
  %v38 = tensor.empty(%v2) : tensor<?xf32>
  %v39 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v35 : tensor<?xf32>) outs(%v38 : tensor<?xf32>) {
  ^bb0(%a39_0: f32, %o39: f32):
    %v40 = math.tanh %a39_0 : f32
    linalg.yield %v40 : f32
  } -> tensor<?xf32>
  %v41 = tensor.empty(%v2) : tensor<?x96xbf16>
  %v42 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v4, %v26, %v39, %v7, %v17 : tensor<?x96xf32>, tensor<?xf32>, tensor<?xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v41 : tensor<?x96xbf16>) {
  ^bb0(%a42_0: f32, %a42_1: f32, %a42_2: f32, %a42_3: f32, %a42_4: f32, %o42: bf16):
    %v43 = arith.mulf %a42_0, %a42_1 : f32
    %v44 = arith.mulf %a42_2, %a42_3 : f32
    %v45 = arith.addf %v44, %a42_4 : f32
    %v46 = arith.mulf %v45, %v43 : f32
    %v47 = arith.truncf %v46 : f32 to bf16
    linalg.yield %v47 : bf16
  } -> tensor<?x96xbf16>
  return %v42 : tensor<?x96xbf16>
}
