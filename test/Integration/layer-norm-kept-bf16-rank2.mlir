// LayerNorm in two passes: layer norm kept bf16 rank2. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x96xbf16>, %gamma: tensor<96xf32>, %bias: tensor<96xf32>) -> tensor<?x96xbf16> {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x96xbf16>
  %v3 = tensor.empty(%v2) : tensor<?x96xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x96xbf16>) outs(%v3 : tensor<?x96xf32>) {
  ^bb0(%a4_0: bf16, %o4: f32):
    %v5 = arith.extf %a4_0 : bf16 to f32
    linalg.yield %v5 : f32
  } -> tensor<?x96xf32>
  %v6 = arith.constant 0.0 : f32
  %v7 = tensor.empty(%v2) : tensor<?x1xf32>
  %v8 = linalg.fill ins(%v6 : f32) outs(%v7 : tensor<?x1xf32>) -> tensor<?x1xf32>
  %v9 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>], iterator_types = ["parallel", "reduction"]} ins(%v4 : tensor<?x96xf32>) outs(%v8 : tensor<?x1xf32>) {
  ^bb0(%a9_0: f32, %o9: f32):
    %v10 = arith.addf %a9_0, %o9 : f32
    linalg.yield %v10 : f32
  } -> tensor<?x1xf32>
  %v11 = arith.constant 96.0 : f32
  %v12 = tensor.empty(%v2) : tensor<?x1xf32>
  %v13 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v9 : tensor<?x1xf32>) outs(%v12 : tensor<?x1xf32>) {
  ^bb0(%a13_0: f32, %o13: f32):
    %v14 = arith.divf %a13_0, %v11 : f32
    linalg.yield %v14 : f32
  } -> tensor<?x1xf32>
  %v15 = tensor.empty(%v2) : tensor<?x96xf32>
  %v16 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v4, %v13 : tensor<?x96xf32>, tensor<?x1xf32>) outs(%v15 : tensor<?x96xf32>) {
  ^bb0(%a16_0: f32, %a16_1: f32, %o16: f32):
    %v17 = arith.subf %a16_0, %a16_1 : f32
    linalg.yield %v17 : f32
  } -> tensor<?x96xf32>
  %v18 = arith.constant 0.0 : f32
  %v19 = tensor.empty(%v2) : tensor<?x1xf32>
  %v20 = linalg.fill ins(%v18 : f32) outs(%v19 : tensor<?x1xf32>) -> tensor<?x1xf32>
  %v21 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>], iterator_types = ["parallel", "reduction"]} ins(%v16 : tensor<?x96xf32>) outs(%v20 : tensor<?x1xf32>) {
  ^bb0(%a21_0: f32, %o21: f32):
    %v22 = arith.mulf %a21_0, %a21_0 : f32
    %v23 = arith.addf %v22, %o21 : f32
    linalg.yield %v23 : f32
  } -> tensor<?x1xf32>
  %v24 = arith.constant 1.0e-5 : f32
  %v25 = tensor.empty(%v2) : tensor<?x1xf32>
  %v26 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v21 : tensor<?x1xf32>) outs(%v25 : tensor<?x1xf32>) {
  ^bb0(%a26_0: f32, %o26: f32):
    %v27 = arith.divf %a26_0, %v11 : f32
    %v28 = arith.addf %v27, %v24 : f32
    %v29 = math.rsqrt %v28 : f32
    linalg.yield %v29 : f32
  } -> tensor<?x1xf32>
  %v30 = tensor.empty(%v2) : tensor<?x96xbf16>
  %v31 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v16, %v26, %gamma, %bias : tensor<?x96xf32>, tensor<?x1xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v30 : tensor<?x96xbf16>) {
  ^bb0(%a31_0: f32, %a31_1: f32, %a31_2: f32, %a31_3: f32, %o31: bf16):
    %v32 = arith.mulf %a31_0, %a31_1 : f32
    %v33 = arith.mulf %v32, %a31_2 : f32
    %v34 = arith.addf %v33, %a31_3 : f32
    %v35 = arith.truncf %v34 : f32 to bf16
    linalg.yield %v35 : bf16
  } -> tensor<?x96xbf16>
  return %v31 : tensor<?x96xbf16>
}
