// RUN: seednorm-opt %s --row-schedule=target=gpu --split-input-file --verify-diagnostics

func.func @no_blocks(%x: memref<?x96xf32>, %s: memref<96xf32>) {
  // expected-error @below {{expects a schedule with 'blocks', as it sums outputs over rows}}
  row.program ins(%x : memref<?x96xf32> by row) outs(%s : memref<96xf32> summed)
      schedule(#row.gpu_schedule<threads_per_row = 32, rows_per_block = 4, vector = 1, parameters = late>) {
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

func.func @accumulators(%x: memref<?x65536xf32>, %s: memref<65536xf32>) {
  // expected-error @below {{needs 262144 bytes of shared memory for sums, rows and parameters, but a block of the target has 232448}}
  row.program ins(%x : memref<?x65536xf32> by row) outs(%s : memref<65536xf32> summed)
      schedule(#row.gpu_schedule<threads_per_row = 1024, rows_per_block = 1, vector = 4, parameters = late, keep = global, blocks = 132>) {
  ^bb0(%v: vector<65536xf32>):
    row.yield %v : vector<65536xf32>
  }
  return
}

// -----

func.func @warps_of_a_sweep(%x: memref<?x64xf32>, %s: memref<64xf32>) {
  // expected-error @below {{expects one row a block if it sums outputs over rows that registers do not keep, but 'rows_per_block' is 4}}
  row.program ins(%x : memref<?x64xf32> by row) outs(%s : memref<64xf32> summed)
      schedule(#row.gpu_schedule<threads_per_row = 32, rows_per_block = 4, vector = 1, parameters = late, keep = shared, blocks = 132>) {
  ^bb0(%v: vector<64xf32>):
    row.yield %v : vector<64xf32>
  }
  return
}

// -----

// expected-error @below {{expects 'blocks' to be positive, but got -1}}
#blocks = #row.gpu_schedule<threads_per_row = 32, rows_per_block = 1, vector = 1, parameters = late, blocks = -1>

// -----

// expected-error @below {{expects one of threads_per_row, rows_per_block, vector, parameters, keep, cluster, blocks, parts, prefetch, async, bulk, sums, dependent, but got 'stages'}}
#keyword = #row.gpu_schedule<threads_per_row = 32, rows_per_block = 1, vector = 1, parameters = late, stages = 2>

// -----

// expected-error @below {{expects 'blocks' with 'parts' and 'prefetch'}}
#prefetch = #row.gpu_schedule<threads_per_row = 32, rows_per_block = 1, vector = 1, parameters = late, prefetch = 1>
