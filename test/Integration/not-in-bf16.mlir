// No SeeDNorm: squares are summed in bf16. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-opt %s --seednorm-to-rows --convert-row-to-norm | FileCheck %s --implicit-check-not=norm.
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: not seednorm-run %s --random --target=emulated 2>&1 | FileCheck %s --check-prefix=GPU

// CHECK: row.program
// GPU:   sums 'bf16' columns, but GPU schedules sum f32

func.func @main(%x: tensor<?x40xbf16>, %gamma: tensor<40xbf16>) -> tensor<?x40xbf16> {
  %zero = arith.constant 0.0 : bf16
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x40xbf16>
  %e = tensor.empty(%n) : tensor<?x40xbf16>
  %es = tensor.empty(%n) : tensor<?xbf16>
  %z = linalg.fill ins(%zero : bf16) outs(%es : tensor<?xbf16>) -> tensor<?xbf16>
  %ss = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x40xbf16>) outs(%z : tensor<?xbf16>) {
  ^bb0(%a0: bf16, %o: bf16):
    %p = arith.mulf %a0, %a0 : bf16
    %r = arith.addf %o, %p : bf16
    linalg.yield %r : bf16
  } -> tensor<?xbf16>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %ss, %gamma : tensor<?x40xbf16>, tensor<?xbf16>, tensor<40xbf16>) outs(%e : tensor<?x40xbf16>) {
  ^bb0(%a0: bf16, %a1: bf16, %a2: bf16, %o: bf16):
    %c = arith.constant 40.0 : bf16
    %eps = arith.constant 1.0e-6 : bf16
    %m = arith.divf %a1, %c : bf16
    %me = arith.addf %m, %eps : bf16
    %q = math.rsqrt %me : bf16
    %u = arith.mulf %a0, %q : bf16
    %r = arith.mulf %u, %a2 : bf16
    linalg.yield %r : bf16
  } -> tensor<?x40xbf16>
  return %y : tensor<?x40xbf16>
}
