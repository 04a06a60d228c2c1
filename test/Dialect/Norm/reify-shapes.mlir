// RUN: seednorm-opt %s --resolve-ranked-shaped-type-result-dims --canonicalize | FileCheck %s

// Sizes of a result are read from the input, so that fusion and bufferization
// need not compute a norm to learn its shape.
// CHECK-LABEL: func @seednorm
// CHECK-SAME:      %[[X:[^:]+]]: tensor<?x3x?x8xf32>
// CHECK-NOT:     norm.seednorm
// CHECK-DAG:     %[[ROWS:.+]] = tensor.dim %[[X]], %c0
// CHECK-DAG:     %[[INNER:.+]] = tensor.dim %[[X]], %c2
// CHECK-DAG:     %[[COLUMNS:.+]] = arith.constant 8
// CHECK:         return %[[ROWS]], %[[INNER]], %[[COLUMNS]]
func.func @seednorm(%x: tensor<?x3x?x8xf32>, %p: tensor<8xf32>)
    -> (index, index, index) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5
      : tensor<?x3x?x8xf32>, tensor<8xf32>
  %rows = tensor.dim %y, %c0 : tensor<?x3x?x8xf32>
  %inner = tensor.dim %y, %c2 : tensor<?x3x?x8xf32>
  %columns = tensor.dim %y, %c3 : tensor<?x3x?x8xf32>
  return %rows, %inner, %columns : index, index, index
}

// CHECK-LABEL: func @rms_norm
// CHECK-SAME:      %[[X:[^:]+]]: tensor<?x8xbf16>
// CHECK-NOT:     norm.rms_norm
// CHECK:         %[[ROWS:.+]] = tensor.dim %[[X]], %c0
// CHECK:         return %[[ROWS]]
func.func @rms_norm(%x: tensor<?x8xbf16>, %gamma: tensor<8xf32>) -> index {
  %c0 = arith.constant 0 : index
  %y = norm.rms_norm %x, %gamma eps 1.0e-5 : tensor<?x8xbf16>, tensor<8xf32>
  %rows = tensor.dim %y, %c0 : tensor<?x8xbf16>
  return %rows : index
}

// CHECK-LABEL: func @softmax
// CHECK-SAME:      %[[X:[^:]+]]: tensor<?x8xbf16>
// CHECK-NOT:     norm.softmax
// CHECK:         %[[ROWS:.+]] = tensor.dim %[[X]], %c0
// CHECK:         return %[[ROWS]]
func.func @softmax(%x: tensor<?x8xbf16>) -> index {
  %c0 = arith.constant 0 : index
  %y = norm.softmax %x : tensor<?x8xbf16>
  %rows = tensor.dim %y, %c0 : tensor<?x8xbf16>
  return %rows : index
}
