// Dimensions of size 1 in odd places. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<1x?x64xf32>, %w: tensor<1x1x64xf32>) -> (tensor<1x?x64xf32>) {
  %v1 = arith.constant 0.0 : f32
  %v2 = arith.constant 1 : index
  %v3 = tensor.dim %x, %v2 : tensor<1x?x64xf32>
  %v4 = tensor.empty(%v3) : tensor<1x?x1xf32>
  %v5 = linalg.fill ins(%v1 : f32) outs(%v4 : tensor<1x?x1xf32>) -> tensor<1x?x1xf32>
  %v6 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1,0)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<1x?x64xf32>) outs(%v5 : tensor<1x?x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %p = arith.mulf %a0, %a0 : f32
    %r = arith.addf %p, %o : f32
    linalg.yield %r : f32
  } -> tensor<1x?x1xf32>
  %v7 = tensor.empty(%v3) : tensor<1x?x64xf32>
  %v8 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1,0)>, affine_map<(d0, d1, d2) -> (0,0,d2)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %v6, %w : tensor<1x?x64xf32>, tensor<1x?x1xf32>, tensor<1x1x64xf32>) outs(%v7 : tensor<1x?x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %a2: f32, %o: f32):
    %c = arith.constant 64.0 : f32
    %e = arith.constant 1.0e-6 : f32
    %m = arith.divf %a1, %c : f32
    %n = arith.addf %m, %e : f32
    %q = math.rsqrt %n : f32
    %g = arith.mulf %a0, %q : f32
    %r = arith.mulf %g, %a2 : f32
    linalg.yield %r : f32
  } -> tensor<1x?x64xf32>
  return %v8 : tensor<1x?x64xf32>
}
