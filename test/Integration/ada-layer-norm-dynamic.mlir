// Scale and shift of a sample, behind LayerNorm, where samples have any number of tokens. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<?x?x48xf32>, %sh: tensor<?x48xf32>, %sc: tensor<?x48xf32>) -> (tensor<?x?x48xf32>) {
  %v1 = arith.constant 0.0 : f32
  %v2 = arith.constant 0 : index
  %v3 = tensor.dim %x, %v2 : tensor<?x?x48xf32>
  %i1 = arith.constant 1 : index
  %tokens = tensor.dim %x, %i1 : tensor<?x?x48xf32>
  %v4 = tensor.empty(%v3, %tokens) : tensor<?x?xf32>
  %v5 = linalg.fill ins(%v1 : f32) outs(%v4 : tensor<?x?xf32>) -> tensor<?x?xf32>
  %v6 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<?x?x48xf32>) outs(%v5 : tensor<?x?xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = arith.addf %a0, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x?xf32>
  %v7 = tensor.empty(%v3, %tokens) : tensor<?x?x48xf32>
  %v8 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %v6 : tensor<?x?x48xf32>, tensor<?x?xf32>) outs(%v7 : tensor<?x?x48xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %c = arith.constant 48.0 : f32
    %m = arith.divf %a1, %c : f32
    %r = arith.subf %a0, %m : f32
    linalg.yield %r : f32
  } -> tensor<?x?x48xf32>
  %v9 = arith.constant 0.0 : f32
  %v10 = tensor.empty(%v3, %tokens) : tensor<?x?xf32>
  %v11 = linalg.fill ins(%v9 : f32) outs(%v10 : tensor<?x?xf32>) -> tensor<?x?xf32>
  %v12 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v8 : tensor<?x?x48xf32>) outs(%v11 : tensor<?x?xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %p = arith.mulf %a0, %a0 : f32
    %r = arith.addf %p, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x?xf32>
  %v13 = tensor.empty(%v3, %tokens) : tensor<?x?x48xf32>
  %v14 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v8, %v12 : tensor<?x?x48xf32>, tensor<?x?xf32>) outs(%v13 : tensor<?x?x48xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %c = arith.constant 48.0 : f32
    %e = arith.constant 1.0e-6 : f32
    %m = arith.divf %a1, %c : f32
    %n = arith.addf %m, %e : f32
    %q = math.rsqrt %n : f32
    %r = arith.mulf %a0, %q : f32
    linalg.yield %r : f32
  } -> tensor<?x?x48xf32>
  %v15 = tensor.empty(%v3, %tokens) : tensor<?x?x48xf32>
  %v16 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d2)>, affine_map<(d0, d1, d2) -> (d0,d2)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v14, %sc, %sh : tensor<?x?x48xf32>, tensor<?x48xf32>, tensor<?x48xf32>) outs(%v15 : tensor<?x?x48xf32>) {
  ^bb0(%a0: f32, %a1: f32, %a2: f32, %o: f32):
    %o1 = arith.constant 1.0 : f32
    %g = arith.addf %a1, %o1 : f32
    %m = arith.mulf %a0, %g : f32
    %r = arith.addf %m, %a2 : f32
    linalg.yield %r : f32
  } -> tensor<?x?x48xf32>
  return %v16 : tensor<?x?x48xf32>
}
