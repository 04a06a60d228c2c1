// RUN: seednorm-opt %s --row-schedule=target=gpu --split-input-file --verify-diagnostics

func.func @no_blocks(%x: memref<?x96xf32>, %s: memref<96xf32>) {
  // expected-error @below {{expects a schedule with 'blocks' if it sums outputs over rows, and one without if not}}
  row.program ins(%x : memref<?x96xf32> by row) outs(%s : memref<96xf32> summed)
      schedule(#row.gpu_schedule<threads_per_row = 32, rows_per_block = 4, vector = 1, parameters = late>) {
  ^bb0(%xv: vector<96xf32>):
    row.yield %xv : vector<96xf32>
  }
  return
}

// -----

func.func @blocks(%x: memref<?x96xf32>, %y: memref<?x96xf32>) {
  // expected-error @below {{expects a schedule with 'blocks' if it sums outputs over rows, and one without if not}}
  row.program ins(%x : memref<?x96xf32> by row) outs(%y : memref<?x96xf32> by row)
      schedule(#row.gpu_schedule<threads_per_row = 32, rows_per_block = 4, vector = 1, parameters = late, blocks = 8>) {
  ^bb0(%xv: vector<96xf32>):
    row.yield %xv : vector<96xf32>
  }
  return
}

// -----

func.func @no_parts(%x: memref<?x96xf32>, %s: memref<?x96xf32>) {
  // expected-error @below {{expects a schedule with 'parts' if it sums outputs by group or cycle, and one without if not}}
  row.program ins(%x : memref<?x96xf32> by row) outs(%s : memref<?x96xf32> summed by group 4)
      schedule(#row.gpu_schedule<threads_per_row = 32, rows_per_block = 4, vector = 1, parameters = late, blocks = 8>) {
  ^bb0(%xv: vector<96xf32>):
    row.yield %xv : vector<96xf32>
  }
  return
}

// -----

func.func @group_and_cycle(%x: memref<?x96xf32>, %s: memref<?x96xf32>, %t: memref<4x96xf32>) {
  // expected-error @below {{has outputs summed by group 4 and summed by cycle 4, but a GPU goes through rows in one way; split the program}}
  row.program ins(%x : memref<?x96xf32> by row)
      outs(%s : memref<?x96xf32> summed by group 4, %t : memref<4x96xf32> summed by cycle 4) {
  ^bb0(%xv: vector<96xf32>):
    row.yield %xv, %xv : vector<96xf32>, vector<96xf32>
  }
  return
}

// -----

// The registers of 1024 threads hold two sums of 8 columns, and shared memory one more.
func.func @accumulators(%x: memref<?x8192xf32>, %s: memref<8192xf32>) {
  // expected-error @below {{needs 65536 bytes of shared memory for sums and parameters, but a block has 49152}}
  row.program ins(%x : memref<?x8192xf32> by row)
      outs(%s : memref<8192xf32> summed, %s : memref<8192xf32> summed, %s : memref<8192xf32> summed, %s : memref<8192xf32> summed) {
  ^bb0(%v: vector<8192xf32>):
    row.yield %v, %v, %v, %v : vector<8192xf32>, vector<8192xf32>, vector<8192xf32>, vector<8192xf32>
  }
  return
}

// -----

// expected-error @below {{expects 'blocks' to be positive, but got 0}}
#blocks = #row.gpu_schedule<threads_per_row = 32, rows_per_block = 1, vector = 1, parameters = late, blocks = 0>

// -----

// expected-error @below {{expects one of blocks, parts and prefetch, but got 'stages'}}
#keyword = #row.gpu_schedule<threads_per_row = 32, rows_per_block = 1, vector = 1, parameters = late, stages = 2>

// -----

// expected-error @below {{expects 'blocks' with 'parts' and 'prefetch'}}
#prefetch = #row.gpu_schedule<threads_per_row = 32, rows_per_block = 1, vector = 1, parameters = late, prefetch>
