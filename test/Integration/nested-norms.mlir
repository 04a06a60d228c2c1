// Norms of norms, on rows and their heads. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<?x64xf32>, %w: tensor<16xf32>) -> (tensor<?x64xf32>) {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x64xf32>
  %v3 = arith.constant 0.0 : f32
  %v4 = tensor.empty(%v2) : tensor<?xf32>
  %v5 = linalg.fill ins(%v3 : f32) outs(%v4 : tensor<?xf32>) -> tensor<?xf32>
  %v6 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<?x64xf32>) outs(%v5 : tensor<?xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %p = arith.mulf %a0, %a0 : f32
    %r = arith.addf %p, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %v7 = tensor.empty(%v2) : tensor<?x64xf32>
  %v8 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%x, %v6 : tensor<?x64xf32>, tensor<?xf32>) outs(%v7 : tensor<?x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %c = arith.constant 64.0 : f32
    %e = arith.constant 1.0e-6 : f32
    %m = arith.divf %a1, %c : f32
    %n = arith.addf %m, %e : f32
    %q = math.rsqrt %n : f32
    %r = arith.mulf %a0, %q : f32
    linalg.yield %r : f32
  } -> tensor<?x64xf32>
  %v9 = tensor.expand_shape %v8 [[0],[1,2]] output_shape [%v2, 4, 16] : tensor<?x64xf32> into tensor<?x4x16xf32>
  %v10 = arith.constant 0.0 : f32
  %v11 = tensor.empty(%v2) : tensor<?x4xf32>
  %v12 = linalg.fill ins(%v10 : f32) outs(%v11 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %v13 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v9 : tensor<?x4x16xf32>) outs(%v12 : tensor<?x4xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %p = arith.mulf %a0, %a0 : f32
    %r = arith.addf %p, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x4xf32>
  %v14 = tensor.empty(%v2) : tensor<?x4x16xf32>
  %v15 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v9, %v13 : tensor<?x4x16xf32>, tensor<?x4xf32>) outs(%v14 : tensor<?x4x16xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %c = arith.constant 16.0 : f32
    %e = arith.constant 1.0e-6 : f32
    %m = arith.divf %a1, %c : f32
    %n = arith.addf %m, %e : f32
    %q = math.rsqrt %n : f32
    %r = arith.mulf %a0, %q : f32
    linalg.yield %r : f32
  } -> tensor<?x4x16xf32>
  %v16 = tensor.empty(%v2) : tensor<?x4x16xf32>
  %v17 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v15, %w : tensor<?x4x16xf32>, tensor<16xf32>) outs(%v16 : tensor<?x4x16xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %r = arith.mulf %a0, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x4x16xf32>
  %v18 = tensor.collapse_shape %v17 [[0],[1,2]] : tensor<?x4x16xf32> into tensor<?x64xf32>
  return %v18 : tensor<?x64xf32>
}
