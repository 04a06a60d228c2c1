// RUN: seednorm-opt %s --seednorm-to-cpu --split-input-file | FileCheck %s

// What is no row program runs as plain loops beside those that are.
// CHECK-LABEL: llvm.func @generic(
// CHECK-NOT:     seednorm_parallel_for
// CHECK-NOT:     llvm.call
// CHECK:         llvm.cond_br
// CHECK:         llvm.fmul
// CHECK:         llvm.return
#map = affine_map<(d0, d1) -> (d0, d1)>
#transposed = affine_map<(d0, d1) -> (d1, d0)>
func.func @generic(%x: tensor<8x?xf32>) -> tensor<?x8xf32> {
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : tensor<8x?xf32>
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %y = linalg.generic {indexing_maps = [#transposed, #map], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<8x?xf32>) outs(%e : tensor<?x8xf32>) {
  ^bb0(%a: f32, %b: f32):
    %w = math.exp %a : f32
    linalg.yield %w : f32
  } -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// A strided copy needs no run-time library of MLIR.
// CHECK-LABEL: llvm.func @slice(
// CHECK-NOT:     memrefCopy
// CHECK:         llvm.cond_br
// CHECK:         llvm.return
func.func @slice(%x: tensor<4x?x8xf32>) -> tensor<4x?x4xf32> {
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : tensor<4x?x8xf32>
  %s = tensor.extract_slice %x[0, 0, 2] [4, %n, 4] [1, 1, 1] : tensor<4x?x8xf32> to tensor<4x?x4xf32>
  return %s : tensor<4x?x4xf32>
}
