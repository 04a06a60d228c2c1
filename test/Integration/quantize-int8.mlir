// A row in eight bits with its own scale, behind a norm. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<?x96xbf16>, %w: tensor<96xf32>) -> (tensor<?x96xi8>, tensor<?x1xf32>) {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x96xbf16>
  %v3 = tensor.empty(%v2) : tensor<?x96xf32>
  %v4 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x96xbf16>) outs(%v3 : tensor<?x96xf32>) {
  ^bb0(%a0: bf16, %o: f32):
    %r = arith.extf %a0 : bf16 to f32
    linalg.yield %r : f32
  } -> tensor<?x96xf32>
  %v5 = arith.constant 0.0 : f32
  %v6 = tensor.empty(%v2) : tensor<?x1xf32>
  %v7 = linalg.fill ins(%v5 : f32) outs(%v6 : tensor<?x1xf32>) -> tensor<?x1xf32>
  %v8 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,0)>], iterator_types = ["parallel", "reduction"]} ins(%v4 : tensor<?x96xf32>) outs(%v7 : tensor<?x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %p = arith.mulf %a0, %a0 : f32
    %r = arith.addf %p, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x1xf32>
  %v9 = tensor.empty(%v2) : tensor<?x96xf32>
  %v10 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v4, %v8, %w : tensor<?x96xf32>, tensor<?x1xf32>, tensor<96xf32>) outs(%v9 : tensor<?x96xf32>) {
  ^bb0(%a0: f32, %a1: f32, %a2: f32, %o: f32):
    %c = arith.constant 96.0 : f32
    %e = arith.constant 1.0e-6 : f32
    %m = arith.divf %a1, %c : f32
    %n = arith.addf %m, %e : f32
    %q = math.rsqrt %n : f32
    %g = arith.mulf %a0, %q : f32
    %r = arith.mulf %g, %a2 : f32
    linalg.yield %r : f32
  } -> tensor<?x96xf32>
  %v11 = tensor.empty(%v2) : tensor<?x96xf32>
  %v12 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v10 : tensor<?x96xf32>) outs(%v11 : tensor<?x96xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = math.absf %a0 : f32
    linalg.yield %r : f32
  } -> tensor<?x96xf32>
  %v13 = arith.constant 0xFF800000 : f32
  %v14 = tensor.empty(%v2) : tensor<?x1xf32>
  %v15 = linalg.fill ins(%v13 : f32) outs(%v14 : tensor<?x1xf32>) -> tensor<?x1xf32>
  %v16 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,0)>], iterator_types = ["parallel", "reduction"]} ins(%v12 : tensor<?x96xf32>) outs(%v15 : tensor<?x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = arith.maximumf %a0, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x1xf32>
  %v17 = tensor.empty(%v2) : tensor<?x1xf32>
  %v18 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,0)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v16 : tensor<?x1xf32>) outs(%v17 : tensor<?x1xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %c = arith.constant 127.0 : f32
    %k = arith.constant 1.0e-12 : f32
    %d = arith.divf %a0, %c : f32
    %r = arith.maximumf %d, %k : f32
    linalg.yield %r : f32
  } -> tensor<?x1xf32>
  %v19 = tensor.empty(%v2) : tensor<?x96xf32>
  %v20 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,0)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v10, %v18 : tensor<?x96xf32>, tensor<?x1xf32>) outs(%v19 : tensor<?x96xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %r = arith.divf %a0, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x96xf32>
  %v21 = tensor.empty(%v2) : tensor<?x96xf32>
  %v22 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v20 : tensor<?x96xf32>) outs(%v21 : tensor<?x96xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = math.roundeven %a0 : f32
    linalg.yield %r : f32
  } -> tensor<?x96xf32>
  %v23 = tensor.empty(%v2) : tensor<?x96xi8>
  %v24 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,d1)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v22 : tensor<?x96xf32>) outs(%v23 : tensor<?x96xi8>) {
  ^bb0(%a0: f32, %o: i8):
    %lo = arith.constant -128.0 : f32
    %hi = arith.constant 127.0 : f32
    %p = arith.cmpf ult, %a0, %lo : f32
    %m = arith.select %p, %lo, %a0 : f32
    %p2 = arith.cmpf ugt, %m, %hi : f32
    %n = arith.select %p2, %hi, %m : f32
    %r = arith.fptosi %n : f32 to i8
    linalg.yield %r : i8
  } -> tensor<?x96xi8>
  return %v24, %v18 : tensor<?x96xi8>, tensor<?x1xf32>
}
