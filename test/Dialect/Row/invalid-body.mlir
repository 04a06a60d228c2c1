// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// C6: the closed list of body ops, and what they may do to columns.

func.func @unknown_op(%x: memref<?x8xf32>, %y: memref<?x8xf32>) {
  row.program ins(%x : memref<?x8xf32> by row) outs(%y : memref<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    // expected-error @below {{cannot be part of a row program}}
    %s = math.atan %xv : vector<8xf32>
    row.yield %s : vector<8xf32>
  }
  return
}

// -----

func.func @memory(%x: memref<?x8xf32>, %y: memref<?x8xf32>) {
  row.program ins(%x : memref<?x8xf32> by row) outs(%y : memref<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    // expected-error @below {{cannot be part of a row program}}
    %m = memref.alloc() : memref<8xf32>
    row.yield %xv : vector<8xf32>
  }
  return
}

// -----

func.func @extract(%x: memref<?x8xf32>, %y: memref<?xf32>) {
  row.program ins(%x : memref<?x8xf32> by row) outs(%y : memref<?xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    // expected-error @below {{expects to keep all elements, but takes 1 of 8}}
    %e = vector.extract %xv[3] : f32 from vector<8xf32>
    row.yield %e : f32
  }
  return
}

// -----

// A value repeated as a whole is no value per head.
func.func @repeat(%x: memref<?x8xf32>, %g: memref<4xf32>, %y: memref<?x8xf32>) {
  row.program ins(%x : memref<?x8xf32> by row, %g : memref<4xf32> shared) outs(%y : memref<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %gv: vector<4xf32>):
    // expected-error @below {{expects to repeat each element over consecutive columns}}
    %b = vector.broadcast %gv : vector<4xf32> to vector<2x4xf32>
    row.yield %xv : vector<8xf32>
  }
  return
}

// -----

func.func @outer_reduction(%x: memref<?x2x4xf32>, %y: memref<?x4xf32>) {
  row.program ins(%x : memref<?x2x4xf32> by row) outs(%y : memref<?x4xf32> by row) {
  ^bb0(%xv: vector<2x4xf32>):
    %z = arith.constant dense<0.0> : vector<4xf32>
    // expected-error @below {{expects to reduce consecutive columns}}
    %s = vector.multi_reduction <add>, %xv, %z [0] : vector<2x4xf32> to vector<4xf32>
    row.yield %s : vector<4xf32>
  }
  return
}

// -----

func.func @integer_sum(%x: memref<?x8xi32>, %y: memref<?xi32>) {
  row.program ins(%x : memref<?x8xi32> by row) outs(%y : memref<?xi32> by row) {
  ^bb0(%xv: vector<8xi32>):
    // expected-error @below {{expects to combine floating-point columns, but got 'i32'}}
    %s = vector.reduction <add>, %xv : vector<8xi32> into i32
    row.yield %s : i32
  }
  return
}

// -----

func.func @constant(%x: memref<?x2xf32>, %y: memref<?x2xf32>) {
  row.program ins(%x : memref<?x2xf32> by row) outs(%y : memref<?x2xf32> by row) {
  ^bb0(%xv: vector<2xf32>):
    // expected-error @below {{expects one value for all columns; pass other constants as operands}}
    %c = arith.constant dense<[1.0, 2.0]> : vector<2xf32>
    row.yield %c : vector<2xf32>
  }
  return
}

// -----

// C5
func.func @odd_vector(%x: memref<?x8xf32>, %y: memref<?x8xf32>) {
  row.program ins(%x : memref<?x8xf32> by row) outs(%y : memref<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    // expected-error @below {{of 8 columns expects vectors whose number of elements divides it, but got 'vector<3xf32>'}}
    %c = arith.constant dense<1.0> : vector<3xf32>
    row.yield %xv : vector<8xf32>
  }
  return
}

// -----

func.func @rounding(%x: memref<?x8xf32>, %y: memref<?x8xf16>) {
  row.program ins(%x : memref<?x8xf32> by row) outs(%y : memref<?x8xf16> by row) {
  ^bb0(%xv: vector<8xf32>):
    // expected-error @below {{rounds to nearest even; expects no rounding mode, but got 'downward'}}
    %t = arith.truncf %xv downward : vector<8xf32> to vector<8xf16>
    row.yield %t : vector<8xf16>
  }
  return
}

// -----

func.func @wide_integer(%x: memref<?x8xf32>, %y: memref<?x8xf32>) {
  row.program ins(%x : memref<?x8xf32> by row) outs(%y : memref<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    // expected-error @below {{expects elements of f8E4M3FN, f8E5M2, f16, bf16, f32, f64, index or an integer of 1, 8, 16, 32 or 64 bits, but got 'i128'}}
    %i = arith.fptosi %xv : vector<8xf32> to vector<8xi128>
    row.yield %xv : vector<8xf32>
  }
  return
}

// -----

// 8-bit floats are stored, not computed in.
func.func @float8_arithmetic(%x: memref<?x8xf8E4M3FN>, %y: memref<?x8xf8E4M3FN>) {
  row.program ins(%x : memref<?x8xf8E4M3FN> by row) outs(%y : memref<?x8xf8E4M3FN> by row) {
  ^bb0(%xv: vector<8xf8E4M3FN>):
    // expected-error @below {{expects 8-bit floats to be cast before and after arithmetic, but got 'f8E4M3FN'}}
    %s = arith.addf %xv, %xv : vector<8xf8E4M3FN>
    row.yield %s : vector<8xf8E4M3FN>
  }
  return
}

// -----

func.func @float8_sum(%x: memref<?x8xf8E5M2>, %y: memref<?xf8E5M2>) {
  row.program ins(%x : memref<?x8xf8E5M2> by row) outs(%y : memref<?xf8E5M2> by row) {
  ^bb0(%xv: vector<8xf8E5M2>):
    // expected-error @below {{expects 8-bit floats to be cast before and after arithmetic, but got 'f8E5M2'}}
    %s = vector.reduction <maximumf>, %xv : vector<8xf8E5M2> into f8E5M2
    row.yield %s : f8E5M2
  }
  return
}

// -----

func.func @other_float8(%x: memref<?x8xf8E4M3FNUZ>, %y: memref<?x8xf8E4M3FNUZ>) {
  // expected-error @below {{expects input 0 to have elements of f8E4M3FN, f8E5M2, f16,}}
  row.program ins(%x : memref<?x8xf8E4M3FNUZ> by row) outs(%y : memref<?x8xf8E4M3FNUZ> by row) {
  ^bb0(%xv: vector<8xf8E4M3FNUZ>):
    row.yield %xv : vector<8xf8E4M3FNUZ>
  }
  return
}
