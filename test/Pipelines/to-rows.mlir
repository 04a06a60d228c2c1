// RUN: seednorm-opt %s --seednorm-to-rows | FileCheck %s

// The second norm takes the rows of the first.
// CHECK-LABEL: func @two_norms
// CHECK-NOT:   norm.
// CHECK:       row.program
// CHECK-NOT:   norm.
// CHECK-NOT:   row.program
func.func @two_norms(%x: tensor<?x64xf32>, %p: tensor<64xf32>) -> tensor<?x64xf32> {
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-6 : tensor<?x64xf32>, tensor<64xf32>
  %z = norm.rms_norm %y, %p eps 1.0e-6 : tensor<?x64xf32>, tensor<64xf32>
  return %z : tensor<?x64xf32>
}
