// RUN: seednorm-opt %s --norm-simplify=drop-renormalization | FileCheck %s
// RUN: seednorm-opt %s --norm-simplify | FileCheck %s --check-prefix=OFF

// OFF-COUNT-8: norm.{{rms|layer}}_norm

// The inner norm takes the parameters of the outer one, and keeps its own eps.

// CHECK-LABEL: func.func @rms_norm
// CHECK-SAME:    %[[X:[^:]+]]: tensor<?x4xf32>, %[[GAMMA:[^:]+]]: tensor<4xf32>, %[[BIAS:[^:]+]]: tensor<4xf32>
// CHECK-NEXT:    %[[Y:.+]] = norm.rms_norm %[[X]], %[[GAMMA]] bias %[[BIAS]] eps 1.000000e-05 gamma_offset 1.000000e+00
// CHECK-NEXT:    return %[[Y]]
func.func @rms_norm(%x: tensor<?x4xf32>, %gamma: tensor<4xf32>, %bias: tensor<4xf32>)
    -> tensor<?x4xf32> {
  %ones = arith.constant dense<1.0> : tensor<4xf32>
  %n = norm.rms_norm %x, %ones eps 1.0e-5 : tensor<?x4xf32>, tensor<4xf32>
  %y = norm.rms_norm %n, %gamma bias %bias eps 1.0e-3 gamma_offset 1.0
      : tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>
  return %y : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @layer_norm
// CHECK-SAME:    %[[X:[^:]+]]: tensor<?x4xf32>, %[[GAMMA:[^:]+]]: tensor<4xf32>
// CHECK-NEXT:    %[[Y:.+]] = norm.layer_norm %[[X]], %[[GAMMA]] eps 1.000000e-05
// CHECK-NEXT:    return %[[Y]]
func.func @layer_norm(%x: tensor<?x4xf32>, %gamma: tensor<4xf32>) -> tensor<?x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %n = norm.layer_norm %x, %zeros eps 1.0e-5 gamma_offset 1.0
      : tensor<?x4xf32>, tensor<4xf32>
  %y = norm.layer_norm %n, %gamma eps 1.0e-3 : tensor<?x4xf32>, tensor<4xf32>
  return %y : tensor<?x4xf32>
}

// The rows of an RMSNorm have a mean; those of a scaled norm, or of a norm of
// their first half, have any length.

// CHECK-LABEL: func.func @no_match
// CHECK-COUNT-4: norm.{{rms|layer}}_norm
func.func @no_match(%x: tensor<?x4xf32>, %gamma: tensor<4xf32>)
    -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %ones = arith.constant dense<1.0> : tensor<4xf32>
  %n0 = norm.rms_norm %x, %ones eps 1.0e-5 : tensor<?x4xf32>, tensor<4xf32>
  %y0 = norm.layer_norm %n0, %gamma eps 1.0e-3 : tensor<?x4xf32>, tensor<4xf32>
  %n1 = norm.rms_norm %x, %ones eps 1.0e-5 partial 0.5 : tensor<?x4xf32>, tensor<4xf32>
  %y1 = norm.rms_norm %n1, %gamma eps 1.0e-3 : tensor<?x4xf32>, tensor<4xf32>
  return %y0, %y1 : tensor<?x4xf32>, tensor<?x4xf32>
}
