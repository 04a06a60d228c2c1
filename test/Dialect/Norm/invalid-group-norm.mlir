// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.group_norm refuses of tensors and groups; labels are those of
// docs/Spec.md.

// C1
func.func @group_other_result(%x: tensor<2x4x5xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f16'}}
  %y = norm.group_norm %x groups 2 eps 1.0e-5 : tensor<2x4x5xf32> -> tensor<2x4x5xf16>
  return
}

// -----

// C1: shape
func.func @group_other_shape(%x: tensor<2x4x5xf32>) {
  // expected-error @+1 {{expects 'result' to have the shape of 'input', 'tensor<2x4x5xf32>', but got 'tensor<2x4xf32>'}}
  %y = norm.group_norm %x groups 2 eps 1.0e-5 : tensor<2x4x5xf32> -> tensor<2x4xf32>
  return
}

// -----

// C2: element type
func.func @group_integers(%x: tensor<2x4xi32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<2x4xi32>'}}
  %y = norm.group_norm %x groups 2 eps 1.0e-5 : tensor<2x4xi32>
  return
}

// -----

// C2: rank 0
func.func @group_rank_0(%x: tensor<f32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.group_norm %x groups 2 eps 1.0e-5 : tensor<f32>
  return
}

// -----

// C2: rank 1
func.func @group_rank_1(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects 'input' to have two dimensions at least, all static and not 0 but the first, but got 'tensor<4xf32>'}}
  %y = norm.group_norm %x groups 2 eps 1.0e-5 : tensor<4xf32>
  return
}

// -----

// C2: encoding
func.func @group_encoded(%x: tensor<2x4xf32, "c">) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<2x4xf32, "c">'}}
  %y = norm.group_norm %x groups 2 eps 1.0e-5 : tensor<2x4xf32, "c">
  return
}

// -----

// C3: channels
func.func @group_dynamic_channels(%x: tensor<2x?x5xf32>) {
  // expected-error @+1 {{expects 'input' to have two dimensions at least, all static and not 0 but the first, but got 'tensor<2x?x5xf32>'}}
  %y = norm.group_norm %x groups 2 eps 1.0e-5 : tensor<2x?x5xf32>
  return
}

// -----

// C3: empty
func.func @group_no_channels(%x: tensor<2x0x5xf32>) {
  // expected-error @+1 {{expects 'input' to have two dimensions at least, all static and not 0 but the first, but got 'tensor<2x0x5xf32>'}}
  %y = norm.group_norm %x groups 2 eps 1.0e-5 : tensor<2x0x5xf32>
  return
}

// -----

// C3: pixels
func.func @group_dynamic_pixels(%x: tensor<2x4x?xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x4x?xf32>'}}
  %y = norm.group_norm %x groups 2 eps 1.0e-5 : tensor<2x4x?xf32>
  return
}

// -----

// C6
func.func @group_zero_eps(%x: tensor<2x4x5xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got 0}}
  %y = norm.group_norm %x groups 2 eps 0.0 : tensor<2x4x5xf32>
  return
}

// -----

// C7
func.func @group_no_groups(%x: tensor<2x4x5xf32>) {
  // expected-error @+1 {{expects 'num_groups' to be at least 1 and to divide the 4 channels of 'input', but got 0}}
  %y = norm.group_norm %x groups 0 eps 1.0e-5 : tensor<2x4x5xf32>
  return
}

// -----

// C7: divides
func.func @group_unequal(%x: tensor<2x4x5xf32>) {
  // expected-error @+1 {{expects 'num_groups' to be at least 1 and to divide the 4 channels of 'input', but got 3}}
  %y = norm.group_norm %x groups 3 eps 1.0e-5 : tensor<2x4x5xf32>
  return
}

// -----

// C7: negative
func.func @group_negative(%x: tensor<2x4x5xf32>) {
  // expected-error @+1 {{expects 'num_groups' to be at least 1 and to divide the 4 channels of 'input', but got -2}}
  %y = norm.group_norm %x groups -2 eps 1.0e-5 : tensor<2x4x5xf32>
  return
}

// -----

// C8
func.func @group_channels_last(%x: tensor<2x5x4xf32>) {
  // expected-error @+1 {{expects 'num_groups' to be 1 where the channels are last, since the elements of a group are not next to each other then, but got 2}}
  %y = norm.group_norm %x groups 2 eps 1.0e-5 layout channels_last : tensor<2x5x4xf32>
  return
}

// -----

func.func @group_misspelt_layout(%x: tensor<2x4x5xf32>) {
  // expected-error @+1 {{expects 'layout' to be one of channels_first, channels_last, but got 'nhwc'}}
  %y = norm.group_norm %x groups 2 eps 1.0e-5 layout nhwc : tensor<2x4x5xf32>
  return
}

// -----

func.func @group_missing_groups(%x: tensor<2x4x5xf32>) {
  // expected-error @+1 {{expected 'groups'}}
  %y = norm.group_norm %x eps 1.0e-5 : tensor<2x4x5xf32>
  return
}

// -----

func.func @too_large(%x: tensor<?x6x4294967296x4294967296xf32>) {
  // expected-error@+1 {{expects 'input' to have fewer than 2^63 elements a sample, but got 'tensor<?x6x4294967296x4294967296xf32>'}}
  %y = norm.group_norm %x groups 3 eps 1.0e-5 : tensor<?x6x4294967296x4294967296xf32>
  return
}
