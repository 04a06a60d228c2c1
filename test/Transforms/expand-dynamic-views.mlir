// RUN: seednorm-opt %s --expand-dynamic-views --canonicalize | FileCheck %s

// CHECK-LABEL: func @dense
// CHECK-SAME:    (%[[X:.*]]: memref<?x8xf32>, %[[B:.*]]: index, %[[S:.*]]: index)
// CHECK:         %[[STRIDE:.*]] = arith.muli %[[S]], %{{.*}} : index
// CHECK:         memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [%[[B]], %[[S]], 8], strides: [%[[STRIDE]], 8, 1] : {{.*}} to memref<?x?x8xf32>
func.func @dense(%x: memref<?x8xf32>, %b: index, %s: index) -> memref<?x?x8xf32> {
  %y = memref.expand_shape %x [[0, 1], [2]] output_shape [%b, %s, 8]
      : memref<?x8xf32> into memref<?x?x8xf32>
  return %y : memref<?x?x8xf32>
}

// The rows have gaps, and begin somewhere.
// CHECK-LABEL: func @strided
// CHECK:         %{{.*}}, %[[OFFSET:.*]], %{{.*}}:2, %[[STRIDES:.*]]:2 = memref.extract_strided_metadata
// CHECK:         %[[OUTER:.*]] = arith.muli %[[STRIDES]]#0, %{{.*}} : index
// CHECK:         memref.reinterpret_cast %{{.*}} to offset: [%[[OFFSET]]], sizes: [%{{.*}}, %{{.*}}, 8], strides: [%[[OUTER]], %[[STRIDES]]#0, 1]
func.func @strided(%x: memref<?x8xf32, strided<[?, 1], offset: ?>>, %b: index, %s: index)
    -> memref<?x?x8xf32, strided<[?, ?, 1], offset: ?>> {
  %y = memref.expand_shape %x [[0, 1], [2]] output_shape [%b, %s, 8]
      : memref<?x8xf32, strided<[?, 1], offset: ?>>
      into memref<?x?x8xf32, strided<[?, ?, 1], offset: ?>>
  return %y : memref<?x?x8xf32, strided<[?, ?, 1], offset: ?>>
}

// One size follows from the others; upstream knows how.
// CHECK-LABEL: func @one
// CHECK:         memref.expand_shape
func.func @one(%x: memref<?x8xf32>, %b: index) -> memref<?x4x8xf32> {
  %y = memref.expand_shape %x [[0, 1], [2]] output_shape [%b, 4, 8]
      : memref<?x8xf32> into memref<?x4x8xf32>
  return %y : memref<?x4x8xf32>
}
