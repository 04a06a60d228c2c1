// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=64 vector-registers=32 first-cache-bytes=49152 first-cache-ways=12" | FileCheck %s
// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=64 vector-registers=32 first-cache-bytes=49152 first-cache-ways=4" | FileCheck %s --check-prefix=FEW-WAYS
// FEW-WAYS-NOT: rows =

// Where functions at columns keep rows from going side by side, panels save one
// reading and one writing of each partial sum a row: they pay where that is more
// than what a row has of its own, and where what rows have in common has no place
// in the first-level cache; and a line of each operand at one place has.
// 64 KiB of partial sums, rows of 96 KiB.
// CHECK-LABEL: func @both
// CHECK:       rows = 4, panel = 512>
// 32 KiB of partial sums, rows of 96 KiB.
// CHECK-LABEL: func @one
// CHECK-NOT:   rows =
// 32 KiB of partial sums, rows of 48 KiB.
// CHECK-LABEL: func @cached
// CHECK-NOT:   rows =
func.func @both(%x: memref<?x8192xf32>, %y: memref<?x8192xf32>, %z: memref<?x8192xf32>, %s: memref<8192xf32>, %t: memref<8192xf32>) {
  row.program ins(%x : memref<?x8192xf32> by row, %y : memref<?x8192xf32> by row)
      outs(%z : memref<?x8192xf32> by row, %s : memref<8192xf32> summed, %t : memref<8192xf32> summed) {
  ^bb0(%xv: vector<8192xf32>, %yv: vector<8192xf32>):
    %e = math.exp %xv : vector<8192xf32>
    %p = arith.mulf %e, %yv : vector<8192xf32>
    row.yield %p, %xv, %yv : vector<8192xf32>, vector<8192xf32>, vector<8192xf32>
  }
  return
}
func.func @one(%x: memref<?x8192xf32>, %y: memref<?x8192xf32>, %z: memref<?x8192xf32>, %s: memref<8192xf32>) {
  row.program ins(%x : memref<?x8192xf32> by row, %y : memref<?x8192xf32> by row)
      outs(%z : memref<?x8192xf32> by row, %s : memref<8192xf32> summed) {
  ^bb0(%xv: vector<8192xf32>, %yv: vector<8192xf32>):
    %e = math.exp %xv : vector<8192xf32>
    %p = arith.mulf %e, %yv : vector<8192xf32>
    row.yield %p, %xv : vector<8192xf32>, vector<8192xf32>
  }
  return
}
func.func @cached(%x: memref<?x4096xf32>, %y: memref<?x4096xf32>, %z: memref<?x4096xf32>, %s: memref<4096xf32>, %t: memref<4096xf32>) {
  row.program ins(%x : memref<?x4096xf32> by row, %y : memref<?x4096xf32> by row)
      outs(%z : memref<?x4096xf32> by row, %s : memref<4096xf32> summed, %t : memref<4096xf32> summed) {
  ^bb0(%xv: vector<4096xf32>, %yv: vector<4096xf32>):
    %e = math.exp %xv : vector<4096xf32>
    %p = arith.mulf %e, %yv : vector<4096xf32>
    row.yield %p, %xv, %yv : vector<4096xf32>, vector<4096xf32>, vector<4096xf32>
  }
  return
}
