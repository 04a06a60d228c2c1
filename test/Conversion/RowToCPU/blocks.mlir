// RUN: seednorm-opt %s --convert-row-to-cpu --canonicalize --cse --split-input-file --verify-diagnostics | FileCheck %s

// Two rows go through panels of 32 columns together: first those of the sum,
// with accumulators in memory between panels, then those of the result. What is
// left of 72 columns is taken row by row.
// CHECK-LABEL: func @pairs
// CHECK:         %[[BLOCKS:.+]] = arith.ceildivui %[[ROWS:.+]], %c2
// CHECK:         scf.parallel (%[[BLOCK:.+]]) = (%c0) to (%[[BLOCKS]])
// CHECK-DAG:       %[[SUMS:.+]] = memref.alloca() : memref<2x2xvector<8xf32>>
// CHECK-DAG:       %[[TOTAL:.+]] = memref.alloca() : memref<2x1xf32>
// CHECK:           %[[FIRST:.+]] = arith.muli %[[BLOCK]], %c2
// CHECK:           %[[LEFT:.+]] = arith.subi %[[ROWS]], %[[FIRST]]
// CHECK:           %[[COUNT:.+]] = arith.minui %[[LEFT]], %c2
// CHECK:           scf.for %[[P:.+]] = %c0 to %c64 step %c32
// CHECK:             scf.for %[[R:.+]] = %c0 to %[[COUNT]] step %c1
// CHECK:               memref.load %[[SUMS]][%[[R]], %c0]
// CHECK:               memref.load %[[SUMS]][%[[R]], %c1]
// CHECK:               scf.for %{{.*}} = %[[P]] to %{{.*}} step %c16
// CHECK:               memref.store %{{.*}}, %[[SUMS]][%[[R]], %c0]
// CHECK:               memref.store %{{.*}}, %[[SUMS]][%[[R]], %c1]
// CHECK:           scf.for %[[R:.+]] = %c0 to %[[COUNT]] step %c1
// CHECK:             vector.load %{{.*}}[%c64] : {{.*}}, vector<8xf32>
// CHECK:             vector.reduction <add>
// CHECK:             memref.store %{{.*}}, %[[TOTAL]][%[[R]], %c0]
// CHECK:           scf.for %[[P:.+]] = %c0 to %c64 step %c32
// CHECK:             scf.for %[[R:.+]] = %c0 to %[[COUNT]] step %c1
// CHECK:               memref.load %[[TOTAL]][%[[R]], %c0]
// CHECK:               scf.for %{{.*}} = %[[P]] to %{{.*}} step %c16
// CHECK:           scf.for %[[R:.+]] = %c0 to %[[COUNT]] step %c1
// CHECK:             vector.store {{.*}}[%c64] : {{.*}}, vector<8xf32>
// CHECK:         {row.grain = 3 : index}
func.func @pairs(%x: memref<?x72xf32>, %y: memref<?x72xf32>) {
  row.program ins(%x : memref<?x72xf32> by row) outs(%y : memref<?x72xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 2, grain = 5, rows = 2, panel = 32>) {
  ^bb0(%xv: vector<72xf32>):
    %s = vector.reduction <add>, %xv : vector<72xf32> into f32
    %sv = vector.broadcast %s : f32 to vector<72xf32>
    %o = arith.mulf %xv, %sv : vector<72xf32>
    row.yield %o : vector<72xf32>
  }
  return
}

// -----

func.func @cycles(%x: memref<?x3x64xf32>, %y: memref<3x64xf32>) {
  // expected-error @below {{expects 'rows = 1' in its schedule, since the rows of a cycle are taken one by one, but got 2}}
  row.program ins(%x : memref<?x3x64xf32> by row) outs(%y : memref<3x64xf32> summed by cycle)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1, rows = 2, panel = 32>) {
  ^bb0(%xv: vector<64xf32>):
    row.yield %xv : vector<64xf32>
  }
  return
}

// -----

func.func @heads(%x: memref<?x64xf32>, %y: memref<?x4xf32>) {
  // expected-error @below {{expects 'rows = 1' in its schedule, since some value has one number for a part of a row, but got 2}}
  row.program ins(%x : memref<?x64xf32> by row) outs(%y : memref<?x4xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1, rows = 2, panel = 32>) {
  ^bb0(%xv: vector<64xf32>):
    %zero = arith.constant dense<0.0> : vector<4xf32>
    %h = vector.shape_cast %xv : vector<64xf32> to vector<4x16xf32>
    %s = vector.multi_reduction <add>, %h, %zero [1] : vector<4x16xf32> to vector<4xf32>
    row.yield %s : vector<4xf32>
  }
  return
}
