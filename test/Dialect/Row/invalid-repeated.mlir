// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// C3: a repeated operand is the end of its slice
func.func @repeated_slice(%x: memref<?x16x8xf32>, %g: memref<16xf32>) {
  // expected-error @below {{expects the slice of input 1 to end in the static trailing shape of 'memref<16xf32>', but got 'vector<16x8xf32>'}}
  row.program ins(%x : memref<?x16x8xf32> by row, %g : memref<16xf32> shared) outs(%x : memref<?x16x8xf32> by row) {
  ^bb0(%xv: vector<16x8xf32>, %gv: vector<16x8xf32>):
    row.yield %gv : vector<16x8xf32>
  }
  return
}

// -----

// C3: its shape is static
func.func @repeated_dynamic(%x: memref<?x8x16xf32>, %g: memref<?xf32>) {
  // expected-error @below {{expects the slice of input 1 to end in the static trailing shape of 'memref<?xf32>', but got 'vector<8x16xf32>'}}
  row.program ins(%x : memref<?x8x16xf32> by row, %g : memref<?xf32> shared) outs(%x : memref<?x8x16xf32> by row) {
  ^bb0(%xv: vector<8x16xf32>, %gv: vector<8x16xf32>):
    row.yield %gv : vector<8x16xf32>
  }
  return
}

// -----

// C3: only shared operands repeat
func.func @repeated_row(%x: memref<?x8x16xf32>, %g: memref<16xf32>) {
  // expected-error @below {{expects the slice of input 1 to be the static trailing shape of 'memref<16xf32>', but got 'vector<8x16xf32>'}}
  row.program ins(%x : memref<?x8x16xf32> by row, %g : memref<16xf32> by cycle 2) outs(%x : memref<?x8x16xf32> by row) {
  ^bb0(%xv: vector<8x16xf32>, %gv: vector<8x16xf32>):
    row.yield %gv : vector<8x16xf32>
  }
  return
}
