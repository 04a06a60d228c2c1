// Softmax of scaled and masked scores. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<?x4x9x33xf32>, %mask: tensor<?x9x33xf32>) -> (tensor<?x4x9x33xf32>) {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x4x9x33xf32>
  %v3 = tensor.empty(%v2) : tensor<?x4x9x33xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %mask : tensor<?x4x9x33xf32>, tensor<?x9x33xf32>) outs(%v3 : tensor<?x4x9x33xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %s = arith.constant 0.125 : f32
    %q = arith.mulf %a0, %s : f32
    %r = arith.addf %q, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x4x9x33xf32>
  %v5 = arith.constant 0xFF800000 : f32
  %v6 = tensor.empty(%v2) : tensor<?x4x9x1xf32>
  %v7 = linalg.fill ins(%v5 : f32) outs(%v6 : tensor<?x4x9x1xf32>) -> tensor<?x4x9x1xf32>
  %v8 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,0)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v4 : tensor<?x4x9x33xf32>) outs(%v7 : tensor<?x4x9x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = arith.maximumf %a0, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x4x9x1xf32>
  %v9 = tensor.empty(%v2) : tensor<?x4x9x33xf32>
  %v10 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,0)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v4, %v8 : tensor<?x4x9x33xf32>, tensor<?x4x9x1xf32>) outs(%v9 : tensor<?x4x9x33xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %r = arith.subf %a0, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x4x9x33xf32>
  %v11 = tensor.empty(%v2) : tensor<?x4x9x33xf32>
  %v12 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v10 : tensor<?x4x9x33xf32>) outs(%v11 : tensor<?x4x9x33xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = math.exp %a0 : f32
    linalg.yield %r : f32
  } -> tensor<?x4x9x33xf32>
  %v13 = arith.constant 0.0 : f32
  %v14 = tensor.empty(%v2) : tensor<?x4x9x1xf32>
  %v15 = linalg.fill ins(%v13 : f32) outs(%v14 : tensor<?x4x9x1xf32>) -> tensor<?x4x9x1xf32>
  %v16 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,0)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v12 : tensor<?x4x9x33xf32>) outs(%v15 : tensor<?x4x9x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = arith.addf %a0, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x4x9x1xf32>
  %v17 = tensor.empty(%v2) : tensor<?x4x9x33xf32>
  %v18 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,0)>, affine_map<(d0, d1, d2, d3) -> (d0,d1,d2,d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v12, %v16 : tensor<?x4x9x33xf32>, tensor<?x4x9x1xf32>) outs(%v17 : tensor<?x4x9x33xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %r = arith.divf %a0, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x4x9x33xf32>
  return %v18 : tensor<?x4x9x33xf32>
}
