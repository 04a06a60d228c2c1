// RMSNorm in powers of 2, with the activations of feed-forward layers behind it:
// softplus, mish, ELU, GELU with a cube, and a rotation by angles. One program, and
// what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>
func.func @main(%x: tensor<?x48xf32>, %p: tensor<48xf32>) -> (tensor<?x48xf32>, tensor<?x48xf32>, tensor<?x48xf32>, tensor<?x48xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x48xf32>
  %e = tensor.empty(%n) : tensor<?x48xf32>
  %er = tensor.empty(%n) : tensor<?xf32>
  %i = linalg.fill ins(%zero : f32) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x48xf32>) outs(%i : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %a : f32
    %t = arith.addf %s, %o : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x48xf32>, tensor<?xf32>) outs(%e : tensor<?x48xf32>) {
  ^bb0(%a: f32, %s: f32, %o: f32):
    %w = arith.constant 48.0 : f32
    %m = arith.divf %s, %w : f32
    %l = math.log2 %m : f32
    %h = arith.constant -0.5 : f32
    %k = arith.mulf %l, %h : f32
    %f = math.exp2 %k : f32
    %y = arith.mulf %a, %f : f32
    linalg.yield %y : f32
  } -> tensor<?x48xf32>
  // mish: x * tanh(softplus(x)).
  %mish = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%r : tensor<?x48xf32>) outs(%e : tensor<?x48xf32>) {
  ^bb0(%a: f32, %o: f32):
    %x0 = math.exp %a : f32
    %x1 = math.log1p %x0 : f32
    %x2 = math.tanh %x1 : f32
    %y = arith.mulf %a, %x2 : f32
    linalg.yield %y : f32
  } -> tensor<?x48xf32>
  %elu = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%r : tensor<?x48xf32>) outs(%e : tensor<?x48xf32>) {
  ^bb0(%a: f32, %o: f32):
    %x0 = math.expm1 %a : f32
    %x1 = arith.cmpf ogt, %a, %zero : f32
    %y = arith.select %x1, %a, %x0 : f32
    linalg.yield %y : f32
  } -> tensor<?x48xf32>
  %gelu = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%r : tensor<?x48xf32>) outs(%e : tensor<?x48xf32>) {
  ^bb0(%a: f32, %o: f32):
    %three = arith.constant 3.0 : f32
    %k0 = arith.constant 0.044715 : f32
    %k1 = arith.constant 0.7978845608 : f32
    %half = arith.constant 0.5 : f32
    %x0 = math.powf %a, %three : f32
    %x1 = arith.mulf %x0, %k0 : f32
    %x2 = arith.addf %a, %x1 : f32
    %x3 = arith.mulf %x2, %k1 : f32
    %x4 = math.tanh %x3 : f32
    %x5 = arith.addf %x4, %one : f32
    %x6 = arith.mulf %x5, %half : f32
    %y = arith.mulf %x6, %a : f32
    linalg.yield %y : f32
  } -> tensor<?x48xf32>
  // Angles of a rotation, and a power that each column has its own exponent for.
  %turned = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%r, %p : tensor<?x48xf32>, tensor<48xf32>) outs(%e : tensor<?x48xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %k = arith.constant 100.0 : f32
    %g = arith.mulf %b, %k : f32
    %c = math.cos %g : f32
    %s = math.sin %g : f32
    %m = math.absf %a : f32
    %q = math.powf %m, %b : f32
    %x0 = arith.mulf %c, %a : f32
    %x1 = arith.mulf %s, %q : f32
    %y = arith.addf %x0, %x1 : f32
    linalg.yield %y : f32
  } -> tensor<?x48xf32>
  return %mish, %elu, %gelu, %turned : tensor<?x48xf32>, tensor<?x48xf32>, tensor<?x48xf32>, tensor<?x48xf32>
}
