// RUN: seednorm-opt %s --convert-row-to-norm=report --split-input-file --verify-diagnostics

// Each program that stays says why.

func.func @sum(%x: tensor<?x8xf32>, %e: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // expected-remark @below {{not named: it is no norm's formula}}
  %y = row.program ins(%x : tensor<?x8xf32> by row) outs(%e : tensor<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    %w = arith.addf %xv, %xv : vector<8xf32>
    row.yield %w : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}

// -----

func.func @two(%x: tensor<?x8xf32>, %e: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  // expected-remark @below {{not named: it has several results}}
  %y:2 = row.program ins(%x : tensor<?x8xf32> by row) outs(%e : tensor<?x8xf32> by row, %e : tensor<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv, %xv : vector<8xf32>, vector<8xf32>
  }
  return %y#0, %y#1 : tensor<?x8xf32>, tensor<?x8xf32>
}

// -----

func.func @statistics(%x: tensor<?x8xf32>, %e: tensor<?xf32>) -> tensor<?xf32> {
  // expected-remark @below {{not named: it gives no number for each column of a row}}
  %y = row.program ins(%x : tensor<?x8xf32> by row) outs(%e : tensor<?xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    %zero = arith.constant 0.0 : f32
    %w = vector.multi_reduction <add>, %xv, %zero [0] : vector<8xf32> to f32
    row.yield %w : f32
  }
  return %y : tensor<?xf32>
}

// -----

func.func @integers(%x: tensor<?x8xi32>, %e: tensor<?x8xi32>) -> tensor<?x8xi32> {
  // expected-remark @below {{not named: its result has no floating-point numbers}}
  %y = row.program ins(%x : tensor<?x8xi32> by row) outs(%e : tensor<?x8xi32> by row) {
  ^bb0(%xv: vector<8xi32>):
    row.yield %xv : vector<8xi32>
  }
  return %y : tensor<?x8xi32>
}

// -----

func.func @buffers(%x: memref<?x8xf32>, %e: memref<?x8xf32>) {
  // expected-remark @below {{not named: it writes to buffers}}
  row.program ins(%x : memref<?x8xf32> by row) outs(%e : memref<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return
}
