// SeeDNorm as TOSA spells it: a mean that is a product with a constant, operands
// of equal rank, and multiplications with a shift. The legalisation is upstream's.

// RUN: seednorm-opt %s --pass-pipeline='builtin.module(func.func(tosa-to-linalg-named,tosa-to-linalg,tosa-to-arith,tosa-to-tensor))' -o %t.mlir
// RUN: seednorm-opt %t.mlir --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %t.mlir --random --rows=5 --compare-with=decompose
// RUN: seednorm-run %t.mlir --random --rows=5 --compare-with=decompose --target=emulated

// CHECK: row.program ins(%{{.+}} : tensor<?x3x64xf32> by row,
func.func @main(%x: tensor<?x3x64xf32>, %alpha: tensor<1x1x64xf32>,
                %beta: tensor<1x1x64xf32>, %gamma: tensor<1x1x64xf32>) -> tensor<?x3x64xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %part = "tosa.const"() <{values = dense<0.015625> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %eps = "tosa.const"() <{values = dense<1.0e-6> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %squares = tosa.mul %x, %x, %shift : (tensor<?x3x64xf32>, tensor<?x3x64xf32>, tensor<1xi8>) -> tensor<?x3x64xf32>
  %sum = tosa.reduce_sum %squares {axis = 2 : i32} : (tensor<?x3x64xf32>) -> tensor<?x3x1xf32>
  %mean = tosa.mul %sum, %part, %shift : (tensor<?x3x1xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<?x3x1xf32>
  %above = tosa.add %mean, %eps : (tensor<?x3x1xf32>, tensor<1x1x1xf32>) -> tensor<?x3x1xf32>
  %r = tosa.rsqrt %above : (tensor<?x3x1xf32>) -> tensor<?x3x1xf32>
  %n = tosa.mul %x, %r, %shift : (tensor<?x3x64xf32>, tensor<?x3x1xf32>, tensor<1xi8>) -> tensor<?x3x64xf32>
  %products = tosa.mul %x, %beta, %shift : (tensor<?x3x64xf32>, tensor<1x1x64xf32>, tensor<1xi8>) -> tensor<?x3x64xf32>
  %dot = tosa.reduce_sum %products {axis = 2 : i32} : (tensor<?x3x64xf32>) -> tensor<?x3x1xf32>
  %t = tosa.tanh %dot : (tensor<?x3x1xf32>) -> tensor<?x3x1xf32>
  %ta = tosa.mul %t, %alpha, %shift : (tensor<?x3x1xf32>, tensor<1x1x64xf32>, tensor<1xi8>) -> tensor<?x3x64xf32>
  %scale = tosa.add %ta, %gamma : (tensor<?x3x64xf32>, tensor<1x1x64xf32>) -> tensor<?x3x64xf32>
  %y = tosa.mul %scale, %n, %shift : (tensor<?x3x64xf32>, tensor<?x3x64xf32>, tensor<1xi8>) -> tensor<?x3x64xf32>
  return %y : tensor<?x3x64xf32>
}
