// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{expects 'norm.zero_mean' to have no value, but got true}}
func.func @value(%x: tensor<?x4xf32> {norm.zero_mean = true}) {
  return
}

// -----

// expected-error @+1 {{expects 'norm.zero_mean' on a ranked tensor of floats with at least one dimension, but got 'tensor<4xi32>'}}
func.func @integers(%x: tensor<4xi32> {norm.zero_mean}) {
  return
}

// -----

// expected-error @+1 {{expects 'norm.zero_mean' as the only attribute of its dialect on an argument, but got 'norm.zero_man'}}
func.func @misspelt(%x: tensor<?x4xf32> {norm.zero_man}) {
  return
}

// -----

func.func @operation(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{expects no attribute 'norm.zero_mean'; 'norm.zero_mean' belongs to an argument of a function}}
  %y = arith.negf %x {norm.zero_mean} : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
