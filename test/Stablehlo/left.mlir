// REQUIRES: stablehlo
// RUN: not seednorm-compile %s 2>&1 | FileCheck %s
// RUN: not seednorm-compile %s --entry=unreached --expect-programs=1 2>&1 | FileCheck %s --check-prefix=COUNT

// Ops that StableHLO's own conversion leaves are named, where they are.

// CHECK: left.mlir:[[#@LINE+2]]:8: error: 'stablehlo.custom_call' op is of StableHLO and has no equivalent in linalg
func.func @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = stablehlo.custom_call @their.norm(%x) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// COUNT: error: expects 1 row programs, but 'unreached' has 0
func.func @unreached(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  return %x : tensor<4x8xf32>
}
