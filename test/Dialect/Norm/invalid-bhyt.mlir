// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.bhyt refuses; labels are those of docs/Spec.md.

// C1
func.func @bhyt_other_result(%x: tensor<2x4xf32>, %slope: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f16'}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5
      : tensor<2x4xf32>, tensor<1xf32>, tensor<4xf32> -> tensor<2x4xf16>
  return
}

// -----

// C1: shape
func.func @bhyt_other_shape(%x: tensor<2x4xf32>, %slope: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'result' to have the shape of 'input', 'tensor<2x4xf32>', but got 'tensor<4x2xf32>'}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5
      : tensor<2x4xf32>, tensor<1xf32>, tensor<4xf32> -> tensor<4x2xf32>
  return
}

// -----

// C2: element type
func.func @bhyt_integers(%x: tensor<2x4xi32>, %slope: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<2x4xi32>'}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5
      : tensor<2x4xi32>, tensor<1xf32>, tensor<4xf32>
  return
}

// -----

// C2: rank
func.func @bhyt_rank_0(%x: tensor<f32>, %slope: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5
      : tensor<f32>, tensor<1xf32>, tensor<4xf32>
  return
}

// -----

// C2: encoding
func.func @bhyt_encoded(%x: tensor<4xf32, "column">, %slope: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<4xf32, "column">'}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5
      : tensor<4xf32, "column">, tensor<1xf32>, tensor<4xf32>
  return
}

// -----

// C3: static
func.func @bhyt_dynamic_row(%x: tensor<2x?xf32>, %slope: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x?xf32>'}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5
      : tensor<2x?xf32>, tensor<1xf32>, tensor<4xf32>
  return
}

// -----

// C3: not 0
func.func @bhyt_empty_row(%x: tensor<2x0xf32>, %slope: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to hold at least one element, but got 'tensor<2x0xf32>'}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5
      : tensor<2x0xf32>, tensor<1xf32>, tensor<4xf32>
  return
}

// -----

// C4
func.func @bhyt_slope_of_two(%x: tensor<2x4xf32>, %slope: tensor<2xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'slope' to have 1 element, but got 2}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5
      : tensor<2x4xf32>, tensor<2xf32>, tensor<4xf32>
  return
}

// -----

// C4: rank
func.func @bhyt_slope_of_rank_0(%x: tensor<2x4xf32>, %slope: tensor<f32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'slope' to have rank 1, but got 'tensor<f32>'}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5
      : tensor<2x4xf32>, tensor<f32>, tensor<4xf32>
  return
}

// -----

// C4: encoding
func.func @bhyt_encoded_slope(%x: tensor<2x4xf32>, %slope: tensor<1xf32, "s">, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'slope' to have no encoding, but got 'tensor<1xf32, "s">'}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5
      : tensor<2x4xf32>, tensor<1xf32, "s">, tensor<4xf32>
  return
}

// -----

// C5
func.func @bhyt_f16_slope(%x: tensor<2x4xf32>, %slope: tensor<1xf16>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'slope' to have elements of type 'f32', but got 'f16'}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5
      : tensor<2x4xf32>, tensor<1xf16>, tensor<4xf32>
  return
}

// -----

// C6
func.func @bhyt_short_gamma(%x: tensor<2x4xf32>, %slope: tensor<1xf32>, %gamma: tensor<3xf32>) {
  // expected-error @+1 {{expects 'gamma' to have 4 elements, one per column of 'input', but got 3}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5
      : tensor<2x4xf32>, tensor<1xf32>, tensor<3xf32>
  return
}

// -----

// C6: by head
func.func @bhyt_other_heads(%x: tensor<2x4xf32>, %slope: tensor<1xf32>, %gamma: tensor<3x4xf32>) {
  // expected-error @+1 {{expects 'gamma' to have the last size of 'input', or its last two, both static, but got 'tensor<3x4xf32>' for 'tensor<2x4xf32>'}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5
      : tensor<2x4xf32>, tensor<1xf32>, tensor<3x4xf32>
  return
}

// -----

// C7
func.func @bhyt_f16_gamma(%x: tensor<2x4xf32>, %slope: tensor<1xf32>, %gamma: tensor<4xf16>) {
  // expected-error @+1 {{expects 'gamma' to have elements of type 'f32', but got 'f16'}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5
      : tensor<2x4xf32>, tensor<1xf32>, tensor<4xf16>
  return
}

// -----

// C8
func.func @bhyt_zero_eps(%x: tensor<2x4xf32>, %slope: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got 0}}
  %y = norm.bhyt %x, %slope, %gamma eps 0.0
      : tensor<2x4xf32>, tensor<1xf32>, tensor<4xf32>
  return
}

// -----

// C9
func.func @bhyt_zero_kappa(%x: tensor<2x4xf32>, %slope: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'kappa' to be positive and finite as f32, but got 0}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5 kappa 0.0
      : tensor<2x4xf32>, tensor<1xf32>, tensor<4xf32>
  return
}

// -----

// C9
func.func @bhyt_negative_kappa(%x: tensor<2x4xf32>, %slope: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'kappa' to be positive and finite as f32, but got -3}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5 kappa -3.0
      : tensor<2x4xf32>, tensor<1xf32>, tensor<4xf32>
  return
}

// -----

// C9: finite
func.func @bhyt_huge_kappa(%x: tensor<2x4xf32>, %slope: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'kappa' to be positive and finite as f32, but got 1e+300}}
  %y = norm.bhyt %x, %slope, %gamma eps 1.0e-5 kappa 1.0e+300
      : tensor<2x4xf32>, tensor<1xf32>, tensor<4xf32>
  return
}
