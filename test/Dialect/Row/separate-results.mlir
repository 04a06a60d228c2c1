// RUN: seednorm-opt %s --row-separate-results --split-input-file | FileCheck %s

// What is returned again is yielded again; views of it are rebuilt.

// CHECK-LABEL: func.func @views
// CHECK:         %[[Y:.+]]:4 = row.program
// CHECK-SAME:      outs(%[[I:.+]] : tensor<?x8xf32> by row, %[[J:.+]] : tensor<?xf32> by row, %[[I]] : tensor<?x8xf32> by row, %[[I]] : tensor<?x8xf32> by row)
// CHECK:           row.yield %[[N:.+]], %[[S:.+]], %[[N]], %[[N]]
// CHECK-DAG:     %[[FIRST:.+]] = tensor.collapse_shape %[[Y]]#0
// CHECK-DAG:     %[[THIRD:.+]] = tensor.collapse_shape %[[Y]]#3
// CHECK:         return %[[FIRST]], %[[Y]]#2, %[[THIRD]], %[[Y]]#1
func.func @views(%x: tensor<?x8xf32>, %i: tensor<?x8xf32>, %j: tensor<?xf32>)
    -> (tensor<?xf32>, tensor<?x8xf32>, tensor<?xf32>, tensor<?xf32>) {
  %y:2 = row.program ins(%x : tensor<?x8xf32> by row)
      outs(%i : tensor<?x8xf32> by row, %j : tensor<?xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %n = arith.negf %v : vector<8xf32>
    %c = arith.constant 0.0 : f32
    %s = vector.multi_reduction <add>, %v, %c [0] : vector<8xf32> to f32
    row.yield %n, %s : vector<8xf32>, f32
  }
  %flat = tensor.collapse_shape %y#0 [[0, 1]] : tensor<?x8xf32> into tensor<?xf32>
  return %flat, %y#0, %flat, %y#1
      : tensor<?xf32>, tensor<?x8xf32>, tensor<?xf32>, tensor<?xf32>
}

// -----

// Arguments, and what no program computed, are left alone.

// CHECK-LABEL: func.func @others
// CHECK-SAME:    %[[X:.+]]: tensor<4xf32>
// CHECK-NEXT:    %[[N:.+]] = arith.negf %[[X]]
// CHECK-NEXT:    return %[[X]], %[[X]], %[[N]], %[[N]]
func.func @others(%x: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %n = arith.negf %x : tensor<4xf32>
  return %x, %x, %n, %n
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
