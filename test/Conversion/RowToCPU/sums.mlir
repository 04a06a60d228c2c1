// RUN: seednorm-opt %s --convert-row-to-cpu --canonicalize --cse | FileCheck %s

// One sweep for both sums, one for the output; each accumulator of its own.
// CHECK-LABEL: func @one_level
// CHECK-SAME:      %[[X:[^:]+]]: memref<?x128xf32>
// CHECK:         %[[ROWS:.+]] = memref.dim %[[X]], %c0
// CHECK:         scf.parallel (%[[ROW:.+]]) = (%c0) to (%[[ROWS]]) step (%c1) {
// CHECK:           %[[OFFSET:.+]] = arith.muli %[[ROW]], %c128
// CHECK:           memref.reinterpret_cast %[[X]] to offset: [%[[OFFSET]]], sizes: [128], strides: [1]
// CHECK:           %[[SUMS:.+]]:4 = scf.for %{{.*}} = %c0 to %c128 step %c16
// CHECK-SAME:          -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
// CHECK-COUNT-2:     vector.load
// CHECK-NOT:         vector.load
// CHECK:             scf.yield
// CHECK:           %[[SQUARES:.+]] = arith.addf %[[SUMS]]#0, %[[SUMS]]#1
// CHECK:           vector.reduction <add>, %[[SQUARES]]
// CHECK:           %[[TOTALS:.+]] = arith.addf %[[SUMS]]#2, %[[SUMS]]#3
// CHECK:           vector.reduction <add>, %[[TOTALS]]
// CHECK:           %[[SCALE:.+]] = math.rsqrt %{{.*}} : f32
// CHECK:           scf.for %{{.*}} = %c0 to %c128 step %c16
// CHECK-COUNT-2:     vector.store
// CHECK-NOT:       scf.for
// CHECK:         } {row.grain = 5 : index}
func.func @one_level(%x: memref<?x128xf32>, %y: memref<?x128xf32>) {
  row.program ins(%x : memref<?x128xf32> by row) outs(%y : memref<?x128xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 2, grain = 5>) {
  ^bb0(%xv: vector<128xf32>):
    %sq = arith.mulf %xv, %xv : vector<128xf32>
    %ss = vector.reduction <add>, %sq : vector<128xf32> into f32
    %s = vector.reduction <add>, %xv : vector<128xf32> into f32
    %r = math.rsqrt %ss : f32
    %f = arith.mulf %r, %s : f32
    %fv = vector.broadcast %f : f32 to vector<128xf32>
    %o = arith.mulf %xv, %fv : vector<128xf32>
    row.yield %o : vector<128xf32>
  }
  return
}

// A maximum, then a sum that needs it: three sweeps. The identity of the
// maximum is not zero.
// CHECK-LABEL: func @two_levels
// CHECK-DAG:     %[[LOWEST:.+]] = arith.constant dense<0xFF800000> : vector<8xf32>
// CHECK:         scf.parallel
// CHECK:           scf.for {{.*}} iter_args(%{{.*}} = %[[LOWEST]])
// CHECK:             arith.maximumf
// CHECK:           vector.reduction <maximumf>
// CHECK:           scf.for
// CHECK:             math.exp
// CHECK:             arith.addf
// CHECK:           vector.reduction <add>
// CHECK:           scf.for
// CHECK:             vector.store
// CHECK-NOT:       scf.for
func.func @two_levels(%x: memref<?x64xf32>, %y: memref<?x64xf32>) {
  row.program ins(%x : memref<?x64xf32> by row) outs(%y : memref<?x64xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>) {
  ^bb0(%xv: vector<64xf32>):
    %max = vector.reduction <maximumf>, %xv : vector<64xf32> into f32
    %maxv = vector.broadcast %max : f32 to vector<64xf32>
    %c = arith.subf %xv, %maxv : vector<64xf32>
    %e = math.exp %c : vector<64xf32>
    %s = vector.reduction <add>, %e : vector<64xf32> into f32
    %sv = vector.broadcast %s : f32 to vector<64xf32>
    %o = arith.divf %e, %sv : vector<64xf32>
    row.yield %o : vector<64xf32>
  }
  return
}

// Without sums there is one sweep. The scalar of the row is loaded once.
// CHECK-LABEL: func @no_level
// CHECK:         scf.parallel
// CHECK:           %[[A:.+]] = memref.load
// CHECK:           scf.for
// CHECK:             vector.broadcast %[[A]]
// CHECK-NOT:         memref.load
// CHECK:             math.tanh %{{.*}} : vector<8xf32>
// CHECK:             vector.store
// CHECK-NOT:       scf.for
func.func @no_level(%x: memref<?x64xf32>, %a: memref<?xf32>, %y: memref<?x64xf32>) {
  row.program ins(%x : memref<?x64xf32> by row, %a : memref<?xf32> by row)
      outs(%y : memref<?x64xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>) {
  ^bb0(%xv: vector<64xf32>, %as: f32):
    %av = vector.broadcast %as : f32 to vector<64xf32>
    %m = arith.mulf %av, %xv : vector<64xf32>
    %t = math.tanh %m : vector<64xf32>
    row.yield %t : vector<64xf32>
  }
  return
}
