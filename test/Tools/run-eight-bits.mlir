// RUN: rm -rf %t && %python %S/Inputs/make_eight_bits.py %t

// A file of f8E4M3FN holds opaque bytes, as ml_dtypes writes it, or bits; one of
// f8E5M2 also what ml_dtypes writes and NumPy does not read.
// RUN: seednorm-run %s --input %t/e4m3fn.npy --input %t/e5m2.npy --input %t/i8.npy --output %t/a.npy --output %t/b.npy --output %t/c.npy | FileCheck %s
// RUN: %python %S/Inputs/check_eight_bits.py %t | FileCheck %s --check-prefix=SAME
// RUN: seednorm-run %s --input %t/bits.npy --input %t/bits.npy --input %t/i8.npy --output %t/a.npy --output %t/b.npy --output %t/c.npy --target=emulated | FileCheck %s
// RUN: %python %S/Inputs/check_eight_bits.py %t | FileCheck %s --check-prefix=SAME
// CHECK:      result0: tensor<2x128xf8E4M3FN>
// CHECK-NEXT: result1: tensor<2x128xf8E5M2>
// CHECK-NEXT: result2: tensor<2x128xi8>
// SAME: the same bytes

// RUN: seednorm-run %s --random --rows=2 --compare-with=decompose | FileCheck %s --check-prefix=COMPARED
// COMPARED-COUNT-3: max abs error 0, 0 units in the last place

// RUN: not seednorm-run %s --input %t/e5m2.npy --input %t/e5m2.npy --input %t/i8.npy 2>&1 | FileCheck %s --check-prefix=OTHER
// OTHER: error: expects 'arg0' to have elements of type f8E4M3FN, but '{{.*}}e5m2.npy' has f8E5M2
// RUN: not seednorm-run %s --input %t/bits.npy --input %t/bits.npy --input %t/bits.npy 2>&1 | FileCheck %s --check-prefix=SIGN
// SIGN: error: expects 'arg2' to have elements of type i8, but '{{.*}}bits.npy' has u8

func.func @main(%x: tensor<?x128xf8E4M3FN>, %y: tensor<?x128xf8E5M2>,
                %z: tensor<?x128xi8>)
    -> (tensor<?x128xf8E4M3FN>, tensor<?x128xf8E5M2>, tensor<?x128xi8>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x128xf8E4M3FN>
  %a0 = tensor.empty(%n) : tensor<?x128xf8E4M3FN>
  %b0 = tensor.empty(%n) : tensor<?x128xf8E5M2>
  %d0 = tensor.empty(%n) : tensor<?x128xi8>
  %r:3 = row.program
      ins(%x : tensor<?x128xf8E4M3FN> by row, %y : tensor<?x128xf8E5M2> by row,
          %z : tensor<?x128xi8> by row)
      outs(%a0 : tensor<?x128xf8E4M3FN> by row,
           %b0 : tensor<?x128xf8E5M2> by row, %d0 : tensor<?x128xi8> by row) {
  ^bb0(%xv: vector<128xf8E4M3FN>, %yv: vector<128xf8E5M2>, %zv: vector<128xi8>):
    row.yield %xv, %yv, %zv
        : vector<128xf8E4M3FN>, vector<128xf8E5M2>, vector<128xi8>
  }
  return %r#0, %r#1, %r#2
      : tensor<?x128xf8E4M3FN>, tensor<?x128xf8E5M2>, tensor<?x128xi8>
}
