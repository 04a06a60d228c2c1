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

// Each result has sizes, the second's those of the input too.
// CHECK-LABEL: func @modulate
// CHECK-SAME:      %[[X:[^:]+]]: tensor<?x3x8xbf16>
// CHECK-NOT:     norm.modulate
// CHECK:         %[[ROWS:.+]] = tensor.dim %[[X]], %c0
// CHECK:         return %[[ROWS]], %[[ROWS]]
func.func @modulate(%x: tensor<?x3x8xbf16>, %s: tensor<?x8xbf16>, %r: tensor<?x3x8xbf16>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %y, %h = norm.modulate %x, %s, %s residual(%r : tensor<?x3x8xbf16>) statistics rms_norm eps 1.0e-5
      : tensor<?x3x8xbf16>, tensor<?x8xbf16>
  %rows = tensor.dim %y, %c0 : tensor<?x3x8xbf16>
  %sums = tensor.dim %h, %c0 : tensor<?x3x8xbf16>
  return %rows, %sums : index, index
}

// A scale has the leading sizes of the input, and the number of groups.
// CHECK-LABEL: func @quantize
// CHECK-SAME:      %[[X:[^:]+]]: tensor<?x?x384xf32>
// CHECK-NOT:     norm.quantize
// CHECK-DAG:     %[[GROUPS:.+]] = arith.constant 3 : index
// CHECK-DAG:     %[[INNER:.+]] = tensor.dim %[[X]], %c1
// CHECK:         return %[[INNER]], %[[GROUPS]]
func.func @quantize(%x: tensor<?x?x384xf32>) -> (index, index) {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %y, %s = norm.quantize %x to i8 per group : tensor<?x?x384xf32>
  %inner = tensor.dim %s, %c1 : tensor<?x?x3xf32>
  %groups = tensor.dim %s, %c2 : tensor<?x?x3xf32>
  return %inner, %groups : index, index
}

// CHECK-LABEL: func @group_norm
// CHECK-SAME:      %[[X:[^:]+]]: tensor<?x6x5xf32>
// CHECK-NOT:     norm.group_norm
// CHECK:         %[[SAMPLES:.+]] = tensor.dim %[[X]], %c0
// CHECK:         return %[[SAMPLES]]
func.func @group_norm(%x: tensor<?x6x5xf32>) -> index {
  %c0 = arith.constant 0 : index
  %y = norm.group_norm %x groups 3 eps 1.0e-5 : tensor<?x6x5xf32>
  %samples = tensor.dim %y, %c0 : tensor<?x6x5xf32>
  return %samples : index
}
