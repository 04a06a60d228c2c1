// RUN: seednorm-opt %s --split-input-file --convert-row-to-cpu --canonicalize --cse | FileCheck %s

// One loop has both: the sum so far is weighed by how much the maximum grows.
// CHECK-LABEL: func @softmax
// CHECK:         scf.parallel
// CHECK:           scf.for {{.*}} iter_args(%[[M:.*]] = %{{.*}}, %[[S:.*]] = %{{.*}}) -> (vector<8xf32>, vector<8xf32>)
// CHECK:             %[[V:.*]] = vector.load
// CHECK:             %[[NEXT:.*]] = arith.maximumf %[[M]], %[[V]]
// CHECK:             arith.cmpf oeq, %[[M]], %[[NEXT]]
// CHECK:             %[[GROWN:.*]] = arith.subf %[[M]], %[[NEXT]]
// CHECK:             math.exp %[[GROWN]]
// CHECK:             arith.mulf %[[S]],
// CHECK:             %[[D:.*]] = arith.subf %[[V]], %[[NEXT]]
// CHECK:             math.exp %[[D]]
// CHECK:           vector.reduction <maximumf>
// CHECK:           vector.reduction <add>
// CHECK:           scf.for
// CHECK-NOT:       vector.reduction
func.func @softmax(%x: memref<?x64xf32>, %y: memref<?x64xf32>) {
  row.program ins(%x : memref<?x64xf32> by row) outs(%y : memref<?x64xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1, online = true>) {
  ^bb0(%v: vector<64xf32>):
    %least = arith.constant 0xFF800000 : f32
    %zero = arith.constant 0.0 : f32
    %m = vector.multi_reduction <maximumf>, %v, %least [0] : vector<64xf32> to f32
    %bm = vector.broadcast %m : f32 to vector<64xf32>
    %d = arith.subf %v, %bm : vector<64xf32>
    %e = math.exp %d : vector<64xf32>
    %s = vector.multi_reduction <add>, %e, %zero [0] : vector<64xf32> to f32
    %bs = vector.broadcast %s : f32 to vector<64xf32>
    %r = arith.divf %e, %bs : vector<64xf32>
    row.yield %r : vector<64xf32>
  }
  return
}
