// GroupNorm on expanded groups, and SiLU behind it. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<?x32x35xf32>, %w: tensor<32xf32>) -> (tensor<?x32x35xf32>) {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x32x35xf32>
  %v3 = tensor.expand_shape %x [[0],[1,2],[3]] output_shape [%v2, 4, 8, 35] : tensor<?x32x35xf32> into tensor<?x4x8x35xf32>
  %v4 = tensor.expand_shape %w [[0,1]] output_shape [4, 8] : tensor<32xf32> into tensor<4x8xf32>
  %v5 = arith.constant 0.0 : f32
  %v6 = tensor.empty(%v2) : tensor<?x4xf32>
  %v7 = linalg.fill ins(%v5 : f32) outs(%v6 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %v8 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d1)>], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%v3 : tensor<?x4x8x35xf32>) outs(%v7 : tensor<?x4xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = arith.addf %a0, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x4xf32>
  %v9 = tensor.empty(%v2) : tensor<?x4x8x35xf32>
  %v10 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d1)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v3, %v8 : tensor<?x4x8x35xf32>, tensor<?x4xf32>) outs(%v9 : tensor<?x4x8x35xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %c = arith.constant 280.0 : f32
    %m = arith.divf %a1, %c : f32
    %r = arith.subf %a0, %m : f32
    linalg.yield %r : f32
  } -> tensor<?x4x8x35xf32>
  %v11 = arith.constant 0.0 : f32
  %v12 = tensor.empty(%v2) : tensor<?x4xf32>
  %v13 = linalg.fill ins(%v11 : f32) outs(%v12 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %v14 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d1)>], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%v10 : tensor<?x4x8x35xf32>) outs(%v13 : tensor<?x4xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %p = arith.mulf %a0, %a0 : f32
    %r = arith.addf %p, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x4xf32>
  %v15 = tensor.empty(%v2) : tensor<?x4x8x35xf32>
  %v16 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d1)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v10, %v14 : tensor<?x4x8x35xf32>, tensor<?x4xf32>) outs(%v15 : tensor<?x4x8x35xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %c = arith.constant 280.0 : f32
    %e = arith.constant 1.0e-6 : f32
    %m = arith.divf %a1, %c : f32
    %n = arith.addf %m, %e : f32
    %q = math.rsqrt %n : f32
    %r = arith.mulf %a0, %q : f32
    linalg.yield %r : f32
  } -> tensor<?x4x8x35xf32>
  %v17 = tensor.empty(%v2) : tensor<?x4x8x35xf32>
  %v18 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d1,d2)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v16, %v4 : tensor<?x4x8x35xf32>, tensor<4x8xf32>) outs(%v17 : tensor<?x4x8x35xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %t = arith.mulf %a0, %a1 : f32
    %n = arith.negf %t : f32
    %e = math.exp %n : f32
    %one = arith.constant 1.0 : f32
    %p = arith.addf %e, %one : f32
    %r = arith.divf %t, %p : f32
    linalg.yield %r : f32
  } -> tensor<?x4x8x35xf32>
  %v19 = tensor.collapse_shape %v18 [[0],[1,2],[3]] : tensor<?x4x8x35xf32> into tensor<?x32x35xf32>
  return %v19 : tensor<?x32x35xf32>
}
