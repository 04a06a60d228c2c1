// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// C1
func.func @mixed(%x: tensor<?x8xf32>, %y: memref<?x8xf32>) {
  // expected-error @below {{expects all operands to be tensors or all memrefs}}
  row.program ins(%x : tensor<?x8xf32> by row) outs(%y : memref<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return
}

// -----

// C2
func.func @summed_input(%x: memref<8xf32>, %y: memref<?x8xf32>) {
  // expected-error @below {{expects only outputs to be 'summed'}}
  row.program ins(%x : memref<8xf32> summed) outs(%y : memref<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return
}

// -----

// C2
func.func @shared_output(%x: memref<?x8xf32>, %y: memref<8xf32>) {
  // expected-error @below {{expects outputs to be 'by row', 'summed' or 'added'}}
  row.program ins(%x : memref<?x8xf32> by row) outs(%y : memref<8xf32> shared) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return
}

// -----

// C2: the syntax of an access
func.func @syntax(%x: memref<?x8xf32>) {
  // expected-error @below {{expects 'by row', 'shared', 'by group' (N), 'by cycle' (N), 'summed' or 'added', but got 'row'}}
  row.program ins(%x : memref<?x8xf32> row) outs(%x : memref<?x8xf32> by row) {
  }
  return
}

// -----

// C2: the period of an access
func.func @period(%x: memref<?x8xf32>) {
  // expected-error @below {{expects a positive number of rows after 'group', but got 0}}
  row.program ins(%x : memref<?x8xf32> by group 0) outs(%x : memref<?x8xf32> by row) {
  }
  return
}

// -----

// C3
func.func @slice(%x: memref<?x8xf32>, %y: memref<?x8xf32>) {
  // expected-error @below {{expects the slice of input 0 to be the static trailing shape of 'memref<?x8xf32>', but got 'vector<4xf32>'}}
  row.program ins(%x : memref<?x8xf32> by row) outs(%y : memref<?x8xf32> by row) {
  ^bb0(%xv: vector<4xf32>):
    %z = arith.constant dense<0.0> : vector<8xf32>
    row.yield %z : vector<8xf32>
  }
  return
}

// -----

// C4
func.func @leading(%x: memref<4x8xf32>, %y: memref<5x8xf32>) {
  // expected-error @below {{expects all operands taken by row to have the same leading dimensions, but output 0 is 'memref<5x8xf32>' and input 0 is 'memref<4x8xf32>'}}
  row.program ins(%x : memref<4x8xf32> by row) outs(%y : memref<5x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return
}

// -----

// C4
func.func @shared_rows(%x: memref<4x8xf32>, %g: memref<4x8xf32>, %y: memref<4x8xf32>) {
  // expected-error @below {{expects input 1, taken shared, to have no leading dimension before its slice, but got 'memref<4x8xf32>'}}
  row.program ins(%x : memref<4x8xf32> by row, %g : memref<4x8xf32> shared) outs(%y : memref<4x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %gv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return
}

// -----

// C5
func.func @divides(%x: memref<?x8xf32>, %g: memref<3xf32>, %y: memref<?x8xf32>) {
  // expected-error @below {{expects the number of elements of every slice to divide the 8 columns, but input 1 has 'vector<3xf32>'}}
  row.program ins(%x : memref<?x8xf32> by row, %g : memref<3xf32> shared) outs(%y : memref<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %gv: vector<3xf32>):
    row.yield %xv : vector<8xf32>
  }
  return
}

// -----

// C2
func.func @summed_by_row(%x: memref<?x8xf32>) {
  // expected-error @below {{expects slices that rows have in common to be 'summed', but each row has its own}}
  row.program ins(%x : memref<?x8xf32> by row) outs(%x : memref<?x8xf32> summed by row) {
  }
  return
}

// -----

// C7
func.func @narrow_sum(%x: memref<?x8xbf16>, %s: memref<8xbf16>) {
  // expected-error @below {{expects summed output 0 to be yielded in f32 for elements of f16, bf16 or f32, or in f64 for f64, but got 'vector<8xbf16>' for 'memref<8xbf16>'}}
  row.program ins(%x : memref<?x8xbf16> by row) outs(%s : memref<8xbf16> summed) {
  ^bb0(%xv: vector<8xbf16>):
    row.yield %xv : vector<8xbf16>
  }
  return
}

// -----

// C7
func.func @wide_sum(%x: memref<?x8xf32>, %s: memref<8xf64>) {
  // expected-error @below {{expects summed output 0 to be yielded in f32 for}}
  row.program ins(%x : memref<?x8xf32> by row) outs(%s : memref<8xf64> added) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return
}

// -----

// C7: what is kept is in one piece.
func.func @summed_in_the_middle(%x: memref<?x4x8x2xf32>, %s: memref<4x1x2xf32>) {
  // expected-error @below {{expects the slice of summed output 0 to be the static trailing shape of 'memref<4x1x2xf32>', which may have size 1 in its first or last dimensions or lack the first ones, but got 'vector<4x8x2xf32>'}}
  row.program ins(%x : memref<?x4x8x2xf32> by row) outs(%s : memref<4x1x2xf32> summed) {
  ^bb0(%xv: vector<4x8x2xf32>):
    row.yield %xv : vector<4x8x2xf32>
  }
  return
}

// -----

// C4
func.func @summed_by_group(%x: memref<?x8xf32>, %s: memref<8xf32>) {
  // expected-error @below {{expects output 0, taken by group, to have leading dimensions before its slice}}
  row.program ins(%x : memref<?x8xf32> by row) outs(%s : memref<8xf32> summed by group 4) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return
}

// -----

func.func @no_rows(%g: memref<8xf32>, %s: memref<8xf32>) {
  // expected-error @below {{expects at least one operand taken by row}}
  row.program ins(%g : memref<8xf32> shared) outs(%s : memref<8xf32> summed) {
  ^bb0(%gv: vector<8xf32>):
    row.yield %gv : vector<8xf32>
  }
  return
}

// -----

func.func @yields_too_few(%x: memref<?x8xf32>, %y: memref<?x8xf32>) {
  row.program ins(%x : memref<?x8xf32> by row) outs(%y : memref<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    // expected-error @below {{expects one value for each output, but got 0 for 1}}
    row.yield
  }
  return
}

// -----

// C3: memory holds bytes
func.func @bits(%x: memref<?x8xi1>, %y: memref<?x8xi1>) {
  // expected-error @below {{expects input 0 to have elements of f8E4M3FN, f8E5M2, f16, bf16, f32, f64 or an integer of 8, 16, 32 or 64 bits, but got 'i1'}}
  row.program ins(%x : memref<?x8xi1> by row) outs(%y : memref<?x8xi1> by row) {
  ^bb0(%xv: vector<8xi1>):
    row.yield %xv : vector<8xi1>
  }
  return
}

// -----

// C3: an index has no width of its own
func.func @index(%x: memref<?x8xf32>, %s: memref<8xindex>, %y: memref<?x8xf32>) {
  // expected-error @below {{expects input 1 to have elements of f8E4M3FN, f8E5M2, f16, bf16, f32, f64 or an integer of 8, 16, 32 or 64 bits, but got 'index'}}
  row.program ins(%x : memref<?x8xf32> by row, %s : memref<8xindex> shared) outs(%y : memref<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %sv: vector<8xindex>):
    row.yield %xv : vector<8xf32>
  }
  return
}

// -----

func.func @group_of_all(%x: memref<?x8xf32>) {
  // expected-error @below {{expects input 0, taken by group, to have the first leading dimensions of the rows, not all, but it is 'memref<?x8xf32>' and output 0 is 'memref<?x8xf32>'}}
  row.program ins(%x : memref<?x8xf32> by group) outs(%x : memref<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    row.yield %v : vector<8xf32>
  }
  return
}

// -----

func.func @cycle_of_others(%x: memref<3x4x8xf32>, %c: memref<3x8xf32>) {
  // expected-error @below {{expects input 0, taken by cycle, to have the last leading dimensions of the rows, not all, but it is 'memref<3x8xf32>' and output 0 is 'memref<3x4x8xf32>'}}
  row.program ins(%c : memref<3x8xf32> by cycle) outs(%x : memref<3x4x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    row.yield %v : vector<8xf32>
  }
  return
}
