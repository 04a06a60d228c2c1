// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.ada_seednorm refuses of rows, parameters and options; labels are those
// of docs/Spec.md.

// C1
func.func @ada_other_result(%x: tensor<?x3x4xf32>, %a: tensor<4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f16'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<4xf32>, tensor<?x4xf32> -> tensor<?x3x4xf16>
  return
}

// -----

// C2: element type
func.func @ada_integers(%x: tensor<?x3x4xi32>, %a: tensor<4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<?x3x4xi32>'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<?x3x4xi32>, tensor<4xf32>, tensor<?x4xf32>
  return
}

// -----

// C2: rank
func.func @ada_rank_0(%x: tensor<f32>, %a: tensor<4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<f32>, tensor<4xf32>, tensor<?x4xf32>
  return
}

// -----

// C2: encoding
func.func @ada_encoded(%x: tensor<4xf32, "column">, %a: tensor<4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<4xf32, "column">'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<4xf32, "column">, tensor<4xf32>, tensor<?x4xf32>
  return
}

// -----

// C3: static
func.func @ada_dynamic_row(%x: tensor<2x?xf32>, %a: tensor<4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x?xf32>'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<2x?xf32>, tensor<4xf32>, tensor<?x4xf32>
  return
}

// -----

// C3: not 0
func.func @ada_empty_row(%x: tensor<2x0xf32>, %a: tensor<4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to hold at least one element, but got 'tensor<2x0xf32>'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<2x0xf32>, tensor<4xf32>, tensor<?x4xf32>
  return
}

// -----

// C4: same type
func.func @ada_mixed(%x: tensor<2x4xf16>, %a: tensor<4xf16>, %b: tensor<4xf32>) {
  // expected-error @+1 {{failed to verify that all of {alpha, beta} have same type}}
  %y = "norm.ada_seednorm"(%x, %a, %b, %a, %a) <{eps = 1.0e-5 : f64}>
      : (tensor<2x4xf16>, tensor<4xf16>, tensor<4xf32>, tensor<4xf16>, tensor<4xf16>) -> tensor<2x4xf16>
  return
}

// -----

// C4
func.func @ada_short_alpha(%x: tensor<?x3x4xf32>, %a: tensor<3xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'alpha' to have 4 elements, one per column of 'input', but got 3}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<3xf32>, tensor<?x4xf32>
  return
}

// -----

// C4: by head
func.func @ada_other_heads(%x: tensor<?x3x4xf32>, %a: tensor<2x4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'alpha' to have the last size of 'input', or its last two, both static, but got 'tensor<2x4xf32>'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<2x4xf32>, tensor<?x4xf32>
  return
}

// -----

// C5
func.func @ada_f16_alpha(%x: tensor<?x3x4xf32>, %a: tensor<4xf16>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'alpha' to have elements of type 'f32', but got 'f16'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<4xf16>, tensor<?x4xf32>
  return
}

// -----

// C8
func.func @ada_zero_eps(%x: tensor<?x3x4xf32>, %a: tensor<4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got 0}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 0.0
      : tensor<?x3x4xf32>, tensor<4xf32>, tensor<?x4xf32>
  return
}

// -----

// C9
func.func @ada_no_heads(%x: tensor<?x3x4xf32>, %a: tensor<4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'num_heads' to be at least 1, but got 0}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5 heads 0
      : tensor<?x3x4xf32>, tensor<4xf32>, tensor<?x4xf32>
  return
}

// -----

// C9: divides
func.func @ada_unequal_heads(%x: tensor<?x3x4xf32>, %a: tensor<4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'num_heads' to divide the 4 columns of 'input', but got 3}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5 heads 3
      : tensor<?x3x4xf32>, tensor<4xf32>, tensor<?x4xf32>
  return
}

// -----

// C10
func.func @ada_infinite_seed_scale(%x: tensor<?x3x4xf32>, %a: tensor<4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'seed_scale' to be finite as f32, but got 1e+300}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5 seed_scale 1.0e+300
      : tensor<?x3x4xf32>, tensor<4xf32>, tensor<?x4xf32>
  return
}

// -----

func.func @ada_misspelt_activation(%x: tensor<?x3x4xf32>, %a: tensor<4xf32>, %s: tensor<?x4xf32>) {
  // expected-error @+1 {{expects 'activation' to be one of tanh, sigmoid, hardtanh, softsign, but got 'relu'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5 activation relu : tensor<?x3x4xf32>, tensor<4xf32>, tensor<?x4xf32>
  return
}
