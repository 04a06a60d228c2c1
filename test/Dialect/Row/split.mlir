// RUN: seednorm-opt %s --split-input-file --row-split=shards=4 --canonicalize --cse | FileCheck %s

// Two levels: the mean, then the deviation from it. What a sum starts with is
// added where it is taken, once. All functions take the same.
// CHECK-LABEL: func @deviation(
// CHECK-LABEL: func @deviation_sums1(
// CHECK-SAME:    %[[X:.*]]: tensor<?x16xf32> {row.part_of = 0 : i64}, %[[S:.*]]: tensor<?xf32> {row.part_of = 1 : i64})
// CHECK-SAME:    -> (tensor<?xf32> {row.combine = "add", row.shards = 4 : i64})
// CHECK:         row.program ins(%[[X]] : tensor<?x16xf32> by row)
// CHECK:           %[[ZERO:.*]] = arith.constant 0.0
// CHECK:           vector.multi_reduction <add>, %{{.*}}, %[[ZERO]] [0] : vector<16xf32> to f32
// CHECK-LABEL: func @deviation_sums2(
// CHECK-SAME:    %[[X:.*]]: tensor<?x16xf32> {row.part_of = 0 : i64}, %[[S:.*]]: tensor<?xf32> {row.part_of = 1 : i64}, %[[SUM:.*]]: tensor<?xf32>)
// CHECK-SAME:    -> (tensor<?xf32> {row.combine = "maximumf", row.shards = 4 : i64})
// CHECK:         row.program ins(%[[X]] : tensor<?x16xf32> by row, %[[S]] : tensor<?xf32> by row, %[[SUM]] : tensor<?xf32> by row)
// CHECK:         ^bb0(%[[V:.*]]: vector<16xf32>, %[[START:.*]]: f32, %[[PARTS:.*]]: f32):
// CHECK:           %[[MEAN:.*]] = arith.addf %[[START]], %[[PARTS]] : f32
// CHECK:           vector.multi_reduction <maximumf>
// CHECK-LABEL: func @deviation_apply(
// CHECK-SAME:    tensor<?x16xf32> {row.part_of = 0 : i64}, %{{.*}}: tensor<?xf32> {row.part_of = 1 : i64}, %{{.*}}: tensor<?xf32>, %{{.*}}: tensor<?xf32>) -> (tensor<?x16xf32> {row.part_of = 0 : i64})
// CHECK:         arith.addf
// CHECK:         arith.maximumf
func.func @deviation(%x: tensor<?x64xf32>, %s: tensor<?xf32>, %i: tensor<?x64xf32>)
    -> tensor<?x64xf32> {
  %y = row.program ins(%x : tensor<?x64xf32> by row, %s : tensor<?xf32> by row)
      outs(%i : tensor<?x64xf32> by row) {
  ^bb0(%v: vector<64xf32>, %start: f32):
    %one = arith.constant 1.0 : f32
    %sum = vector.multi_reduction <add>, %v, %start [0] : vector<64xf32> to f32
    %wide = vector.broadcast %sum : f32 to vector<64xf32>
    %d = arith.subf %v, %wide : vector<64xf32>
    %a = math.absf %d : vector<64xf32>
    %m = vector.multi_reduction <maximumf>, %a, %one [0] : vector<64xf32> to f32
    %mm = vector.broadcast %m : f32 to vector<64xf32>
    %q = arith.divf %d, %mm : vector<64xf32>
    row.yield %q : vector<64xf32>
  }
  return %y : tensor<?x64xf32>
}

// -----

// Of two heads each has two shards; of eight, each shard has two, and nothing
// is exchanged for those. A parameter that repeats stays whole.
// CHECK-LABEL: func @heads_sums1(
// CHECK-SAME:    -> (tensor<?x1xf32> {row.combine = "add", row.shards = 2 : i64})
// CHECK:         row.yield %{{.*}} : vector<1xf32>
// CHECK-LABEL: func @heads_apply(
// CHECK-SAME:    %{{.*}}: tensor<?x16xf32> {row.part_of = 0 : i64}, %{{.*}}: tensor<8xf32> {row.part_of = 1 : i64}, %{{.*}}: tensor<?x1xf32>) -> (tensor<?x1xf32> {row.part_of = 0 : i64}, tensor<?x2xf32> {row.part_of = 1 : i64})
// CHECK:           vector.multi_reduction <add>, %{{.*}} [1] : vector<2x8xf32> to vector<2xf32>
func.func @heads(%x: tensor<?x64xf32>, %w: tensor<8xf32>, %i: tensor<?x2xf32>, %j: tensor<?x8xf32>)
    -> (tensor<?x2xf32>, tensor<?x8xf32>) {
  %y:2 = row.program ins(%x : tensor<?x64xf32> by row, %w : tensor<8xf32> shared)
      outs(%i : tensor<?x2xf32> by row, %j : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<64xf32>, %g: vector<8x8xf32>):
    %z2 = arith.constant dense<0.0> : vector<2xf32>
    %z8 = arith.constant dense<0.0> : vector<8xf32>
    %two = vector.shape_cast %v : vector<64xf32> to vector<2x32xf32>
    %s2 = vector.multi_reduction <add>, %two, %z2 [1] : vector<2x32xf32> to vector<2xf32>
    %eight = vector.shape_cast %v : vector<64xf32> to vector<8x8xf32>
    %p = arith.mulf %eight, %g : vector<8x8xf32>
    %s8 = vector.multi_reduction <add>, %p, %z8 [1] : vector<8x8xf32> to vector<8xf32>
    row.yield %s2, %s8 : vector<2xf32>, vector<8xf32>
  }
  return %y#0, %y#1 : tensor<?x2xf32>, tensor<?x8xf32>
}
