// No SeeDNorm: the row is centred first. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-opt %s --seednorm-to-rows --convert-row-to-norm | FileCheck %s --implicit-check-not=norm.
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<?x40xf32>, %alpha: tensor<40xf32>, %beta: tensor<40xf32>, %gamma: tensor<40xf32>) -> tensor<?x40xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x40xf32>
  %e = tensor.empty(%n) : tensor<?x40xf32>
  %es = tensor.empty(%n) : tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%es : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x40xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = arith.addf %o, %a0 : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %h = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x40xf32>, tensor<?xf32>) outs(%e : tensor<?x40xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %c = arith.constant 40.0 : f32
    %m = arith.divf %a1, %c : f32
    %r = arith.subf %a0, %m : f32
    linalg.yield %r : f32
  } -> tensor<?x40xf32>
  %ss = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%h : tensor<?x40xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %p = arith.mulf %a0, %a0 : f32
    %r = arith.addf %o, %p : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%h, %beta : tensor<?x40xf32>, tensor<40xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    %r = arith.addf %o, %p : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%h, %ss, %s, %alpha, %gamma : tensor<?x40xf32>, tensor<?xf32>, tensor<?xf32>, tensor<40xf32>, tensor<40xf32>) outs(%e : tensor<?x40xf32>) {
  ^bb0(%a0: f32, %a1: f32, %a2: f32, %a3: f32, %a4: f32, %o: f32):
    %c = arith.constant 40.0 : f32
    %eps = arith.constant 1.0e-6 : f32
    %m = arith.divf %a1, %c : f32
    %me = arith.addf %m, %eps : f32
    %q = math.rsqrt %me : f32
    %t = math.tanh %a2 : f32
    %ta = arith.mulf %t, %a3 : f32
    %g = arith.addf %ta, %a4 : f32
    %u = arith.mulf %a0, %q : f32
    %r = arith.mulf %g, %u : f32
    linalg.yield %r : f32
  } -> tensor<?x40xf32>
  return %y : tensor<?x40xf32>
}
