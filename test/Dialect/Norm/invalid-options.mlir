// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.rms_norm, norm.layer_norm and others refuses; labels are those of docs/Spec.md.

// C11 of rms_norm
func.func @no_depth(%x: tensor<2x4xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{expects 'depth' to be at least 1, but got 0}}
  %y = norm.rms_norm %x, %g eps 1.0e-5 depth 0 : tensor<2x4xf32>, tensor<4xf32>
  return
}

// -----

// C10 of layer_norm
func.func @negative_depth(%x: tensor<2x4xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{expects 'depth' to be at least 1, but got -1}}
  %y = norm.layer_norm %x, %g eps 1.0e-5 depth -1 : tensor<2x4xf32>, tensor<4xf32>
  return
}

// -----

func.func @misspelt_casting_mode(%x: tensor<2x4xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{expects 'casting_mode' to be one of gemma, llama, but got 'qwen'}}
  %y = norm.rms_norm %x, %g eps 1.0e-5 casting_mode qwen : tensor<2x4xf32>, tensor<4xf32>
  return
}

// -----

// C1: only the type of the rows, and f32
func.func @bf16_result(%x: tensor<2x4xf16>, %g: tensor<4xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f16' or 'f32', but got 'bf16'}}
  %y = norm.rms_norm %x, %g eps 1.0e-5 : tensor<2x4xf16>, tensor<4xf32> -> tensor<2x4xbf16>
  return
}

// -----

// C1: not f64 either
func.func @f64_result(%x: tensor<2x4xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f64'}}
  %y = norm.rms_norm %x, %g eps 1.0e-5 : tensor<2x4xf32>, tensor<4xf32> -> tensor<2x4xf64>
  return
}

// -----

// C1: shape
func.func @short_result(%x: tensor<2x4xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{expects 'result' to have the shape of 'input', 'tensor<2x4xf32>', but got 'tensor<1x4xf32>'}}
  %y = norm.rms_norm %x, %g eps 1.0e-5 : tensor<2x4xf32>, tensor<4xf32> -> tensor<1x4xf32>
  return
}

// -----

// C1: encoding
func.func @encoded_result(%x: tensor<2x4xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{expects 'result' to have no encoding, but got 'tensor<2x4xf32, "r">'}}
  %y = norm.rms_norm %x, %g eps 1.0e-5 : tensor<2x4xf32>, tensor<4xf32> -> tensor<2x4xf32, "r">
  return
}

// -----

// C4: the number of heads is that of the input
func.func @other_heads(%x: tensor<5x2x4xf32>, %g: tensor<3x4xf32>) {
  // expected-error @+1 {{expects 'gamma' to have the last size of 'input', or its last two, both static, but got 'tensor<3x4xf32>' for 'tensor<5x2x4xf32>'}}
  %y = norm.rms_norm %x, %g eps 1.0e-5 : tensor<5x2x4xf32>, tensor<3x4xf32>
  return
}

// -----

// C4: static heads
func.func @dynamic_heads(%x: tensor<5x?x4xf32>, %g: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'gamma' to have the last size of 'input', or its last two, both static, but got 'tensor<?x4xf32>' for 'tensor<5x?x4xf32>'}}
  %y = norm.rms_norm %x, %g eps 1.0e-5 : tensor<5x?x4xf32>, tensor<?x4xf32>
  return
}

// -----

// C4: rows of one head
func.func @heads_of_rank_1(%x: tensor<4xf32>, %g: tensor<1x4xf32>) {
  // expected-error @+1 {{expects 'gamma' to have the last size of 'input', or its last two, both static, but got 'tensor<1x4xf32>' for 'tensor<4xf32>'}}
  %y = norm.rms_norm %x, %g eps 1.0e-5 : tensor<4xf32>, tensor<1x4xf32>
  return
}

// -----

// C4: rank
func.func @gamma_of_rank_3(%x: tensor<5x2x4xf32>, %g: tensor<5x2x4xf32>) {
  // expected-error @+1 {{expects 'gamma' to have rank 1, but got 'tensor<5x2x4xf32>'}}
  %y = norm.rms_norm %x, %g eps 1.0e-5 : tensor<5x2x4xf32>, tensor<5x2x4xf32>
  return
}

// -----

// C4: encoding
func.func @encoded_heads(%x: tensor<2x4xf32>, %g: tensor<2x4xf32, "h">) {
  // expected-error @+1 {{expects 'gamma' to have no encoding, but got 'tensor<2x4xf32, "h">'}}
  %y = norm.rms_norm %x, %g eps 1.0e-5 : tensor<2x4xf32>, tensor<2x4xf32, "h">
  return
}

// -----

// C5: by head
func.func @f16_heads(%x: tensor<2x4xf32>, %g: tensor<2x4xf16>) {
  // expected-error @+1 {{expects 'gamma' to have elements of type 'f32', but got 'f16'}}
  %y = norm.rms_norm %x, %g eps 1.0e-5 : tensor<2x4xf32>, tensor<2x4xf16>
  return
}
