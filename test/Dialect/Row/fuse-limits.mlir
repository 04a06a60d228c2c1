// RUN: seednorm-opt %s --row-fuse --split-input-file | FileCheck %s

// Six rows that are read fit into registers, and six that are written with them.

// CHECK-LABEL: func @six_inputs
// CHECK:         row.program
// CHECK-NOT:     row.program
func.func @six_inputs(%x0: tensor<?x8xf32>, %x1: tensor<?x8xf32>, %x2: tensor<?x8xf32>, %x3: tensor<?x8xf32>, %x4: tensor<?x8xf32>, %x5: tensor<?x8xf32>, %z: tensor<?x8xf32>, %n: index) -> tensor<?x8xf32> {
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %a = row.program ins(%x0 : tensor<?x8xf32> by row, %x1 : tensor<?x8xf32> by row, %x2 : tensor<?x8xf32> by row, %x3 : tensor<?x8xf32> by row, %x4 : tensor<?x8xf32> by row)
      outs(%e : tensor<?x8xf32> by row) {
  ^bb0(%v0: vector<8xf32>, %v1: vector<8xf32>, %v2: vector<8xf32>, %v3: vector<8xf32>, %v4: vector<8xf32>):
    %s1 = arith.addf %v0, %v1 : vector<8xf32>
    %s2 = arith.addf %s1, %v2 : vector<8xf32>
    %s3 = arith.addf %s2, %v3 : vector<8xf32>
    %s4 = arith.addf %s3, %v4 : vector<8xf32>
    row.yield %s4 : vector<8xf32>
  }
  %b = row.program ins(%a : tensor<?x8xf32> by row, %x5 : tensor<?x8xf32> by row)
      outs(%e : tensor<?x8xf32> by row) {
  ^bb0(%v0: vector<8xf32>, %v1: vector<8xf32>):
    %s1 = arith.addf %v0, %v1 : vector<8xf32>
    row.yield %s1 : vector<8xf32>
  }
  return %b : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func @seven_inputs
// CHECK-COUNT-2: row.program
func.func @seven_inputs(%x0: tensor<?x8xf32>, %x1: tensor<?x8xf32>, %x2: tensor<?x8xf32>, %x3: tensor<?x8xf32>, %x4: tensor<?x8xf32>, %x5: tensor<?x8xf32>, %z: tensor<?x8xf32>, %n: index) -> tensor<?x8xf32> {
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %a = row.program ins(%x0 : tensor<?x8xf32> by row, %x1 : tensor<?x8xf32> by row, %x2 : tensor<?x8xf32> by row, %x3 : tensor<?x8xf32> by row, %x4 : tensor<?x8xf32> by row, %x5 : tensor<?x8xf32> by row)
      outs(%e : tensor<?x8xf32> by row) {
  ^bb0(%v0: vector<8xf32>, %v1: vector<8xf32>, %v2: vector<8xf32>, %v3: vector<8xf32>, %v4: vector<8xf32>, %v5: vector<8xf32>):
    %s1 = arith.addf %v0, %v1 : vector<8xf32>
    %s2 = arith.addf %s1, %v2 : vector<8xf32>
    %s3 = arith.addf %s2, %v3 : vector<8xf32>
    %s4 = arith.addf %s3, %v4 : vector<8xf32>
    %s5 = arith.addf %s4, %v5 : vector<8xf32>
    row.yield %s5 : vector<8xf32>
  }
  %b = row.program ins(%a : tensor<?x8xf32> by row, %z : tensor<?x8xf32> by row)
      outs(%e : tensor<?x8xf32> by row) {
  ^bb0(%v0: vector<8xf32>, %v1: vector<8xf32>):
    %s1 = arith.addf %v0, %v1 : vector<8xf32>
    row.yield %s1 : vector<8xf32>
  }
  return %b : tensor<?x8xf32>
}
