// DEFINE: %{simplify} =
// DEFINE: %{run} = seednorm-opt %s %{simplify} --norm-decompose \
// DEFINE:     --one-shot-bufferize=bufferize-function-boundaries \
// DEFINE:     --convert-linalg-to-loops --convert-vector-to-scf \
// DEFINE:     --convert-scf-to-cf --expand-strided-metadata --lower-affine \
// DEFINE:     --convert-vector-to-llvm --convert-math-to-llvm \
// DEFINE:     --convert-math-to-libm --finalize-memref-to-llvm \
// DEFINE:     --convert-arith-to-llvm --convert-func-to-llvm \
// DEFINE:     --convert-cf-to-llvm --convert-ub-to-llvm \
// DEFINE:     --reconcile-unrealized-casts \
// DEFINE:   | mlir-runner -e main -entry-point-result=void \
// DEFINE:       -shared-libs=%mlir_c_runner_utils

// RUN: %{run} | FileCheck %s --check-prefix=KEPT
// REDEFINE: %{simplify} = --norm-simplify=drop-renormalization
// RUN: %{run} | FileCheck %s --check-prefix=DROPPED

// Rows of mean square 9, 1e-2 and 1e-6, with eps_1 = 1e-6 and eps_2 = 1e-12. The
// relative error of what is dropped is half of eps_1 / (mean square + eps_1) as
// long as that is small: 6e-8, 5e-5; the last row stays sqrt(1/2) of its length.

// KEPT:    ( ( 0.333333, -0.333333, 1, 1.66667 ), ( 0.333333, -0.333333, 1, 1.66667 ), ( 0.333333, -0.333333, 1, 1.66667 ) )
// DROPPED: ( ( 0.333333, -0.333333, 1, 1.66667 ), ( 0.333317, -0.333317, 0.99995, 1.66658 ), ( 0.235702, -0.235702, 0.707107, 1.17851 ) )
func.func @main() {
  %x = arith.constant dense<[[1.0, -1.0, 3.0, 5.0],
                             [0.0333333333, -0.0333333333, 0.1, 0.166666667],
                             [0.000333333333, -0.000333333333, 0.001, 0.00166666667]]>
      : tensor<3x4xf32>
  %ones = arith.constant dense<1.0> : tensor<4xf32>
  %n = norm.rms_norm %x, %ones eps 1.0e-6 : tensor<3x4xf32>, tensor<4xf32>
  %y = norm.rms_norm %n, %ones eps 1.0e-12 : tensor<3x4xf32>, tensor<4xf32>
  %c0 = arith.constant 0 : index
  %pad = arith.constant 0.0 : f32
  %v = vector.transfer_read %y[%c0, %c0], %pad
      {in_bounds = [true, true]} : tensor<3x4xf32>, vector<3x4xf32>
  vector.print %v : vector<3x4xf32>
  return
}
