// RUN: seednorm-opt %s --verify-roundtrip | FileCheck %s
// RUN: seednorm-opt %s --canonicalize | FileCheck %s --check-prefix=CANONICAL

// A shared operand may repeat along leading dimensions of its slice, up to all.
// CHECK-LABEL: func @repeated
// CHECK: %{{.*}} : tensor<16xf32> shared, %{{.*}} : tensor<f32> shared) outs(
// CHECK: ^bb0(%{{.*}}: vector<8x16xf32>, %{{.*}}: vector<8x16xf32>, %{{.*}}: vector<8x16xf32>):
func.func @repeated(%x: tensor<?x8x16xf32>, %gamma: tensor<16xf32>, %scale: tensor<f32>, %init: tensor<?x8x16xf32>) -> tensor<?x8x16xf32> {
  %y = row.program ins(%x : tensor<?x8x16xf32> by row, %gamma : tensor<16xf32> shared, %scale : tensor<f32> shared)
      outs(%init : tensor<?x8x16xf32> by row) {
  ^bb0(%xv: vector<8x16xf32>, %g: vector<8x16xf32>, %s: vector<8x16xf32>):
    %0 = arith.mulf %xv, %g : vector<8x16xf32>
    %1 = arith.mulf %0, %s : vector<8x16xf32>
    row.yield %1 : vector<8x16xf32>
  }
  return %y : tensor<?x8x16xf32>
}

// One operand repeated and not, or in two ways, is not one input; a repeated
// constant is.
// CANONICAL-LABEL: func @repeated_twice
// CANONICAL-SAME:      %[[X:.+]]: tensor<?x4x4xf32>, %[[G:.+]]: tensor<4xf32>, %[[E:.+]]: tensor<?x4x4xf32>
// CANONICAL: ins(%[[X]] : tensor<?x4x4xf32> by row, %[[G]] : tensor<4xf32> shared, %[[G]] : tensor<4xf32> shared) outs(%{{.*}} : tensor<?x4x4xf32> by row)
// CANONICAL: ^bb0(%{{.*}}: vector<4x4xf32>, %[[REPEATED:.+]]: vector<4x4xf32>, %[[HEADS:.+]]: vector<4xf32>):
// CANONICAL:   arith.constant dense<2.000000e+00> : vector<4x4xf32>
// CANONICAL:   arith.addf %[[REPEATED]], %[[REPEATED]]
func.func @repeated_twice(%x: tensor<?x4x4xf32>, %g: tensor<4xf32>, %e: tensor<?x4x4xf32>) -> tensor<?x4x4xf32> {
  %two = arith.constant dense<2.0> : tensor<4xf32>
  %y = row.program ins(%x : tensor<?x4x4xf32> by row, %g : tensor<4xf32> shared, %g : tensor<4xf32> shared,
                       %g : tensor<4xf32> shared, %two : tensor<4xf32> shared)
      outs(%e : tensor<?x4x4xf32> by row) {
  ^bb0(%xv: vector<4x4xf32>, %g0: vector<4x4xf32>, %g1: vector<4x4xf32>, %h: vector<4xf32>, %t: vector<4x4xf32>):
    %column = vector.shape_cast %h : vector<4xf32> to vector<4x1xf32>
    %heads = vector.broadcast %column : vector<4x1xf32> to vector<4x4xf32>
    %0 = arith.addf %g0, %g1 : vector<4x4xf32>
    %1 = arith.mulf %xv, %0 : vector<4x4xf32>
    %2 = arith.mulf %1, %heads : vector<4x4xf32>
    %3 = arith.mulf %2, %t : vector<4x4xf32>
    row.yield %3 : vector<4x4xf32>
  }
  return %y : tensor<?x4x4xf32>
}
