// A causal mask from indices of rows and columns, under a softmax. One program, and
// what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=3 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=3 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
func.func @main(%x: tensor<?x12x20xf32>) -> tensor<?x12x20xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x12x20xf32>
  %e = tensor.empty(%n) : tensor<?x12x20xf32>
  %m = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<?x12x20xf32>) outs(%e : tensor<?x12x20xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 1 : index
    %j = linalg.index 2 : index
    %c = arith.cmpi uge, %i, %j : index
    %low = arith.constant -1.0e30 : f32
    %s = arith.select %c, %a, %low : f32
    linalg.yield %s : f32
  } -> tensor<?x12x20xf32>
  %y = linalg.softmax dimension(2) ins(%m : tensor<?x12x20xf32>) outs(%e : tensor<?x12x20xf32>) -> tensor<?x12x20xf32>
  return %y : tensor<?x12x20xf32>
}
