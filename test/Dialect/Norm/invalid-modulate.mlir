// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.modulate refuses of rows, scale and shift; labels are those of
// docs/Spec.md.

// C1
func.func @modulate_other_result(%x: tensor<?x3x4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f16'}}
  %y = norm.modulate %x, %s, %s statistics layer_norm eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<?x4xf32> -> tensor<?x3x4xf16>
  return
}

// -----

// C2: element type
func.func @modulate_integers(%x: tensor<?x3x4xi32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<?x3x4xi32>'}}
  %y = norm.modulate %x, %s, %s statistics layer_norm eps 1.0e-5
      : tensor<?x3x4xi32>, tensor<?x4xf32>
  return
}

// -----

// C2: rank
func.func @modulate_rank_0(%x: tensor<f32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.modulate %x, %s, %s statistics layer_norm eps 1.0e-5
      : tensor<f32>, tensor<?x4xf32>
  return
}

// -----

// C2: encoding
func.func @modulate_encoded(%x: tensor<4xf32, "column">, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<4xf32, "column">'}}
  %y = norm.modulate %x, %s, %s statistics layer_norm eps 1.0e-5
      : tensor<4xf32, "column">, tensor<?x4xf32>
  return
}

// -----

// C3: static
func.func @modulate_dynamic_row(%x: tensor<2x?xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x?xf32>'}}
  %y = norm.modulate %x, %s, %s statistics layer_norm eps 1.0e-5
      : tensor<2x?xf32>, tensor<?x4xf32>
  return
}

// -----

// C3: not 0
func.func @modulate_empty_row(%x: tensor<2x0xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to hold at least one element, but got 'tensor<2x0xf32>'}}
  %y = norm.modulate %x, %s, %s statistics layer_norm eps 1.0e-5
      : tensor<2x0xf32>, tensor<?x4xf32>
  return
}

// -----

// C4: same type
func.func @modulate_mixed_condition(%x: tensor<2x4xf16>, %a: tensor<4xf16>, %b: tensor<4xf32>) {
  // expected-error @+1 {{failed to verify that all of {scale, shift} have same type}}
  %y = "norm.modulate"(%x, %a, %b)
      <{eps = 1.0e-5 : f64, statistics = #norm<statistics layer_norm>, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>}>
      : (tensor<2x4xf16>, tensor<4xf16>, tensor<4xf32>) -> tensor<2x4xf16>
  return
}

// -----

// C4: the first dimensions
func.func @modulate_other_samples(%x: tensor<5x3x4xf32>, %s: tensor<3x4xf32>) {
  // expected-error @+1 {{expects 'scale' to have some of the first dimensions and the last one of 'input', 'tensor<5x3x4xf32>', but got 'tensor<3x4xf32>'}}
  %y = norm.modulate %x, %s, %s statistics layer_norm eps 1.0e-5
      : tensor<5x3x4xf32>, tensor<3x4xf32>
  return
}

// -----

// C4: a dynamic dimension after those of the samples
func.func @modulate_dynamic_rows(%x: tensor<2x?x4xf32>, %s: tensor<2x4xf32>) {
  // expected-error @+1 {{expects 'scale' to have all dynamic leading dimensions of 'input', 'tensor<2x?x4xf32>', but got 'tensor<2x4xf32>'}}
  %y = norm.modulate %x, %s, %s statistics layer_norm eps 1.0e-5
      : tensor<2x?x4xf32>, tensor<2x4xf32>
  return
}

// -----

// C5
func.func @modulate_f16_scale(%x: tensor<?x3x4xf32>, %s: tensor<?x4xf16>) {
  // expected-error @+1 {{expects 'scale' to have elements of type 'f32', but got 'f16'}}
  %y = norm.modulate %x, %s, %s statistics layer_norm eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<?x4xf16>
  return
}

// -----

// C11
func.func @modulate_negative_eps(%x: tensor<?x3x4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got -1e-05}}
  %y = norm.modulate %x, %s, %s statistics rms_norm eps -1.0e-5
      : tensor<?x3x4xf32>, tensor<?x4xf32>
  return
}

// -----

func.func @modulate_misspelt_statistics(%x: tensor<?x3x4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'statistics' to be one of layer_norm, rms_norm, but got 'batch_norm'}}
  %y = norm.modulate %x, %s, %s statistics batch_norm eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<?x4xf32>
  return
}

// -----

func.func @modulate_missing_statistics(%x: tensor<?x3x4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expected 'statistics'}}
  %y = norm.modulate %x, %s, %s eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<?x4xf32>
  return
}
