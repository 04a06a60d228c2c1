// RUN: seednorm-opt %s --convert-row-to-cpu --canonicalize --cse | FileCheck %s

// The sum of the row is carried through the heads, that of a head goes to
// memory; what is uniform in a head is computed once for it.
// CHECK-LABEL: func @heads
// CHECK:         scf.parallel
// CHECK:           %[[TOTALS:.+]] = memref.alloca() : memref<4xf32>
// CHECK:           %[[SS:.+]] = scf.for %[[HEAD:.+]] = %c0 to %c64 step %c16 iter_args
// CHECK:             vector.reduction <add>
// CHECK:             %[[NUMBER:.+]] = arith.divui %[[HEAD]], %c16
// CHECK:             memref.store %{{.*}}, %[[TOTALS]][%[[NUMBER]]]
// CHECK:             scf.yield %{{.*}} : vector<8xf32>
// CHECK:           vector.reduction <add>, %[[SS]]
// CHECK:           math.rsqrt
// CHECK:           scf.for
// CHECK:             %[[TOTAL:.+]] = memref.load %[[TOTALS]]
// CHECK:             math.tanh %[[TOTAL]] : f32
// CHECK-NOT:         math.tanh
// CHECK:             vector.store
func.func @heads(%x: memref<?x64xf32>, %y: memref<?x64xf32>) {
  row.program ins(%x : memref<?x64xf32> by row) outs(%y : memref<?x64xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>) {
  ^bb0(%xv: vector<64xf32>):
    %zero = arith.constant dense<0.0> : vector<4xf32>
    %sq = arith.mulf %xv, %xv : vector<64xf32>
    %ss = vector.reduction <add>, %sq : vector<64xf32> into f32
    %r = math.rsqrt %ss : f32
    %h = vector.shape_cast %xv : vector<64xf32> to vector<4x16xf32>
    %s = vector.multi_reduction <add>, %h, %zero [1] : vector<4x16xf32> to vector<4xf32>
    %t = math.tanh %s : vector<4xf32>
    %rv = vector.broadcast %r : f32 to vector<4xf32>
    %tr = arith.mulf %t, %rv : vector<4xf32>
    %c = vector.shape_cast %tr : vector<4xf32> to vector<4x1xf32>
    %v = vector.broadcast %c : vector<4x1xf32> to vector<4x16xf32>
    %o = arith.mulf %v, %h : vector<4x16xf32>
    %flat = vector.shape_cast %o : vector<4x16xf32> to vector<64xf32>
    row.yield %flat : vector<64xf32>
  }
  return
}

// Runs of 8 and 12 columns: swept 4 columns at a time. The total of a run adds
// up over its parts, starting anew at the first.
// CHECK-LABEL: func @different_heads
// CHECK:         scf.parallel
// CHECK:           %[[OF8:.+]] = memref.alloca() : memref<3xf32>
// CHECK:           %[[OF12:.+]] = memref.alloca() : memref<2xf32>
// CHECK:           scf.for %[[PART:.+]] = %c0 to %c24 step %c4
// CHECK:             %[[IN8:.+]] = arith.remui %[[PART]], %c8
// CHECK:             %[[FIRST:.+]] = arith.cmpi eq, %[[IN8]], %c0
// CHECK:             %[[BEFORE:.+]] = memref.load %[[OF8]]
// CHECK:             arith.select %[[FIRST]], %cst{{.*}}, %[[BEFORE]]
// CHECK:             memref.store %{{.*}}, %[[OF8]]
// CHECK:             memref.store %{{.*}}, %[[OF12]]
func.func @different_heads(%x: memref<?x24xf32>, %a: memref<?x3xf32>, %b: memref<?x2xf32>) {
  row.program ins(%x : memref<?x24xf32> by row)
      outs(%a : memref<?x3xf32> by row, %b : memref<?x2xf32> by row)
      schedule(#row.cpu_schedule<vector = 4, accumulators = 1, grain = 1>) {
  ^bb0(%xv: vector<24xf32>):
    %zero3 = arith.constant dense<0.0> : vector<3xf32>
    %zero2 = arith.constant dense<0.0> : vector<2xf32>
    %x8 = vector.shape_cast %xv : vector<24xf32> to vector<3x8xf32>
    %s8 = vector.multi_reduction <add>, %x8, %zero3 [1] : vector<3x8xf32> to vector<3xf32>
    %x12 = vector.shape_cast %xv : vector<24xf32> to vector<2x12xf32>
    %s12 = vector.multi_reduction <add>, %x12, %zero2 [1] : vector<2x12xf32> to vector<2xf32>
    row.yield %s8, %s12 : vector<3xf32>, vector<2xf32>
  }
  return
}

// A sum over what is uniform in a head visits heads, not columns.
// CHECK-LABEL: func @sum_over_heads
// CHECK:         scf.parallel
// CHECK:           scf.for {{.*}} step %c16 {
// CHECK:             vector.load
// CHECK:           scf.for %{{.*}} = %c0 to %c4 step %c1 iter_args(%{{.*}} = %{{.*}}) -> (f32)
// CHECK-NOT:         vector
// CHECK:             scf.yield
func.func @sum_over_heads(%x: memref<?x64xf32>, %y: memref<?xf32>) {
  row.program ins(%x : memref<?x64xf32> by row) outs(%y : memref<?xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>) {
  ^bb0(%xv: vector<64xf32>):
    %zero = arith.constant dense<0.0> : vector<4xf32>
    %h = vector.shape_cast %xv : vector<64xf32> to vector<4x16xf32>
    %s = vector.multi_reduction <add>, %h, %zero [1] : vector<4x16xf32> to vector<4xf32>
    %sq = arith.mulf %s, %s : vector<4xf32>
    %ss = vector.reduction <add>, %sq : vector<4xf32> into f32
    row.yield %ss : f32
  }
  return
}
