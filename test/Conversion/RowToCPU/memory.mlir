// RUN: seednorm-opt %s --convert-row-to-cpu --canonicalize --cse --split-input-file | FileCheck %s

// While a row is applied the next one is fetched, the last one twice. Stores go
// past the caches if the call has 4096 bytes or more and y starts on a line.
// CHECK-LABEL: func @fetched_and_streamed
// CHECK-SAME:    (%[[X:.+]]: memref<?x64xf32>, %[[Y:.+]]: memref<?x64xf32>)
// CHECK-DAG:     %[[LAST:.+]] = arith.subi %[[ROWS:.+]], %c1
// CHECK-DAG:     %[[LARGE:.+]] = arith.cmpi uge, %[[ROWS]], %c8
// CHECK:         %[[ADDRESS:.+]] = memref.extract_aligned_pointer_as_index %[[Y]]
// CHECK:         %[[OFFSET:.+]] = arith.remui %[[ADDRESS]], %c64
// CHECK:         %[[ALIGNED:.+]] = arith.cmpi eq, %[[OFFSET]], %c0
// CHECK:         %[[STREAMS:.+]] = arith.andi %[[LARGE]], %[[ALIGNED]]
// CHECK:         scf.parallel (%[[ROW:.+]]) =
// CHECK:           %[[NEXT:.+]] = arith.addi %[[ROW]], %c1
// CHECK:           %[[CLAMPED:.+]] = arith.minui %[[NEXT]], %[[LAST]]
// CHECK:           %[[PLACE:.+]] = arith.muli %[[CLAMPED]], %c64
// CHECK:           %[[VIEW:.+]] = memref.reinterpret_cast %[[X]] to offset: [%[[PLACE]]]
// CHECK:           scf.for
// CHECK-NOT:         memref.prefetch
// CHECK:             scf.yield
// CHECK:           scf.for %[[C:.+]] = %c0 to %c64 step %c16
// CHECK:             memref.prefetch %[[VIEW]][%[[C]]], read, locality<2>, data
// CHECK-NOT:         memref.prefetch
// CHECK:             scf.if %[[STREAMS]]
// CHECK-COUNT-2:       vector.store {{.*}} {alignment = 32 : i64, nontemporal = true}
// CHECK:             } else {
// CHECK-NOT:           nontemporal
// CHECK-COUNT-2:       vector.store
// CHECK:         } {row.grain = 1 : index, row.streams}
func.func @fetched_and_streamed(%x: memref<?x64xf32>, %y: memref<?x64xf32>) {
  row.program ins(%x : memref<?x64xf32> by row) outs(%y : memref<?x64xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 2, grain = 1, prefetch = true, stream = 4096>) {
  ^bb0(%xv: vector<64xf32>):
    %s = vector.reduction <add>, %xv : vector<64xf32> into f32
    %sv = vector.broadcast %s : f32 to vector<64xf32>
    %o = arith.mulf %xv, %sv : vector<64xf32>
    row.yield %o : vector<64xf32>
  }
  return
}

// -----

// Rows that do not start on lines, and those with strides, go to the caches.
// CHECK-LABEL: func @not_streamed
// CHECK-NOT:     nontemporal
// CHECK-NOT:     row.streams
func.func @not_streamed(%x: memref<?x72xf32>, %y: memref<?x72xf32>, %z: memref<?x72xf32, strided<[80, 1]>>) {
  row.program ins(%x : memref<?x72xf32> by row) outs(%y : memref<?x72xf32> by row, %z : memref<?x72xf32, strided<[80, 1]>> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 2, grain = 1, stream = 1>) {
  ^bb0(%xv: vector<72xf32>):
    row.yield %xv, %xv : vector<72xf32>, vector<72xf32>
  }
  return
}
