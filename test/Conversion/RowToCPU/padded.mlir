// RUN: seednorm-opt %s --convert-row-to-cpu | FileCheck %s

// Rows of 7 in groups of 4: the vectors of the second group reach beyond a row,
// where they read 0 and store nothing. The scales are whole.
// CHECK-LABEL: func @groups
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: memref<?x7xf32>,
// CHECK:         scf.parallel (%[[N:[a-z0-9]+]]) =
// CHECK:           %[[FIRST:.*]] = arith.muli %[[N]], %{{.*}} : index
// CHECK:           memref.reinterpret_cast %[[X]] to offset: [%{{.*}}], sizes: [7], strides: [1]
// CHECK:           scf.for %[[C:[a-z0-9]+]] = %{{.*}} to %{{.*}} step
// CHECK:             %[[LEFT:.*]] = arith.subi %{{.*}}, %[[C]] : index
// CHECK:             %[[MASK:.*]] = vector.create_mask %[[LEFT]] : vector<4xi1>
// CHECK:             vector.maskedload %{{.*}}[%[[C]]], %[[MASK]], %{{.*}}
// CHECK:             memref.store
// CHECK:           scf.for
// CHECK:             vector.maskedstore
func.func @groups(%x: memref<?x7xf32>, %y: memref<?x7xf32>, %m: memref<?x2xf32>) {
  row.program ins(%x : memref<?x7xf32> by row)
      outs(%y : memref<?x7xf32> by row, %m : memref<?x2xf32> by row)
      schedule(#row.cpu_schedule<vector = 4, accumulators = 1, grain = 1>) {
  ^bb0(%v: vector<8xf32>):
    %least = arith.constant dense<0.0> : vector<2xf32>
    %groups = vector.shape_cast %v : vector<8xf32> to vector<2x4xf32>
    %sums = vector.multi_reduction <add>, %groups, %least [1] : vector<2x4xf32> to vector<2xf32>
    %column = vector.shape_cast %sums : vector<2xf32> to vector<2x1xf32>
    %spread = vector.broadcast %column : vector<2x1xf32> to vector<2x4xf32>
    %flat = vector.shape_cast %spread : vector<2x4xf32> to vector<8xf32>
    %d = arith.subf %v, %flat : vector<8xf32>
    row.yield %d, %sums : vector<8xf32>, vector<2xf32>
  }
  return
}
