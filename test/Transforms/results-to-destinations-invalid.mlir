// RUN: seednorm-opt %s --results-to-destinations --split-input-file --verify-diagnostics

// A caller could not know how much memory to pass.
// expected-error @below {{expects every size of its results to be static or that of an argument, but dimension 1 of result 0 is neither}}
func.func @unknown_size(%x: tensor<?xf32>, %n: index) -> tensor<4x?xf32> {
  %e = tensor.empty(%n) : tensor<4x?xf32>
  return %e : tensor<4x?xf32>
}

// -----

// expected-error @below {{is public, returns tensors and is used in the module; make it private or inline it}}
func.func @called(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

func.func @caller(%x: tensor<4xf32>) {
  // expected-note @below {{used here}}
  %0 = call @called(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

// expected-error @below {{expects ranked tensors as results, but got 'tensor<*xf32>'}}
func.func @unranked(%x: tensor<*xf32>) -> tensor<*xf32> {
  return %x : tensor<*xf32>
}

// -----

// expected-error @below {{expects a single block in a public function that returns tensors}}
func.func @blocks(%x: tensor<4xf32>) -> tensor<4xf32> {
  cf.br ^bb1
^bb1:
  return %x : tensor<4xf32>
}
