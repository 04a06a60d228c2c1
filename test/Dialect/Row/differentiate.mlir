// RUN: seednorm-opt %s --row-differentiate --canonicalize --cse | FileCheck %s

// By row what rows have for themselves, summed what they share: in f32, from
// the values that forward rounds.
// CHECK-LABEL: func @scale_backward(
// CHECK-SAME:    %[[X:.+]]: tensor<?x8xbf16> {seednorm.name = "x"}, %[[G:.+]]: tensor<8xbf16>, %{{.+}}: tensor<?x8xbf16>,
// CHECK-SAME:    %[[DY:.+]]: tensor<?x8xbf16> {seednorm.name = "dy"})
// CHECK-SAME:    -> (tensor<?x8xbf16> {seednorm.name = "dx"}, tensor<8xbf16> {seednorm.name = "darg1"})
// CHECK:       row.program ins(%[[X]] : tensor<?x8xbf16> by row, %[[G]] : tensor<8xbf16> shared, %[[DY]] : tensor<?x8xbf16> by row)
// CHECK-SAME:    outs(%{{.+}} : tensor<?x8xbf16> by row, %{{.+}} : tensor<8xbf16> summed)
// CHECK:       ^bb0(%[[XV:.+]]: vector<8xbf16>, %[[GV:.+]]: vector<8xbf16>, %[[D:.+]]: vector<8xbf16>):
// CHECK-DAG:     %[[D32:.+]] = arith.extf %[[D]]
// CHECK-DAG:     %[[G32:.+]] = arith.extf %[[GV]]
// CHECK-DAG:     %[[X32:.+]] = arith.extf %[[XV]]
// CHECK-DAG:     %[[DX:.+]] = arith.mulf %[[D32]], %[[G32]] fastmath<reassoc>
// CHECK-DAG:     %[[DG:.+]] = arith.mulf %[[D32]], %[[X32]] fastmath<reassoc>
// CHECK-DAG:     %[[DX16:.+]] = arith.truncf %[[DX]]
// CHECK:         row.yield %[[DX16]], %[[DG]] : vector<8xbf16>, vector<8xf32>
func.func @scale(%x: tensor<?x8xbf16> {seednorm.name = "x"}, %g: tensor<8xbf16>, %i: tensor<?x8xbf16>) -> tensor<?x8xbf16> {
  %y = row.program ins(%x : tensor<?x8xbf16> by row, %g : tensor<8xbf16> shared) outs(%i : tensor<?x8xbf16> by row) {
  ^bb0(%v: vector<8xbf16>, %w: vector<8xbf16>):
    %p = arith.mulf %v, %w : vector<8xbf16>
    row.yield %p : vector<8xbf16>
  }
  return %y : tensor<?x8xbf16>
}

// Groups, cycles, repeated slices: gradients are taken as the inputs are. Groups
// and cycles need programs of their own.
// CHECK-LABEL: func @accesses_backward
// CHECK:       outs(%{{.+}} : tensor<?x4x8xf32> by row, %{{.+}} : tensor<?x4x8xf32> summed by group 3, %{{.+}} : tensor<8xf32> summed)
// CHECK:       outs(%{{.+}} : tensor<2x4x8xf32> summed by cycle 2)
func.func @accesses(%x: tensor<?x4x8xf32>, %group: tensor<?x4x8xf32>, %cycle: tensor<2x4x8xf32>, %shared: tensor<8xf32>,
                    %i: tensor<?x4x8xf32>) -> tensor<?x4x8xf32> {
  %y = row.program ins(%x : tensor<?x4x8xf32> by row, %group : tensor<?x4x8xf32> by group 3,
                       %cycle : tensor<2x4x8xf32> by cycle 2, %shared : tensor<8xf32> shared)
      outs(%i : tensor<?x4x8xf32> by row) {
  ^bb0(%v: vector<4x8xf32>, %g: vector<4x8xf32>, %c: vector<4x8xf32>, %s: vector<4x8xf32>):
    %0 = arith.mulf %v, %g : vector<4x8xf32>
    %1 = arith.mulf %0, %c : vector<4x8xf32>
    %2 = arith.mulf %1, %s : vector<4x8xf32>
    row.yield %2 : vector<4x8xf32>
  }
  return %y : tensor<?x4x8xf32>
}

// A number that columns share has a gradient for each column, to be summed with
// the rows; one a head needs a last dimension for that.
// CHECK-LABEL: func @numbers_backward
// CHECK:       outs(%{{.+}} : tensor<f32> summed, %{{.+}} : tensor<2x1xf32> summed)
// CHECK-NOT:     multi_reduction
// CHECK:         row.yield %{{.+}}, %{{.+}} : vector<8xf32>, vector<2x4xf32>
// CHECK:       tensor.collapse_shape %{{.+}} : tensor<2x1xf32> into tensor<2xf32>
func.func @numbers(%x: tensor<?x8xf32>, %a: tensor<f32>, %h: tensor<2xf32>, %i: tensor<?x8xf32>) -> tensor<?x8xf32>
    attributes {test} {
  %y = row.program ins(%x : tensor<?x8xf32> by row, %a : tensor<f32> shared, %h : tensor<2xf32> shared) outs(%i : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>, %s: f32, %n: vector<2xf32>):
    %w = vector.broadcast %s : f32 to vector<8xf32>
    %c = vector.shape_cast %n : vector<2xf32> to vector<2x1xf32>
    %b = vector.broadcast %c : vector<2x1xf32> to vector<2x4xf32>
    %f = vector.shape_cast %b : vector<2x4xf32> to vector<8xf32>
    %p = arith.addf %w, %f : vector<8xf32>
    row.yield %p : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}

// A maximum that only keeps exponentials in range is a constant.
// CHECK-LABEL: func @softmax_backward
// CHECK-NOT:     cmpf
// CHECK:         row.yield
func.func @softmax(%x: tensor<?x8xf32>, %i: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row) outs(%i : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %zero = arith.constant 0.0 : f32
    %low = arith.constant 0xFF800000 : f32
    %m = vector.multi_reduction <maximumf>, %v, %low [0] : vector<8xf32> to f32
    %w = vector.broadcast %m : f32 to vector<8xf32>
    %d = arith.subf %v, %w : vector<8xf32>
    %e = math.exp %d : vector<8xf32>
    %s = vector.multi_reduction <add>, %e, %zero [0] : vector<8xf32> to f32
    %t = vector.broadcast %s : f32 to vector<8xf32>
    %q = arith.divf %e, %t : vector<8xf32>
    row.yield %q : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}

// The same maximum of a sum that is no softmax: the shift makes a difference.
// CHECK-LABEL: func @no_softmax_backward
// CHECK:         cmpf oeq
// CHECK:         row.yield
func.func @no_softmax(%x: tensor<?x8xf32>, %i: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row) outs(%i : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %one = arith.constant 1.0 : f32
    %low = arith.constant 0xFF800000 : f32
    %m = vector.multi_reduction <maximumf>, %v, %low [0] : vector<8xf32> to f32
    %w = vector.broadcast %m : f32 to vector<8xf32>
    %d = arith.subf %v, %w : vector<8xf32>
    %e = math.exp %d : vector<8xf32>
    // exp(x - m) / (1 + sum(exp(x - m)))
    %s = vector.multi_reduction <add>, %e, %one [0] : vector<8xf32> to f32
    %t = vector.broadcast %s : f32 to vector<8xf32>
    %q = arith.divf %e, %t : vector<8xf32>
    row.yield %q : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}
