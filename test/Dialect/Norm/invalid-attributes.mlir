// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// Attributes and clauses that norm.seednorm refuses; labels are those of
// docs/Spec.md.

// C7
func.func @negative_eps(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got -1e-06}}
  %y = norm.seednorm %x, %p, %p, %p eps -1.0e-6 : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C7: a row of zeros would give NaN, not zeros
func.func @zero_eps(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got 0}}
  %y = norm.seednorm %x, %p, %p, %p eps 0.0 : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C7: positive, but not once rounded to the type it is added in
func.func @vanishing_eps(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got 1e-50}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-50 : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C7: NaN
func.func @nan_eps(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got nan}}
  %y = norm.seednorm %x, %p, %p, %p eps 0x7FF8000000000000
      : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C7: infinity
func.func @infinite_eps(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects 'eps' to be positive and finite as f32, but got inf}}
  %y = norm.seednorm %x, %p, %p, %p eps 0x7FF0000000000000
      : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C8
func.func @no_heads(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects 'num_heads' to be at least 1, but got 0}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 heads 0
      : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C8
func.func @negative_heads(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects 'num_heads' to be at least 1, but got -2}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 heads -2
      : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C8
func.func @unequal_heads(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects 'num_heads' to divide the 4 columns of 'input', but got 3}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 heads 3
      : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C9
func.func @infinite_seed_scale(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects 'seed_scale' to be finite as f32, but got 1e+300}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 seed_scale 1.0e+300
      : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C10
func.func @nan_gamma_offset(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects 'gamma_offset' to be finite as f32, but got nan}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 gamma_offset 0x7FF8000000000000
      : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

func.func @misspelt_activation(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects 'activation' to be one of tanh, sigmoid, hardtanh, softsign, but got 'tanhh'}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 activation tanhh
      : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

func.func @missing_activation(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects 'activation' to be one of tanh, sigmoid, hardtanh, softsign}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 activation : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

func.func @missing_eps(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expected 'eps'}}
  %y = norm.seednorm %x, %p, %p, %p heads 2 : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

func.func @clauses_out_of_order(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expected ':'}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 seed_scale 2.0 heads 2 : tensor<4xf32>, tensor<4xf32>
  return
}
