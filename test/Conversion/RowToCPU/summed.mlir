// RUN: seednorm-opt %s --convert-row-to-cpu --canonicalize --cse | FileCheck %s

#schedule = #row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>

// Tiles of rows have a partial sum each, on cache lines of its own; a second
// loop, over columns, adds them in order and rounds once. Both values of a chunk
// are there before one is stored, as %dx may be the memory of %x.
// CHECK-LABEL: func @with_rows
// CHECK-SAME:      %[[X:[^:]+]]: memref<?x1024xf32>, %[[DX:[^:]+]]: memref<?x1024xf32>, %[[S:[^:]+]]: memref<1024xbf16>
// CHECK:         %[[ROWS:.+]] = memref.dim %[[X]], %c0
// CHECK:         %[[PARTIALS:.+]] = memref.alloc(%{{.*}}) {alignment = 128 : i64} : memref<?x1056xf32>
// CHECK:         scf.parallel (%[[TILE:.+]]) =
// CHECK:           memref.reinterpret_cast %[[PARTIALS]]
// CHECK:           scf.for {{.*}} step %c32
// CHECK:             vector.store %cst{{.*}} vector<32xf32>
// CHECK:           scf.for %[[ROW:.+]] = %{{.*}} to %{{.*}} step %c1
// CHECK:             scf.for %[[COLUMN:.+]] = %c0 to %c1024 step %c8
// CHECK:               %[[LOADED:.+]] = vector.load
// CHECK:               %[[SQUARE:.+]] = arith.mulf %[[LOADED]], %[[LOADED]]
// CHECK:               vector.store
// CHECK:               %[[BEFORE:.+]] = vector.load
// CHECK:               %[[AFTER:.+]] = arith.addf %[[BEFORE]], %[[SQUARE]]
// CHECK:               vector.store %[[AFTER]]
// CHECK:         {row.grain = 1 : index}
// CHECK:         scf.parallel
// CHECK:           scf.for {{.*}} step %c32
// CHECK:             scf.for %{{.*}} = %c0 to %{{.*}} step %c1 iter_args
// CHECK-COUNT-2:       vector.load {{.*}} vector<16xf32>
// CHECK-COUNT-2:     arith.truncf {{.*}} vector<16xf32> to vector<16xbf16>
// CHECK:         {row.totals}
// CHECK:         memref.dealloc %[[PARTIALS]]
func.func @with_rows(%x: memref<?x1024xf32>, %dx: memref<?x1024xf32>, %s: memref<1024xbf16>) {
  row.program ins(%x : memref<?x1024xf32> by row)
      outs(%dx : memref<?x1024xf32> by row, %s : memref<1024xbf16> summed) schedule(#schedule) {
  ^bb0(%xv: vector<1024xf32>):
    %0 = arith.mulf %xv, %xv : vector<1024xf32>
    row.yield %xv, %0 : vector<1024xf32>, vector<1024xf32>
  }
  return
}

// A few columns are added where the program is, in vectors of falling width;
// what the output held comes last, before the rounding.
// CHECK-LABEL: func @added
// CHECK-SAME:      %[[S:[^:]+]]: memref<13xf16>)
// CHECK:         scf.parallel
// CHECK-NOT:     scf.parallel
// CHECK:         %[[TOTALS:.+]]:3 = scf.for
// CHECK:         %[[HELD:.+]] = vector.load {{.*}} vector<8xf16>
// CHECK:         %[[WIDE:.+]] = arith.extf %[[HELD]]
// CHECK:         %[[SUM:.+]] = arith.addf %[[WIDE]], %[[TOTALS]]#0
// CHECK:         arith.truncf %[[SUM]]
// CHECK:         vector.load {{.*}} vector<4xf16>
// CHECK:         vector.load {{.*}} vector<1xf16>
func.func @added(%x: memref<?x13xf32>, %s: memref<13xf16>) {
  row.program ins(%x : memref<?x13xf32> by row) outs(%s : memref<13xf16> added) schedule(#schedule) {
  ^bb0(%xv: vector<13xf32>):
    row.yield %xv : vector<13xf32>
  }
  return
}

// One number a head counts once in a row, not once a segment of it.
// CHECK-LABEL: func @heads
// CHECK:         scf.for %[[PART:.+]] = %c0 to %c24 step %c4
// CHECK:           %[[LAST:.+]] = arith.cmpi eq, %{{.*}}, %c8
// CHECK:           scf.if %[[LAST]] {
// CHECK:             %[[BEFORE:.+]] = memref.load
// CHECK:             %[[AFTER:.+]] = arith.addf %[[BEFORE]]
// CHECK:             memref.store %[[AFTER]]
func.func @heads(%x: memref<?x24xf32>, %y: memref<?x3xf32>, %s: memref<2xf32>) {
  row.program ins(%x : memref<?x24xf32> by row, %y : memref<?x3xf32> by row)
      outs(%s : memref<2xf32> summed) schedule(#schedule) {
  ^bb0(%xv: vector<24xf32>, %yv: vector<3xf32>):
    %zero = arith.constant dense<0.0> : vector<2xf32>
    %h = vector.shape_cast %xv : vector<24xf32> to vector<2x12xf32>
    %t = vector.multi_reduction <add>, %h, %zero [1] : vector<2x12xf32> to vector<2xf32>
    row.yield %t : vector<2xf32>
  }
  return
}

// What the output lacks of a slice is added when each element has its total.
// CHECK-LABEL: func @behind
// CHECK-SAME:      %[[S:[^:]+]]: memref<4x1xf32>
// CHECK:         scf.parallel
// CHECK:         scf.for
// CHECK:           %[[SUM:.+]] = scf.for %{{.*}} = %c0 to %c4 step %c1 iter_args(%{{.*}} = %cst
// CHECK:             arith.addf
// CHECK:           memref.store %[[SUM]]
func.func @behind(%x: memref<?x4x4xf32>, %s: memref<4x1xf32>) {
  row.program ins(%x : memref<?x4x4xf32> by row) outs(%s : memref<4x1xf32> summed) schedule(#schedule) {
  ^bb0(%xv: vector<4x4xf32>):
    row.yield %xv : vector<4x4xf32>
  }
  return
}
