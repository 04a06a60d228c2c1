// RUN: seednorm-opt %s --convert-row-to-cpu --canonicalize --cse | FileCheck %s

#schedule = #row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>

// CHECK-LABEL: func @accesses
// CHECK-SAME:      %[[X:[^:]+]]: memref<?x?x8xf32>, %[[S:[^:]+]]: memref<8xf32>,
// CHECK-SAME:      %[[G:[^:]+]]: memref<?x8xf32>, %[[C:[^:]+]]: memref<4x8xf32>
// CHECK-DAG:     %[[N0:.+]] = memref.dim %[[X]], %c0
// CHECK-DAG:     %[[N1:.+]] = memref.dim %[[X]], %c1
// CHECK:         %[[ROWS:.+]] = arith.muli %[[N0]], %[[N1]]
// CHECK:         scf.parallel (%[[ROW:.+]]) = (%c0) to (%[[ROWS]])
// CHECK:           %[[GROUP:.+]] = arith.divui %[[ROW]], %c3
// CHECK:           %[[GROUP_OFFSET:.+]] = arith.muli %[[GROUP]], %c8
// CHECK:           memref.reinterpret_cast %[[G]] to offset: [%[[GROUP_OFFSET]]]
// CHECK:           %[[CYCLE:.+]] = arith.remui %[[ROW]], %c4
// CHECK:           %[[CYCLE_OFFSET:.+]] = arith.muli %[[CYCLE]], %c8
// CHECK:           memref.reinterpret_cast %[[C]] to offset: [%[[CYCLE_OFFSET]]]
func.func @accesses(%x: memref<?x?x8xf32>, %s: memref<8xf32>, %g: memref<?x8xf32>,
                    %c: memref<4x8xf32>, %y: memref<?x?x8xf32>) {
  row.program ins(%x : memref<?x?x8xf32> by row, %s : memref<8xf32> shared,
                  %g : memref<?x8xf32> by group 3, %c : memref<4x8xf32> by cycle 4)
      outs(%y : memref<?x?x8xf32> by row) schedule(#schedule) {
  ^bb0(%xv: vector<8xf32>, %sv: vector<8xf32>, %gv: vector<8xf32>, %cv: vector<8xf32>):
    %0 = arith.addf %xv, %sv : vector<8xf32>
    %1 = arith.addf %0, %gv : vector<8xf32>
    %2 = arith.addf %1, %cv : vector<8xf32>
    row.yield %2 : vector<8xf32>
  }
  return
}

// A slice of two dimensions is one run of memory.
// CHECK-LABEL: func @two_dimensions
// CHECK:         memref.reinterpret_cast %{{.*}} to offset: [%{{.*}}], sizes: [8], strides: [1] : memref<?x2x4xf32> to memref<8xf32
// CHECK:         vector.load {{.*}} vector<8xf32>
func.func @two_dimensions(%x: memref<?x2x4xf32>, %y: memref<?x2x4xf32>) {
  row.program ins(%x : memref<?x2x4xf32> by row) outs(%y : memref<?x2x4xf32> by row)
      schedule(#schedule) {
  ^bb0(%xv: vector<2x4xf32>):
    row.yield %xv : vector<2x4xf32>
  }
  return
}

// Rows may have gaps between them; a row may be the only one.
// CHECK-LABEL: func @strided
// CHECK-SAME:      %[[X:[^:]+]]: memref<?x8xf32, strided<[?, 1], offset: ?>>
// CHECK:         %{{[^,]+}}, %[[OFFSET:[^,]+]], %{{[^,]+}}, %[[STRIDE:[^,]+]]:2 = memref.extract_strided_metadata %[[X]]
// CHECK:         scf.parallel (%[[ROW:.+]]) =
// CHECK:           %[[DISTANCE:.+]] = arith.muli %[[ROW]], %[[STRIDE]]#0
// CHECK:           %[[START:.+]] = arith.addi %[[DISTANCE]], %[[OFFSET]]
// CHECK:           memref.reinterpret_cast %[[X]] to offset: [%[[START]]], sizes: [8], strides: [1]
func.func @strided(%x: memref<?x8xf32, strided<[?, 1], offset: ?>>, %y: memref<?x8xf32>) {
  row.program ins(%x : memref<?x8xf32, strided<[?, 1], offset: ?>> by row)
      outs(%y : memref<?x8xf32> by row) schedule(#schedule) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return
}

// CHECK-LABEL: func @single_row
// CHECK:         vector.load
func.func @single_row(%x: memref<8xf32, strided<[1], offset: 3>>, %y: memref<8xf32>) {
  row.program ins(%x : memref<8xf32, strided<[1], offset: 3>> by row)
      outs(%y : memref<8xf32> by row) schedule(#schedule) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return
}

// An element for several columns is stored once. In place, everything is loaded
// before anything is stored.
// CHECK-LABEL: func @in_place
// CHECK-SAME:      %[[X:[^:]+]]: memref<?x8xf32>, %[[R:[^:]+]]: memref<?xf32>
// CHECK:         scf.parallel
// CHECK-DAG:       %[[XV:.+]] = memref.reinterpret_cast %[[X]]
// CHECK-DAG:       %[[RV:.+]] = memref.reinterpret_cast %[[R]]
// CHECK:           memref.load %[[RV]]
// CHECK:           memref.store %{{.*}}, %[[RV]]
// CHECK-NOT:       memref.store
// CHECK:           vector.load %[[XV]]
// CHECK:           vector.store %{{.*}}, %[[XV]]
func.func @in_place(%x: memref<?x8xf32>, %r: memref<?xf32>) {
  row.program ins(%x : memref<?x8xf32> by row, %r : memref<?xf32> by row)
      outs(%x : memref<?x8xf32> by row, %r : memref<?xf32> by row) schedule(#schedule) {
  ^bb0(%xv: vector<8xf32>, %rs: f32):
    %rv = vector.broadcast %rs : f32 to vector<8xf32>
    %o = arith.mulf %xv, %rv : vector<8xf32>
    %n = arith.negf %rs : f32
    row.yield %o, %n : vector<8xf32>, f32
  }
  return
}
