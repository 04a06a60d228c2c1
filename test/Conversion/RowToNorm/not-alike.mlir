// RUN: seednorm-opt %s --seednorm-to-rows --convert-row-to-norm --split-input-file | FileCheck %s --implicit-check-not=norm.

// Reductions over another dimension, and another way to a number that loses
// digits, are no norm.

#all = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// The sums are over rows, as in a norm of batches.
// CHECK-LABEL: func @another_dimension
// CHECK: return
func.func @another_dimension(%x: tensor<64x96xf32>, %g: tensor<96xf32>) -> tensor<64x96xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<96xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<96xf32>) -> tensor<96xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0)>],
                       iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<64x96xf32>) outs(%i : tensor<96xf32>) {
  ^bb0(%v: f32, %sum: f32):
    %q = arith.mulf %v, %v : f32
    %t = arith.addf %q, %sum : f32
    linalg.yield %t : f32
  } -> tensor<96xf32>
  %o = tensor.empty() : tensor<64x96xf32>
  %y = linalg.generic {indexing_maps = [#all, #column, #column, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s, %g : tensor<64x96xf32>, tensor<96xf32>, tensor<96xf32>) outs(%o : tensor<64x96xf32>) {
  ^bb0(%v: f32, %sum: f32, %gamma: f32, %out: f32):
    %n = arith.constant 64.0 : f32
    %eps = arith.constant 1.0e-6 : f32
    %m = arith.divf %sum, %n : f32
    %me = arith.addf %m, %eps : f32
    %r = math.rsqrt %me : f32
    %xr = arith.mulf %v, %r : f32
    %z = arith.mulf %xr, %gamma : f32
    linalg.yield %z : f32
  } -> tensor<64x96xf32>
  return %y : tensor<64x96xf32>
}

// -----

// mean(x * x) - mean(x)^2 is the variance, of fewer digits.
// CHECK-LABEL: func @layer_norm_of_one_pass
// CHECK: row.program
func.func @layer_norm_of_one_pass(%x: tensor<?x96xf32>, %g: tensor<96xf32>, %b: tensor<96xf32>) -> tensor<?x96xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x96xf32>
  %e = tensor.empty(%n) : tensor<?x96xf32>
  %y = row.program ins(%x : tensor<?x96xf32> by row, %g : tensor<96xf32> shared, %b : tensor<96xf32> shared) outs(%e : tensor<?x96xf32> by row) {
  ^bb0(%xv: vector<96xf32>, %gv: vector<96xf32>, %bv: vector<96xf32>):
    %zero = arith.constant 0.0 : f32
    %d = arith.constant 96.0 : f32
    %eps = arith.constant 1.0e-6 : f32
    %sx = vector.multi_reduction <add>, %xv, %zero [0] : vector<96xf32> to f32
    %m = arith.divf %sx, %d : f32
    %sq = arith.mulf %xv, %xv : vector<96xf32>
    %ss = vector.multi_reduction <add>, %sq, %zero [0] : vector<96xf32> to f32
    %ms = arith.divf %ss, %d : f32
    %mm = arith.mulf %m, %m : f32
    %var = arith.subf %ms, %mm : f32
    %floor = arith.maximumf %var, %zero : f32
    %ve = arith.addf %floor, %eps : f32
    %r = math.rsqrt %ve : f32
    %mv = vector.broadcast %m : f32 to vector<96xf32>
    %c = arith.subf %xv, %mv : vector<96xf32>
    %rv = vector.broadcast %r : f32 to vector<96xf32>
    %cr = arith.mulf %c, %rv : vector<96xf32>
    %crg = arith.mulf %cr, %gv : vector<96xf32>
    %yv = arith.addf %crg, %bv : vector<96xf32>
    row.yield %yv : vector<96xf32>
  }
  return %y : tensor<?x96xf32>
}

// -----

// The same sums in two passes are.
// CHECK-LABEL: func @layer_norm_of_two_passes
// CHECK: norm.layer_norm %{{.+}}, %{{.+}} bias %{{.+}} eps 9.99{{.+}}E-7 :
func.func @layer_norm_of_two_passes(%x: tensor<?x96xf32>, %g: tensor<96xf32>, %b: tensor<96xf32>) -> tensor<?x96xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x96xf32>
  %e = tensor.empty(%n) : tensor<?x96xf32>
  %y = row.program ins(%x : tensor<?x96xf32> by row, %g : tensor<96xf32> shared, %b : tensor<96xf32> shared) outs(%e : tensor<?x96xf32> by row) {
  ^bb0(%xv: vector<96xf32>, %gv: vector<96xf32>, %bv: vector<96xf32>):
    %zero = arith.constant 0.0 : f32
    %d = arith.constant 96.0 : f32
    %eps = arith.constant 1.0e-6 : f32
    %sx = vector.multi_reduction <add>, %xv, %zero [0] : vector<96xf32> to f32
    %m = arith.divf %sx, %d : f32
    %mv = vector.broadcast %m : f32 to vector<96xf32>
    %c = arith.subf %xv, %mv : vector<96xf32>
    %sq = arith.mulf %c, %c : vector<96xf32>
    %ss = vector.multi_reduction <add>, %sq, %zero [0] : vector<96xf32> to f32
    %var = arith.divf %ss, %d : f32
    %ve = arith.addf %var, %eps : f32
    %r = math.sqrt %ve : f32
    %rv = vector.broadcast %r : f32 to vector<96xf32>
    %cg = arith.mulf %c, %gv : vector<96xf32>
    %crg = arith.divf %cg, %rv : vector<96xf32>
    %yv = arith.addf %crg, %bv : vector<96xf32>
    row.yield %yv : vector<96xf32>
  }
  return %y : tensor<?x96xf32>
}
