// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.modulate refuses of a residual, its gate and its sum; labels are those
// of docs/Spec.md.

// C6: a residual without a sum
func.func @modulate_no_sum(%x: tensor<2x4xf32>, %s: tensor<4xf32>) {
  // expected-error @+1 {{expects a second result, the sum, where 'residual' is given, and only there}}
  %y = "norm.modulate"(%x, %s, %s, %x)
      <{eps = 1.0e-5 : f64, statistics = #norm<statistics layer_norm>, operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}>
      : (tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// C6: a sum without a residual
func.func @modulate_sum_alone(%x: tensor<2x4xf32>, %s: tensor<4xf32>) {
  // expected-error @+1 {{expects a second result, the sum, where 'residual' is given, and only there}}
  %y, %h = "norm.modulate"(%x, %s, %s)
      <{eps = 1.0e-5 : f64, statistics = #norm<statistics layer_norm>, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>}>
      : (tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>)
  return
}

// -----

// C7
func.func @modulate_gate_alone(%x: tensor<?x3x4xf32>, %s: tensor<?x4xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{expects 'gate' only beside 'residual', to whose addition it belongs}}
  %y = norm.modulate %x, %s, %s gate(%g : tensor<4xf32>) statistics layer_norm eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<?x4xf32>
  return
}

// -----

// C8: shape
func.func @modulate_other_residual(%x: tensor<?x3x4xf32>, %s: tensor<?x4xf32>, %r: tensor<?x4x4xf32>) {
  // expected-error @+1 {{expects 'residual' to have the shape of 'input', 'tensor<?x3x4xf32>', but got 'tensor<?x4x4xf32>'}}
  %y, %h = norm.modulate %x, %s, %s residual(%r : tensor<?x4x4xf32>) statistics layer_norm eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<?x4xf32>
  return
}

// -----

// C8: type
func.func @modulate_f16_residual(%x: tensor<?x3x4xf32>, %s: tensor<?x4xf32>, %r: tensor<?x3x4xf16>) {
  // expected-error @+1 {{expects 'residual' to have elements of type 'f32', but got 'f16'}}
  %y, %h = norm.modulate %x, %s, %s residual(%r : tensor<?x3x4xf16>) statistics layer_norm eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<?x4xf32>
  return
}

// -----

// C8: encoding
func.func @modulate_encoded_residual(%x: tensor<?x3x4xf32>, %s: tensor<?x4xf32>, %r: tensor<?x3x4xf32, "r">) {
  // expected-error @+1 {{expects 'residual' to have no encoding, but got 'tensor<?x3x4xf32, "r">'}}
  %y, %h = norm.modulate %x, %s, %s residual(%r : tensor<?x3x4xf32, "r">) statistics layer_norm eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<?x4xf32>
  return
}

// -----

// C9: shape
func.func @modulate_other_gate(%x: tensor<?x3x4xf32>, %s: tensor<?x4xf32>, %r: tensor<?x3x4xf32>, %g: tensor<?x3xf32>) {
  // expected-error @+1 {{expects 'gate' to have some of the first dimensions and the last one of 'input', 'tensor<?x3x4xf32>', but got 'tensor<?x3xf32>'}}
  %y, %h = norm.modulate %x, %s, %s residual(%r : tensor<?x3x4xf32>) gate(%g : tensor<?x3xf32>) statistics layer_norm eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<?x4xf32>
  return
}

// -----

// C9: type
func.func @modulate_f64_gate(%x: tensor<?x3x4xf32>, %s: tensor<?x4xf32>, %r: tensor<?x3x4xf32>, %g: tensor<4xf64>) {
  // expected-error @+1 {{expects 'gate' to have elements of type 'f32', but got 'f64'}}
  %y, %h = norm.modulate %x, %s, %s residual(%r : tensor<?x3x4xf32>) gate(%g : tensor<4xf64>) statistics layer_norm eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<?x4xf32>
  return
}

// -----

// C10: shape
func.func @modulate_other_sum(%x: tensor<?x3x4xf32>, %s: tensor<?x4xf32>, %r: tensor<?x3x4xf32>) {
  // expected-error @+1 {{expects 'sum' to have the shape of 'input', 'tensor<?x3x4xf32>', but got 'tensor<?x4xf32>'}}
  %y, %h = norm.modulate %x, %s, %s residual(%r : tensor<?x3x4xf32>) statistics layer_norm eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<?x4xf32> -> tensor<?x3x4xf32>, tensor<?x4xf32>
  return
}

// -----

// C10: type
func.func @modulate_f16_sum(%x: tensor<?x3x4xf32>, %s: tensor<?x4xf32>, %r: tensor<?x3x4xf32>) {
  // expected-error @+1 {{expects 'sum' to have elements of type 'f32', but got 'f16'}}
  %y, %h = norm.modulate %x, %s, %s residual(%r : tensor<?x3x4xf32>) statistics layer_norm eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<?x4xf32> -> tensor<?x3x4xf32>, tensor<?x3x4xf16>
  return
}
