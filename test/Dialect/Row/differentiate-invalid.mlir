// RUN: seednorm-opt %s --split-input-file --row-differentiate --verify-diagnostics

// expected-error @below {{expects results of f16, bf16, f32 or f64 to be differentiated, but result 1 is 'tensor<?x4xi32>'; choose others with 'of'}}
func.func @integers(%x: tensor<?x4xf32>, %i: tensor<?x4xi32>) -> (tensor<?x4xf32>, tensor<?x4xi32>) {
  return %x, %i : tensor<?x4xf32>, tensor<?x4xi32>
}

// -----

func.func @matmul(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @below {{has no adjoint: gradients go through row programs and through reshapes of tensors}}
  %y = linalg.matmul ins(%x, %w : tensor<?x4xf32>, tensor<4x4xf32>) outs(%i : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// expected-error @below {{has no argument of f16, bf16, f32 or f64 that its results depend on}}
func.func @constant(%x: tensor<?x4xi32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = row.program ins(%x : tensor<?x4xi32> by row) outs(%i : tensor<?x4xf32> by row) {
  ^bb0(%v: vector<4xi32>):
    %f = arith.sitofp %v : vector<4xi32> to vector<4xf32>
    row.yield %f : vector<4xf32>
  }
  return %y : tensor<?x4xf32>
}

// -----

// A float made of a float's bits is no function with a derivative.
func.func @bits(%x: tensor<?x4xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = row.program ins(%x : tensor<?x4xf32> by row) outs(%i : tensor<?x4xf32> by row) {
  ^bb0(%v: vector<4xf32>):
    %one = arith.constant dense<1> : vector<4xi32>
    %b = arith.bitcast %v : vector<4xf32> to vector<4xi32>
    %s = arith.addi %b, %one : vector<4xi32>
    // expected-error @below {{has no adjoint: it takes bits of a float that a gradient is wanted of}}
    %f = arith.bitcast %s : vector<4xi32> to vector<4xf32>
    row.yield %f : vector<4xf32>
  }
  return %y : tensor<?x4xf32>
}

// -----

// expected-error @below {{has no function with a body to be differentiated}}
module {
}
