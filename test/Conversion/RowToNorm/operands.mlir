// RUN: seednorm-opt %s --convert-row-to-norm --canonicalize --split-input-file | FileCheck %s

// How inputs become operands: shapes, types, and numbers in their place.

// Without a scale it is one of ones.
// CHECK-LABEL: func @no_scale
// CHECK: %[[ONES:.+]] = arith.constant dense<1.000000e+00> : tensor<8xf32>
// CHECK-NOT: row.program
// CHECK: norm.rms_norm %arg0, %[[ONES]] eps 1.000000e-05 : tensor<?x8xbf16>, tensor<8xf32>
func.func @no_scale(%x: tensor<?x8xbf16>) -> tensor<?x8xbf16> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xbf16>
  %e = tensor.empty(%n) : tensor<?x8xbf16>
  %y = row.program ins(%x : tensor<?x8xbf16> by row) outs(%e : tensor<?x8xbf16> by row) {
  ^bb0(%xh: vector<8xbf16>):
    %zero = arith.constant 0.0 : f32
    %eighth = arith.constant 0.125 : f32
    %eps = arith.constant 1.0e-5 : f32
    %xv = arith.extf %xh : vector<8xbf16> to vector<8xf32>
    %q = arith.mulf %xv, %xv : vector<8xf32>
    %qs = vector.multi_reduction <add>, %q, %zero [0] : vector<8xf32> to f32
    %m = arith.mulf %qs, %eighth : f32
    %me = arith.addf %m, %eps : f32
    %r = math.sqrt %me : f32
    %rv = vector.broadcast %r : f32 to vector<8xf32>
    %w = arith.divf %xv, %rv : vector<8xf32>
    %yh = arith.truncf %w : vector<8xf32> to vector<8xbf16>
    row.yield %yh : vector<8xbf16>
  }
  return %y : tensor<?x8xbf16>
}

// -----

// Parameters of SeeDNorm have one type: f32 where they had several. Rows of two
// dimensions become rows of one, and the result has two again.
// CHECK-LABEL: func @two_dimensions
// CHECK-DAG: %[[X:.+]] = tensor.collapse_shape %arg0 {{\[\[}}0], [1, 2]] : tensor<?x2x4xbf16> into tensor<?x8xbf16>
// CHECK-DAG: %[[A:.+]] = tensor.collapse_shape %arg1 {{\[\[}}0, 1]] : tensor<2x4xf32> into tensor<8xf32>
// CHECK-DAG: %[[B:.+]] = tensor.collapse_shape %arg2 {{\[\[}}0, 1]] : tensor<2x4xbf16> into tensor<8xbf16>
// CHECK-DAG: %[[B32:.+]] = arith.extf %[[B]] : tensor<8xbf16> to tensor<8xf32>
// CHECK-NOT: row.program
// CHECK: %[[Y:.+]] = norm.seednorm %[[X]], %[[A]], %[[B32]], %{{.+}} eps 1.000000e-05 heads 2 seed_scale 5.000000e-01 : tensor<?x8xbf16>, tensor<8xf32>
// CHECK: tensor.expand_shape %[[Y]] {{\[\[}}0], [1, 2]] {{.*}} : tensor<?x8xbf16> into tensor<?x2x4xbf16>
func.func @two_dimensions(%x: tensor<?x2x4xbf16>, %a: tensor<2x4xf32>, %b: tensor<2x4xbf16>) -> tensor<?x2x4xbf16> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x2x4xbf16>
  %e = tensor.empty(%n) : tensor<?x2x4xbf16>
  %y = row.program ins(%x : tensor<?x2x4xbf16> by row, %a : tensor<2x4xf32> shared, %b : tensor<2x4xbf16> shared) outs(%e : tensor<?x2x4xbf16> by row) {
  ^bb0(%xh: vector<2x4xbf16>, %av: vector<2x4xf32>, %bh: vector<2x4xbf16>):
    %zero = arith.constant 0.0 : f32
    %zeros = arith.constant dense<0.0> : vector<2xf32>
    %halves = arith.constant dense<0.5> : vector<2xf32>
    %ones = arith.constant dense<1.0> : vector<2x4xf32>
    %eighth = arith.constant 0.125 : f32
    %eps = arith.constant 1.0e-5 : f32
    %xv = arith.extf %xh : vector<2x4xbf16> to vector<2x4xf32>
    %bv = arith.extf %bh : vector<2x4xbf16> to vector<2x4xf32>
    %q = arith.mulf %xv, %xv : vector<2x4xf32>
    %qs = vector.multi_reduction <add>, %q, %zeros [1] : vector<2x4xf32> to vector<2xf32>
    %qss = vector.multi_reduction <add>, %qs, %zero [0] : vector<2xf32> to f32
    %m = arith.mulf %qss, %eighth : f32
    %me = arith.addf %m, %eps : f32
    %r = math.rsqrt %me : f32
    %d = arith.mulf %xv, %bv : vector<2x4xf32>
    %ds = vector.multi_reduction <add>, %d, %zeros [1] : vector<2x4xf32> to vector<2xf32>
    %dh = arith.mulf %ds, %halves : vector<2xf32>
    %t = math.tanh %dh : vector<2xf32>
    %t2 = vector.shape_cast %t : vector<2xf32> to vector<2x1xf32>
    %tv = vector.broadcast %t2 : vector<2x1xf32> to vector<2x4xf32>
    %ta = arith.mulf %av, %tv : vector<2x4xf32>
    %g = arith.addf %ta, %ones : vector<2x4xf32>
    %rv = vector.broadcast %r : f32 to vector<2x4xf32>
    %gr = arith.mulf %g, %rv : vector<2x4xf32>
    %w = arith.mulf %gr, %xv : vector<2x4xf32>
    %yh = arith.truncf %w : vector<2x4xf32> to vector<2x4xbf16>
    row.yield %yh : vector<2x4xbf16>
  }
  return %y : tensor<?x2x4xbf16>
}

// -----

// Each half of a row is a row of its own: the maximum and the sum are of halves.
// CHECK-LABEL: func @halves
// CHECK-NOT: row.program
// CHECK: norm.softmax %arg0 : tensor<?x2x4xf32>
func.func @halves(%x: tensor<?x2x4xf32>) -> tensor<?x2x4xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x2x4xf32>
  %e = tensor.empty(%n) : tensor<?x2x4xf32>
  %y = row.program ins(%x : tensor<?x2x4xf32> by row) outs(%e : tensor<?x2x4xf32> by row) {
  ^bb0(%xv: vector<2x4xf32>):
    %lowest = arith.constant dense<0xFF800000> : vector<2xf32>
    %zeros = arith.constant dense<0.0> : vector<2xf32>
    %m = vector.multi_reduction <maximumf>, %xv, %lowest [1] : vector<2x4xf32> to vector<2xf32>
    %m2 = vector.shape_cast %m : vector<2xf32> to vector<2x1xf32>
    %mv = vector.broadcast %m2 : vector<2x1xf32> to vector<2x4xf32>
    %d = arith.subf %xv, %mv : vector<2x4xf32>
    %p = math.exp %d : vector<2x4xf32>
    %s = vector.multi_reduction <add>, %p, %zeros [1] : vector<2x4xf32> to vector<2xf32>
    %s2 = vector.shape_cast %s : vector<2xf32> to vector<2x1xf32>
    %sv = vector.broadcast %s2 : vector<2x1xf32> to vector<2x4xf32>
    %w = arith.divf %p, %sv : vector<2x4xf32>
    row.yield %w : vector<2x4xf32>
  }
  return %y : tensor<?x2x4xf32>
}

// -----

// A scale for every third row where rows have no third dimension; it is no operand.
// CHECK-LABEL: func @cycle
// CHECK: row.program
func.func @cycle(%x: tensor<6x8xf32>, %g: tensor<3x8xf32>) -> tensor<6x8xf32> {
  %e = tensor.empty() : tensor<6x8xf32>
  %y = row.program ins(%x : tensor<6x8xf32> by row, %g : tensor<3x8xf32> by cycle 3) outs(%e : tensor<6x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %gv: vector<8xf32>):
    %zero = arith.constant 0.0 : f32
    %eighth = arith.constant 0.125 : f32
    %eps = arith.constant 1.0e-5 : f32
    %q = arith.mulf %xv, %xv : vector<8xf32>
    %qs = vector.multi_reduction <add>, %q, %zero [0] : vector<8xf32> to f32
    %m = arith.mulf %qs, %eighth : f32
    %me = arith.addf %m, %eps : f32
    %r = math.rsqrt %me : f32
    %rv = vector.broadcast %r : f32 to vector<8xf32>
    %n = arith.mulf %xv, %rv : vector<8xf32>
    %w = arith.mulf %n, %gv : vector<8xf32>
    row.yield %w : vector<8xf32>
  }
  return %y : tensor<6x8xf32>
}
