// Positions added in front of a norm, for any number of them. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<?x?x48xf32>, %pe: tensor<?x48xf32>) -> (tensor<?x?x48xf32>, tensor<?x?x48xf32>) {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x?x48xf32>
  %i1 = arith.constant 1 : index
  %tokens = tensor.dim %x, %i1 : tensor<?x?x48xf32>
  %v3 = tensor.empty(%v2, %tokens) : tensor<?x?x48xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %pe : tensor<?x?x48xf32>, tensor<?x48xf32>) outs(%v3 : tensor<?x?x48xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %r = arith.addf %a0, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x?x48xf32>
  %v5 = arith.constant 0.0 : f32
  %v6 = tensor.empty(%v2, %tokens) : tensor<?x?xf32>
  %v7 = linalg.fill ins(%v5 : f32) outs(%v6 : tensor<?x?xf32>) -> tensor<?x?xf32>
  %v8 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v4 : tensor<?x?x48xf32>) outs(%v7 : tensor<?x?xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %p = arith.mulf %a0, %a0 : f32
    %r = arith.addf %p, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x?xf32>
  %v9 = tensor.empty(%v2, %tokens) : tensor<?x?x48xf32>
  %v10 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v4, %v8 : tensor<?x?x48xf32>, tensor<?x?xf32>) outs(%v9 : tensor<?x?x48xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %c = arith.constant 48.0 : f32
    %e = arith.constant 1.0e-6 : f32
    %m = arith.divf %a1, %c : f32
    %n = arith.addf %m, %e : f32
    %q = math.rsqrt %n : f32
    %r = arith.mulf %a0, %q : f32
    linalg.yield %r : f32
  } -> tensor<?x?x48xf32>
  return %v10, %v4 : tensor<?x?x48xf32>, tensor<?x?x48xf32>
}
