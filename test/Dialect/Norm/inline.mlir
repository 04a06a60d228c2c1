// RUN: seednorm-opt %s --inline | FileCheck %s

// CHECK-LABEL: func.func @caller
// CHECK-NOT:     call
// CHECK:         norm.rms_norm
// CHECK-NOT:     call
func.func @caller(%x: tensor<8x4xf32>, %gamma: tensor<4xf32>)
    -> tensor<8x4xf32> {
  %y = call @callee(%x, %gamma)
      : (tensor<8x4xf32>, tensor<4xf32>) -> tensor<8x4xf32>
  return %y : tensor<8x4xf32>
}

func.func private @callee(%x: tensor<8x4xf32>, %gamma: tensor<4xf32>)
    -> tensor<8x4xf32> {
  %y = norm.rms_norm %x, %gamma eps 1.0e-6 : tensor<8x4xf32>, tensor<4xf32>
  return %y : tensor<8x4xf32>
}
