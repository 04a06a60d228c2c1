// RMSNorm with the casts of Gemma: rms norm gemma bf16. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x3x96xbf16>, %w: tensor<96xbf16>) -> tensor<?x3x96xbf16> {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x3x96xbf16>
  %v3 = tensor.empty(%v2) : tensor<?x3x96xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<?x3x96xbf16>) outs(%v3 : tensor<?x3x96xf32>) {
  ^bb0(%a4_0: bf16, %o4: f32):
    %v5 = arith.extf %a4_0 : bf16 to f32
    linalg.yield %v5 : f32
  } -> tensor<?x3x96xf32>
  %v6 = arith.constant 0.0 : f32
  %v7 = tensor.empty(%v2) : tensor<?x3x1xf32>
  %v8 = linalg.fill ins(%v6 : f32) outs(%v7 : tensor<?x3x1xf32>) -> tensor<?x3x1xf32>
  %v9 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, 0)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v4 : tensor<?x3x96xf32>) outs(%v8 : tensor<?x3x1xf32>) {
  ^bb0(%a9_0: f32, %o9: f32):
    %v10 = arith.mulf %a9_0, %a9_0 : f32
    %v11 = arith.addf %v10, %o9 : f32
    linalg.yield %v11 : f32
  } -> tensor<?x3x1xf32>
  %v12 = arith.constant 96.0 : f32
  %v13 = arith.constant 1.0e-6 : f32
  %v14 = tensor.empty(%v2) : tensor<?x3x1xf32>
  %v15 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v9 : tensor<?x3x1xf32>) outs(%v14 : tensor<?x3x1xf32>) {
  ^bb0(%a15_0: f32, %o15: f32):
    %v16 = arith.divf %a15_0, %v12 : f32
    %v17 = arith.addf %v16, %v13 : f32
    %v18 = math.rsqrt %v17 : f32
    linalg.yield %v18 : f32
  } -> tensor<?x3x1xf32>
  %v19 = arith.constant 1.0 : f32
  %v20 = tensor.empty() : tensor<96xf32>
  %v21 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%w : tensor<96xbf16>) outs(%v20 : tensor<96xf32>) {
  ^bb0(%a21_0: bf16, %o21: f32):
    %v22 = arith.extf %a21_0 : bf16 to f32
    %v23 = arith.addf %v22, %v19 : f32
    linalg.yield %v23 : f32
  } -> tensor<96xf32>
  %v24 = tensor.empty(%v2) : tensor<?x3x96xf32>
  %v25 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, 0)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v4, %v15 : tensor<?x3x96xf32>, tensor<?x3x1xf32>) outs(%v24 : tensor<?x3x96xf32>) {
  ^bb0(%a25_0: f32, %a25_1: f32, %o25: f32):
    %v26 = arith.mulf %a25_0, %a25_1 : f32
    linalg.yield %v26 : f32
  } -> tensor<?x3x96xf32>
  %v27 = tensor.empty(%v2) : tensor<?x3x96xbf16>
  %v28 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v25, %v21 : tensor<?x3x96xf32>, tensor<96xf32>) outs(%v27 : tensor<?x3x96xbf16>) {
  ^bb0(%a28_0: f32, %a28_1: f32, %o28: bf16):
    %v29 = arith.mulf %a28_0, %a28_1 : f32
    %v30 = arith.truncf %v29 : f32 to bf16
    linalg.yield %v30 : bf16
  } -> tensor<?x3x96xbf16>
  return %v28 : tensor<?x3x96xbf16>
}
