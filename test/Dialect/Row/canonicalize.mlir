// RUN: seednorm-opt %s --canonicalize | FileCheck %s

// A constant with one value needs no memory; the input goes.
// CHECK-LABEL: func @splat
// CHECK: row.program ins(%{{[a-z0-9]+}} : tensor<?x8xf32> by row) outs
// CHECK: arith.constant dense<2.000000e+00> : vector<8xf32>
func.func @splat(%x: tensor<?x8xf32>, %y0: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %two = arith.constant dense<2.0> : tensor<8xf32>
  %y = row.program ins(%x : tensor<?x8xf32> by row, %two : tensor<8xf32> shared) outs(%y0 : tensor<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %t: vector<8xf32>):
    %p = arith.mulf %xv, %t : vector<8xf32>
    row.yield %p : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}

// CHECK-LABEL: func @twice
// CHECK: row.program ins(%{{[a-z0-9]+}} : tensor<?x8xf32> by row) outs
// CHECK: ^bb0(%[[X:.+]]: vector<8xf32>):
// CHECK: arith.mulf %[[X]], %[[X]]
func.func @twice(%x: tensor<?x8xf32>, %y0: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row, %x : tensor<?x8xf32> by row) outs(%y0 : tensor<?x8xf32> by row) {
  ^bb0(%a: vector<8xf32>, %b: vector<8xf32>):
    %p = arith.mulf %a, %b : vector<8xf32>
    row.yield %p : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}

// The same memory in two ways is two inputs.
// CHECK-LABEL: func @no_match_other_access
// CHECK: tensor<?x8xf32> by row, %{{.*}} : tensor<?x8xf32> by group 2
func.func @no_match_other_access(%x: tensor<?x8xf32>, %y0: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row, %x : tensor<?x8xf32> by group 2) outs(%y0 : tensor<?x8xf32> by row) {
  ^bb0(%a: vector<8xf32>, %b: vector<8xf32>):
    %p = arith.mulf %a, %b : vector<8xf32>
    row.yield %p : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}

// The only operand as long as the row gives the columns, used or not.
// CHECK-LABEL: func @no_match_gives_columns
// CHECK: row.program ins(%{{.*}} : tensor<?x8xf32> by row)
func.func @no_match_gives_columns(%x: tensor<?x8xf32>, %y0: tensor<?xf32>) -> tensor<?xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row) outs(%y0 : tensor<?xf32> by row) {
  ^bb0(%a: vector<8xf32>):
    %c = arith.constant 1.0 : f32
    row.yield %c : f32
  }
  return %y : tensor<?xf32>
}

// An output is overwritten: the value of an argument given for it is not read,
// and its memory is the caller's.
// CHECK-LABEL: func @argument_output
// CHECK: %[[EMPTY:.+]] = tensor.empty
// CHECK: row.program {{.*}} outs(%[[EMPTY]] : tensor<?x8xf32> by row)
func.func @argument_output(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row) outs(%x : tensor<?x8xf32> by row) {
  ^bb0(%a: vector<8xf32>):
    %p = arith.mulf %a, %a : vector<8xf32>
    row.yield %p : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}

// CHECK-LABEL: func @no_match_writable
// CHECK-SAME: %{{.*}}: tensor<?x8xf32>, %[[Y:[a-z0-9]+]]: tensor<?x8xf32>
// CHECK: row.program {{.*}} outs(%[[Y]] : tensor<?x8xf32> by row)
func.func @no_match_writable(%x: tensor<?x8xf32>, %y0: tensor<?x8xf32> {bufferization.writable = true}) -> tensor<?x8xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row) outs(%y0 : tensor<?x8xf32> by row) {
  ^bb0(%a: vector<8xf32>):
    %p = arith.mulf %a, %a : vector<8xf32>
    row.yield %p : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}
