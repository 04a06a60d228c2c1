// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.instance_norm refuses; labels are those of docs/Spec.md.

// C1
func.func @instance_other_result(%x: tensor<2x4x5xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f16'}}
  %y = norm.instance_norm %x eps 1.0e-5 : tensor<2x4x5xf32> -> tensor<2x4x5xf16>
  return
}

// -----

// C1: shape
func.func @instance_other_shape(%x: tensor<2x4x5xf32>) {
  // expected-error @+1 {{expects 'result' to have the shape of 'input', 'tensor<2x4x5xf32>', but got 'tensor<2x4xf32>'}}
  %y = norm.instance_norm %x eps 1.0e-5 : tensor<2x4x5xf32> -> tensor<2x4xf32>
  return
}

// -----

// C2: element type
func.func @instance_integers(%x: tensor<2x4xi32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<2x4xi32>'}}
  %y = norm.instance_norm %x eps 1.0e-5 : tensor<2x4xi32>
  return
}

// -----

// C2: rank 0
func.func @instance_rank_0(%x: tensor<f32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.instance_norm %x eps 1.0e-5 : tensor<f32>
  return
}

// -----

// C2: rank 1
func.func @instance_rank_1(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects 'input' to have two dimensions at least, all static and not 0 but the first, but got 'tensor<4xf32>'}}
  %y = norm.instance_norm %x eps 1.0e-5 : tensor<4xf32>
  return
}

// -----

// C2: encoding
func.func @instance_encoded(%x: tensor<2x4xf32, "c">) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<2x4xf32, "c">'}}
  %y = norm.instance_norm %x eps 1.0e-5 : tensor<2x4xf32, "c">
  return
}

// -----

// C3: channels
func.func @instance_dynamic_channels(%x: tensor<2x?x5xf32>) {
  // expected-error @+1 {{expects 'input' to have two dimensions at least, all static and not 0 but the first, but got 'tensor<2x?x5xf32>'}}
  %y = norm.instance_norm %x eps 1.0e-5 : tensor<2x?x5xf32>
  return
}

// -----

// C3: empty
func.func @instance_no_channels(%x: tensor<2x0x5xf32>) {
  // expected-error @+1 {{expects 'input' to have two dimensions at least, all static and not 0 but the first, but got 'tensor<2x0x5xf32>'}}
  %y = norm.instance_norm %x eps 1.0e-5 : tensor<2x0x5xf32>
  return
}

// -----

// C3: pixels
func.func @instance_dynamic_pixels(%x: tensor<2x4x?xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x4x?xf32>'}}
  %y = norm.instance_norm %x eps 1.0e-5 : tensor<2x4x?xf32>
  return
}

// -----

// C4: one number a channel
func.func @instance_gamma_of_pixels(%x: tensor<2x4x5xf32>, %g: tensor<5xf32>) {
  // expected-error @+1 {{expects 'gamma' to have 4 elements, one per channel of 'input', but got 5}}
  %y = norm.instance_norm %x gamma(%g : tensor<5xf32>) eps 1.0e-5 : tensor<2x4x5xf32>
  return
}

// -----

// C4: rank
func.func @instance_gamma_of_rank_2(%x: tensor<2x4x5xf32>, %g: tensor<4x1xf32>) {
  // expected-error @+1 {{expects 'gamma' to have rank 1, but got 'tensor<4x1xf32>'}}
  %y = norm.instance_norm %x gamma(%g : tensor<4x1xf32>) eps 1.0e-5 : tensor<2x4x5xf32>
  return
}

// -----

// C4: encoding
func.func @instance_encoded_bias(%x: tensor<2x4x5xf32>, %b: tensor<4xf32, "c">) {
  // expected-error @+1 {{expects 'bias' to have no encoding, but got 'tensor<4xf32, "c">'}}
  %y = norm.instance_norm %x bias(%b : tensor<4xf32, "c">) eps 1.0e-5 : tensor<2x4x5xf32>
  return
}

// -----

// C4: bias
func.func @instance_short_bias(%x: tensor<2x4x5xf32>, %g: tensor<4xf32>, %b: tensor<?xf32>) {
  // expected-error @+1 {{expects 'bias' to have 4 elements, one per channel of 'input', but got 'tensor<?xf32>'}}
  %y = norm.instance_norm %x gamma(%g : tensor<4xf32>) bias(%b : tensor<?xf32>) eps 1.0e-5 : tensor<2x4x5xf32>
  return
}

// -----

// C5: gamma
func.func @instance_f16_gamma(%x: tensor<2x4x5xf32>, %g: tensor<4xf16>) {
  // expected-error @+1 {{expects 'gamma' to have elements of type 'f32', but got 'f16'}}
  %y = norm.instance_norm %x gamma(%g : tensor<4xf16>) eps 1.0e-5 : tensor<2x4x5xf32>
  return
}

// -----

// C5: bias
func.func @instance_f16_bias(%x: tensor<2x4x5xbf16>, %b: tensor<4xf16>) {
  // expected-error @+1 {{expects 'bias' to have elements of type 'bf16' or 'f32', but got 'f16'}}
  %y = norm.instance_norm %x bias(%b : tensor<4xf16>) eps 1.0e-5 : tensor<2x4x5xbf16>
  return
}

// -----

// C6
func.func @instance_zero_eps(%x: tensor<2x4x5xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got 0}}
  %y = norm.instance_norm %x eps 0.0 : tensor<2x4x5xf32>
  return
}

// -----

// C7
func.func @instance_channels_last(%x: tensor<2x4x5xf32>) {
  // expected-error @+1 {{expects the channels first, since the elements of a channel are not next to each other otherwise}}
  %y = norm.instance_norm %x eps 1.0e-5 layout channels_last : tensor<2x4x5xf32>
  return
}

// -----

func.func @instance_misspelt_layout(%x: tensor<2x4x5xf32>) {
  // expected-error @+1 {{expects 'layout' to be one of channels_first, channels_last, but got 'first'}}
  %y = norm.instance_norm %x eps 1.0e-5 layout first : tensor<2x4x5xf32>
  return
}
