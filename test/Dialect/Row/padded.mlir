// RUN: seednorm-opt %s --split-input-file --verify-diagnostics | seednorm-opt --split-input-file | FileCheck %s

// A slice may have columns that the rows of its operand have not.
// CHECK-LABEL: func @padded
// CHECK:         row.program ins(%{{.*}} : tensor<?x7xf32> by row)
// CHECK:         ^bb0(%{{.*}}: vector<8xf32>):
func.func @padded(%x: tensor<?x7xf32>, %y: tensor<?x7xf32>) -> tensor<?x7xf32> {
  %z = row.program ins(%x : tensor<?x7xf32> by row)
      outs(%y : tensor<?x7xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    row.yield %v : vector<8xf32>
  }
  return %z : tensor<?x7xf32>
}

// -----

// C3: one element for each column
func.func @runs(%x: memref<?x7xf32>, %y: memref<?x16xf32>) {
  // expected-error @below {{expects the slice of input 0 to be the static trailing shape of 'memref<?x7xf32>', but got 'vector<8xf32>'}}
  row.program ins(%x : memref<?x7xf32> by row, %y : memref<?x16xf32> by row)
      outs(%y : memref<?x16xf32> by row) {
  ^bb0(%v: vector<8xf32>, %w: vector<16xf32>):
    row.yield %w : vector<16xf32>
  }
  return
}

// -----

// C3: of one dimension
func.func @two_dimensions(%x: memref<?x2x7xf32>) {
  // expected-error @below {{expects the slice of input 0 to be the static trailing shape of 'memref<?x2x7xf32>', but got 'vector<2x8xf32>'}}
  row.program ins(%x : memref<?x2x7xf32> by row)
      outs(%x : memref<?x2x7xf32> by row) {
  ^bb0(%v: vector<2x8xf32>):
    row.yield %v : vector<2x8xf32>
  }
  return
}

// -----

// C3: taken by row
func.func @shared(%x: memref<?x8xf32>, %p: memref<7xf32>) {
  // expected-error @below {{expects the slice of input 1 to end in the static trailing shape of 'memref<7xf32>', but got 'vector<8xf32>'}}
  row.program ins(%x : memref<?x8xf32> by row, %p : memref<7xf32> shared)
      outs(%x : memref<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>, %w: vector<8xf32>):
    row.yield %w : vector<8xf32>
  }
  return
}

// -----

// C3: static
func.func @dynamic(%x: memref<?x?xf32>) {
  // expected-error @below {{expects the slice of input 0 to be the static trailing shape of 'memref<?x?xf32>', but got 'vector<8xf32>'}}
  row.program ins(%x : memref<?x?xf32> by row) outs(%x : memref<?x?xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    row.yield %v : vector<8xf32>
  }
  return
}
