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

// Both sums start from zeros of their own.
// CHECK-LABEL: func @fill
// CHECK:         %[[A:.+]] = linalg.fill
// CHECK:         %[[B:.+]] = linalg.fill
// CHECK:         linalg.reduce {{.+}} outs(%[[A]]
// CHECK:         linalg.reduce {{.+}} outs(%[[B]]
func.func @fill(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<f32>, tensor<f32>) {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %a = linalg.reduce { arith.addf } ins(%x : tensor<4xf32>) outs(%f : tensor<f32>) dimensions = [0]
  %b = linalg.reduce { arith.mulf } ins(%y : tensor<4xf32>) outs(%f : tensor<f32>) dimensions = [0]
  return %a, %b : tensor<f32>, tensor<f32>
}

// What goes on from a sum leaves the sum as it is.
// CHECK-LABEL: func @accumulated
// CHECK:         %[[A:.+]] = linalg.reduce
// CHECK:         %[[C:.+]] = bufferization.alloc_tensor() copy(%[[A]])
// CHECK:         linalg.reduce {{.+}} outs(%[[C]]
func.func @accumulated(%x: tensor<4xf32>, %y: tensor<4xf32>, %i: tensor<f32>)
    -> (tensor<f32>, tensor<f32>) {
  %a = linalg.reduce { arith.addf } ins(%x : tensor<4xf32>) outs(%i : tensor<f32>) dimensions = [0]
  %b = linalg.reduce { arith.addf } ins(%y : tensor<4xf32>) outs(%a : tensor<f32>) dimensions = [0]
  return %a, %b : tensor<f32>, tensor<f32>
}
