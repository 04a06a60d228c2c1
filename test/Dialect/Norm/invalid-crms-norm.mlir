// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.crms_norm refuses; labels are those of docs/Spec.md.

// C1
func.func @crms_norm_other_result(%x: tensor<4xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f16'}}
  %y = "norm.crms_norm"(%x, %gamma) <{eps = 1.0e-5 : f64}> : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf16>
  return
}

// -----

// C2: element type
func.func @crms_norm_integers(%x: tensor<4xi32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4xi32>'}}
  %y = norm.crms_norm %x, %gamma eps 1.0e-5 : tensor<4xi32>, tensor<4xf32>
  return
}

// -----

// C2: rank
func.func @crms_norm_rank_0(%x: tensor<f32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.crms_norm %x, %gamma eps 1.0e-5 : tensor<f32>, tensor<4xf32>
  return
}

// -----

// C2: encoding
func.func @crms_norm_encoded(%x: tensor<4xf32, "a">, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<4xf32, "a">'}}
  %y = norm.crms_norm %x, %gamma eps 1.0e-5 : tensor<4xf32, "a">, tensor<4xf32>
  return
}

// -----

// C3
func.func @crms_norm_dynamic_row(%x: tensor<2x?xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x?xf32>'}}
  %y = norm.crms_norm %x, %gamma eps 1.0e-5 : tensor<2x?xf32>, tensor<4xf32>
  return
}

// -----

// C4
func.func @crms_norm_long_gamma(%x: tensor<4xf32>, %gamma: tensor<5xf32>) {
  // expected-error @+1 {{expects 'gamma' to have 4 elements, one per column of 'input', but got 5}}
  %y = norm.crms_norm %x, %gamma eps 1.0e-5 : tensor<4xf32>, tensor<5xf32>
  return
}

// -----

// C5
func.func @crms_norm_narrower_gamma(%x: tensor<4xf32>, %gamma: tensor<4xbf16>) {
  // expected-error @+1 {{expects 'gamma' to have elements of type 'f32', but got 'bf16'}}
  %y = norm.crms_norm %x, %gamma eps 1.0e-5 : tensor<4xf32>, tensor<4xbf16>
  return
}

// -----

// C6
func.func @crms_norm_zero_eps(%x: tensor<4xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got 0}}
  %y = norm.crms_norm %x, %gamma eps 0.0 : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C7
func.func @crms_norm_infinite_gamma_offset(%x: tensor<4xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'gamma_offset' to be finite as f32, but got inf}}
  %y = norm.crms_norm %x, %gamma eps 1.0e-5 gamma_offset 0x7FF0000000000000 : tensor<4xf32>, tensor<4xf32>
  return
}
