// DyT: dyt f32. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x3x96xf32>, %a: tensor<1xf32>, %gamma: tensor<96xf32>, %b: tensor<96xf32>) -> tensor<?x3x96xf32> {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x3x96xf32>
  %v3 = tensor.empty(%v2) : tensor<?x3x96xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (0)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %a, %gamma, %b : tensor<?x3x96xf32>, tensor<1xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v3 : tensor<?x3x96xf32>) {
  ^bb0(%a4_0: f32, %a4_1: f32, %a4_2: f32, %a4_3: f32, %o4: f32):
    %v5 = arith.mulf %a4_0, %a4_1 : f32
    %v6 = math.tanh %v5 : f32
    %v7 = arith.mulf %v6, %a4_2 : f32
    %v8 = arith.addf %v7, %a4_3 : f32
    linalg.yield %v8 : f32
  } -> tensor<?x3x96xf32>
  return %v4 : tensor<?x3x96xf32>
}
