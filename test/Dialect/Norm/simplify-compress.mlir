// RUN: seednorm-opt %s --norm-simplify=compress-streams --split-input-file | FileCheck %s

// The stream loses its last column: that of the weights that write it, the last
// row of those that read it, taken from the others. Sizes are asked of what is
// left.

// CHECK-LABEL: func.func @stream
// CHECK-SAME:    %[[X:[^:]+]]: tensor<?x3xf32>
// CHECK-DAG:     %[[IN:.+]] = arith.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00], [4.000000e+00, -1.000000e+00]]> : tensor<2x2xf32>
// CHECK-DAG:     %[[OUT:.+]] = arith.constant dense<{{\[\[}}-4.000000e+00, -5.000000e+00], [-2.000000e+00, -3.000000e+00]]> : tensor<2x2xf32>
// CHECK-DAG:     %[[ONES:.+]] = arith.constant dense<1.000000e+00> : tensor<2xf32>
// CHECK:         %[[SHORT:.+]] = tensor.extract_slice %[[X]]
// CHECK:         %[[H:.+]] = linalg.matmul ins(%{{.+}}, %[[IN]] : tensor<?x2xf32>, tensor<2x2xf32>) {{.+}} -> tensor<?x2xf32>
// CHECK:         %[[S:.+]] = linalg.add ins(%[[SHORT]], %[[H]] : tensor<?x2xf32>, tensor<?x2xf32>) {{.+}} -> tensor<?x2xf32>
// CHECK:         %[[DIM:.+]] = tensor.dim %[[S]]
// CHECK:         %[[N:.+]] = norm.crms_norm %[[S]], %[[ONES]] eps 1.000000e-05
// CHECK:         linalg.matmul ins(%[[N]], %[[OUT]]
// CHECK:         return %{{.+}}, %[[DIM]]
func.func @stream(%x: tensor<?x3xf32> {norm.zero_mean}, %h: tensor<?x2xf32>, %n: index)
    -> (tensor<?x2xf32>, index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %in = arith.constant dense<[[1.0, 2.0, -3.0], [4.0, -1.0, -3.0]]> : tensor<2x3xf32>
  %out = arith.constant dense<[[1.0, 1.0], [3.0, 3.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %gamma = arith.constant dense<1.0> : tensor<3xf32>
  %e = tensor.empty(%n) : tensor<?x3xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x3xf32>) -> tensor<?x3xf32>
  %f = linalg.matmul ins(%h, %in : tensor<?x2xf32>, tensor<2x3xf32>)
      outs(%z : tensor<?x3xf32>) -> tensor<?x3xf32>
  %s = linalg.add ins(%x, %f : tensor<?x3xf32>, tensor<?x3xf32>)
      outs(%e : tensor<?x3xf32>) -> tensor<?x3xf32>
  %dim = tensor.dim %s, %c0 : tensor<?x3xf32>
  %y = norm.rms_norm %s, %gamma eps 1.0e-5 : tensor<?x3xf32>, tensor<3xf32>
  %e2 = tensor.empty(%n) : tensor<?x2xf32>
  %z2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<?x2xf32>) -> tensor<?x2xf32>
  %r = linalg.matmul ins(%y, %out : tensor<?x3xf32>, tensor<3x2xf32>)
      outs(%z2 : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %r, %dim : tensor<?x2xf32>, index
}

// -----

// Batches of sequences, split and joined again, and a constant factor.

// CHECK-LABEL: func.func @reshaped
// CHECK:         tensor.expand_shape {{.+}} tensor<4x1xf32> into tensor<2x2x1xf32>
// CHECK:         tensor.collapse_shape {{.+}} tensor<2x2x1xf32> into tensor<4x1xf32>
// CHECK:         norm.crms_norm {{.+}} : tensor<4x1xf32>, tensor<1xf32>
func.func @reshaped(%h: tensor<4x2xf32>, %out: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4x2xf32>
  %in = arith.constant dense<[[1.0, -1.0], [4.0, -4.0]]> : tensor<2x2xf32>
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %gamma = arith.constant dense<1.0> : tensor<2xf32>
  %two = arith.constant dense<2.0> : tensor<2x2x2xf32>
  %f = linalg.matmul ins(%h, %in : tensor<4x2xf32>, tensor<2x2xf32>)
      outs(%zeros : tensor<4x2xf32>) -> tensor<4x2xf32>
  %b = tensor.expand_shape %f [[0, 1], [2]] output_shape [2, 2, 2]
      : tensor<4x2xf32> into tensor<2x2x2xf32>
  %d = arith.mulf %b, %two : tensor<2x2x2xf32>
  %s = tensor.collapse_shape %d [[0, 1], [2]] : tensor<2x2x2xf32> into tensor<4x2xf32>
  %y = norm.rms_norm %s, %gamma eps 1.0e-5 : tensor<4x2xf32>, tensor<2xf32>
  %r = linalg.matmul ins(%y, %w : tensor<4x2xf32>, tensor<2x2xf32>)
      outs(%out : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}

// -----

// Stored in full: rows of unknown mean, a scale that no weight takes, a norm that
// is returned, rows that nothing is added to.

// CHECK-LABEL: func.func @no_match
// CHECK-NOT:     norm.crms_norm
// CHECK-COUNT-4: norm.rms_norm
func.func @no_match(%x: tensor<2x2xf32>, %marked: tensor<2x2xf32> {norm.zero_mean},
                    %gamma: tensor<2xf32>)
    -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>) {
  %z = arith.constant dense<0.0> : tensor<2x2xf32>
  %ones = arith.constant dense<1.0> : tensor<2xf32>
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 5.0]]> : tensor<2x2xf32>
  %b = arith.constant dense<[[1.0, -1.0], [-3.0, 3.0]]> : tensor<2x2xf32>
  %s0 = arith.addf %x, %b : tensor<2x2xf32>
  %n0 = norm.rms_norm %s0, %ones eps 1.0e-5 : tensor<2x2xf32>, tensor<2xf32>
  %y0 = linalg.matmul ins(%n0, %w : tensor<2x2xf32>, tensor<2x2xf32>)
      outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
  %s1 = arith.addf %marked, %b : tensor<2x2xf32>
  %n1 = norm.rms_norm %s1, %gamma eps 1.0e-5 : tensor<2x2xf32>, tensor<2xf32>
  %y1 = linalg.matmul ins(%n1, %w : tensor<2x2xf32>, tensor<2x2xf32>)
      outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
  %s2 = arith.subf %marked, %b : tensor<2x2xf32>
  %n2 = norm.rms_norm %s2, %ones eps 1.0e-5 : tensor<2x2xf32>, tensor<2xf32>
  %n3 = norm.rms_norm %marked, %ones eps 1.0e-5 : tensor<2x2xf32>, tensor<2xf32>
  %y3 = linalg.matmul ins(%n3, %w : tensor<2x2xf32>, tensor<2x2xf32>)
      outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %y0, %y1, %n2, %y3 : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>,
      tensor<2x2xf32>
}
