// RUN: seednorm-opt %s --row-fuse --canonicalize --cse --split-input-file | FileCheck %s

// Heads are parts of rows. What is one number a head is computed once a head.

// CHECK-LABEL: func @heads
// CHECK-SAME:    %[[X:.+]]: tensor<?x32xf32>, %[[B:.+]]: tensor<4x8xf32>
// CHECK:         row.program ins(%[[X]] : tensor<?x32xf32> by row, %[[B]] : tensor<4x8xf32> shared)
// CHECK-SAME:      outs(%{{.+}} : tensor<?xf32> by row, %{{.+}} : tensor<?x4x8xf32> by row)
// CHECK:           vector.reduction <add>, %{{.+}} : vector<32xf32> into f32
// CHECK:           %[[D:.+]] = vector.multi_reduction <add>, %{{.+}} [1] : vector<4x8xf32> to vector<4xf32>
// CHECK:           math.tanh %[[D]] : vector<4xf32>
// CHECK-NOT:     row.program
func.func @heads(%x: tensor<?x32xf32>, %b: tensor<4x8xf32>, %n: index) -> (tensor<?xf32>, tensor<?x4x8xf32>) {
  %e1 = tensor.empty(%n) : tensor<?xf32>
  %s = row.program ins(%x : tensor<?x32xf32> by row) outs(%e1 : tensor<?xf32> by row) {
  ^bb0(%v: vector<32xf32>):
    %z = arith.constant 0.0 : f32
    %r = vector.reduction <add>, %v, %z : vector<32xf32> into f32
    row.yield %r : f32
  }
  %h = tensor.expand_shape %x [[0], [1, 2]] output_shape [%n, 4, 8] : tensor<?x32xf32> into tensor<?x4x8xf32>
  %e2 = tensor.empty(%n) : tensor<?x4xf32>
  %d = row.program ins(%h : tensor<?x4x8xf32> by row, %b : tensor<4x8xf32> by cycle 4)
      outs(%e2 : tensor<?x4xf32> by row) {
  ^bb0(%v: vector<8xf32>, %w: vector<8xf32>):
    %z = arith.constant 0.0 : f32
    %m = arith.mulf %v, %w : vector<8xf32>
    %r = vector.reduction <add>, %m, %z : vector<8xf32> into f32
    row.yield %r : f32
  }
  %e3 = tensor.empty(%n) : tensor<?x4x8xf32>
  %y = row.program ins(%h : tensor<?x4x8xf32> by row, %d : tensor<?x4xf32> by group 8)
      outs(%e3 : tensor<?x4x8xf32> by row) {
  ^bb0(%v: f32, %w: f32):
    %t = math.tanh %w : f32
    %m = arith.mulf %v, %t : f32
    row.yield %m : f32
  }
  return %s, %y : tensor<?xf32>, tensor<?x4x8xf32>
}

// -----

// Every row computes the parameter that it needs; others have it stored.

// CHECK-LABEL: func @recomputed
// CHECK-SAME:    %[[X:.+]]: tensor<?x5x32xf32>, %[[G:.+]]: tensor<32xf32>, %[[S:.+]]: tensor<?x32xf32>
// CHECK:         %[[G1:.+]] = row.program ins(%[[G]] : tensor<32xf32> by row)
// CHECK:         row.program ins(%[[G]] : tensor<32xf32> shared, %[[S]] : tensor<?x32xf32> by group 5, %[[X]] : tensor<?x5x32xf32> by row)
// CHECK-NOT:     row.program
// CHECK:         return %[[G1]]
func.func @recomputed(%x: tensor<?x5x32xf32>, %g: tensor<32xf32>, %s: tensor<?x32xf32>, %n: index)
    -> (tensor<32xf32>, tensor<?x5x32xf32>) {
  %e1 = tensor.empty() : tensor<32xf32>
  %g1 = row.program ins(%g : tensor<32xf32> by row) outs(%e1 : tensor<32xf32> by row) {
  ^bb0(%v: f32):
    %one = arith.constant 1.0 : f32
    %r = arith.addf %v, %one : f32
    row.yield %r : f32
  }
  %e2 = tensor.empty(%n) : tensor<?x32xf32>
  %s1 = row.program ins(%s : tensor<?x32xf32> by row) outs(%e2 : tensor<?x32xf32> by row) {
  ^bb0(%v: vector<32xf32>):
    %r = math.tanh %v : vector<32xf32>
    row.yield %r : vector<32xf32>
  }
  %e3 = tensor.empty(%n) : tensor<?x5x32xf32>
  %y = row.program ins(%x : tensor<?x5x32xf32> by row, %g1 : tensor<32xf32> shared, %s1 : tensor<?x32xf32> by group 5)
      outs(%e3 : tensor<?x5x32xf32> by row) {
  ^bb0(%v: vector<32xf32>, %a: vector<32xf32>, %b: vector<32xf32>):
    %0 = arith.mulf %v, %a : vector<32xf32>
    %1 = arith.addf %0, %b : vector<32xf32>
    row.yield %1 : vector<32xf32>
  }
  return %g1, %y : tensor<32xf32>, tensor<?x5x32xf32>
}

// -----

// The same rows may have one dimension here, and two there.

// CHECK-LABEL: func @leading_dimensions
// CHECK:         row.program ins(%{{.+}} : tensor<?x8xf32> by row) outs(%{{.+}} : tensor<?x8xf32> by row){{.*}} {
// CHECK-NOT:     row.program
func.func @leading_dimensions(%x: tensor<?x?x8xf32>, %n: index, %m: index, %nm: index) -> tensor<?x8xf32> {
  %e1 = tensor.empty(%n, %m) : tensor<?x?x8xf32>
  %h = row.program ins(%x : tensor<?x?x8xf32> by row) outs(%e1 : tensor<?x?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %r = math.exp %v : vector<8xf32>
    row.yield %r : vector<8xf32>
  }
  %f = tensor.collapse_shape %h [[0, 1], [2]] : tensor<?x?x8xf32> into tensor<?x8xf32>
  %e2 = tensor.empty(%nm) : tensor<?x8xf32>
  %y = row.program ins(%f : tensor<?x8xf32> by row) outs(%e2 : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %r = math.tanh %v : vector<8xf32>
    row.yield %r : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}

// -----

// What has no columns gets those of the last dimensions, as many as a warp
// reads; a dynamic dimension has none to give.

// CHECK-LABEL: func @columns
// CHECK:         row.program ins(%{{.+}} : tensor<?x9x32x8xf32> by row, %{{.+}} : tensor<8xf32> shared) outs
// CHECK-NEXT:    ^bb0(%{{.+}}: vector<32x8xf32>, %{{.+}}: vector<32x8xf32>):
// CHECK:         row.program ins(%{{.+}} : tensor<4x?xf32> by row) outs
// CHECK-NEXT:    ^bb0(%{{.+}}: f32):
func.func @columns(%x: tensor<?x9x32x8xf32>, %b: tensor<8xf32>, %n: index, %z: tensor<4x?xf32>)
    -> (tensor<?x9x32x8xf32>, tensor<4x?xf32>) {
  %e1 = tensor.empty(%n) : tensor<?x9x32x8xf32>
  %y = row.program ins(%x : tensor<?x9x32x8xf32> by row, %b : tensor<8xf32> by cycle 8) outs(%e1 : tensor<?x9x32x8xf32> by row) {
  ^bb0(%v: f32, %w: f32):
    %r = arith.addf %v, %w : f32
    row.yield %r : f32
  }
  %e2 = tensor.empty(%n) : tensor<4x?xf32>
  %q = row.program ins(%z : tensor<4x?xf32> by row) outs(%e2 : tensor<4x?xf32> by row) {
  ^bb0(%v: f32):
    %r = math.exp %v : f32
    row.yield %r : f32
  }
  return %y, %q : tensor<?x9x32x8xf32>, tensor<4x?xf32>
}

// -----

// A row of one program must not need its own sum of the other, nor may rows
// become longer than those of both.

// CHECK-LABEL: func @apart
// CHECK-COUNT-2: row.program
func.func @apart(%x: tensor<16x8xf32>, %w: tensor<8x16xf32>) -> tensor<8x16xf32> {
  %e1 = tensor.empty() : tensor<16xf32>
  %s = row.program ins(%x : tensor<16x8xf32> by row) outs(%e1 : tensor<16xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %z = arith.constant 0.0 : f32
    %r = vector.reduction <add>, %v, %z : vector<8xf32> into f32
    row.yield %r : f32
  }
  %e2 = tensor.empty() : tensor<8x16xf32>
  %y = row.program ins(%w : tensor<8x16xf32> by row, %s : tensor<16xf32> shared) outs(%e2 : tensor<8x16xf32> by row) {
  ^bb0(%v: vector<16xf32>, %p: vector<16xf32>):
    %r = arith.mulf %v, %p : vector<16xf32>
    row.yield %r : vector<16xf32>
  }
  return %y : tensor<8x16xf32>
}

// -----

// A dimension that is longer than a block takes is cut; one with gaps behind it
// has to stay as it is.

// CHECK-LABEL: func @long_and_cut
// CHECK:         row.program ins(%{{.+}} : tensor<?x2x5504xf32> by row, %{{.+}} : tensor<2x5504xf32> by cycle 2) outs
// CHECK:         row.program ins(%{{.+}} : tensor<?x5x32xf32> by row) outs(%{{.+}} : tensor<?x5x32xf32> by row) {
// CHECK-NEXT:    ^bb0(%{{.+}}: vector<32xf32>):
func.func @long_and_cut(%x: tensor<?x11008xf32>, %g: tensor<11008xf32>, %z: tensor<?x5x96xf32>, %n: index)
    -> (tensor<?x11008xf32>, tensor<?x5x32xf32>) {
  %e1 = tensor.empty(%n) : tensor<?x11008xf32>
  %y = row.program ins(%x : tensor<?x11008xf32> by row, %g : tensor<11008xf32> by cycle 11008)
      outs(%e1 : tensor<?x11008xf32> by row) {
  ^bb0(%v: f32, %w: f32):
    %r = arith.mulf %v, %w : f32
    row.yield %r : f32
  }
  %s = tensor.extract_slice %z[0, 0, 32] [%n, 5, 32] [1, 1, 1] : tensor<?x5x96xf32> to tensor<?x5x32xf32>
  %e2 = tensor.empty(%n) : tensor<?x5x32xf32>
  %q = row.program ins(%s : tensor<?x5x32xf32> by row) outs(%e2 : tensor<?x5x32xf32> by row) {
  ^bb0(%v: f32):
    %r = math.tanh %v : f32
    row.yield %r : f32
  }
  return %y, %q : tensor<?x11008xf32>, tensor<?x5x32xf32>
}

// -----

// The second writes where the first has written.

// CHECK-LABEL: func @overwritten
// CHECK-COUNT-2: row.program
func.func @overwritten(%x: tensor<?x8xf32>, %n: index) -> tensor<?x8xf32> {
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %h = row.program ins(%x : tensor<?x8xf32> by row) outs(%e : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %r = math.exp %v : vector<8xf32>
    row.yield %r : vector<8xf32>
  }
  %y = row.program ins(%h : tensor<?x8xf32> by row) outs(%h : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %r = math.tanh %v : vector<8xf32>
    row.yield %r : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}
