// RMSNorm with the casts of Llama: rms norm llama f16. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x3x96xf16>, %w: tensor<96xf16>) -> tensor<?x3x96xf16> {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x3x96xf16>
  %v3 = tensor.empty(%v2) : tensor<?x3x96xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<?x3x96xf16>) outs(%v3 : tensor<?x3x96xf32>) {
  ^bb0(%a4_0: f16, %o4: f32):
    %v5 = arith.extf %a4_0 : f16 to f32
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
  %v19 = tensor.empty(%v2) : tensor<?x3x96xf16>
  %v20 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, 0)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v4, %v15 : tensor<?x3x96xf32>, tensor<?x3x1xf32>) outs(%v19 : tensor<?x3x96xf16>) {
  ^bb0(%a20_0: f32, %a20_1: f32, %o20: f16):
    %v21 = arith.mulf %a20_0, %a20_1 : f32
    %v22 = arith.truncf %v21 : f32 to f16
    linalg.yield %v22 : f16
  } -> tensor<?x3x96xf16>
  %v23 = tensor.empty(%v2) : tensor<?x3x96xf16>
  %v24 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%w, %v20 : tensor<96xf16>, tensor<?x3x96xf16>) outs(%v23 : tensor<?x3x96xf16>) {
  ^bb0(%a24_0: f16, %a24_1: f16, %o24: f16):
    %v25 = arith.mulf %a24_0, %a24_1 : f16
    linalg.yield %v25 : f16
  } -> tensor<?x3x96xf16>
  return %v24 : tensor<?x3x96xf16>
}
