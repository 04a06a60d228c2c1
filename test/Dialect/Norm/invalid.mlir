// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// Types that norm.seednorm refuses; labels are those of docs/Spec.md.

// C1: also in generic form, the result is of the type of the input or f32.
func.func @other_result(%x: tensor<2x4xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects 'result' to have elements of type 'f32', but got 'f16'}}
  %y = "norm.seednorm"(%x, %p, %p, %p) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 0>, eps = 1.0e-5 : f64}>
      : (tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
      -> tensor<2x4xf16>
  return
}

// -----

// C2
func.func @mixed_parameters(%x: tensor<2x4xf16>, %p: tensor<4xf16>,
                            %q: tensor<4xf32>) {
  // expected-error @+1 {{failed to verify that all of {alpha, beta, gamma} have same type}}
  %y = "norm.seednorm"(%x, %p, %q, %p) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 0>, eps = 1.0e-5 : f64}>
      : (tensor<2x4xf16>, tensor<4xf16>, tensor<4xf32>, tensor<4xf16>)
      -> tensor<2x4xf16>
  return
}

// -----

// C3: element type
func.func @integers(%x: tensor<2x4xi32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<2x4xi32>'}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5
      : tensor<2x4xi32>, tensor<4xf32>
  return
}

// -----

// C3: ranked
func.func @unranked(%x: tensor<*xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor}}
  %y = "norm.seednorm"(%x, %p, %p, %p) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 0>, eps = 1.0e-5 : f64}>
      : (tensor<*xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
      -> tensor<*xf32>
  return
}

// -----

// C3: rank
func.func @rank_0(%x: tensor<f32>, %p: tensor<1xf32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 : tensor<f32>, tensor<1xf32>
  return
}

// -----

// C3: encoding
func.func @encoded_input(%x: tensor<4xf32, "column">, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<4xf32, "column">'}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5
      : tensor<4xf32, "column">, tensor<4xf32>
  return
}

// -----

// C4: static
func.func @dynamic_row(%x: tensor<4x?xf32>, %p: tensor<4xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<4x?xf32>'}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5
      : tensor<4x?xf32>, tensor<4xf32>
  return
}

// -----

// C4: not 0
func.func @empty_row(%x: tensor<4x0xf32>, %p: tensor<0xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to hold at least one element, but got 'tensor<4x0xf32>'}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5
      : tensor<4x0xf32>, tensor<0xf32>
  return
}

// -----

// C5: length
func.func @short_parameters(%x: tensor<2x128xf32>, %p: tensor<64xf32>) {
  // expected-error @+1 {{expects 'alpha' to have 128 elements, one per column of 'input', but got 64}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5
      : tensor<2x128xf32>, tensor<64xf32>
  return
}

// -----

// C5: dynamic length
func.func @dynamic_parameters(%x: tensor<2x128xf32>, %p: tensor<?xf32>) {
  // expected-error @+1 {{expects 'alpha' to have 128 elements, one per column of 'input', but got 'tensor<?xf32>'}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5
      : tensor<2x128xf32>, tensor<?xf32>
  return
}

// -----

// C5: rank
func.func @parameters_of_rank_2(%x: tensor<2x4xf32>, %p: tensor<1x4xf32>) {
  // expected-error @+1 {{expects 'alpha' to have the last size of 'input', or its last two, both static, but got 'tensor<1x4xf32>' for 'tensor<2x4xf32>'}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5
      : tensor<2x4xf32>, tensor<1x4xf32>
  return
}

// -----

// C5: encoding
func.func @encoded_parameters(%x: tensor<4xf32>, %p: tensor<4xf32, "column">) {
  // expected-error @+1 {{expects 'alpha' to have no encoding, but got 'tensor<4xf32, "column">'}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5
      : tensor<4xf32>, tensor<4xf32, "column">
  return
}

// -----

// C6: narrower
func.func @narrower_parameters(%x: tensor<4xf32>, %p: tensor<4xbf16>) {
  // expected-error @+1 {{expects 'alpha' to have elements of type 'f32', but got 'bf16'}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 : tensor<4xf32>, tensor<4xbf16>
  return
}

// -----

// C6: neither of f16 and bf16 holds the other
func.func @incomparable_parameters(%x: tensor<4xbf16>, %p: tensor<4xf16>) {
  // expected-error @+1 {{expects 'alpha' to have elements of type 'bf16' or 'f32', but got 'f16'}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 : tensor<4xbf16>, tensor<4xf16>
  return
}

// -----

// C6: wider
func.func @f64_parameters(%x: tensor<4xf32>, %p: tensor<4xf64>) {
  // expected-error @+1 {{expects 'alpha' to have elements of type 'f32', but got 'f64'}}
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 : tensor<4xf32>, tensor<4xf64>
  return
}
