// No norm of rows: the statistics are over a dimension with another behind it. The sum stays a loop, with the reason, and
// what its ops compute one by one is computed.

// RUN: seednorm-opt %s --seednorm-to-rows=report=true -o /dev/null 2>&1 | FileCheck %s --check-prefix=REASON
// RUN: seednorm-opt %s --seednorm-to-rows --convert-row-to-norm | FileCheck %s --implicit-check-not=norm.
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose

// REASON: it reduces dimension 1 of its loops, behind which there are others
// CHECK:  linalg.generic
// CHECK:  row.program

func.func @main(%x: tensor<?x8x40xf32>, %gamma: tensor<40xf32>) -> tensor<?x8x40xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8x40xf32>
  %e = tensor.empty(%n) : tensor<?x8x40xf32>
  %es = tensor.empty(%n) : tensor<?x40xf32>
  %z = linalg.fill ins(%zero : f32) outs(%es : tensor<?x40xf32>) -> tensor<?x40xf32>
  %ss = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d2)>],
                        iterator_types = ["parallel", "reduction", "parallel"]}
      ins(%x : tensor<?x8x40xf32>) outs(%z : tensor<?x40xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %p = arith.mulf %a0, %a0 : f32
    %r = arith.addf %o, %p : f32
    linalg.yield %r : f32
  } -> tensor<?x40xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>],
                       iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %ss, %gamma : tensor<?x8x40xf32>, tensor<?x40xf32>, tensor<40xf32>) outs(%e : tensor<?x8x40xf32>) {
  ^bb0(%a0: f32, %a1: f32, %a2: f32, %o: f32):
    %c = arith.constant 8.0 : f32
    %eps = arith.constant 1.0e-6 : f32
    %m = arith.divf %a1, %c : f32
    %me = arith.addf %m, %eps : f32
    %q = math.rsqrt %me : f32
    %u = arith.mulf %a0, %q : f32
    %r = arith.mulf %u, %a2 : f32
    linalg.yield %r : f32
  } -> tensor<?x8x40xf32>
  return %y : tensor<?x8x40xf32>
}
