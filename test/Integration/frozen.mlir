// Parameters that are constants: frozen. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x96xbf16>) -> tensor<?x96xbf16> {
  %v1 = arith.constant dense<[-0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500]> : tensor<96xf32>
  %v2 = arith.constant dense<[-0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125]> : tensor<96xf32>
  %v3 = arith.constant dense<[-0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500, 0.000, -0.500, 0.375, -0.125, -0.625, 0.250, -0.250, 0.625, 0.125, -0.375, 0.500]> : tensor<96xf32>
  %v4 = arith.constant 0 : index
  %v5 = tensor.dim %x, %v4 : tensor<?x96xbf16>
  %v6 = tensor.empty(%v5) : tensor<?x96xf32>
  %v7 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x96xbf16>) outs(%v6 : tensor<?x96xf32>) {
  ^bb0(%a7_0: bf16, %o7: f32):
    %v8 = arith.extf %a7_0 : bf16 to f32
    linalg.yield %v8 : f32
  } -> tensor<?x96xf32>
  %v9 = arith.constant 0.0 : f32
  %v10 = tensor.empty(%v5) : tensor<?xf32>
  %v11 = linalg.fill ins(%v9 : f32) outs(%v10 : tensor<?xf32>) -> tensor<?xf32>
  %v12 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v7 : tensor<?x96xf32>) outs(%v11 : tensor<?xf32>) {
  ^bb0(%a12_0: f32, %o12: f32):
    %v13 = arith.mulf %a12_0, %a12_0 : f32
    %v14 = arith.addf %v13, %o12 : f32
    linalg.yield %v14 : f32
  } -> tensor<?xf32>
  %v15 = tensor.empty(%v5) : tensor<?xf32>
  %v16 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v12 : tensor<?xf32>) outs(%v15 : tensor<?xf32>) {
  ^bb0(%a16_0: f32, %o16: f32):
    %v17 = arith.constant 96.0 : f32
    %v18 = arith.divf %a16_0, %v17 : f32
    %v19 = arith.constant 1.0e-6 : f32
    %v20 = arith.addf %v18, %v19 : f32
    %v21 = math.rsqrt %v20 : f32
    linalg.yield %v21 : f32
  } -> tensor<?xf32>
  %v22 = arith.constant 0.0 : f32
  %v23 = tensor.empty(%v5) : tensor<?xf32>
  %v24 = linalg.fill ins(%v22 : f32) outs(%v23 : tensor<?xf32>) -> tensor<?xf32>
  %v25 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v7, %v2 : tensor<?x96xf32>, tensor<96xf32>) outs(%v24 : tensor<?xf32>) {
  ^bb0(%a25_0: f32, %a25_1: f32, %o25: f32):
    %v26 = arith.mulf %a25_0, %a25_1 : f32
    %v27 = arith.addf %v26, %o25 : f32
    linalg.yield %v27 : f32
  } -> tensor<?xf32>
  %v28 = tensor.empty(%v5) : tensor<?xf32>
  %v29 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v25 : tensor<?xf32>) outs(%v28 : tensor<?xf32>) {
  ^bb0(%a29_0: f32, %o29: f32):
    %v30 = math.tanh %a29_0 : f32
    linalg.yield %v30 : f32
  } -> tensor<?xf32>
  %v31 = tensor.empty(%v5) : tensor<?x96xbf16>
  %v32 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v7, %v16, %v29, %v1, %v3 : tensor<?x96xf32>, tensor<?xf32>, tensor<?xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v31 : tensor<?x96xbf16>) {
  ^bb0(%a32_0: f32, %a32_1: f32, %a32_2: f32, %a32_3: f32, %a32_4: f32, %o32: bf16):
    %v33 = arith.mulf %a32_0, %a32_1 : f32
    %v34 = arith.mulf %a32_2, %a32_3 : f32
    %v35 = arith.addf %v34, %a32_4 : f32
    %v36 = arith.mulf %v35, %v33 : f32
    %v37 = arith.truncf %v36 : f32 to bf16
    linalg.yield %v37 : bf16
  } -> tensor<?x96xbf16>
  return %v32 : tensor<?x96xbf16>
}
