// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.scale_norm refuses; labels are those of docs/Spec.md.

// C1
func.func @scale_norm_other_result(%x: tensor<4xf32>, %scale: tensor<1xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f16'}}
  %y = "norm.scale_norm"(%x, %scale) <{eps = 1.0e-5 : f64}> : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf16>
  return
}

// -----

// C2: element type
func.func @scale_norm_integers(%x: tensor<4xi32>, %scale: tensor<1xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4xi32>'}}
  %y = norm.scale_norm %x, %scale eps 1.0e-5 : tensor<4xi32>, tensor<1xf32>
  return
}

// -----

// C2: rank
func.func @scale_norm_rank_0(%x: tensor<f32>, %scale: tensor<1xf32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.scale_norm %x, %scale eps 1.0e-5 : tensor<f32>, tensor<1xf32>
  return
}

// -----

// C2: encoding
func.func @scale_norm_encoded(%x: tensor<4xf32, "a">, %scale: tensor<1xf32>) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<4xf32, "a">'}}
  %y = norm.scale_norm %x, %scale eps 1.0e-5 : tensor<4xf32, "a">, tensor<1xf32>
  return
}

// -----

// C3
func.func @scale_norm_dynamic_row(%x: tensor<2x?xf32>, %scale: tensor<1xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x?xf32>'}}
  %y = norm.scale_norm %x, %scale eps 1.0e-5 : tensor<2x?xf32>, tensor<1xf32>
  return
}

// -----

// C4
func.func @scale_norm_long_scale(%x: tensor<4xf32>, %scale: tensor<4xf32>) {
  // expected-error @+1 {{expects 'scale' to have 1 element, but got 4}}
  %y = norm.scale_norm %x, %scale eps 1.0e-5 : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C5
func.func @scale_norm_narrower_scale(%x: tensor<4xf32>, %scale: tensor<1xbf16>) {
  // expected-error @+1 {{expects 'scale' to have elements of type 'f32', but got 'bf16'}}
  %y = norm.scale_norm %x, %scale eps 1.0e-5 : tensor<4xf32>, tensor<1xbf16>
  return
}

// -----

// C6
func.func @scale_norm_zero_eps(%x: tensor<4xf32>, %scale: tensor<1xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got 0}}
  %y = norm.scale_norm %x, %scale eps 0.0 : tensor<4xf32>, tensor<1xf32>
  return
}
