// What the entry function may look like.

// RUN: not seednorm-compile %s --entry=integers 2>&1 | FileCheck %s --check-prefix=INTEGERS
// INTEGERS: error: expects 'arg0' to be a ranked tensor of f64, f32, f16, bf16, f8E4M3FN, f8E5M2, i8, i32 or i64, but got 'tensor<4xi16>'
func.func @integers(%x: tensor<4xi16>) -> tensor<4xf32> {
  %y = arith.constant dense<0.0> : tensor<4xf32>
  return %y : tensor<4xf32>
}

// RUN: not seednorm-compile %s --entry=nothing 2>&1 | FileCheck %s --check-prefix=NOTHING
// NOTHING: error: expects entry function 'nothing' to return tensors, but it returns nothing
func.func @nothing(%x: tensor<4xf32>) {
  return
}

// RUN: not seednorm-compile %s --entry=index 2>&1 | FileCheck %s --check-prefix=INDEX
// INDEX: error: expects 'result1' to be a ranked tensor of f64, f32, f16, bf16, f8E4M3FN, f8E5M2, i8, i32 or i64, but got 'index'
func.func @index(%x: tensor<4xf32>) -> (tensor<4xf32>, index) {
  %c0 = arith.constant 0 : index
  return %x, %c0 : tensor<4xf32>, index
}

// RUN: not seednorm-compile %s --entry=same_names 2>&1 | FileCheck %s --check-prefix=NAMES
// NAMES: error: expects arguments of different names, but got 'x' twice
func.func @same_names(%x: tensor<4xf32> {seednorm.name = "x"},
                      %y: tensor<4xf32> {seednorm.name = "x"}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// RUN: not seednorm-compile %s --entry=reserved 2>&1 | FileCheck %s --check-prefix=RESERVED
// RESERVED: error: expects arguments without 'seednorm.result', which the compiler adds, but argument 0 has it
func.func @reserved(%x: tensor<4xf32> {seednorm.result = 0 : i64})
    -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// RUN: not seednorm-compile %s --entry=recursive 2>&1 | FileCheck %s --check-prefix=RECURSIVE
// RECURSIVE: compile-signatures.mlir:[[#@LINE+2]]:8: error: 'func.call' op calls 'recursive', which has no body or calls itself
func.func @recursive(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = call @recursive(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// RUN: not seednorm-compile %s --entry=size 2>&1 | FileCheck %s --check-prefix=SIZE
// SIZE: compile-signatures.mlir:[[#@LINE+1]]:1: error: {{.*}}dimension 0 of result 0 is neither
func.func @size(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %twice = arith.addi %n, %n : index
  %y = tensor.empty(%twice) : tensor<?xf32>
  return %y : tensor<?xf32>
}

// A call is inlined, so the callee's kernel is the caller's.
// RUN: seednorm-compile %s --entry=caller --target=sm_80 | FileCheck %s --check-prefix=CALLER
// CALLER: kernel caller_rows0
func.func @caller(%x: tensor<?x4xf32>, %gamma: tensor<4xf32>)
    -> tensor<?x4xf32> {
  %y = call @callee(%x, %gamma)
      : (tensor<?x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

func.func @callee(%x: tensor<?x4xf32>, %gamma: tensor<4xf32>)
    -> tensor<?x4xf32> {
  %y = norm.rms_norm %x, %gamma eps 1.0e-6 : tensor<?x4xf32>, tensor<4xf32>
  return %y : tensor<?x4xf32>
}
