// DyT: dyt bf16. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x3x96xbf16>, %a: tensor<1xf32>, %gamma: tensor<96xf32>, %b: tensor<96xf32>) -> tensor<?x3x96xbf16> {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x3x96xbf16>
  %v3 = tensor.empty(%v2) : tensor<?x3x96xbf16>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (0)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %a, %gamma, %b : tensor<?x3x96xbf16>, tensor<1xf32>, tensor<96xf32>, tensor<96xf32>) outs(%v3 : tensor<?x3x96xbf16>) {
  ^bb0(%a4_0: bf16, %a4_1: f32, %a4_2: f32, %a4_3: f32, %o4: bf16):
    %v5 = arith.extf %a4_0 : bf16 to f32
    %v6 = arith.mulf %v5, %a4_1 : f32
    %v7 = math.tanh %v6 : f32
    %v8 = arith.mulf %v7, %a4_2 : f32
    %v9 = arith.addf %v8, %a4_3 : f32
    %v10 = arith.truncf %v9 : f32 to bf16
    linalg.yield %v10 : bf16
  } -> tensor<?x3x96xbf16>
  return %v4 : tensor<?x3x96xbf16>
}
