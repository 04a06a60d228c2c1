// REQUIRES: stablehlo
// RUN: seednorm-compile %s --expect-programs=1 --emit=programs | FileCheck %s
// RUN: seednorm-run %s --target=emulated --random --compare-with=decompose
// RUN: seednorm-opt %s --seednorm-to-rows --row-report='remarks=false expect-programs=1' | FileCheck %s --check-prefix=ROW

// SeeDNorm in static shapes: the dot product as dot_general, tanh, and a residual
// sum that is returned, too.

// CHECK: columns, levels:    64, 1
// CHECK: outputs:
// CHECK-DAG: result0
// CHECK-DAG: result1
// CHECK-NOT: {{^}}outside
// ROW-NOT: stablehlo

func.func @main(%a: tensor<5x64xf32>, %b: tensor<5x64xf32>, %alpha: tensor<64xf32>, %beta: tensor<64xf32>, %gamma: tensor<64xf32>) -> (tensor<5x64xf32>, tensor<5x64xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %eps = stablehlo.constant dense<1.0e-6> : tensor<5xf32>
  %d = stablehlo.constant dense<6.4e1> : tensor<5xf32>
  %x = stablehlo.add %a, %b : tensor<5x64xf32>
  %sq = stablehlo.multiply %x, %x : tensor<5x64xf32>
  %sum = stablehlo.reduce(%sq init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<5x64xf32>, tensor<f32>) -> tensor<5xf32>
  %mean = stablehlo.divide %sum, %d : tensor<5xf32>
  %m = stablehlo.add %mean, %eps : tensor<5xf32>
  %r = stablehlo.rsqrt %m : tensor<5xf32>
  %s = stablehlo.dot_general %x, %beta, contracting_dims = [1] x [0] : (tensor<5x64xf32>, tensor<64xf32>) -> tensor<5xf32>
  %t = stablehlo.tanh %s : tensor<5xf32>
  %ts = stablehlo.broadcast_in_dim %t, dims = [0] : (tensor<5xf32>) -> tensor<5x64xf32>
  %as = stablehlo.broadcast_in_dim %alpha, dims = [1] : (tensor<64xf32>) -> tensor<5x64xf32>
  %gs = stablehlo.broadcast_in_dim %gamma, dims = [1] : (tensor<64xf32>) -> tensor<5x64xf32>
  %rs = stablehlo.broadcast_in_dim %r, dims = [0] : (tensor<5xf32>) -> tensor<5x64xf32>
  %ta = stablehlo.multiply %ts, %as : tensor<5x64xf32>
  %g = stablehlo.add %ta, %gs : tensor<5x64xf32>
  %u = stablehlo.multiply %x, %rs : tensor<5x64xf32>
  %y = stablehlo.multiply %g, %u : tensor<5x64xf32>
  return %y, %x : tensor<5x64xf32>, tensor<5x64xf32>
}
