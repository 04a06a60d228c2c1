// Softmax: softmax reduce f16. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x3x96xf16>) -> tensor<?x3x96xf16> {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x3x96xf16>
  %v3 = tensor.empty(%v2) : tensor<?x3x96xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<?x3x96xf16>) outs(%v3 : tensor<?x3x96xf32>) {
  ^bb0(%a4_0: f16, %o4: f32):
    %v5 = arith.extf %a4_0 : f16 to f32
    linalg.yield %v5 : f32
  } -> tensor<?x3x96xf32>
  %v6 = arith.constant 0xFF800000 : f32
  %v7 = tensor.empty(%v2) : tensor<?x3xf32>
  %v8 = linalg.fill ins(%v6 : f32) outs(%v7 : tensor<?x3xf32>) -> tensor<?x3xf32>
  %v9 = linalg.reduce { arith.maximumf } ins(%v4 : tensor<?x3x96xf32>) outs(%v8 : tensor<?x3xf32>) dimensions = [2]
  %v10 = tensor.empty(%v2) : tensor<?x3x96xf32>
  %v11 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v4, %v9 : tensor<?x3x96xf32>, tensor<?x3xf32>) outs(%v10 : tensor<?x3x96xf32>) {
  ^bb0(%a11_0: f32, %a11_1: f32, %o11: f32):
    %v12 = arith.subf %a11_0, %a11_1 : f32
    %v13 = math.exp %v12 : f32
    linalg.yield %v13 : f32
  } -> tensor<?x3x96xf32>
  %v14 = arith.constant 0.0 : f32
  %v15 = tensor.empty(%v2) : tensor<?x3xf32>
  %v16 = linalg.fill ins(%v14 : f32) outs(%v15 : tensor<?x3xf32>) -> tensor<?x3xf32>
  %v17 = linalg.reduce { arith.addf } ins(%v11 : tensor<?x3x96xf32>) outs(%v16 : tensor<?x3xf32>) dimensions = [2]
  %v18 = tensor.empty(%v2) : tensor<?x3x96xf16>
  %v19 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v11, %v17 : tensor<?x3x96xf32>, tensor<?x3xf32>) outs(%v18 : tensor<?x3x96xf16>) {
  ^bb0(%a19_0: f32, %a19_1: f32, %o19: f16):
    %v20 = arith.divf %a19_0, %a19_1 : f32
    %v21 = arith.truncf %v20 : f32 to f16
    linalg.yield %v21 : f16
  } -> tensor<?x3x96xf16>
  return %v19 : tensor<?x3x96xf16>
}
