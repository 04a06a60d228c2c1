// RUN: seednorm-opt %s --convert-row-to-cpu --canonicalize --cse --split-input-file | FileCheck %s

#schedule = #row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>

// Two blocks serve eight columns: twenty multiplications of two counters. The
// number of the row is that of the loop over all leading dimensions.
// CHECK-LABEL: func @blocks
// CHECK:         scf.parallel (%[[ROW:.+]]) =
// CHECK:           scf.for %[[COLUMN:.+]] = %c0 to %c64 step %c8
// CHECK:             %[[N:.+]] = arith.index_castui %[[ROW]] : index to i64
// CHECK:             %[[BLOCK:.+]] = arith.divui %[[COLUMN]], %c4
// CHECK:             %[[FIRST:.+]] = arith.index_castui %[[BLOCK]] : index to i32
// CHECK:             %[[FIRSTS:.+]] = vector.broadcast %[[FIRST]] : i32 to vector<2xi32>
// CHECK:             arith.addi %[[FIRSTS]], %{{.*}} : vector<2xi32>
// CHECK:             arith.trunci %[[N]] : i64 to i32
// CHECK-COUNT-20:    arith.mului_extended {{.*}} : vector<2xi32>
// CHECK-NOT:         arith.mului_extended
// CHECK-COUNT-2:     vector.interleave {{.*}} -> vector<4xi32>
// CHECK:             vector.interleave {{.*}} -> vector<8xi32>
// CHECK:             vector.store
func.func @blocks(%s: memref<i64>, %y: memref<?x?x64xi32>) {
  row.program ins(%s : memref<i64> shared) outs(%y : memref<?x?x64xi32> by row) schedule(#schedule) {
  ^bb0(%seed: i64):
    %bits = row.philox %seed, %seed : vector<64xi32>
    row.yield %bits : vector<64xi32>
  }
  return
}

// -----

#schedule = #row.cpu_schedule<vector = 4, accumulators = 1, grain = 1>

// Segments of six columns begin within blocks: each column has its own block.
// CHECK-LABEL: func @segments
// CHECK:         scf.for %{{.*}} = %c0 to %c12 step %c6
// CHECK-COUNT-20:  arith.mului_extended {{.*}} : vector<4xi32>
// CHECK-COUNT-3:   arith.select {{.*}} : vector<4xi1>, vector<4xi32>
// CHECK:           vector.store {{.*}} vector<4xi32>
// CHECK-COUNT-3:   arith.select {{.*}} : vector<2xi1>, vector<2xi32>
// CHECK:           vector.store {{.*}} vector<2xi32>
func.func @segments(%s: memref<i64>, %h: memref<?x2xi32>, %y: memref<?x12xi32>) {
  row.program ins(%s : memref<i64> shared, %h : memref<?x2xi32> by row)
      outs(%y : memref<?x12xi32> by row) schedule(#schedule) {
  ^bb0(%seed: i64, %heads: vector<2xi32>):
    %bits = row.philox %seed, %seed : vector<12xi32>
    %column = vector.shape_cast %heads : vector<2xi32> to vector<2x1xi32>
    %spread = vector.broadcast %column : vector<2x1xi32> to vector<2x6xi32>
    %flat = vector.shape_cast %spread : vector<2x6xi32> to vector<12xi32>
    %sum = arith.addi %bits, %flat : vector<12xi32>
    row.yield %sum : vector<12xi32>
  }
  return
}

// -----

#schedule = #row.cpu_schedule<vector = 4, accumulators = 1, grain = 1>

// A word for each head is a scalar in its segment.
// CHECK-LABEL: func @heads
// CHECK:         scf.for %[[COLUMN:.+]] = %c0 to %c8 step %c4
// CHECK:           %[[HEAD:.+]] = arith.divui %[[COLUMN]], %c4
// CHECK:           arith.divui %[[HEAD]], %c4
// CHECK-COUNT-20:  arith.mului_extended {{.*}} : i32
// CHECK:           memref.store %{{.*}}[%[[HEAD]]]
func.func @heads(%s: memref<i64>, %x: memref<?x8xi32>, %y: memref<?x2xi32>) {
  row.program ins(%s : memref<i64> shared, %x : memref<?x8xi32> by row)
      outs(%y : memref<?x2xi32> by row) schedule(#schedule) {
  ^bb0(%seed: i64, %xv: vector<8xi32>):
    %bits = row.philox %seed, %seed : vector<2xi32>
    row.yield %bits : vector<2xi32>
  }
  return
}
