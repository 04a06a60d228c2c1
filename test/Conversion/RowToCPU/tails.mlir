// RUN: seednorm-opt %s --convert-row-to-cpu --canonicalize --cse | FileCheck %s

// 11 = 8 + 2 + 1: what is left of a row adds to the lanes of the accumulator
// it belongs to, and nothing beyond the row is touched.
// CHECK-LABEL: func @shorter_than_a_step
// CHECK-DAG:     %[[ZEROS:.+]] = arith.constant dense<0.000000e+00> : vector<8xf32>
// CHECK:         scf.parallel
// CHECK-NOT:       scf.for
// CHECK:           %[[FIRST:.+]] = vector.load %{{.*}}[%c0] : {{.*}}, vector<8xf32>
// CHECK:           %[[SUM0:.+]] = arith.addf %[[FIRST]], %[[ZEROS]]
// CHECK:           %[[PAIR:.+]] = vector.load %{{.*}}[%c8] : {{.*}}, vector<2xf32>
// CHECK:           %[[WIDE2:.+]] = vector.insert_strided_slice %[[PAIR]], %[[ZEROS]] {offsets = [0]
// CHECK:           %[[SUM1:.+]] = arith.addf %[[SUM0]], %[[WIDE2]]
// CHECK:           %[[LAST:.+]] = vector.load %{{.*}}[%c10] : {{.*}}, vector<1xf32>
// CHECK:           %[[WIDE1:.+]] = vector.insert_strided_slice %[[LAST]], %[[ZEROS]] {offsets = [0]
// CHECK:           %[[SUM2:.+]] = arith.addf %[[SUM1]], %[[WIDE1]]
// CHECK:           vector.reduction <add>, %[[SUM2]]
// CHECK-NOT:       scf.for
// CHECK:           vector.store {{.*}} vector<8xf32>
// CHECK:           vector.store {{.*}} vector<2xf32>
// CHECK:           vector.store {{.*}} vector<1xf32>
func.func @shorter_than_a_step(%x: memref<?x11xf32>, %y: memref<?x11xf32>) {
  row.program ins(%x : memref<?x11xf32> by row) outs(%y : memref<?x11xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>) {
  ^bb0(%xv: vector<11xf32>):
    %s = vector.reduction <add>, %xv : vector<11xf32> into f32
    %sv = vector.broadcast %s : f32 to vector<11xf32>
    %o = arith.mulf %xv, %sv : vector<11xf32>
    row.yield %o : vector<11xf32>
  }
  return
}

// 100 = 6 * 16 + 4. A schedule by hand that is too wide is cut to the row.
// CHECK-LABEL: func @after_a_loop
// CHECK:         scf.parallel
// CHECK:           scf.for %[[C:.+]] = %c0 to %c96 step %c16
// CHECK:             vector.load %{{.*}}[%[[C]]] : {{.*}}, vector<8xf32>
// CHECK:             %[[NEXT:.+]] = arith.addi %[[C]], %c8
// CHECK:             vector.load %{{.*}}[%[[NEXT]]] : {{.*}}, vector<8xf32>
// CHECK:           vector.load %{{.*}}[%c96] : {{.*}}, vector<4xf32>
func.func @after_a_loop(%x: memref<?x100xf32>, %y: memref<?x100xf32>) {
  row.program ins(%x : memref<?x100xf32> by row) outs(%y : memref<?x100xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 2, grain = 1>) {
  ^bb0(%xv: vector<100xf32>):
    row.yield %xv : vector<100xf32>
  }
  return
}

// CHECK-LABEL: func @one_column
// CHECK:         scf.parallel
// CHECK-NOT:       vector
// CHECK:           %[[X:.+]] = memref.load %{{.*}}[%c0]
// CHECK:           %[[Y:.+]] = arith.addf %[[X]], %[[X]] : f32
// CHECK:           memref.store %[[Y]], %{{.*}}[%c0]
func.func @one_column(%x: memref<?x1xf32>, %y: memref<?x1xf32>) {
  row.program ins(%x : memref<?x1xf32> by row) outs(%y : memref<?x1xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 2, grain = 1>) {
  ^bb0(%xv: vector<1xf32>):
    %o = arith.addf %xv, %xv : vector<1xf32>
    row.yield %o : vector<1xf32>
  }
  return
}
