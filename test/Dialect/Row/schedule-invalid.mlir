// RUN: seednorm-opt %s --row-schedule=target=gpu --split-input-file --verify-diagnostics

func.func @too_long(%x: memref<?x16384xf32>, %y: memref<?x16384xf32>) {
  // expected-error @below {{has rows of 16384 columns, but a block holds at most 8192 in registers}}
  row.program ins(%x : memref<?x16384xf32> by row) outs(%y : memref<?x16384xf32> by row) {
  ^bb0(%xv: vector<16384xf32>):
    row.yield %xv : vector<16384xf32>
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

// Two dots of 2 heads of 4095 columns: partials of single columns.
func.func @shared_memory(%x: memref<?x8190xf32>, %y: memref<?x2xf32>) {
  // expected-error @below {{needs 65520 bytes of shared memory for sums and parameters, but a block has 49152}}
  row.program ins(%x : memref<?x8190xf32> by row) outs(%y : memref<?x2xf32> by row)
      schedule(#row.gpu_schedule<threads_per_row = 512, rows_per_block = 1, vector = 1, parameters = late>) {
  ^bb0(%xv: vector<8190xf32>):
    %zero = arith.constant dense<0.0> : vector<2xf32>
    %h = vector.shape_cast %xv : vector<8190xf32> to vector<2x4095xf32>
    %s = vector.multi_reduction <add>, %h, %zero [1] : vector<2x4095xf32> to vector<2xf32>
    %q = arith.mulf %h, %h : vector<2x4095xf32>
    %t = vector.multi_reduction <add>, %q, %s [1] : vector<2x4095xf32> to vector<2xf32>
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

// expected-error @below {{expects 'threads_per_row' to be a multiple of 32 from 32 to 1024, but got 48}}
#threads = #row.gpu_schedule<threads_per_row = 48, rows_per_block = 1, vector = 1, parameters = late>

// -----

// expected-error @below {{expects 'rows_per_block' to be 1 when a row has more than one warp, but got 2}}
#rows = #row.gpu_schedule<threads_per_row = 64, rows_per_block = 2, vector = 1, parameters = late>

// -----

// expected-error @below {{expects 'accumulators' to be a power of two from 1 to 16, but got 3}}
#accumulators = #row.cpu_schedule<vector = 8, accumulators = 3, grain = 16>
