// A norm of each head of queries and keys. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<?x5x64xbf16>, %w: tensor<16xbf16>) -> (tensor<?x5x4x16xbf16>) {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x5x64xbf16>
  %v3 = tensor.expand_shape %x [[0],[1],[2,3]] output_shape [%v2, 5, 4, 16] : tensor<?x5x64xbf16> into tensor<?x5x4x16xbf16>
  %v4 = tensor.empty(%v2) : tensor<?x5x4x16xf32>
  %v5 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v3 : tensor<?x5x4x16xbf16>) outs(%v4 : tensor<?x5x4x16xf32>) {
  ^bb0(%a0: bf16, %o: f32):
    %r = arith.extf %a0 : bf16 to f32
    linalg.yield %r : f32
  } -> tensor<?x5x4x16xf32>
  %v6 = arith.constant 0.0 : f32
  %v7 = tensor.empty(%v2) : tensor<?x5x4x1xf32>
  %v8 = linalg.fill ins(%v6 : f32) outs(%v7 : tensor<?x5x4x1xf32>) -> tensor<?x5x4x1xf32>
  %v9 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,0)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v5 : tensor<?x5x4x16xf32>) outs(%v8 : tensor<?x5x4x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %p = arith.mulf %a0, %a0 : f32
    %r = arith.addf %p, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x5x4x1xf32>
  %v10 = tensor.empty(%v2) : tensor<?x5x4x16xf32>
  %v11 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,0)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v5, %v9 : tensor<?x5x4x16xf32>, tensor<?x5x4x1xf32>) outs(%v10 : tensor<?x5x4x16xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %c = arith.constant 16.0 : f32
    %e = arith.constant 1.0e-6 : f32
    %m = arith.divf %a1, %c : f32
    %n = arith.addf %m, %e : f32
    %q = math.rsqrt %n : f32
    %r = arith.mulf %a0, %q : f32
    linalg.yield %r : f32
  } -> tensor<?x5x4x16xf32>
  %v12 = tensor.empty(%v2) : tensor<?x5x4x16xbf16>
  %v13 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v11, %w : tensor<?x5x4x16xf32>, tensor<16xbf16>) outs(%v12 : tensor<?x5x4x16xbf16>) {
  ^bb0(%a0: f32, %a1: bf16, %o: bf16):
    %t = arith.truncf %a0 : f32 to bf16
    %r = arith.mulf %t, %a1 : bf16
    linalg.yield %r : bf16
  } -> tensor<?x5x4x16xbf16>
  return %v13 : tensor<?x5x4x16xbf16>
}
