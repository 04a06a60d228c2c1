// A number of a sample, added to one of each of its positions, scales all heads of
// a norm: groups of groups. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program ins(%{{.+}} : tensor<?x16xf32> by group 12, %{{.+}} : tensor<?x3x16xf32> by group 4,
func.func @main(%x: tensor<?x3x4x16xf32>, %s: tensor<?x16xf32>, %p: tensor<?x3x16xf32>) -> tensor<?x3x4x16xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x3x4x16xf32>
  %e1 = tensor.empty(%n) : tensor<?x3x16xf32>
  %a = linalg.generic {indexing_maps = [affine_map<(d0,d1,d2)->(d0,d2)>, affine_map<(d0,d1,d2)->(d0,d1,d2)>, affine_map<(d0,d1,d2)->(d0,d1,d2)>], iterator_types = ["parallel","parallel","parallel"]}
      ins(%s, %p : tensor<?x16xf32>, tensor<?x3x16xf32>) outs(%e1 : tensor<?x3x16xf32>) {
  ^bb0(%u: f32, %v: f32, %o: f32):
    %t = math.tanh %u : f32
    %r = arith.addf %t, %v : f32
    linalg.yield %r : f32
  } -> tensor<?x3x16xf32>
  %e2 = tensor.empty(%n) : tensor<?x3x4x16xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0,d1,d2,d3)->(d0,d1,d2,d3)>, affine_map<(d0,d1,d2,d3)->(d0,d1,d3)>, affine_map<(d0,d1,d2,d3)->(d0,d1,d2,d3)>], iterator_types = ["parallel","parallel","parallel","parallel"]}
      ins(%x, %a : tensor<?x3x4x16xf32>, tensor<?x3x16xf32>) outs(%e2 : tensor<?x3x4x16xf32>) {
  ^bb0(%u: f32, %v: f32, %o: f32):
    %r = arith.mulf %u, %v : f32
    linalg.yield %r : f32
  } -> tensor<?x3x4x16xf32>
  %z = norm.l2_norm %y eps 1.0e-6 : tensor<?x3x4x16xf32>
  return %z : tensor<?x3x4x16xf32>
}
