// RUN: seednorm-opt %s --row-schedule=target=gpu --split-input-file --verify-diagnostics

func.func @too_long(%x: memref<?x16384xf32>, %y: memref<?x16384xf32>) {
  // expected-error @below {{has a schedule by which a thread keeps 128 vectors of a row of 16384 columns in registers, but at most 32 are; use more threads, or 'keep = shared'}}
  row.program ins(%x : memref<?x16384xf32> by row) outs(%y : memref<?x16384xf32> by row)
      schedule(#row.gpu_schedule<threads_per_row = 32, rows_per_block = 1, vector = 4, parameters = late>) {
  ^bb0(%xv: vector<16384xf32>):
    row.yield %xv : vector<16384xf32>
  }
  return
}

// -----

func.func @shared_row(%x: memref<?x65536xf32>, %y: memref<?x65536xf32>) {
  // expected-error @below {{needs 262144 bytes of shared memory for sums, rows and parameters, but a block of the target has 232448}}
  row.program ins(%x : memref<?x65536xf32> by row) outs(%y : memref<?x65536xf32> by row)
      schedule(#row.gpu_schedule<threads_per_row = 1024, rows_per_block = 1, vector = 4, parameters = late, keep = shared>) {
  ^bb0(%xv: vector<65536xf32>):
    row.yield %xv : vector<65536xf32>
  }
  return
}

// -----

func.func @narrow_sum(%x: memref<?x64xbf16>, %y: memref<?xbf16>) {
  row.program ins(%x : memref<?x64xbf16> by row) outs(%y : memref<?xbf16> by row) {
  ^bb0(%xv: vector<64xbf16>):
    // expected-error @below {{sums 'bf16' columns, but GPU schedules sum f32}}
    %s = vector.reduction <add>, %xv : vector<64xbf16> into bf16
    row.yield %s : bf16
  }
  return
}

// -----

// Two dots of 2 heads of 14595 columns: partials of single columns.
func.func @shared_memory(%x: memref<?x29190xf32>, %y: memref<?x2xf32>) {
  // expected-error @below {{needs 233536 bytes of shared memory for sums, rows and parameters, but a block of the target has 232448}}
  row.program ins(%x : memref<?x29190xf32> by row) outs(%y : memref<?x2xf32> by row)
      schedule(#row.gpu_schedule<threads_per_row = 1024, rows_per_block = 1, vector = 1, parameters = late>) {
  ^bb0(%xv: vector<29190xf32>):
    %zero = arith.constant dense<0.0> : vector<2xf32>
    %h = vector.shape_cast %xv : vector<29190xf32> to vector<2x14595xf32>
    %s = vector.multi_reduction <add>, %h, %zero [1] : vector<2x14595xf32> to vector<2xf32>
    %q = arith.mulf %h, %h : vector<2x14595xf32>
    %t = vector.multi_reduction <add>, %q, %s [1] : vector<2x14595xf32> to vector<2xf32>
    row.yield %t : vector<2xf32>
  }
  return
}

// -----

func.func @vector(%x: memref<?x96xf32>, %y: memref<?x96xf32>) {
  // expected-error @below {{expects 'vector' to divide its 96 columns, but got 64}}
  row.program ins(%x : memref<?x96xf32> by row) outs(%y : memref<?x96xf32> by row)
      schedule(#row.gpu_schedule<threads_per_row = 32, rows_per_block = 1, vector = 64, parameters = late>) {
  ^bb0(%xv: vector<96xf32>):
    row.yield %xv : vector<96xf32>
  }
  return
}

// -----

func.func @other_machine(%x: memref<?x96xf32>, %y: memref<?x96xf32>) {
  // expected-error @below {{has a schedule for another kind of machine than 'gpu'}}
  row.program ins(%x : memref<?x96xf32> by row) outs(%y : memref<?x96xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 4, grain = 16>) {
  ^bb0(%xv: vector<96xf32>):
    row.yield %xv : vector<96xf32>
  }
  return
}

// -----

// expected-error @below {{expects 'threads_per_row' to be 4, 8, 16 or a multiple of 32 from 32 to 1024, but got 48}}
#bad = #row.gpu_schedule<threads_per_row = 48, rows_per_block = 1, vector = 1, parameters = late>

// -----

// expected-error @below {{expects 'threads_per_row' to be a multiple of 64 from 64 to 2048, but got 96}}
#bad = #row.gpu_schedule<threads_per_row = 96, rows_per_block = 1, vector = 1, parameters = late, cluster = 2>

// -----

// expected-error @below {{expects 'threads_per_row' to be a multiple of 64 from 64 to 2048, but got 16}}
#bad = #row.gpu_schedule<threads_per_row = 16, rows_per_block = 1, vector = 1, parameters = late, cluster = 2>

// -----

// expected-error @below {{expects whole warps in a block, but got 3 rows of 8 threads}}
#bad = #row.gpu_schedule<threads_per_row = 8, rows_per_block = 3, vector = 1, parameters = late>

// -----

// expected-error @below {{expects at most 1024 threads in a block, but got 65 rows of 16}}
#bad = #row.gpu_schedule<threads_per_row = 16, rows_per_block = 65, vector = 1, parameters = late>

// -----

// expected-error @below {{expects 'cluster' to be a power of two from 1 to 16, but got 3}}
#bad = #row.gpu_schedule<threads_per_row = 96, rows_per_block = 1, vector = 1, parameters = late, cluster = 3>

// -----

// expected-error @below {{expects 'cluster' to be an integer, but got 'many'}}
#bad = #row.gpu_schedule<threads_per_row = 96, rows_per_block = 1, vector = 1, parameters = late, cluster = many>

// -----

// expected-error @below {{expects 'keep' to be one of registers, shared, global, but got 'local'}}
#bad = #row.gpu_schedule<threads_per_row = 96, rows_per_block = 1, vector = 1, parameters = late, keep = local>

// -----

// expected-error @below {{expects rows in registers with early parameters, but got 'keep = shared'}}
#bad = #row.gpu_schedule<threads_per_row = 96, rows_per_block = 1, vector = 1, parameters = early, keep = shared>

// -----

// expected-error @below {{expects 'async' with rows in registers and 'prefetch'}}
#bad = #row.gpu_schedule<threads_per_row = 96, rows_per_block = 1, vector = 1, parameters = late, async>

// -----

// expected-error @below {{expects 'async' to load more than one row ahead, but got 'prefetch = 2'}}
#bad = #row.gpu_schedule<threads_per_row = 96, rows_per_block = 1, vector = 1, parameters = late, blocks = 8, prefetch = 2>

// -----

// expected-error @below {{expects 'bulk' with 'async' or 'keep = shared': no other rows are copied to shared memory}}
#bad = #row.gpu_schedule<threads_per_row = 96, rows_per_block = 1, vector = 1, parameters = late, bulk>

// -----

// expected-error @below {{expects one row a block with 'bulk', but got 2}}
#bad = #row.gpu_schedule<threads_per_row = 32, rows_per_block = 2, vector = 1, parameters = late, keep = shared, bulk>

// -----

// expected-error @below {{expects no 'prefetch' of rows that are not kept}}
#bad = #row.gpu_schedule<threads_per_row = 96, rows_per_block = 1, vector = 1, parameters = late, keep = global, blocks = 8, prefetch = 1>

// -----

// expected-error @below {{expects 'blocks' with 'sums'}}
#bad = #row.gpu_schedule<threads_per_row = 96, rows_per_block = 1, vector = 1, parameters = late, sums = global>

// -----

// expected-error @below {{expects at least 32 threads a row with 'blocks', but got 16}}
#bad = #row.gpu_schedule<threads_per_row = 16, rows_per_block = 4, vector = 1, parameters = late, blocks = 8>

// -----

// expected-error @below {{expects 'vector' once, but got it twice}}
#bad = #row.gpu_schedule<threads_per_row = 96, rows_per_block = 1, vector = 1, parameters = late, vector = 2>

// -----

// expected-error @below {{expects 'vector' in a schedule, but there is none}}
#bad = #row.gpu_schedule<threads_per_row = 96, rows_per_block = 1, parameters = late>

// -----

// expected-error @below {{expects 'rows_per_block' to be 1 when a row has more than one warp, but got 2}}
#rows = #row.gpu_schedule<threads_per_row = 64, rows_per_block = 2, vector = 1, parameters = late>

// -----

// expected-error @below {{expects 'accumulators' to be a power of two from 1 to 16, but got 3}}
#accumulators = #row.cpu_schedule<vector = 8, accumulators = 3, grain = 16>
