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

// -----

// There are registers for one of two: for the one whose result is longer in
// bytes, though the other is nearer.
// CHECK-LABEL: func @most_bytes
// CHECK:         %[[NARROW:.*]] = row.program ins({{.*}}) outs(%{{.*}} : tensor<?x8xbf16> by row)
// CHECK:         row.program ins({{.*}}%[[NARROW]] : tensor<?x8xbf16> by row
// CHECK-NOT:     row.program
func.func @most_bytes(%a0: tensor<?x8xf32>, %a1: tensor<?x8xf32>, %a2: tensor<?x8xf32>, %b0: tensor<?x8xf32>, %b1: tensor<?x8xf32>, %b2: tensor<?x8xf32>, %b3: tensor<?x8xf32>, %i: tensor<?x8xf32>, %j: tensor<?x8xbf16>) -> tensor<?x8xf32> {
  %wide = row.program ins(%a0 : tensor<?x8xf32> by row, %a1 : tensor<?x8xf32> by row, %a2 : tensor<?x8xf32> by row)
      outs(%i : tensor<?x8xf32> by row) {
  ^bb0(%v0: vector<8xf32>, %v1: vector<8xf32>, %v2: vector<8xf32>):
    %s = arith.addf %v0, %v1 : vector<8xf32>
    %t = arith.addf %s, %v2 : vector<8xf32>
    row.yield %t : vector<8xf32>
  }
  %narrow = row.program ins(%b0 : tensor<?x8xf32> by row, %b1 : tensor<?x8xf32> by row, %b2 : tensor<?x8xf32> by row, %b3 : tensor<?x8xf32> by row)
      outs(%j : tensor<?x8xbf16> by row) {
  ^bb0(%v0: vector<8xf32>, %v1: vector<8xf32>, %v2: vector<8xf32>, %v3: vector<8xf32>):
    %s = arith.addf %v0, %v1 : vector<8xf32>
    %t = arith.addf %s, %v2 : vector<8xf32>
    %u = arith.addf %t, %v3 : vector<8xf32>
    %r = arith.truncf %u : vector<8xf32> to vector<8xbf16>
    row.yield %r : vector<8xbf16>
  }
  %y = row.program ins(%wide : tensor<?x8xf32> by row, %narrow : tensor<?x8xbf16> by row)
      outs(%i : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>, %w: vector<8xbf16>):
    %e = arith.extf %w : vector<8xbf16> to vector<8xf32>
    %s = arith.mulf %v, %e : vector<8xf32>
    row.yield %s : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}
