// RUN: seednorm-opt %s --split-input-file --row-fuse --canonicalize | FileCheck %s

// Where the one program would be, and what two programs may not be one for.

// The use of the first program in between forbids the place of the second; what
// the second needs in between forbids the place of the first.
// CHECK-LABEL: func @no_place
// CHECK:         row.program
// CHECK:         call @use
// CHECK:         row.program
func.func private @use(tensor<?x8xf32>) -> tensor<8xf32>
func.func @no_place(%x: tensor<?x8xf32>, %n: index) -> tensor<?x8xf32> {
  %empty = tensor.empty(%n) : tensor<?x8xf32>
  %h = row.program ins(%x : tensor<?x8xf32> by row)
      outs(%empty : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %m = arith.negf %v : vector<8xf32>
    row.yield %m : vector<8xf32>
  }
  %g = call @use(%h) : (tensor<?x8xf32>) -> tensor<8xf32>
  %y = row.program ins(%h : tensor<?x8xf32> by row, %g : tensor<8xf32> shared)
      outs(%empty : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>, %p: vector<8xf32>):
    %m = arith.addf %v, %p : vector<8xf32>
    row.yield %m : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}

// -----

// The second takes the place of the first.
// CHECK-LABEL: func @hurried
// CHECK:         row.program
// CHECK:         call @use
// CHECK-NOT:     row.program
func.func private @use(tensor<?x8xf32>)
func.func @hurried(%x: tensor<?x8xf32>, %n: index) -> tensor<?x8xf32> {
  %empty = tensor.empty(%n) : tensor<?x8xf32>
  %h = row.program ins(%x : tensor<?x8xf32> by row)
      outs(%empty : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %m = arith.negf %v : vector<8xf32>
    row.yield %m : vector<8xf32>
  }
  call @use(%h) : (tensor<?x8xf32>) -> ()
  %y = row.program ins(%h : tensor<?x8xf32> by row)
      outs(%empty : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %m = arith.mulf %v, %v : vector<8xf32>
    row.yield %m : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}

// -----

// A result that the second takes as a parameter is finished before it.
// CHECK-LABEL: func @shared_result
// CHECK-COUNT-2: row.program
func.func @shared_result(%x: tensor<1x8xf32>, %z: tensor<?x1x8xf32>,
                         %n: index) -> tensor<?x1x8xf32> {
  %empty = tensor.empty() : tensor<1x8xf32>
  %h = row.program ins(%x : tensor<1x8xf32> by row)
      outs(%empty : tensor<1x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %m = arith.negf %v : vector<8xf32>
    row.yield %m : vector<8xf32>
  }
  %big = tensor.empty(%n) : tensor<?x1x8xf32>
  %y = row.program ins(%z : tensor<?x1x8xf32> by row, %h : tensor<1x8xf32> shared)
      outs(%big : tensor<?x1x8xf32> by row) {
  ^bb0(%v: vector<8xf32>, %p: vector<1x8xf32>):
    %q = vector.shape_cast %p : vector<1x8xf32> to vector<8xf32>
    %m = arith.mulf %v, %q : vector<8xf32>
    row.yield %m : vector<8xf32>
  }
  return %y : tensor<?x1x8xf32>
}

// -----

// CHECK-LABEL: func @scheduled
// CHECK-COUNT-2: row.program
func.func @scheduled(%x: tensor<?x8xf32>, %n: index) -> tensor<?x8xf32> {
  %empty = tensor.empty(%n) : tensor<?x8xf32>
  %h = row.program ins(%x : tensor<?x8xf32> by row)
      outs(%empty : tensor<?x8xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>) {
  ^bb0(%v: vector<8xf32>):
    %m = arith.negf %v : vector<8xf32>
    row.yield %m : vector<8xf32>
  }
  %y = row.program ins(%h : tensor<?x8xf32> by row)
      outs(%empty : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %m = arith.mulf %v, %v : vector<8xf32>
    row.yield %m : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}
