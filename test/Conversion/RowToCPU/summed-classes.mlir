// RUN: seednorm-opt %s --convert-row-to-cpu --canonicalize --cse | FileCheck %s

#schedule = #row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>

// A group that is no more than a tile has its total there, in the tile's one
// partial sum; sums over all rows have another. Slices without rows are zero.
// CHECK-LABEL: func @groups
// CHECK:         memref.alloc
// CHECK:         memref.alloc
// CHECK:         scf.parallel
// CHECK:           scf.for %[[GROUP:.+]] =
// CHECK:             %[[FIRST:.+]] = arith.muli %[[GROUP]]
// CHECK:             scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c1
// CHECK:               scf.for {{.*}} to %c64 step %c8
// CHECK:             scf.if
// CHECK:               vector.store
// CHECK:         {row.grain = 1 : index}
// CHECK:         scf.parallel
// CHECK:         {row.totals}
// CHECK:         scf.for
// CHECK:         memref.dealloc
// CHECK:         memref.dealloc
func.func @groups(%x: memref<?x64xf32>, %g: memref<?x64xf32>, %s: memref<64xf32>) {
  row.program ins(%x : memref<?x64xf32> by row)
      outs(%g : memref<?x64xf32> summed by group 4, %s : memref<64xf32> summed) schedule(#schedule) {
  ^bb0(%xv: vector<64xf32>):
    row.yield %xv, %xv : vector<64xf32>, vector<64xf32>
  }
  return
}

// Rows are visited in their order and each class of the tile has a partial sum;
// or, where a tile has all rows of its classes, class by class.
// CHECK-LABEL: func @cycles
// CHECK:         %[[WHOLE:.+]] = arith.cmpi eq, %{{.*}}, %c1
// CHECK:         scf.parallel
// CHECK:           scf.for %[[OUTER:.+]] =
// CHECK:             scf.for %[[INNER:.+]] =
// CHECK:               %[[PLACE:.+]] = arith.select %[[WHOLE]], %[[OUTER]], %[[INNER]]
// CHECK:               %[[CYCLE:.+]] = arith.select %[[WHOLE]], %[[INNER]], %[[OUTER]]
// CHECK:               %[[FIRST:.+]] = arith.muli %[[CYCLE]], %c6
// CHECK:               arith.addi %[[FIRST]], %[[PLACE]]
// CHECK:             scf.if %[[WHOLE]]
// CHECK:         {row.grain = 1 : index}
// CHECK:         scf.parallel
// CHECK:         {row.totals}
func.func @cycles(%x: memref<?x64xf32>, %c: memref<6x64xf32>) {
  row.program ins(%x : memref<?x64xf32> by row) outs(%c : memref<6x64xf32> summed by cycle 6) schedule(#schedule) {
  ^bb0(%xv: vector<64xf32>):
    row.yield %xv : vector<64xf32>
  }
  return
}
