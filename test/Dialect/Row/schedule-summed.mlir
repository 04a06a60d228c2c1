// RUN: seednorm-opt %s --row-schedule=target=gpu --split-input-file | FileCheck %s
// RUN: seednorm-opt %s --row-schedule="target=gpu multiprocessors=10" --split-input-file | FileCheck %s --check-prefix=SMALL
// RUN: seednorm-opt %s --row-schedule="target=gpu cluster=1 shared-bytes=166912" | FileCheck %s --check-prefix=OLD

// Programs that sum over rows have persistent blocks, by the number of multiprocessors.

// A warp has a row, and its lanes have the columns: the vectors are shorter than the widest access.
// CHECK-LABEL: func @warps_64
// CHECK: #row.gpu_schedule<threads_per_row = 32, rows_per_block = 32, vector = 2, parameters = staged, blocks = 132, prefetch = 2, async>
// SMALL-LABEL: func @warps_64
// SMALL: blocks = 10, prefetch = 2, async>
func.func @warps_64(%x: memref<?x64xbf16>, %s: memref<64xf32>) {
  row.program ins(%x : memref<?x64xbf16> by row) outs(%s : memref<64xf32> summed) {
  ^bb0(%xv: vector<64xbf16>):
    %v = arith.extf %xv : vector<64xbf16> to vector<64xf32>
    row.yield %v : vector<64xf32>
  }
  return
}

// No asynchronous copy takes the 2 bytes that a lane has of a row.
// CHECK-LABEL: func @warps_32
// CHECK: vector = 1, parameters = staged, blocks = 132, prefetch = 1>
func.func @warps_32(%x: memref<?x32xbf16>, %s: memref<32xf32>) {
  row.program ins(%x : memref<?x32xbf16> by row) outs(%s : memref<32xf32> summed) {
  ^bb0(%xv: vector<32xbf16>):
    %v = arith.extf %xv : vector<32xbf16> to vector<32xf32>
    row.yield %v : vector<32xf32>
  }
  return
}

// Two sums of 16 columns fit the registers of a lane; three have a block for each row.
// CHECK-LABEL: func @warps_512
// CHECK: #row.gpu_schedule<threads_per_row = 32, rows_per_block = 16, vector = 8, parameters = staged, blocks = 132, prefetch = 2, async>
func.func @warps_512(%x: memref<?x512xbf16>, %s: memref<512xf32>, %t: memref<512xf32>) {
  row.program ins(%x : memref<?x512xbf16> by row) outs(%s : memref<512xf32> summed, %t : memref<512xf32> summed) {
  ^bb0(%xv: vector<512xbf16>):
    %v = arith.extf %xv : vector<512xbf16> to vector<512xf32>
    row.yield %v, %v : vector<512xf32>, vector<512xf32>
  }
  return
}

// CHECK-LABEL: func @block_512
// CHECK: #row.gpu_schedule<threads_per_row = 64, rows_per_block = 1, vector = 8, parameters = early, blocks = 1056, prefetch = 2, async>
func.func @block_512(%x: memref<?x512xbf16>, %s: memref<512xf32>, %t: memref<512xf32>, %u: memref<512xf32>) {
  row.program ins(%x : memref<?x512xbf16> by row)
      outs(%s : memref<512xf32> summed, %t : memref<512xf32> summed, %u : memref<512xf32> summed) {
  ^bb0(%xv: vector<512xbf16>):
    %v = arith.extf %xv : vector<512xbf16> to vector<512xf32>
    row.yield %v, %v, %v : vector<512xf32>, vector<512xf32>, vector<512xf32>
  }
  return
}

// CHECK-LABEL: func @block_4096
// CHECK: #row.gpu_schedule<threads_per_row = 512, rows_per_block = 1, vector = 8, parameters = early, blocks = 132, prefetch = 2, async>
func.func @block_4096(%x: memref<?x4096xbf16>, %s: memref<4096xf32>) {
  row.program ins(%x : memref<?x4096xbf16> by row) outs(%s : memref<4096xf32> summed) {
  ^bb0(%xv: vector<4096xbf16>):
    %v = arith.extf %xv : vector<4096xbf16> to vector<4096xf32>
    row.yield %v : vector<4096xf32>
  }
  return
}

// Two blocks of a cluster have the registers for more. Without clusters, rows and
// what is added up are in shared memory.
// CHECK-LABEL: func @block_8192
// CHECK: #row.gpu_schedule<threads_per_row = 1024, rows_per_block = 1, vector = 8, parameters = early, cluster = 2, blocks = 66, prefetch = 3, async, bulk>
// OLD-LABEL: func @block_8192
// OLD: #row.gpu_schedule<threads_per_row = 512, rows_per_block = 1, vector = 8, parameters = late, keep = shared, blocks = 132, prefetch = 1>
func.func @block_8192(%x: memref<?x8192xbf16>, %s: memref<8192xf32>) {
  row.program ins(%x : memref<?x8192xbf16> by row) outs(%s : memref<8192xf32> summed) {
  ^bb0(%xv: vector<8192xbf16>):
    %v = arith.extf %xv : vector<8192xbf16> to vector<8192xf32>
    row.yield %v : vector<8192xf32>
  }
  return
}

// Of more blocks, fewer clusters run at once than there are multiprocessors for.
// CHECK-LABEL: func @block_16384
// CHECK: parameters = early, cluster = 4, blocks = 30, prefetch = 3, async, bulk>
// OLD-LABEL: func @block_16384
func.func @block_16384(%x: memref<?x16384xbf16>, %s: memref<16384xf32>) {
  row.program ins(%x : memref<?x16384xbf16> by row) outs(%s : memref<16384xf32> summed) {
  ^bb0(%xv: vector<16384xbf16>):
    %v = arith.extf %xv : vector<16384xbf16> to vector<16384xf32>
    row.yield %v : vector<16384xf32>
  }
  return
}

// Bulk copies are for rows of which each thread has 16 bytes; of these one has 32.
// CHECK-LABEL: func @two_types
// CHECK: vector = 8, parameters = early, cluster = 2, blocks = 66, prefetch = 1>
func.func @two_types(%x: memref<?x8192xbf16>, %y: memref<?x8192xf32>, %s: memref<8192xf32>) {
  row.program ins(%x : memref<?x8192xbf16> by row, %y : memref<?x8192xf32> by row) outs(%s : memref<8192xf32> summed) {
  ^bb0(%xv: vector<8192xbf16>, %yv: vector<8192xf32>):
    %v = arith.extf %xv : vector<8192xbf16> to vector<8192xf32>
    %p = arith.mulf %v, %yv : vector<8192xf32>
    row.yield %p : vector<8192xf32>
  }
  return
}

// Parts of a group are no smaller than 32 rows; those of a cycle give every warp one.
// CHECK-LABEL: func @group
// CHECK: blocks = 528, parts = 8, prefetch = 2, async>
func.func @group(%x: memref<?x1024xf32>, %s: memref<?x1024xf32>) {
  row.program ins(%x : memref<?x1024xf32> by row) outs(%s : memref<?x1024xf32> summed by group 256) {
  ^bb0(%v: vector<1024xf32>):
    row.yield %v : vector<1024xf32>
  }
  return
}

// CHECK-LABEL: func @cycle
// CHECK: rows_per_block = 16, {{.*}}blocks = 132, parts = 66, prefetch = 2, async>
func.func @cycle(%x: memref<?x128xf32>, %s: memref<32x128xf32>) {
  row.program ins(%x : memref<?x128xf32> by row) outs(%s : memref<32x128xf32> summed by cycle 32) {
  ^bb0(%v: vector<128xf32>):
    row.yield %v : vector<128xf32>
  }
  return
}

// What registers do not hold is added up in shared memory, or where partial sums go.
// CHECK-LABEL: func @long_262144
// CHECK: threads_per_row = 8192, rows_per_block = 1, vector = 8, parameters = late, keep = shared, cluster = 16, blocks = 7, prefetch = 1>
// OLD-LABEL: func @long_262144
// OLD: threads_per_row = 512, rows_per_block = 1, vector = 8, parameters = late, keep = global, blocks = 132, sums = global>
func.func @long_262144(%x: memref<?x262144xbf16>, %s: memref<262144xf32>) {
  row.program ins(%x : memref<?x262144xbf16> by row) outs(%s : memref<262144xf32> summed) {
  ^bb0(%xv: vector<262144xbf16>):
    %v = arith.extf %xv : vector<262144xbf16> to vector<262144xf32>
    row.yield %v : vector<262144xf32>
  }
  return
}
