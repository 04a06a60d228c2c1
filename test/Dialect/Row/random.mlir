// RUN: seednorm-opt %s --verify-roundtrip | FileCheck %s
// RUN: seednorm-opt %s --canonicalize --cse | FileCheck %s --check-prefix=CSE

// CHECK-LABEL: func @random
// CHECK:       ^bb0(%[[SEED:.+]]: i64, %[[OFFSET:.+]]: i64):
// CHECK:         row.philox %[[SEED]], %[[OFFSET]] : vector<4x8xi32>
// CHECK:         row.philox %[[SEED]], %[[OFFSET]] {note = "kept"} : vector<4xi32>
func.func @random(%seed: tensor<i64>, %offset: tensor<i64>, %i0: tensor<?x4x8xi32>, %j0: tensor<?x4xi32>)
    -> (tensor<?x4x8xi32>, tensor<?x4xi32>) {
  %y:2 = row.program ins(%seed : tensor<i64> shared, %offset : tensor<i64> shared)
      outs(%i0 : tensor<?x4x8xi32> by row, %j0 : tensor<?x4xi32> by row) {
  ^bb0(%s: i64, %o: i64):
    %bits = row.philox %s, %o : vector<4x8xi32>
    %heads = row.philox %s, %o {note = "kept"} : vector<4xi32>
    row.yield %bits, %heads : vector<4x8xi32>, vector<4xi32>
  }
  return %y#0, %y#1 : tensor<?x4x8xi32>, tensor<?x4xi32>
}

// Bits depend on seed, offset and row alone: drawn twice, they are the same;
// unused, they go.
// CSE-LABEL: func @drawn_twice
// CSE:         ^bb0(%[[S:.+]]: i64, %[[O:.+]]: i64):
// CSE-NEXT:      %[[BITS:.+]] = row.philox %[[S]], %[[O]] : vector<8xi32>
// CSE-NEXT:      %[[OTHERS:.+]] = row.philox %[[O]], %[[S]] : vector<8xi32>
// CSE-NEXT:      arith.addi %[[BITS]], %[[BITS]]
// CSE-NOT:       row.philox
// CSE:           row.yield
func.func @drawn_twice(%seed: tensor<i64>, %offset: tensor<i64>, %e: tensor<?x8xi32>) -> tensor<?x8xi32> {
  %y = row.program ins(%seed : tensor<i64> shared, %offset : tensor<i64> shared)
      outs(%e : tensor<?x8xi32> by row) {
  ^bb0(%s: i64, %o: i64):
    %0 = row.philox %s, %o : vector<8xi32>
    %1 = row.philox %s, %o : vector<8xi32>
    %2 = row.philox %o, %s : vector<8xi32>
    %3 = row.philox %s, %s : vector<8xi32>
    %4 = arith.addi %0, %1 : vector<8xi32>
    %5 = arith.addi %4, %2 : vector<8xi32>
    row.yield %5 : vector<8xi32>
  }
  return %y : tensor<?x8xi32>
}
