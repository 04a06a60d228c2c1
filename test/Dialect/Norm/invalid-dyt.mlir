// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.dyt refuses; labels are those of docs/Spec.md.

// C1
func.func @dyt_other_result(%x: tensor<4xf32>, %alpha: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f16'}}
  %y = "norm.dyt"(%x, %alpha, %gamma) : (tensor<4xf32>, tensor<1xf32>, tensor<4xf32>) -> tensor<4xf16>
  return
}

// -----

// C2: element type
func.func @dyt_integers(%x: tensor<4xi32>, %alpha: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4xi32>'}}
  %y = norm.dyt %x, %alpha, %gamma : tensor<4xi32>, tensor<1xf32>, tensor<4xf32>
  return
}

// -----

// C2: rank
func.func @dyt_rank_0(%x: tensor<f32>, %alpha: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.dyt %x, %alpha, %gamma : tensor<f32>, tensor<1xf32>, tensor<4xf32>
  return
}

// -----

// C2: encoding
func.func @dyt_encoded(%x: tensor<4xf32, "a">, %alpha: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<4xf32, "a">'}}
  %y = norm.dyt %x, %alpha, %gamma : tensor<4xf32, "a">, tensor<1xf32>, tensor<4xf32>
  return
}

// -----

// C3
func.func @dyt_dynamic_row(%x: tensor<2x?xf32>, %alpha: tensor<1xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x?xf32>'}}
  %y = norm.dyt %x, %alpha, %gamma : tensor<2x?xf32>, tensor<1xf32>, tensor<4xf32>
  return
}

// -----

// C4
func.func @dyt_long_alpha(%x: tensor<4xf32>, %alpha: tensor<4xf32>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'alpha' to have 1 element, but got 4}}
  %y = norm.dyt %x, %alpha, %gamma : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C5
func.func @dyt_narrower_alpha(%x: tensor<4xf32>, %alpha: tensor<1xbf16>, %gamma: tensor<4xf32>) {
  // expected-error @+1 {{expects 'alpha' to have elements of type 'f32', but got 'bf16'}}
  %y = norm.dyt %x, %alpha, %gamma : tensor<4xf32>, tensor<1xbf16>, tensor<4xf32>
  return
}

// -----

// C6
func.func @dyt_long_gamma(%x: tensor<4xf32>, %alpha: tensor<1xf32>, %gamma: tensor<5xf32>) {
  // expected-error @+1 {{expects 'gamma' to have 4 elements, one per column of 'input', but got 5}}
  %y = norm.dyt %x, %alpha, %gamma : tensor<4xf32>, tensor<1xf32>, tensor<5xf32>
  return
}

// -----

// C7
func.func @dyt_narrower_gamma(%x: tensor<4xf32>, %alpha: tensor<1xf32>, %gamma: tensor<4xbf16>) {
  // expected-error @+1 {{expects 'gamma' to have elements of type 'f32', but got 'bf16'}}
  %y = norm.dyt %x, %alpha, %gamma : tensor<4xf32>, tensor<1xf32>, tensor<4xbf16>
  return
}

// -----

// C8
func.func @dyt_bias_of_rank_2(%x: tensor<4xf32>, %alpha: tensor<1xf32>, %gamma: tensor<4xf32>, %bias: tensor<1x4xf32>) {
  // expected-error @+1 {{expects 'bias' to have the last size of 'input', or its last two, both static, but got 'tensor<1x4xf32>' for 'tensor<4xf32>'}}
  %y = norm.dyt %x, %alpha, %gamma bias %bias : tensor<4xf32>, tensor<1xf32>, tensor<4xf32>, tensor<1x4xf32>
  return
}

// -----

// C9
func.func @dyt_wider_bias(%x: tensor<4xf32>, %alpha: tensor<1xf32>, %gamma: tensor<4xf32>, %bias: tensor<4xf64>) {
  // expected-error @+1 {{expects 'bias' to have elements of type 'f32', but got 'f64'}}
  %y = norm.dyt %x, %alpha, %gamma bias %bias : tensor<4xf32>, tensor<1xf32>, tensor<4xf32>, tensor<4xf64>
  return
}
