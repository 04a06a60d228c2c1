// Means over two dimensions, summed over one after the other, as some frontends
// lower them. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<?x12x64xf32>) -> tensor<?x12x64xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x12x64xf32>
  %e2 = tensor.empty(%n) : tensor<?x12xf32>
  %i2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<?x12xf32>) -> tensor<?x12xf32>
  %s2 = linalg.reduce { arith.addf } ins(%x : tensor<?x12x64xf32>) outs(%i2 : tensor<?x12xf32>) dimensions = [2]
  %e1 = tensor.empty(%n) : tensor<?xf32>
  %i1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<?xf32>) -> tensor<?xf32>
  %s1 = linalg.reduce { arith.addf } ins(%s2 : tensor<?x12xf32>) outs(%i1 : tensor<?xf32>) dimensions = [1]
  %e = tensor.empty(%n) : tensor<?x12x64xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %s1 : tensor<?x12x64xf32>, tensor<?xf32>) outs(%e : tensor<?x12x64xf32>) {
  ^bb0(%a: f32, %s: f32, %o: f32):
    %k = arith.constant 768.0 : f32
    %m = arith.divf %s, %k : f32
    %r = arith.subf %a, %m : f32
    linalg.yield %r : f32
  } -> tensor<?x12x64xf32>
  return %y : tensor<?x12x64xf32>
}
