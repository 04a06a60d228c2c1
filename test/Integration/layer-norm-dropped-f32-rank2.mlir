// LayerNorm in two passes: layer norm dropped f32 rank2. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x96xf32>, %gamma: tensor<96xf32>, %bias: tensor<96xf32>) -> tensor<?x96xf32> {
  %v1 = arith.constant 0.0 : f32
  %v2 = arith.constant 0 : index
  %v3 = tensor.dim %x, %v2 : tensor<?x96xf32>
  %v4 = tensor.empty(%v3) : tensor<?xf32>
  %v5 = linalg.fill ins(%v1 : f32) outs(%v4 : tensor<?xf32>) -> tensor<?xf32>
  %v6 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<?x96xf32>) outs(%v5 : tensor<?xf32>) {
  ^bb0(%a6_0: f32, %o6: f32):
    %v7 = arith.addf %a6_0, %o6 : f32
    linalg.yield %v7 : f32
  } -> tensor<?xf32>
  %v8 = arith.constant 96.0 : f32
  %v9 = tensor.empty(%v3) : tensor<?xf32>
  %v10 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v6 : tensor<?xf32>) outs(%v9 : tensor<?xf32>) {
  ^bb0(%a10_0: f32, %o10: f32):
    %v11 = arith.divf %a10_0, %v8 : f32
    linalg.yield %v11 : f32
  } -> tensor<?xf32>
  %v12 = tensor.empty(%v3) : tensor<?x96xf32>
  %v13 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x, %v10 : tensor<?x96xf32>, tensor<?xf32>) outs(%v12 : tensor<?x96xf32>) {
  ^bb0(%a13_0: f32, %a13_1: f32, %o13: f32):
    %v14 = arith.subf %a13_0, %a13_1 : f32
    linalg.yield %v14 : f32
  } -> tensor<?x96xf32>
  %v15 = arith.constant 0.0 : f32
  %v16 = tensor.empty(%v3) : tensor<?xf32>
  %v17 = linalg.fill ins(%v15 : f32) outs(%v16 : tensor<?xf32>) -> tensor<?xf32>
  %v18 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v13 : tensor<?x96xf32>) outs(%v17 : tensor<?xf32>) {
  ^bb0(%a18_0: f32, %o18: f32):
    %v19 = arith.mulf %a18_0, %a18_0 : f32
    %v20 = arith.addf %v19, %o18 : f32
    linalg.yield %v20 : f32
  } -> tensor<?xf32>
  %v21 = arith.constant 1.0e-5 : f32
  %v22 = tensor.empty(%v3) : tensor<?xf32>
  %v23 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v18 : tensor<?xf32>) outs(%v22 : tensor<?xf32>) {
  ^bb0(%a23_0: f32, %o23: f32):
    %v24 = arith.divf %a23_0, %v8 : f32
    %v25 = arith.addf %v24, %v21 : f32
    %v26 = math.rsqrt %v25 : f32
    linalg.yield %v26 : f32
  } -> tensor<?xf32>
  %v27 = tensor.empty(%v3) : tensor<?x96xf32>
  %v28 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v13, %v23, %gamma, %bias : tensor<?x96xf32>, tensor<?xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v27 : tensor<?x96xf32>) {
  ^bb0(%a28_0: f32, %a28_1: f32, %a28_2: f32, %a28_3: f32, %o28: f32):
    %v29 = arith.mulf %a28_0, %a28_1 : f32
    %v30 = arith.mulf %v29, %a28_2 : f32
    %v31 = arith.addf %v30, %a28_3 : f32
    linalg.yield %v31 : f32
  } -> tensor<?x96xf32>
  return %v28 : tensor<?x96xf32>
}
