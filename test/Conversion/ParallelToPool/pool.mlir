// RUN: seednorm-opt %s --convert-parallel-to-pool | FileCheck %s
// RUN: seednorm-opt %s --convert-parallel-to-pool --canonicalize \
// RUN:     --convert-scf-to-cf --finalize-memref-to-llvm \
// RUN:     --convert-arith-to-llvm --convert-cf-to-llvm \
// RUN:     --convert-func-to-llvm --reconcile-unrealized-casts \
// RUN:   | FileCheck %s --check-prefix=LLVM

// What the loop captures goes through a struct in the function's frame; the
// constant does not. A buffer of an iteration serves a whole range of them.
// CHECK-LABEL: func.func @scale(
// CHECK-SAME:      %[[X:[^:]+]]: memref<?xf32>, %[[N:[^:]+]]: index, %[[S:[^:]+]]: f32
// CHECK:         %[[CONTEXT:.+]] = llvm.alloca %{{.*}} x !llvm.struct<(f32, struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>)>
// CHECK:         %[[COUNT:.+]] = arith.subi %[[N]], %c0
// CHECK:         %[[BODY:.+]] = llvm.mlir.addressof @scale_rows0_entry
// CHECK:         %[[FIELD:.+]] = llvm.getelementptr %[[CONTEXT]][0, 0]
// CHECK:         llvm.store %[[S]], %[[FIELD]]
// CHECK:         %[[GRAIN:.+]] = llvm.mlir.constant(12 : i64)
// CHECK:         llvm.call @seednorm_parallel_for(%[[BODY]], %[[CONTEXT]], %{{.*}}, %[[GRAIN]])
// CHECK-NOT:     scf.parallel
// CHECK:       func.func private @scale_rows0(
// CHECK-SAME:      %[[S:[^:]+]]: f32, %[[X:[^:]+]]: memref<?xf32>, %[[BEGIN:[^:]+]]: index, %[[END:[^:]+]]: index) {
// CHECK-DAG:     %[[TWO:.+]] = arith.constant 2.0
// CHECK:         %[[BUFFER:.+]] = memref.alloca
// CHECK:         scf.for %[[I:.+]] =
// CHECK-NOT:       memref.alloca
// CHECK:           arith.mulf %[[S]], %[[TWO]]
// CHECK:           memref.store %{{.*}}, %[[X]][%[[I]]]
// CHECK:       llvm.func internal @scale_rows0_entry(
// CHECK-SAME:      %[[CONTEXT:[^:]+]]: !llvm.ptr, %[[BEGIN:[^:]+]]: i64, %[[END:[^:]+]]: i64) {
// CHECK:         %[[FIELD:.+]] = llvm.getelementptr %[[CONTEXT]][0, 0]
// CHECK:         llvm.load %[[FIELD]] : !llvm.ptr -> f32
// CHECK:         call @scale_rows0(
// CHECK:         llvm.return

// The casts between memrefs and structs meet their counterparts.
// LLVM-NOT:    unrealized_conversion_cast
// LLVM:        llvm.call @seednorm_parallel_for
// LLVM-NOT:    unrealized_conversion_cast
func.func @scale(%x: memref<?xf32>, %n: index, %s: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %two = arith.constant 2.0 : f32
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    %buffer = memref.alloca() : memref<4xf32>
    %t = arith.mulf %s, %two : f32
    memref.store %t, %buffer[%c0] : memref<4xf32>
    %u = memref.load %buffer[%c0] : memref<4xf32>
    memref.store %u, %x[%i] : memref<?xf32>
    scf.reduce
  } {row.grain = 12 : index}
  return
}

// Two loops of one function; iterations that do not start at 0.
// CHECK-LABEL: func.func @two(
// CHECK-SAME:      %{{[^:]+}}: memref<?xf32>, %[[L:[^:]+]]: index, %[[N:[^:]+]]: index
// CHECK:         llvm.mlir.addressof @two_rows0_entry
// CHECK:         arith.subi %[[N]], %[[L]]
// CHECK:         llvm.mlir.addressof @two_rows1_entry
// CHECK:       func.func private @two_rows1(
// CHECK-SAME:      %[[L:[^:]+]]: index, %{{[^:]+}}: f32, %{{[^:]+}}: memref<?xf32>, %[[BEGIN:[^:]+]]: index, %[[END:[^:]+]]: index)
// CHECK:         %[[FIRST:.+]] = arith.addi %[[L]], %[[BEGIN]]
// CHECK:         %[[LAST:.+]] = arith.addi %[[L]], %[[END]]
// CHECK:         scf.for %{{.*}} = %[[FIRST]] to %[[LAST]]
// CHECK:       func.func private @two_rows0(
func.func @two(%x: memref<?xf32>, %l: index, %n: index, %s: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    memref.store %s, %x[%i] : memref<?xf32>
    scf.reduce
  }
  scf.parallel (%i) = (%l) to (%n) step (%c1) {
    memref.store %s, %x[%i] : memref<?xf32>
    scf.reduce
  }
  return
}

// Stores past the caches are seen by who waits for the thread that made them.
// CHECK-LABEL: func.func private @streams_rows0(
// CHECK:         scf.for
// CHECK:         llvm.fence seq_cst
// CHECK-NEXT:    return
func.func @streams(%x: memref<?xf32>, %n: index, %s: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    memref.store %s, %x[%i] : memref<?xf32>
    scf.reduce
  } {row.grain = 1 : index, row.streams}
  return
}

// The loop that adds partial sums is no loop over rows: it has names of its own.
// CHECK-LABEL: func.func @sums(
// CHECK:         llvm.mlir.addressof @sums_rows0_entry
// CHECK:         llvm.mlir.addressof @sums_totals0_entry
// CHECK:       llvm.func @seednorm_parallel_for(!llvm.ptr, !llvm.ptr, i64, i64)
func.func @sums(%x: memref<?xf32>, %n: index, %s: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    memref.store %s, %x[%i] : memref<?xf32>
    scf.reduce
  } {row.grain = 1 : index}
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    memref.store %s, %x[%i] : memref<?xf32>
    scf.reduce
  } {row.totals}
  return
}
