// Views of rows, with gaps between them: the last of three thirds, one of five
// tokens, and a dimension of size 1 that a slice drops.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=3 remarks=false' -o %t.mlir
// RUN: seednorm-run %s --random --rows=5 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --compare-with=decompose --target=emulated

func.func @main(%x: tensor<?x5x96xf32>, %z: tensor<?x1x64xf32>)
    -> (tensor<?x5x32xf32>, tensor<?x96xf32>, tensor<?x64xf32>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x5x96xf32>
  %m = tensor.dim %z, %c0 : tensor<?x1x64xf32>
  %third = tensor.extract_slice %x[0, 0, 64] [%n, 5, 32] [1, 1, 1]
      : tensor<?x5x96xf32> to tensor<?x5x32xf32>
  %token = tensor.extract_slice %x[0, 2, 0] [%n, 1, 96] [1, 1, 1]
      : tensor<?x5x96xf32> to tensor<?x96xf32>
  %all = tensor.extract_slice %z[0, 0, 0] [%m, 1, 64] [1, 1, 1]
      : tensor<?x1x64xf32> to tensor<?x64xf32>
  %0 = math.tanh %third : tensor<?x5x32xf32>
  %1 = norm.l2_norm %token eps 1.0e-6 : tensor<?x96xf32>
  %2 = norm.l2_norm %all eps 1.0e-6 : tensor<?x64xf32>
  return %0, %1, %2 : tensor<?x5x32xf32>, tensor<?x96xf32>, tensor<?x64xf32>
}
