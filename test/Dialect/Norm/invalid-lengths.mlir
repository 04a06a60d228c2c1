// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.l2_norm and norm.l1_norm refuse; labels are those of docs/Spec.md.

// C1
func.func @l2_norm_other_result(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f16'}}
  %y = "norm.l2_norm"(%x) <{eps = 1.0e-5 : f64}> : (tensor<4xf32>) -> tensor<4xf16>
  return
}

// -----

// C2: element type
func.func @l2_norm_integers(%x: tensor<4xi32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4xi32>'}}
  %y = norm.l2_norm %x eps 1.0e-5 : tensor<4xi32>
  return
}

// -----

// C2: rank
func.func @l2_norm_rank_0(%x: tensor<f32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.l2_norm %x eps 1.0e-5 : tensor<f32>
  return
}

// -----

// C2: encoding
func.func @l2_norm_encoded(%x: tensor<4xf32, "a">) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<4xf32, "a">'}}
  %y = norm.l2_norm %x eps 1.0e-5 : tensor<4xf32, "a">
  return
}

// -----

// C3
func.func @l2_norm_dynamic_row(%x: tensor<2x?xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x?xf32>'}}
  %y = norm.l2_norm %x eps 1.0e-5 : tensor<2x?xf32>
  return
}

// -----

// C4
func.func @l2_norm_zero_eps(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got 0}}
  %y = norm.l2_norm %x eps 0.0 : tensor<4xf32>
  return
}

// -----

// C1
func.func @l1_norm_other_result(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f16'}}
  %y = "norm.l1_norm"(%x) <{eps = 1.0e-5 : f64}> : (tensor<4xf32>) -> tensor<4xf16>
  return
}

// -----

// C2: element type
func.func @l1_norm_integers(%x: tensor<4xi32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4xi32>'}}
  %y = norm.l1_norm %x eps 1.0e-5 : tensor<4xi32>
  return
}

// -----

// C2: rank
func.func @l1_norm_rank_0(%x: tensor<f32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.l1_norm %x eps 1.0e-5 : tensor<f32>
  return
}

// -----

// C2: encoding
func.func @l1_norm_encoded(%x: tensor<4xf32, "a">) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<4xf32, "a">'}}
  %y = norm.l1_norm %x eps 1.0e-5 : tensor<4xf32, "a">
  return
}

// -----

// C3
func.func @l1_norm_dynamic_row(%x: tensor<2x?xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x?xf32>'}}
  %y = norm.l1_norm %x eps 1.0e-5 : tensor<2x?xf32>
  return
}

// -----

// C4
func.func @l1_norm_zero_eps(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got 0}}
  %y = norm.l1_norm %x eps 0.0 : tensor<4xf32>
  return
}

// -----

// C4: in f64 for rows of f64, where what vanishes in f32 does not
func.func @l2_norm_f64_eps(%x: tensor<4xf64>) {
  %y = norm.l2_norm %x eps 1.0e-50 : tensor<4xf64>
  // expected-error @+1 {{expects 'eps' to be positive and finite as f64, but got -1e-50}}
  %z = norm.l2_norm %x eps -1.0e-50 : tensor<4xf64>
  return
}
