// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.head_scale refuses; labels are those of docs/Spec.md.

// C1
func.func @head_other_result(%x: tensor<2x4xf32>, %s: tensor<2xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f16'}}
  %y = norm.head_scale %x, %s : tensor<2x4xf32>, tensor<2xf32> -> tensor<2x4xf16>
  return
}

// -----

// C2: element type
func.func @head_integers(%x: tensor<2x4xi32>, %s: tensor<2xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<2x4xi32>'}}
  %y = norm.head_scale %x, %s : tensor<2x4xi32>, tensor<2xf32>
  return
}

// -----

// C2: rank
func.func @head_rank_0(%x: tensor<f32>, %s: tensor<2xf32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.head_scale %x, %s : tensor<f32>, tensor<2xf32>
  return
}

// -----

// C2: encoding
func.func @head_encoded(%x: tensor<4xf32, "column">, %s: tensor<2xf32>) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<4xf32, "column">'}}
  %y = norm.head_scale %x, %s : tensor<4xf32, "column">, tensor<2xf32>
  return
}

// -----

// C3: static
func.func @head_dynamic_row(%x: tensor<2x?xf32>, %s: tensor<2xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x?xf32>'}}
  %y = norm.head_scale %x, %s : tensor<2x?xf32>, tensor<2xf32>
  return
}

// -----

// C3: not 0
func.func @head_empty_row(%x: tensor<2x0xf32>, %s: tensor<2xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to hold at least one element, but got 'tensor<2x0xf32>'}}
  %y = norm.head_scale %x, %s : tensor<2x0xf32>, tensor<2xf32>
  return
}

// -----

// C4: divides
func.func @head_unequal(%x: tensor<2x4xf32>, %s: tensor<3xf32>) {
  // expected-error @+1 {{expects 'scale' to have one element per head, whose number divides the 4 columns of 'input', but got 'tensor<3xf32>'}}
  %y = norm.head_scale %x, %s : tensor<2x4xf32>, tensor<3xf32>
  return
}

// -----

// C4: none
func.func @head_none(%x: tensor<2x4xf32>, %s: tensor<0xf32>) {
  // expected-error @+1 {{expects 'scale' to have one element per head, whose number divides the 4 columns of 'input', but got 'tensor<0xf32>'}}
  %y = norm.head_scale %x, %s : tensor<2x4xf32>, tensor<0xf32>
  return
}

// -----

// C4: dynamic
func.func @head_dynamic(%x: tensor<2x4xf32>, %s: tensor<?xf32>) {
  // expected-error @+1 {{expects 'scale' to have one element per head, whose number divides the 4 columns of 'input', but got 'tensor<?xf32>'}}
  %y = norm.head_scale %x, %s : tensor<2x4xf32>, tensor<?xf32>
  return
}

// -----

// C4: rank 0
func.func @head_scale_of_rank_0(%x: tensor<2x4xf32>, %s: tensor<f32>) {
  // expected-error @+1 {{expects 'scale' to have rank 1, but got 'tensor<f32>'}}
  %y = norm.head_scale %x, %s : tensor<2x4xf32>, tensor<f32>
  return
}

// -----

// C4: rank 2
func.func @head_scale_of_rank_2(%x: tensor<2x4xf32>, %s: tensor<2x1xf32>) {
  // expected-error @+1 {{expects 'scale' to have rank 1, but got 'tensor<2x1xf32>'}}
  %y = norm.head_scale %x, %s : tensor<2x4xf32>, tensor<2x1xf32>
  return
}

// -----

// C4: encoding
func.func @head_encoded_scale(%x: tensor<2x4xf32>, %s: tensor<2xf32, "h">) {
  // expected-error @+1 {{expects 'scale' to have no encoding, but got 'tensor<2xf32, "h">'}}
  %y = norm.head_scale %x, %s : tensor<2x4xf32>, tensor<2xf32, "h">
  return
}

// -----

// C5
func.func @head_f16_scale(%x: tensor<2x4xf32>, %s: tensor<2xf16>) {
  // expected-error @+1 {{expects 'scale' to have elements of type 'f32', but got 'f16'}}
  %y = norm.head_scale %x, %s : tensor<2x4xf32>, tensor<2xf16>
  return
}
