// REQUIRES: stablehlo
// RUN: seednorm-compile %s --expect-programs=1 --emit=programs | FileCheck %s
// RUN: seednorm-run %s --target=emulated --random --rows=5 --compare-with=decompose
// RUN: not seednorm-compile %s --entry=may_expand 2>&1 | FileCheck %s --check-prefix=EXPAND

// A number of rows that is known at run time only is computed in tensors of
// integers; none of them is left.

// CHECK: columns, levels:    64, 1
// CHECK: row bytes:          4.00 an element
// CHECK-NOT: {{^}}outside

func.func @main(%x: tensor<?x64xbf16>, %g: tensor<64xf32>) -> tensor<?x64xbf16> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %eps = stablehlo.constant dense<1.0e-6> : tensor<f32>
  %part = stablehlo.constant dense<1.5625e-2> : tensor<f32>
  %n = stablehlo.get_dimension_size %x, dim = 0 : (tensor<?x64xbf16>) -> tensor<i32>
  %rows = stablehlo.reshape %n : (tensor<i32>) -> tensor<1xi32>
  %c64 = stablehlo.constant dense<64> : tensor<1xi32>
  %shape = stablehlo.concatenate %rows, %c64, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
  %w = stablehlo.convert %x : (tensor<?x64xbf16>) -> tensor<?x64xf32>
  %sq = stablehlo.multiply %w, %w : tensor<?x64xf32>
  %sum = stablehlo.reduce(%sq init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<?x64xf32>, tensor<f32>) -> tensor<?xf32>
  %parts = stablehlo.dynamic_broadcast_in_dim %part, %rows, dims = [] : (tensor<f32>, tensor<1xi32>) -> tensor<?xf32>
  %mean = stablehlo.multiply %sum, %parts : tensor<?xf32>
  %es = stablehlo.dynamic_broadcast_in_dim %eps, %rows, dims = [] : (tensor<f32>, tensor<1xi32>) -> tensor<?xf32>
  %m = stablehlo.add %mean, %es : tensor<?xf32>
  %r = stablehlo.rsqrt %m : tensor<?xf32>
  %rs = "stablehlo.dynamic_broadcast_in_dim"(%r, %shape) {broadcast_dimensions = array<i64: 0>, known_nonexpanding_dimensions = array<i64: 0>} : (tensor<?xf32>, tensor<2xi32>) -> tensor<?x64xf32>
  %u = stablehlo.multiply %w, %rs : tensor<?x64xf32>
  %gs = stablehlo.dynamic_broadcast_in_dim %g, %shape, dims = [1] : (tensor<64xf32>, tensor<2xi32>) -> tensor<?x64xf32>
  %v = stablehlo.multiply %u, %gs : tensor<?x64xf32>
  %y = stablehlo.convert %v : (tensor<?x64xf32>) -> tensor<?x64xbf16>
  return %y : tensor<?x64xbf16>
}

// One row or many: only the producer can know that it is not one for all.
// EXPAND: dynamic-rows.mlir:[[#@LINE+2]]:8: error: 'stablehlo.dynamic_broadcast_in_dim' op is of StableHLO and has no equivalent in linalg
func.func @may_expand(%r: tensor<?xf32>, %shape: tensor<2xi32>) -> tensor<?x64xf32> {
  %y = stablehlo.dynamic_broadcast_in_dim %r, %shape, dims = [0] : (tensor<?xf32>, tensor<2xi32>) -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
