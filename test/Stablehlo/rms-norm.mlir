// REQUIRES: stablehlo
// RUN: seednorm-compile %s --expect-programs=1 --emit=programs | FileCheck %s
// RUN: seednorm-run %s --target=emulated --random --compare-with=decompose
// RUN: seednorm-run %s --target=cpu --random --compare-with=decompose

// An RMSNorm as JAX writes it, with a function of its own for the inverse root.

// CHECK: program 0
// CHECK: columns, levels:    64, 1
// CHECK: row bytes:          4.00 an element
// CHECK-NOT: {{^}}outside

func.func @main(%x: tensor<5x64xbf16>, %g: tensor<64xf32>) -> tensor<5x64xbf16> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %eps = stablehlo.constant dense<1.0e-6> : tensor<f32>
  %d = stablehlo.constant dense<6.4e1> : tensor<f32>
  %w = stablehlo.convert %x : (tensor<5x64xbf16>) -> tensor<5x64xf32>
  %sq = stablehlo.multiply %w, %w : tensor<5x64xf32>
  %sum = stablehlo.reduce(%sq init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<5x64xf32>, tensor<f32>) -> tensor<5xf32>
  %keep = stablehlo.broadcast_in_dim %sum, dims = [0] : (tensor<5xf32>) -> tensor<5x1xf32>
  %ds = stablehlo.broadcast_in_dim %d, dims = [] : (tensor<f32>) -> tensor<5x1xf32>
  %mean = stablehlo.divide %keep, %ds : tensor<5x1xf32>
  %es = stablehlo.broadcast_in_dim %eps, dims = [] : (tensor<f32>) -> tensor<5x1xf32>
  %m = stablehlo.add %mean, %es : tensor<5x1xf32>
  %r = func.call @inverse_root(%m) : (tensor<5x1xf32>) -> tensor<5x1xf32>
  %rs = stablehlo.broadcast_in_dim %r, dims = [0, 1] : (tensor<5x1xf32>) -> tensor<5x64xf32>
  %u = stablehlo.multiply %w, %rs : tensor<5x64xf32>
  %row = stablehlo.broadcast_in_dim %g, dims = [1] : (tensor<64xf32>) -> tensor<1x64xf32>
  %gs = stablehlo.broadcast_in_dim %row, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<5x64xf32>
  %v = stablehlo.multiply %u, %gs : tensor<5x64xf32>
  %y = stablehlo.convert %v : (tensor<5x64xf32>) -> tensor<5x64xbf16>
  return %y : tensor<5x64xbf16>
}
func.func private @inverse_root(%m: tensor<5x1xf32>) -> tensor<5x1xf32> {
  %r = stablehlo.rsqrt %m : tensor<5x1xf32>
  return %r : tensor<5x1xf32>
}
