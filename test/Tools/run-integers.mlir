// Integers from files, and the numbers that seed random bits among them.

// RUN: rm -rf %t && %python %S/Inputs/make_integers.py %t
// RUN: seednorm-run %s --input %t/x.npy --input %t/seed.npy --output %t/y.npy --output %t/s.npy | FileCheck %s
// RUN: %python %S/Inputs/check_integers.py %t | FileCheck %s --check-prefix=VALUES
// RUN: seednorm-run %s --input %t/x.npy --input %t/seed.npy --output %t/y.npy --output %t/s.npy --target=emulated | FileCheck %s
// RUN: %python %S/Inputs/check_integers.py %t | FileCheck %s --check-prefix=VALUES
// CHECK: result0: tensor<4x30xi32>, checksum
// CHECK: result1: tensor<4xi64>, checksum
// VALUES: fits

// RUN: seednorm-run %s --random --rows=3 | FileCheck %s --check-prefix=RANDOM
// RANDOM: result0: tensor<3x30xi32>

// RUN: not seednorm-run %s --input %t/x.npy --input %t/x.npy 2>&1 | FileCheck %s --check-prefix=TYPE
// TYPE: error: expects 'arg1' to have elements of type i64, but '{{.*}}x.npy' has i32

func.func @main(%x: tensor<?x30xi32>, %seed: tensor<i64>) -> (tensor<?x30xi32>, tensor<?xi64>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x30xi32>
  %e = tensor.empty(%n) : tensor<?x30xi32>
  %f = tensor.empty(%n) : tensor<?xi64>
  %y:2 = row.program ins(%x : tensor<?x30xi32> by row, %seed : tensor<i64> shared)
      outs(%e : tensor<?x30xi32> by row, %f : tensor<?xi64> by row) {
  ^bb0(%v: vector<30xi32>, %s: i64):
    %zero = arith.constant 0 : i64
    %bits = row.philox %s, %zero : vector<30xi32>
    %r = arith.xori %v, %bits : vector<30xi32>
    row.yield %r, %s : vector<30xi32>, i64
  }
  return %y#0, %y#1 : tensor<?x30xi32>, tensor<?xi64>
}
