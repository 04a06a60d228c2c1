// Softmax: softmax named f32. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK-COUNT-1: row.program
// CHECK-NOT:     row.program

func.func @main(%x: tensor<?x3x96xf32>) -> tensor<?x3x96xf32> {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x3x96xf32>
  %v3 = tensor.empty(%v2) : tensor<?x3x96xf32>
  %v4 = linalg.softmax dimension(2) ins(%x : tensor<?x3x96xf32>) outs(%v3 : tensor<?x3x96xf32>) -> tensor<?x3x96xf32>
  return %v4 : tensor<?x3x96xf32>
}
