// RUN: not seednorm-compile %s --entry=unknown 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not seednorm-compile %s --entry=called 2>&1 | FileCheck %s --check-prefix=CALLED
// RUN: not seednorm-compile %s --entry=misspelt 2>&1 | FileCheck %s --check-prefix=MISSPELT
// RUN: echo 'func.func @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> { "my.loop"() ({ }) : () -> () return %x : tensor<4x8xf32> }' | not seednorm-compile - 2>&1 | FileCheck %s --check-prefix=REGION
// RUN: not seednorm-compile %s --entry=types 2>&1 | FileCheck %s --check-prefix=TYPES

// Ops of dialects that are not known are read, as they may be calls of norms;
// none is left behind silently. What the entry does not reach does not matter.

// UNKNOWN: compile-unknown-ops.mlir:[[#@LINE+2]]:8: error: 'torch.operator' op is of no dialect that the compiler knows, and calls no norm by name (see docs/Frontends.md)
func.func @unknown(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = "torch.operator"(%x) {name = "torch.my.norm"} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

func.func @called(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = func.call @other(%x) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
// CALLED: compile-unknown-ops.mlir:[[#@LINE+2]]:8: error: 'my.norm' op is of no dialect
func.func private @other(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = "my.norm"(%x) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// MISSPELT: compile-unknown-ops.mlir:[[#@LINE+2]]:8: error: 'torch.operator' op calls 'seednorm.soft_max', which is no norm; expects one of {{.*}}seednorm.softmax
func.func @misspelt(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = "torch.operator"(%x) {name = "torch.seednorm.soft_max"} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// REGION: <stdin>:1:{{[0-9]+}}: error: 'my.loop' op is of no dialect that the compiler knows

// TYPES: error: expects 'result0' to be a ranked tensor of {{.*}}, but got '!torch.vtensor<[4,8],f32>'
func.func @types(%x: !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32> {
  return %x : !torch.vtensor<[4,8],f32>
}
