// RUN: seednorm-opt %s --split-input-file --convert-row-to-cpu --canonicalize --cse | FileCheck %s

// Dimensions that one stride leads through need no division; others do.
// CHECK-LABEL: func @collapsed
// CHECK-NOT:     arith.remui
// CHECK-NOT:     arith.divui
// CHECK:         scf.parallel (%[[N:.*]]) =
// CHECK:           %[[AT:.*]] = arith.muli %[[N]], %c16
// CHECK:           memref.reinterpret_cast %{{.*}} to offset: [%[[AT]]], sizes: [8], strides: [1]
func.func @collapsed(%x: memref<?x3x8xf32, strided<[48, 16, 1]>>, %y: memref<?x3x8xf32>) {
  row.program ins(%x : memref<?x3x8xf32, strided<[48, 16, 1]>> by row)
      outs(%y : memref<?x3x8xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>) {
  ^bb0(%v: vector<8xf32>):
    row.yield %v : vector<8xf32>
  }
  return
}

// -----

// CHECK-LABEL: func @apart
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: memref
// CHECK:         %{{.*}}, %[[O:.*]], %{{.*}}:3, %[[S:.*]]:3 = memref.extract_strided_metadata
// CHECK:         scf.parallel (%[[N:.*]]) =
// CHECK:           %[[INNER:.*]] = arith.remui %[[N]], %c3
// CHECK:           %[[OUTER:.*]] = arith.divui %[[N]], %c3
// CHECK:           %[[A:.*]] = arith.muli %[[INNER]], %[[S]]#1
// CHECK:           %[[P:.*]] = arith.addi %[[A]], %[[O]]
// CHECK:           %[[Q:.*]] = arith.muli %[[OUTER]], %[[S]]#0
// CHECK:           %[[AT:.*]] = arith.addi %[[Q]], %[[P]]
// CHECK:           memref.reinterpret_cast %[[X]] to offset: [%[[AT]]], sizes: [8], strides: [1]
func.func @apart(%x: memref<?x3x8xf32, strided<[?, ?, 1], offset: ?>>, %y: memref<?x3x8xf32>) {
  row.program ins(%x : memref<?x3x8xf32, strided<[?, ?, 1], offset: ?>> by row)
      outs(%y : memref<?x3x8xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>) {
  ^bb0(%v: vector<8xf32>):
    row.yield %v : vector<8xf32>
  }
  return
}
