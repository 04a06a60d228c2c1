// RUN: seednorm-opt %s --norm-decompose \
// RUN:     --one-shot-bufferize=bufferize-function-boundaries \
// RUN:     --convert-linalg-to-loops --convert-vector-to-scf \
// RUN:     --convert-scf-to-cf --expand-strided-metadata --lower-affine \
// RUN:     --convert-vector-to-llvm --convert-math-to-llvm \
// RUN:     --convert-math-to-libm --finalize-memref-to-llvm \
// RUN:     --convert-arith-to-llvm --convert-func-to-llvm \
// RUN:     --convert-cf-to-llvm --convert-ub-to-llvm \
// RUN:     --reconcile-unrealized-casts \
// RUN:   | mlir-runner -e main -entry-point-result=void \
// RUN:       -shared-libs=%mlir_c_runner_utils \
// RUN:   | FileCheck %s

// Two pixels of two channels, [1, -1] and [3, 5]: the mean of all is 2 and the
// variance 5, so that eps = 11 makes 1/deviation exactly 1/4. Each channel has its
// own gamma and bias, whichever pixel it is in.
// CHECK: ( ( ( -1, -5 ), ( 1, 7 ) ) )
func.func @main() {
  %c0 = arith.constant 0 : index
  %pad = arith.constant 0.0 : f32
  %x = arith.constant dense<[[[1.0, -1.0], [3.0, 5.0]]]> : tensor<1x2x2xf32>
  %gamma = arith.constant dense<[4.0, 8.0]> : tensor<2xf32>
  %bias = arith.constant dense<[0.0, 1.0]> : tensor<2xf32>
  %y = norm.group_norm %x gamma(%gamma : tensor<2xf32>)
      bias(%bias : tensor<2xf32>) groups 1 eps 11.0 layout channels_last
      : tensor<1x2x2xf32>
  %v = vector.transfer_read %y[%c0, %c0, %c0], %pad
      {in_bounds = [true, true, true]} : tensor<1x2x2xf32>, vector<1x2x2xf32>
  vector.print %v : vector<1x2x2xf32>
  return
}
