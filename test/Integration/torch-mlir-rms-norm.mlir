// RMSNorm as torch-mlir lowers it. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<?x7x64xf32>, %w: tensor<64xf32>) -> (tensor<?x7x64xf32>) {
  %v1 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<?x7x64xf32>) outs(%x : tensor<?x7x64xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %c = arith.constant 2 : i64
    %r = math.fpowi %a0, %c : f32, i64
    linalg.yield %r : f32
  } -> tensor<?x7x64xf32>
  %v2 = arith.constant 0.0 : f32
  %v3 = arith.constant 0 : index
  %v4 = tensor.dim %x, %v3 : tensor<?x7x64xf32>
  %v5 = tensor.empty(%v4) : tensor<?x7x1xf32>
  %v6 = linalg.fill ins(%v2 : f32) outs(%v5 : tensor<?x7x1xf32>) -> tensor<?x7x1xf32>
  %v7 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1,0)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v1 : tensor<?x7x64xf32>) outs(%v6 : tensor<?x7x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = arith.addf %a0, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x7x1xf32>
  %v8 = tensor.empty(%v4) : tensor<?x7x1xf32>
  %v9 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,0)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v7 : tensor<?x7x1xf32>) outs(%v8 : tensor<?x7x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %c = arith.constant 64.0 : f32
    %r = arith.divf %a0, %c : f32
    linalg.yield %r : f32
  } -> tensor<?x7x1xf32>
  %v10 = tensor.empty(%v4) : tensor<?x7x1xf32>
  %v11 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v9 : tensor<?x7x1xf32>) outs(%v10 : tensor<?x7x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %e64 = arith.constant 1.0e-6 : f64
    %e = arith.truncf %e64 : f64 to f32
    %r = arith.addf %a0, %e : f32
    linalg.yield %r : f32
  } -> tensor<?x7x1xf32>
  %v12 = tensor.empty(%v4) : tensor<?x7x1xf32>
  %v13 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v11 : tensor<?x7x1xf32>) outs(%v12 : tensor<?x7x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = math.rsqrt %a0 : f32
    linalg.yield %r : f32
  } -> tensor<?x7x1xf32>
  %v14 = tensor.empty(%v4) : tensor<?x7x64xf32>
  %v15 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d0,d1,0)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %v13 : tensor<?x7x64xf32>, tensor<?x7x1xf32>) outs(%v14 : tensor<?x7x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %r = arith.mulf %a0, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x7x64xf32>
  %v16 = tensor.empty(%v4) : tensor<?x7x64xf32>
  %v17 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0,d1,d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0,d1,d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v15, %w : tensor<?x7x64xf32>, tensor<64xf32>) outs(%v16 : tensor<?x7x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %r = arith.mulf %a0, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x7x64xf32>
  return %v17 : tensor<?x7x64xf32>
}
