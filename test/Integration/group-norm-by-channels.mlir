// GroupNorm as PyTorch spells it: statistics of groups, then a weight for each channel of the reshaped tensor. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<?x32x5x7xf32>, %w: tensor<32xf32>, %bi: tensor<32xf32>) -> (tensor<?x32x5x7xf32>) {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x32x5x7xf32>
  %v3 = tensor.collapse_shape %x [[0],[1,2,3]] : tensor<?x32x5x7xf32> into tensor<?x1120xf32>
  %v4 = tensor.expand_shape %v3 [[0],[1,2]] output_shape [%v2, 4, 280] : tensor<?x1120xf32> into tensor<?x4x280xf32>
  %v5 = arith.constant 0.0 : f32
  %v6 = tensor.empty(%v2) : tensor<?x4xf32>
  %v7 = linalg.fill ins(%v5 : f32) outs(%v6 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %v8 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v4 : tensor<?x4x280xf32>) outs(%v7 : tensor<?x4xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = arith.addf %a0, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x4xf32>
  %v9 = tensor.empty(%v2) : tensor<?x4x280xf32>
  %v10 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v4, %v8 : tensor<?x4x280xf32>, tensor<?x4xf32>) outs(%v9 : tensor<?x4x280xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %c = arith.constant 280.0 : f32
    %m = arith.divf %a1, %c : f32
    %r = arith.subf %a0, %m : f32
    linalg.yield %r : f32
  } -> tensor<?x4x280xf32>
  %v11 = arith.constant 0.0 : f32
  %v12 = tensor.empty(%v2) : tensor<?x4xf32>
  %v13 = linalg.fill ins(%v11 : f32) outs(%v12 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %v14 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v10 : tensor<?x4x280xf32>) outs(%v13 : tensor<?x4xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %p = arith.mulf %a0, %a0 : f32
    %r = arith.addf %p, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x4xf32>
  %v15 = tensor.empty(%v2) : tensor<?x4x280xf32>
  %v16 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v10, %v14 : tensor<?x4x280xf32>, tensor<?x4xf32>) outs(%v15 : tensor<?x4x280xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %c = arith.constant 280.0 : f32
    %e = arith.constant 1.0e-6 : f32
    %m = arith.divf %a1, %c : f32
    %n = arith.addf %m, %e : f32
    %q = math.rsqrt %n : f32
    %r = arith.mulf %a0, %q : f32
    linalg.yield %r : f32
  } -> tensor<?x4x280xf32>
  %v17 = tensor.collapse_shape %v16 [[0],[1,2]] : tensor<?x4x280xf32> into tensor<?x1120xf32>
  %v18 = tensor.expand_shape %v17 [[0],[1,2,3]] output_shape [%v2, 32, 5, 7] : tensor<?x1120xf32> into tensor<?x32x5x7xf32>
  %v19 = tensor.empty(%v2) : tensor<?x32x5x7xf32>
  %v20 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v18, %w, %bi : tensor<?x32x5x7xf32>, tensor<32xf32>, tensor<32xf32>) outs(%v19 : tensor<?x32x5x7xf32>) {
  ^bb0(%a0: f32, %a1: f32, %a2: f32, %o: f32):
    %m = arith.mulf %a0, %a1 : f32
    %r = arith.addf %m, %a2 : f32
    linalg.yield %r : f32
  } -> tensor<?x32x5x7xf32>
  return %v20 : tensor<?x32x5x7xf32>
}
