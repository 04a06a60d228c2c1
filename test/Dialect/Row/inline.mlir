// RUN: seednorm-opt %s --inline | FileCheck %s

// A program moves into the caller with its region.
// CHECK-LABEL: func.func @caller
// CHECK-NOT:     call
// CHECK:         row.program
// CHECK:           row.yield
// CHECK-NOT:     call
func.func @caller(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
  %y = call @callee(%x) : (tensor<8x4xf32>) -> tensor<8x4xf32>
  return %y : tensor<8x4xf32>
}

func.func private @callee(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
  %e = tensor.empty() : tensor<8x4xf32>
  %y = row.program ins(%x : tensor<8x4xf32> by row)
      outs(%e : tensor<8x4xf32> by row) {
  ^bb0(%xv: vector<4xf32>):
    %r = arith.addf %xv, %xv : vector<4xf32>
    row.yield %r : vector<4xf32>
  }
  return %y : tensor<8x4xf32>
}
