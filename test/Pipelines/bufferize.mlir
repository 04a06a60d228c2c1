// RUN: seednorm-opt %s --seednorm-bufferize --split-input-file | FileCheck %s

// One program writes the caller's memory: nothing is allocated or copied.
// CHECK-LABEL: func.func @one_program(
// CHECK-SAME:      %[[X:[^:]+]]: memref<?x8xf32>,
// CHECK-SAME:      %[[Y:[^:]+]]: memref<?x8xf32> {seednorm.result = 0 : i64, seednorm.shape = {{\[}}[0, 0], 8]})
// CHECK-NOT:     memref.
// CHECK:         row.program ins(%[[X]] : {{.*}}) outs(%[[Y]] :
// CHECK-NOT:     memref.
// CHECK:         return
func.func @one_program(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %y = row.program ins(%x : tensor<?x8xf32> by row) outs(%e : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %w = arith.addf %v, %v : vector<8xf32>
    row.yield %w : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}

// -----

// Both outputs started from one empty tensor; both are written in place.
// CHECK-LABEL: func.func @two_outputs(
// CHECK-SAME:      %[[Y:[^:]+]]: memref<?x8xf32> {seednorm.result = 0
// CHECK-SAME:      %[[Z:[^:]+]]: memref<?x8xf32> {seednorm.result = 1
// CHECK-NOT:     memref.{{alloc|copy}}
// CHECK:         outs(%[[Y]] : memref<?x8xf32> by row, %[[Z]] : memref<?x8xf32> by row)
// CHECK-NOT:     memref.{{alloc|copy}}
// CHECK:         return
func.func @two_outputs(%x: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %y, %z = row.program ins(%x : tensor<?x8xf32> by row)
      outs(%e : tensor<?x8xf32> by row, %e : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %w = arith.addf %v, %v : vector<8xf32>
    row.yield %v, %w : vector<8xf32>, vector<8xf32>
  }
  return %y, %z : tensor<?x8xf32>, tensor<?x8xf32>
}

// -----

// What lies between two programs is freed after its last use.
// CHECK-LABEL: func.func @intermediate(
// CHECK-SAME:      %[[X:[^:]+]]: memref<?x8xf32>,
// CHECK-SAME:      %[[Z:[^:]+]]: memref<?x8xf32>
// CHECK:         %[[Y:.+]] = memref.alloc
// CHECK:         outs(%[[Y]]
// CHECK:         row.program ins(%[[Y]] : {{.*}}) outs(%[[Z]] :
// CHECK:         memref.dealloc %[[Y]]
// CHECK-NOT:     memref.copy
// CHECK:         return
func.func @intermediate(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %y = row.program ins(%x : tensor<?x8xf32> by row) outs(%e : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    row.yield %v : vector<8xf32>
  }
  %z = row.program ins(%y : tensor<?x8xf32> by row, %x : tensor<?x8xf32> by row)
      outs(%e : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>, %u: vector<8xf32>):
    %w = arith.mulf %v, %u : vector<8xf32>
    row.yield %w : vector<8xf32>
  }
  return %z : tensor<?x8xf32>
}

// -----

// The caller passes memory for each result, so these are copies.
// CHECK-LABEL: func.func @copies(
// CHECK-SAME:      %[[X:[^:]+]]: memref<?x8xf32>, %[[Y0:[^:]+]]: {{.*}}, %[[Y1:[^:]+]]: {{.*}}, %[[Y2:[^:]+]]: memref
// CHECK:         outs(%[[Y0]] :
// CHECK-DAG:     memref.copy %[[Y0]], %[[Y1]]
// CHECK-DAG:     memref.copy %[[X]], %[[Y2]]
// CHECK:         return
func.func @copies(%x: tensor<?x8xf32>)
    -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %y = row.program ins(%x : tensor<?x8xf32> by row) outs(%e : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %w = arith.addf %v, %v : vector<8xf32>
    row.yield %w : vector<8xf32>
  }
  return %y, %y, %x : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>
}

// -----

// Element-wise arithmetic may not be computed in the memory of an argument.
// CHECK-LABEL: func.func @arguments_stay(
// CHECK-SAME:      %[[X:[^:]+]]: memref<?x8xf32>,
// CHECK-SAME:      %[[Y:[^:]+]]: memref<?x8xf32> {seednorm.result
// CHECK-NOT:     outs(%[[X]]
// CHECK-NOT:     memref.copy %{{.+}}, %[[X]]
// CHECK:         linalg.generic
// CHECK-NOT:     outs(%[[X]]
// CHECK-NOT:     memref.copy %{{.+}}, %[[X]]
// CHECK:         return
func.func @arguments_stay(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = arith.addf %x, %x : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
