// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.ada_seednorm refuses of the scale and shift of a sample; labels are
// those of docs/Spec.md.

// C6: same type
func.func @ada_mixed_condition(%x: tensor<2x4xf16>, %a: tensor<4xf16>, %b: tensor<4xf32>) {
  // expected-error @+1 {{failed to verify that all of {scale, shift} have same type}}
  %y = "norm.ada_seednorm"(%x, %a, %a, %a, %b) <{eps = 1.0e-5 : f64}>
      : (tensor<2x4xf16>, tensor<4xf16>, tensor<4xf16>, tensor<4xf16>, tensor<4xf32>) -> tensor<2x4xf16>
  return
}

// -----

// C6: the first dimensions
func.func @ada_other_samples(%x: tensor<5x3x4xf32>, %a: tensor<4xf32>, %s: tensor<3x4xf32>) {
  // expected-error @+1 {{expects 'scale' to have some of the first dimensions and the last one of 'input', 'tensor<5x3x4xf32>', but got 'tensor<3x4xf32>'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<5x3x4xf32>, tensor<4xf32>, tensor<3x4xf32>
  return
}

// -----

// C6: D
func.func @ada_short_scale(%x: tensor<?x3x4xf32>, %a: tensor<4xf32>, %s: tensor<?x3xf32>) {
  // expected-error @+1 {{expects 'scale' to have some of the first dimensions and the last one of 'input', 'tensor<?x3x4xf32>', but got 'tensor<?x3xf32>'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<4xf32>, tensor<?x3xf32>
  return
}

// -----

// C6: no more than the input
func.func @ada_rank_4(%x: tensor<?x3x4xf32>, %a: tensor<4xf32>, %s: tensor<?x3x1x4xf32>) {
  // expected-error @+1 {{expects 'scale' to have some of the first dimensions and the last one of 'input', 'tensor<?x3x4xf32>', but got 'tensor<?x3x1x4xf32>'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<4xf32>, tensor<?x3x1x4xf32>
  return
}

// -----

// C6: rank
func.func @ada_scale_of_rank_0(%x: tensor<?x3x4xf32>, %a: tensor<4xf32>, %s: tensor<f32>) {
  // expected-error @+1 {{expects 'scale' to have some of the first dimensions and the last one of 'input', 'tensor<?x3x4xf32>', but got 'tensor<f32>'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<4xf32>, tensor<f32>
  return
}

// -----

// C6: a dynamic dimension after those of the samples
func.func @ada_dynamic_rows(%x: tensor<2x?x4xf32>, %a: tensor<4xf32>, %s: tensor<2x4xf32>) {
  // expected-error @+1 {{expects 'scale' to have all dynamic leading dimensions of 'input', 'tensor<2x?x4xf32>', but got 'tensor<2x4xf32>'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<2x?x4xf32>, tensor<4xf32>, tensor<2x4xf32>
  return
}

// -----

// C6: encoding
func.func @ada_encoded_scale(%x: tensor<?x3x4xf32>, %a: tensor<4xf32>, %s: tensor<4xf32, "column">) {
  // expected-error @+1 {{expects 'scale' to have no encoding, but got 'tensor<4xf32, "column">'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<4xf32>, tensor<4xf32, "column">
  return
}

// -----

// C7
func.func @ada_f16_scale(%x: tensor<?x3x4xf32>, %a: tensor<4xf32>, %s: tensor<?x4xf16>) {
  // expected-error @+1 {{expects 'scale' to have elements of type 'f32', but got 'f16'}}
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5
      : tensor<?x3x4xf32>, tensor<4xf32>, tensor<?x4xf16>
  return
}
