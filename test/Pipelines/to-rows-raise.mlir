// RUN: seednorm-opt %s --seednorm-to-rows=raise=true | FileCheck %s --check-prefixes=CHECK,RAISED
// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --check-prefixes=CHECK,PLAIN

// LayerNorm of rows with mean 0 is RMSNorm, which only shows if it is named: it
// has one sum then, not three.
// CHECK-LABEL: func @layer_norm_of_centered_rows
// CHECK: row.program
// PLAIN: vector.multi_reduction
// PLAIN: vector.multi_reduction
// RAISED: vector.multi_reduction
// RAISED-NOT: vector.multi_reduction
// CHECK: row.yield
func.func @layer_norm_of_centered_rows(%x: tensor<?x8xf32> {norm.zero_mean}, %g: tensor<8xf32>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %y = row.program ins(%x : tensor<?x8xf32> by row, %g : tensor<8xf32> shared) outs(%e : tensor<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %gv: vector<8xf32>):
    %zero = arith.constant 0.0 : f32
    %d = arith.constant 8.0 : f32
    %eps = arith.constant 1.0e-5 : f32
    %xs = vector.multi_reduction <add>, %xv, %zero [0] : vector<8xf32> to f32
    %m = arith.divf %xs, %d : f32
    %mv = vector.broadcast %m : f32 to vector<8xf32>
    %c = arith.subf %xv, %mv : vector<8xf32>
    %q = arith.mulf %c, %c : vector<8xf32>
    %qs = vector.multi_reduction <add>, %q, %zero [0] : vector<8xf32> to f32
    %v = arith.divf %qs, %d : f32
    %ve = arith.addf %v, %eps : f32
    %r = math.rsqrt %ve : f32
    %rv = vector.broadcast %r : f32 to vector<8xf32>
    %cr = arith.mulf %c, %rv : vector<8xf32>
    %w = arith.mulf %cr, %gv : vector<8xf32>
    row.yield %w : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}
