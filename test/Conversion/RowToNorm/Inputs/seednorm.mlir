// SeeDNorm as a program.

func.func @main(%x: tensor<?x96xf32>, %z: tensor<?x96xf32>, %a: tensor<96xf32>, %b: tensor<96xf32>, %g: tensor<96xf32>) -> tensor<?x96xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x96xf32>
  %e = tensor.empty(%n) : tensor<?x96xf32>
  %y = row.program ins(%x : tensor<?x96xf32> by row, %z : tensor<?x96xf32> by row, %a : tensor<96xf32> shared, %b : tensor<96xf32> shared, %g : tensor<96xf32> shared) outs(%e : tensor<?x96xf32> by row) {
  ^bb0(%xv: vector<96xf32>, %zv: vector<96xf32>, %av: vector<96xf32>, %bv: vector<96xf32>, %gv: vector<96xf32>):
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %d = arith.constant 96.0 : f32
    %eps = arith.constant 1.0e-6 : f32
    %qx = arith.mulf %xv, %xv : vector<96xf32>
    %qs = vector.multi_reduction <add>, %qx, %zero [0] : vector<96xf32> to f32
    %ms = arith.divf %qs, %d : f32
    %me = arith.addf %ms, %eps : f32
    %r = math.rsqrt %me : f32
    %rv = vector.broadcast %r : f32 to vector<96xf32>
    %xr = arith.mulf %xv, %rv : vector<96xf32>
    %xb = arith.mulf %xv, %bv : vector<96xf32>
    %dot = vector.multi_reduction <add>, %xb, %zero [0] : vector<96xf32> to f32
    %act = math.tanh %dot : f32
    %av1 = vector.broadcast %act : f32 to vector<96xf32>
    %dyn = arith.mulf %av1, %av : vector<96xf32>
    %gain = arith.addf %dyn, %gv : vector<96xf32>
    %yv = arith.mulf %gain, %xr : vector<96xf32>
    row.yield %yv : vector<96xf32>
  }
  return %y : tensor<?x96xf32>
}
