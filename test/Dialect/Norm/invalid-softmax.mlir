// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.softmax and norm.log_softmax refuse; labels are those of docs/Spec.md.

// C1
func.func @softmax_other_result(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f16'}}
  %y = "norm.softmax"(%x) : (tensor<4xf32>) -> tensor<4xf16>
  return
}

// -----

// C2: element type
func.func @softmax_integers(%x: tensor<4xi32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4xi32>'}}
  %y = norm.softmax %x : tensor<4xi32>
  return
}

// -----

// C2: rank
func.func @softmax_rank_0(%x: tensor<f32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.softmax %x : tensor<f32>
  return
}

// -----

// C2: encoding
func.func @softmax_encoded(%x: tensor<4xf32, "a">) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<4xf32, "a">'}}
  %y = norm.softmax %x : tensor<4xf32, "a">
  return
}

// -----

// C3
func.func @softmax_dynamic_row(%x: tensor<2x?xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x?xf32>'}}
  %y = norm.softmax %x : tensor<2x?xf32>
  return
}

// -----

// C1
func.func @log_softmax_other_result(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f16'}}
  %y = "norm.log_softmax"(%x) : (tensor<4xf32>) -> tensor<4xf16>
  return
}

// -----

// C2: element type
func.func @log_softmax_integers(%x: tensor<4xi32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4xi32>'}}
  %y = norm.log_softmax %x : tensor<4xi32>
  return
}

// -----

// C2: rank
func.func @log_softmax_rank_0(%x: tensor<f32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.log_softmax %x : tensor<f32>
  return
}

// -----

// C2: encoding
func.func @log_softmax_encoded(%x: tensor<4xf32, "a">) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<4xf32, "a">'}}
  %y = norm.log_softmax %x : tensor<4xf32, "a">
  return
}

// -----

// C3
func.func @log_softmax_dynamic_row(%x: tensor<2x?xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x?xf32>'}}
  %y = norm.log_softmax %x : tensor<2x?xf32>
  return
}
