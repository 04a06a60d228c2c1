// RUN: seednorm-opt %s --expand-strided-copies | FileCheck %s

// CHECK-LABEL: func @gaps
// CHECK-NOT:     memref.copy
// CHECK:         linalg.generic
func.func @gaps(%x: memref<4x8xf32, strided<[16, 1]>>, %y: memref<4x8xf32>) {
  memref.copy %x, %y : memref<4x8xf32, strided<[16, 1]>> to memref<4x8xf32>
  return
}

// CHECK-LABEL: func @dense
// CHECK:         memref.copy
func.func @dense(%x: memref<?x8xf32>, %y: memref<?x8xf32>) {
  memref.copy %x, %y : memref<?x8xf32> to memref<?x8xf32>
  return
}
