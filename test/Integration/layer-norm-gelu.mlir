// LayerNorm and GELU, twice. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<?x48xf32>, %res: tensor<?x48xf32>, %w: tensor<48xf32>, %bi: tensor<48xf32>) -> (tensor<?x48xf32>, tensor<?x48xf32>, tensor<?x48xf32>) {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x48xf32>
  %v3 = tensor.empty(%v2) : tensor<?x48xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%x, %res : tensor<?x48xf32>, tensor<?x48xf32>) outs(%v3 : tensor<?x48xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %r = arith.addf %a0, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x48xf32>
  %v5 = arith.constant 0.0 : f32
  %v6 = tensor.empty(%v2) : tensor<?x1xf32>
  %v7 = linalg.fill ins(%v5 : f32) outs(%v6 : tensor<?x1xf32>) -> tensor<?x1xf32>
  %v8 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,0)>], iterator_types = ["parallel", "reduction"]} ins(%v4 : tensor<?x48xf32>) outs(%v7 : tensor<?x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = arith.addf %a0, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x1xf32>
  %v9 = tensor.empty(%v2) : tensor<?x1xf32>
  %v10 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,0)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v8 : tensor<?x1xf32>) outs(%v9 : tensor<?x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %c = arith.constant 48.0 : f32
    %r = arith.divf %a0, %c : f32
    linalg.yield %r : f32
  } -> tensor<?x1xf32>
  %v11 = tensor.empty(%v2) : tensor<?x48xf32>
  %v12 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,0)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v4, %v10 : tensor<?x48xf32>, tensor<?x1xf32>) outs(%v11 : tensor<?x48xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %r = arith.subf %a0, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x48xf32>
  %v13 = tensor.empty(%v2) : tensor<?x48xf32>
  %v14 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v12, %v12 : tensor<?x48xf32>, tensor<?x48xf32>) outs(%v13 : tensor<?x48xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %r = arith.mulf %a0, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x48xf32>
  %v15 = arith.constant 0.0 : f32
  %v16 = tensor.empty(%v2) : tensor<?x1xf32>
  %v17 = linalg.fill ins(%v15 : f32) outs(%v16 : tensor<?x1xf32>) -> tensor<?x1xf32>
  %v18 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,0)>], iterator_types = ["parallel", "reduction"]} ins(%v14 : tensor<?x48xf32>) outs(%v17 : tensor<?x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = arith.addf %a0, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x1xf32>
  %v19 = tensor.empty(%v2) : tensor<?x1xf32>
  %v20 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,0)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v18 : tensor<?x1xf32>) outs(%v19 : tensor<?x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %c = arith.constant 48.0 : f32
    %r = arith.divf %a0, %c : f32
    linalg.yield %r : f32
  } -> tensor<?x1xf32>
  %v21 = tensor.empty(%v2) : tensor<?x1xf32>
  %v22 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,0)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v20 : tensor<?x1xf32>) outs(%v21 : tensor<?x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %e64 = arith.constant 1.0e-5 : f64
    %e = arith.truncf %e64 : f64 to f32
    %t = arith.addf %a0, %e : f32
    %r = math.rsqrt %t : f32
    linalg.yield %r : f32
  } -> tensor<?x1xf32>
  %v23 = tensor.empty(%v2) : tensor<?x48xf32>
  %v24 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,0)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v22 : tensor<?x1xf32>) outs(%v23 : tensor<?x48xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %z = arith.constant 0.0 : f32
    %r = arith.addf %a0, %z : f32
    linalg.yield %r : f32
  } -> tensor<?x48xf32>
  %v25 = tensor.empty(%v2) : tensor<?x48xf32>
  %v26 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v12, %v24 : tensor<?x48xf32>, tensor<?x48xf32>) outs(%v25 : tensor<?x48xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %r = arith.mulf %a0, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x48xf32>
  %v27 = tensor.empty(%v2) : tensor<?x48xf32>
  %v28 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v26, %w : tensor<?x48xf32>, tensor<48xf32>) outs(%v27 : tensor<?x48xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %r = arith.mulf %a0, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x48xf32>
  %v29 = tensor.empty(%v2) : tensor<?x48xf32>
  %v30 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v28, %bi : tensor<?x48xf32>, tensor<48xf32>) outs(%v29 : tensor<?x48xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %r = arith.addf %a0, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x48xf32>
  %v31 = tensor.empty(%v2) : tensor<?x48xf32>
  %v32 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v30 : tensor<?x48xf32>) outs(%v31 : tensor<?x48xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %s = arith.constant 0.70710678 : f32
    %h = arith.constant 0.5 : f32
    %one = arith.constant 1.0 : f32
    %m = arith.mulf %a0, %s : f32
    %e = math.erf %m : f32
    %p = arith.addf %e, %one : f32
    %q = arith.mulf %p, %h : f32
    %r = arith.mulf %q, %a0 : f32
    linalg.yield %r : f32
  } -> tensor<?x48xf32>
  return %v32, %v4, %v4 : tensor<?x48xf32>, tensor<?x48xf32>, tensor<?x48xf32>
}
