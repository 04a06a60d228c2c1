// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.rms_norm refuses; labels are those of docs/Spec.md.

// C1
func.func @other_result(%x: tensor<4xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'result' to have the shape of 'input', 'tensor<4xf32>', but got 'tensor<?xf32>'}}
  %y = "norm.rms_norm"(%x, %gamma) <{eps = 1.0e-5 : f64}>
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<?xf32>
  return
}

// -----

// C2: element type
func.func @integers(%x: tensor<4xi32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4xi32>'}}
  %y = norm.rms_norm %x, %gamma eps 1.0e-5 : tensor<4xi32>, tensor<4xf32>
  return
}

// -----

// C2: rank
func.func @rank_0(%x: tensor<f32>, %gamma: tensor<1xf32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.rms_norm %x, %gamma eps 1.0e-5 : tensor<f32>, tensor<1xf32>
  return
}

// -----

// C2: encoding
func.func @encoded_input(%x: tensor<4xf32, "a">, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<4xf32, "a">'}}
  %y = norm.rms_norm %x, %gamma eps 1.0e-5 : tensor<4xf32, "a">, tensor<4xf32>
  return
}

// -----

// C3: static
func.func @dynamic_row(%x: tensor<2x?xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x?xf32>'}}
  %y = norm.rms_norm %x, %gamma eps 1.0e-5 : tensor<2x?xf32>, tensor<4xf32>
  return
}

// -----

// C3: not 0
func.func @empty_row(%x: tensor<0xf32>, %gamma: tensor<0xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to hold at least one element, but got 'tensor<0xf32>'}}
  %y = norm.rms_norm %x, %gamma eps 1.0e-5 : tensor<0xf32>, tensor<0xf32>
  return
}

// -----

// C4: length
func.func @long_gamma(%x: tensor<?x4xf32>, %gamma: tensor<5xf32>) {
  // expected-error @+1 {{expects 'gamma' to have 4 elements, one per column of 'input', but got 5}}
  %y = norm.rms_norm %x, %gamma eps 1.0e-5 : tensor<?x4xf32>, tensor<5xf32>
  return
}

// -----

// C4: rank
func.func @gamma_of_rank_0(%x: tensor<?x4xf32>, %gamma: tensor<f32>) {
  // expected-error @+1 {{expects 'gamma' to have rank 1, but got 'tensor<f32>'}}
  %y = norm.rms_norm %x, %gamma eps 1.0e-5 : tensor<?x4xf32>, tensor<f32>
  return
}

// -----

// C4: encoding
func.func @encoded_gamma(%x: tensor<4xf32>, %gamma: tensor<4xf32, "a">) {
  // expected-error @+1 {{expects 'gamma' to have no encoding, but got 'tensor<4xf32, "a">'}}
  %y = norm.rms_norm %x, %gamma eps 1.0e-5 : tensor<4xf32>, tensor<4xf32, "a">
  return
}

// -----

// C5: narrower
func.func @narrower_gamma(%x: tensor<4xf32>, %gamma: tensor<4xf16>) {
  // expected-error @+1 {{expects 'gamma' to have elements of type 'f32', but got 'f16'}}
  %y = norm.rms_norm %x, %gamma eps 1.0e-5 : tensor<4xf32>, tensor<4xf16>
  return
}

// -----

// C5: incomparable
func.func @incomparable_gamma(%x: tensor<4xf16>, %gamma: tensor<4xbf16>) {
  // expected-error @+1 {{expects 'gamma' to have elements of type 'f16' or 'f32', but got 'bf16'}}
  %y = norm.rms_norm %x, %gamma eps 1.0e-5 : tensor<4xf16>, tensor<4xbf16>
  return
}

// -----

// C6
func.func @zero_eps(%x: tensor<4xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got -0}}
  %y = norm.rms_norm %x, %gamma eps -0.0 : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C6: finite in f64 only
func.func @huge_eps(%x: tensor<4xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got 1e+39}}
  %y = norm.rms_norm %x, %gamma eps 1.0e+39 : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C7
func.func @infinite_gamma_offset(%x: tensor<4xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'gamma_offset' to be finite as f32, but got -inf}}
  %y = norm.rms_norm %x, %gamma eps 1.0e-5 gamma_offset 0xFFF0000000000000 : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C8
func.func @short_bias(%x: tensor<4xf32>, %gamma: tensor<4xf32>, %bias: tensor<3xf32>) {
  // expected-error @+1 {{expects 'bias' to have 4 elements, one per column of 'input', but got 3}}
  %y = norm.rms_norm %x, %gamma bias %bias eps 1.0e-5 : tensor<4xf32>, tensor<4xf32>, tensor<3xf32>
  return
}

// -----

// C9
func.func @narrower_bias(%x: tensor<4xf32>, %gamma: tensor<4xf32>, %bias: tensor<4xf16>) {
  // expected-error @+1 {{expects 'bias' to have elements of type 'f32', but got 'f16'}}
  %y = norm.rms_norm %x, %gamma bias %bias eps 1.0e-5 : tensor<4xf32>, tensor<4xf32>, tensor<4xf16>
  return
}

// -----

// C10: an empty part
func.func @no_part(%x: tensor<4xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'partial' to be greater than 0 and at most 1, but got 0}}
  %y = norm.rms_norm %x, %gamma eps 1.0e-5 partial 0.0 : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C10: more than the row
func.func @more_than_the_row(%x: tensor<4xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'partial' to be greater than 0 and at most 1, but got 1.5}}
  %y = norm.rms_norm %x, %gamma eps 1.0e-5 partial 1.5 : tensor<4xf32>, tensor<4xf32>
  return
}
