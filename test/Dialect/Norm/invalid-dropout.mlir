// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// C11
func.func @certain(%x: tensor<4xf32>, %s: tensor<1xi64>) {
  // expected-error @+1 {{expects 'dropout' to be at least 0 and less than 1, but got 1}}
  %y = norm.seednorm %x, %x, %x, %x eps 1.0e-6
      dropout 1.0 (%s, %s : tensor<1xi64>, tensor<1xi64>)
      : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C11
func.func @not_a_number(%x: tensor<4xf32>, %s: tensor<1xi64>) {
  // expected-error @+1 {{expects 'dropout' to be at least 0 and less than 1, but got nan}}
  %y = norm.seednorm %x, %x, %x, %x eps 1.0e-6
      dropout 0x7FF8000000000000 (%s, %s : tensor<1xi64>, tensor<1xi64>)
      : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C12
func.func @no_seed(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects 'seed' and 'offset' where 'dropout' is not 0, and only there}}
  %y = "norm.seednorm"(%x, %x, %x, %x) <{eps = 1.0e-6 : f64, dropout = 0.5 : f64,
      operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 0>}>
      : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

// C12
func.func @seed_in_vain(%x: tensor<4xf32>, %s: tensor<1xi64>) {
  // expected-error @+1 {{expects 'seed' and 'offset' where 'dropout' is not 0, and only there}}
  %y = norm.seednorm %x, %x, %x, %x eps 1.0e-6
      dropout 0.0 (%s, %s : tensor<1xi64>, tensor<1xi64>)
      : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C12
func.func @two_seeds(%x: tensor<4xf32>, %s: tensor<2xi64>, %o: tensor<1xi64>) {
  // expected-error @+1 {{expects 'seed' to have 1 element, but got 2}}
  %y = norm.seednorm %x, %x, %x, %x eps 1.0e-6
      dropout 0.5 (%s, %o : tensor<2xi64>, tensor<1xi64>)
      : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// C12
func.func @scalar_offset(%x: tensor<4xf32>, %s: tensor<1xi64>, %o: tensor<i64>) {
  // expected-error @+1 {{expects 'offset' to have rank 1, but got 'tensor<i64>'}}
  %y = norm.seednorm %x, %x, %x, %x eps 1.0e-6
      dropout 0.5 (%s, %o : tensor<1xi64>, tensor<i64>)
      : tensor<4xf32>, tensor<4xf32>
  return
}
