// RUN: seednorm-opt %s --convert-parallel-to-pool | FileCheck %s
// RUN: seednorm-opt %s --convert-parallel-to-pool --canonicalize \
// RUN:     --convert-scf-to-cf --finalize-memref-to-llvm \
// RUN:     --convert-arith-to-llvm --convert-cf-to-llvm \
// RUN:     --convert-func-to-llvm --reconcile-unrealized-casts \
// RUN:   | FileCheck %s --check-prefix=LLVM

// What the loop captures goes through a struct in the function's frame: of the
// memref its address and size; of the constant nothing. A buffer of an
// iteration serves a whole range of them.
// CHECK-LABEL: func.func @scale(
// CHECK-SAME:      %[[X:[^:]+]]: memref<?xf32>, %[[N:[^:]+]]: index, %[[S:[^:]+]]: f32
// CHECK:         %[[CONTEXT:.+]] = llvm.alloca %{{.*}} x !llvm.struct<(f32, ptr, i64)>
// CHECK:         %[[COUNT:.+]] = arith.subi %[[N]], %c0
// CHECK:         %[[BODY:.+]] = constant @scale_rows0 : (!llvm.ptr, i64, i64) -> ()
// CHECK:         %[[ADDRESS:.+]] = builtin.unrealized_conversion_cast %[[BODY]]
// CHECK:         %[[FIELD:.+]] = llvm.getelementptr %[[CONTEXT]][0, 0]
// CHECK:         llvm.store %[[S]], %[[FIELD]]
// CHECK:         %[[GRAIN:.+]] = llvm.mlir.constant(12 : i64)
// CHECK:         llvm.call @seednorm_parallel_for(%[[ADDRESS]], %[[CONTEXT]], %{{.*}}, %[[GRAIN]])
// CHECK-NOT:     scf.parallel
// CHECK:       func.func private @scale_rows0(
// CHECK-SAME:      %[[CONTEXT:[^:]+]]: !llvm.ptr, %[[BEGIN:[^:]+]]: i64, %[[END:[^:]+]]: i64)
// CHECK-SAME:      llvm.linkage = #llvm.linkage<internal>
// CHECK:         %[[FIELD:.+]] = llvm.getelementptr %[[CONTEXT]][0, 0]
// CHECK:         %[[S:.+]] = llvm.load %[[FIELD]] : !llvm.ptr -> f32
// CHECK:         %[[X:.+]] = builtin.unrealized_conversion_cast %{{.*}} to memref<?xf32>
// CHECK-DAG:     %[[TWO:.+]] = arith.constant 2.0
// CHECK-DAG:     %[[FIRST:.+]] = builtin.unrealized_conversion_cast %[[BEGIN]]
// CHECK-DAG:     %[[LAST:.+]] = builtin.unrealized_conversion_cast %[[END]]
// CHECK:         %[[BUFFER:.+]] = memref.alloca
// CHECK:         scf.for %[[I:.+]] = %[[FIRST]] to %[[LAST]]
// CHECK-NOT:       memref.alloca
// CHECK:           arith.mulf %[[S]], %[[TWO]]
// CHECK:           memref.store %{{.*}}, %[[X]][%[[I]]]

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
// CHECK:         constant @two_rows0
// CHECK:         arith.subi %[[N]], %[[L]]
// CHECK:         constant @two_rows1
// CHECK:       func.func private @two_rows1(
// CHECK-SAME:      %{{[^:]+}}: !llvm.ptr, %[[BEGIN:[^:]+]]: i64, %[[END:[^:]+]]: i64)
// CHECK:         %[[LOADED:.+]] = llvm.load %{{.*}} -> i64
// CHECK:         %[[L:.+]] = builtin.unrealized_conversion_cast %[[LOADED]]
// CHECK:         %[[B:.+]] = builtin.unrealized_conversion_cast %[[BEGIN]]
// CHECK:         %[[FIRST:.+]] = arith.addi %[[L]], %[[B]]
// CHECK:         %[[E:.+]] = builtin.unrealized_conversion_cast %[[END]]
// CHECK:         %[[LAST:.+]] = arith.addi %[[L]], %[[E]]
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
// CHECK:         constant @sums_rows0
// CHECK:         constant @sums_totals0
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
