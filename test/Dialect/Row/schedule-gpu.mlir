// RUN: seednorm-opt %s --row-schedule=target=gpu --split-input-file | FileCheck %s
// RUN: seednorm-opt %s --row-schedule="target=gpu cluster=1 shared-bytes=166912" | FileCheck %s --check-prefix=OLD

// The table of choices, one row of it a function: only columns and types count.

// Eight lanes have a vector each, four rows a warp.
// CHECK-LABEL: func @bf16_64
// CHECK: #row.gpu_schedule<threads_per_row = 8, rows_per_block = 16, vector = 8, parameters = late>
// CHECK-SAME: row.reason = "a row of 64 columns is 8 vectors, few enough for 8 lanes, whose sums need no barrier"
func.func @bf16_64(%x: memref<?x64xbf16>, %y: memref<?x64xbf16>) {
  row.program ins(%x : memref<?x64xbf16> by row) outs(%y : memref<?x64xbf16> by row) {
  ^bb0(%xv: vector<64xbf16>):
    row.yield %xv : vector<64xbf16>
  }
  return
}

// CHECK-LABEL: func @f32_1024
// CHECK: #row.gpu_schedule<threads_per_row = 32, rows_per_block = 4, vector = 4, parameters = late>
func.func @f32_1024(%x: memref<?x1024xf32>, %y: memref<?x1024xf32>) {
  row.program ins(%x : memref<?x1024xf32> by row) outs(%y : memref<?x1024xf32> by row) {
  ^bb0(%xv: vector<1024xf32>):
    row.yield %xv : vector<1024xf32>
  }
  return
}

// An odd number of columns allows single elements only: too many for a warp.
// CHECK-LABEL: func @bf16_1003
// CHECK: #row.gpu_schedule<threads_per_row = 64, rows_per_block = 1, vector = 1, parameters = early>
func.func @bf16_1003(%x: memref<?x1003xbf16>, %y: memref<?x1003xbf16>) {
  row.program ins(%x : memref<?x1003xbf16> by row) outs(%y : memref<?x1003xbf16> by row) {
  ^bb0(%xv: vector<1003xbf16>):
    row.yield %xv : vector<1003xbf16>
  }
  return
}

// CHECK-LABEL: func @f16_4096
// CHECK: #row.gpu_schedule<threads_per_row = 256, rows_per_block = 1, vector = 8, parameters = early>
func.func @f16_4096(%x: memref<?x4096xf16>, %y: memref<?x4096xf16>) {
  row.program ins(%x : memref<?x4096xf16> by row) outs(%y : memref<?x4096xf16> by row) {
  ^bb0(%xv: vector<4096xf16>):
    row.yield %xv : vector<4096xf16>
  }
  return
}

// CHECK-LABEL: func @bf16_5120
// CHECK: threads_per_row = 320,
func.func @bf16_5120(%x: memref<7x5120xbf16>, %y: memref<7x5120xbf16>) {
  row.program ins(%x : memref<7x5120xbf16> by row) outs(%y : memref<7x5120xbf16> by row) {
  ^bb0(%xv: vector<5120xbf16>):
    row.yield %xv : vector<5120xbf16>
  }
  return
}

// A parameter of a wider type does not narrow the access of the row.
// CHECK-LABEL: func @mixed_8192
// CHECK: threads_per_row = 256, rows_per_block = 1, vector = 8,
func.func @mixed_8192(%x: memref<?x8192xbf16>, %g: memref<8192xf32>, %y: memref<?x8192xf32>) {
  row.program ins(%x : memref<?x8192xbf16> by row, %g : memref<8192xf32> shared) outs(%y : memref<?x8192xf32> by row) {
  ^bb0(%xv: vector<8192xbf16>, %gv: vector<8192xf32>):
    row.yield %gv : vector<8192xf32>
  }
  return
}

// What is written by hand stays.
// CHECK-LABEL: func @by_hand
// CHECK: #row.gpu_schedule<threads_per_row = 64, rows_per_block = 1, vector = 2, parameters = late>
func.func @by_hand(%x: memref<?x4096xbf16>, %y: memref<?x4096xbf16>) {
  row.program ins(%x : memref<?x4096xbf16> by row) outs(%y : memref<?x4096xbf16> by row)
      schedule(#row.gpu_schedule<threads_per_row = 64, rows_per_block = 1, vector = 2, parameters = late>) {
  ^bb0(%xv: vector<4096xbf16>):
    row.yield %xv : vector<4096xbf16>
  }
  return
}

// The rows of a block share one copy of what all rows read.
// CHECK-LABEL: func @shared_parameters
// CHECK: #row.gpu_schedule<threads_per_row = 32, rows_per_block = 4, vector = 4, parameters = staged>
func.func @shared_parameters(%x: memref<?x96xf32>, %g: memref<96xf32>, %y: memref<?x96xf32>) {
  row.program ins(%x : memref<?x96xf32> by row, %g : memref<96xf32> shared) outs(%y : memref<?x96xf32> by row) {
  ^bb0(%xv: vector<96xf32>, %gv: vector<96xf32>):
    %p = arith.mulf %xv, %gv : vector<96xf32>
    row.yield %p : vector<96xf32>
  }
  return
}

// A longer row is kept in shared memory, and the longest in that of a cluster.
// CHECK-LABEL: func @bf16_16384
// CHECK: #row.gpu_schedule<threads_per_row = 512, rows_per_block = 1, vector = 8, parameters = late, keep = shared>
func.func @bf16_16384(%x: memref<?x16384xbf16>, %y: memref<?x16384xbf16>) {
  row.program ins(%x : memref<?x16384xbf16> by row) outs(%y : memref<?x16384xbf16> by row) {
  ^bb0(%xv: vector<16384xbf16>):
    row.yield %xv : vector<16384xbf16>
  }
  return
}

// Parameters of 6 bytes for each byte of the row: clusters have them once for all rows.
// CHECK-LABEL: func @many_parameters
// CHECK: #row.gpu_schedule<threads_per_row = 2048, rows_per_block = 1, vector = 8, parameters = early, cluster = 4, blocks = 30, prefetch = 3, async, bulk>
// CHECK-SAME: row.reason = "the blocks of a cluster share a row of more than 8192 columns, and load 12 bytes of parameters a column once for all their rows"
// OLD-LABEL: func @many_parameters
// OLD: parameters = late, keep = shared>
func.func @many_parameters(%x: memref<?x32768xbf16>, %a: memref<32768xf32>, %b: memref<32768xf32>, %c: memref<32768xf32>, %y: memref<?x32768xf32>) {
  row.program ins(%x : memref<?x32768xbf16> by row, %a : memref<32768xf32> shared, %b : memref<32768xf32> shared, %c : memref<32768xf32> shared)
      outs(%y : memref<?x32768xf32> by row) {
  ^bb0(%xv: vector<32768xbf16>, %av: vector<32768xf32>, %bv: vector<32768xf32>, %cv: vector<32768xf32>):
    %p = arith.mulf %av, %bv : vector<32768xf32>
    %q = arith.addf %p, %cv : vector<32768xf32>
    row.yield %q : vector<32768xf32>
  }
  return
}

// With 3 for each byte, blocks read them for every row.
// CHECK-LABEL: func @wide_rows
// CHECK: parameters = late, keep = shared>
func.func @wide_rows(%x: memref<?x32768xf32>, %a: memref<32768xf32>, %b: memref<32768xf32>, %c: memref<32768xf32>, %y: memref<?x32768xf32>) {
  row.program ins(%x : memref<?x32768xf32> by row, %a : memref<32768xf32> shared, %b : memref<32768xf32> shared, %c : memref<32768xf32> shared)
      outs(%y : memref<?x32768xf32> by row) {
  ^bb0(%xv: vector<32768xf32>, %av: vector<32768xf32>, %bv: vector<32768xf32>, %cv: vector<32768xf32>):
    %p = arith.mulf %av, %bv : vector<32768xf32>
    %q = arith.addf %p, %cv : vector<32768xf32>
    row.yield %q : vector<32768xf32>
  }
  return
}

// CHECK-LABEL: func @bf16_65536
// CHECK: #row.gpu_schedule<threads_per_row = 2048, rows_per_block = 1, vector = 8, parameters = late, keep = shared, cluster = 4>
// Without clusters a block has it all.
// OLD-LABEL: func @bf16_65536
// OLD: threads_per_row = 1024, rows_per_block = 1, vector = 8, parameters = late, keep = shared>
func.func @bf16_65536(%x: memref<?x65536xbf16>, %y: memref<?x65536xbf16>) {
  row.program ins(%x : memref<?x65536xbf16> by row) outs(%y : memref<?x65536xbf16> by row) {
  ^bb0(%xv: vector<65536xbf16>):
    row.yield %xv : vector<65536xbf16>
  }
  return
}

// CHECK-LABEL: func @f32_262144
// CHECK: #row.gpu_schedule<threads_per_row = 8192, rows_per_block = 1, vector = 4, parameters = late, keep = shared, cluster = 16, bulk>
// 1 MiB is more than a block's shared memory.
// OLD-LABEL: func @f32_262144
// OLD: threads_per_row = 1024, rows_per_block = 1, vector = 4, parameters = late, keep = global>
func.func @f32_262144(%x: memref<?x262144xf32>, %y: memref<?x262144xf32>) {
  row.program ins(%x : memref<?x262144xf32> by row) outs(%y : memref<?x262144xf32> by row) {
  ^bb0(%xv: vector<262144xf32>):
    row.yield %xv : vector<262144xf32>
  }
  return
}
