// RUN: seednorm-opt %s --split-empty-tensors | FileCheck %s

// CHECK-LABEL: func @two_uses
// CHECK-DAG:     %[[A:.+]] = tensor.empty() : tensor<4xf32>
// CHECK-DAG:     %[[B:.+]] = tensor.empty() : tensor<4xf32>
// CHECK-NOT:     tensor.empty
// CHECK:         outs({{%.*}} : tensor<4xf32> by row, {{%.*}} : tensor<4xf32> by row)
func.func @two_uses(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %e = tensor.empty() : tensor<4xf32>
  %a, %b = row.program ins(%x : tensor<4xf32> by row)
      outs(%e : tensor<4xf32> by row, %e : tensor<4xf32> by row) {
  ^bb0(%xv: vector<4xf32>):
    row.yield %xv, %xv : vector<4xf32>, vector<4xf32>
  }
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func @one_use
// CHECK:         tensor.empty
// CHECK-NOT:     tensor.empty
func.func @one_use() -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  return %e : tensor<4xf32>
}
