// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.group_norm refuses of gamma and bias; labels are those of docs/Spec.md.

// C4: one number a channel
func.func @group_gamma_of_pixels(%x: tensor<2x4x5xf32>, %g: tensor<5xf32>) {
  // expected-error @+1 {{expects 'gamma' to have 4 elements, one per channel of 'input', but got 5}}
  %y = norm.group_norm %x gamma(%g : tensor<5xf32>) groups 2 eps 1.0e-5 : tensor<2x4x5xf32>
  return
}

// -----

// C4: rank
func.func @group_gamma_of_rank_2(%x: tensor<2x4x5xf32>, %g: tensor<4x1xf32>) {
  // expected-error @+1 {{expects 'gamma' to have rank 1, but got 'tensor<4x1xf32>'}}
  %y = norm.group_norm %x gamma(%g : tensor<4x1xf32>) groups 2 eps 1.0e-5 : tensor<2x4x5xf32>
  return
}

// -----

// C4: encoding
func.func @group_encoded_bias(%x: tensor<2x4x5xf32>, %b: tensor<4xf32, "c">) {
  // expected-error @+1 {{expects 'bias' to have no encoding, but got 'tensor<4xf32, "c">'}}
  %y = norm.group_norm %x bias(%b : tensor<4xf32, "c">) groups 2 eps 1.0e-5 : tensor<2x4x5xf32>
  return
}

// -----

// C4: bias
func.func @group_short_bias(%x: tensor<2x4x5xf32>, %g: tensor<4xf32>, %b: tensor<?xf32>) {
  // expected-error @+1 {{expects 'bias' to have 4 elements, one per channel of 'input', but got 'tensor<?xf32>'}}
  %y = norm.group_norm %x gamma(%g : tensor<4xf32>) bias(%b : tensor<?xf32>) groups 2 eps 1.0e-5 : tensor<2x4x5xf32>
  return
}

// -----

// C5: gamma
func.func @group_f16_gamma(%x: tensor<2x4x5xf32>, %g: tensor<4xf16>) {
  // expected-error @+1 {{expects 'gamma' to have elements of type 'f32', but got 'f16'}}
  %y = norm.group_norm %x gamma(%g : tensor<4xf16>) groups 2 eps 1.0e-5 : tensor<2x4x5xf32>
  return
}

// -----

// C5: bias
func.func @group_f16_bias(%x: tensor<2x4x5xbf16>, %b: tensor<4xf16>) {
  // expected-error @+1 {{expects 'bias' to have elements of type 'bf16' or 'f32', but got 'f16'}}
  %y = norm.group_norm %x bias(%b : tensor<4xf16>) groups 2 eps 1.0e-5 : tensor<2x4x5xbf16>
  return
}

// -----

// C4: channels are last
func.func @group_gamma_of_first(%x: tensor<2x4x5xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{expects 'gamma' to have 5 elements, one per channel of 'input', but got 4}}
  %y = norm.group_norm %x gamma(%g : tensor<4xf32>) groups 1 eps 1.0e-5 layout channels_last : tensor<2x4x5xf32>
  return
}
