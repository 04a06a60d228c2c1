// RUN: seednorm-opt %s --fold-slices | FileCheck %s

// CHECK-LABEL: func @whole
// CHECK-SAME:    %[[X:.+]]: tensor<?x1x8xf32>, %[[Y:.+]]: tensor<?x8xf32>
// CHECK:         %[[A:.+]] = tensor.collapse_shape %[[X]] {{\[}}[0], [1, 2]{{\]}} : tensor<?x1x8xf32> into tensor<?x8xf32>
// CHECK:         %[[B:.+]] = tensor.expand_shape %[[Y]] {{\[}}[0], [1, 2]{{\]}}
// CHECK:         return %[[A]], %[[B]]
func.func @whole(%x: tensor<?x1x8xf32>, %y: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x1x8xf32>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x8xf32>
  %m = tensor.dim %y, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%m) : tensor<?x1x8xf32>
  %a = tensor.extract_slice %x[0, 0, 0] [%n, 1, 8] [1, 1, 1] : tensor<?x1x8xf32> to tensor<?x8xf32>
  %b = tensor.insert_slice %y into %e[0, 0, 0] [%m, 1, 8] [1, 1, 1] : tensor<?x8xf32> into tensor<?x1x8xf32>
  return %a, %b : tensor<?x8xf32>, tensor<?x1x8xf32>
}

// Parts, steps, and sizes of which nothing is known.
// CHECK-LABEL: func @parts
// CHECK-COUNT-3: tensor.extract_slice
func.func @parts(%x: tensor<?x1x8xf32>, %k: index) -> (tensor<?x7xf32>, tensor<?x4xf32>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x1x8xf32>
  %a = tensor.extract_slice %x[0, 0, 1] [%n, 1, 7] [1, 1, 1] : tensor<?x1x8xf32> to tensor<?x7xf32>
  %b = tensor.extract_slice %x[0, 0, 0] [%n, 1, 4] [1, 1, 2] : tensor<?x1x8xf32> to tensor<?x4xf32>
  %c = tensor.extract_slice %x[0, 0, 0] [%k, 1, 8] [1, 1, 1] : tensor<?x1x8xf32> to tensor<?x8xf32>
  return %a, %b, %c : tensor<?x7xf32>, tensor<?x4xf32>, tensor<?x8xf32>
}
