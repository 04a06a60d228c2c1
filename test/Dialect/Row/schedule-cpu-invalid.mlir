// RUN: seednorm-opt %s --row-schedule=target=cpu --split-input-file --verify-diagnostics

// Of groups by the first dimension, and by the first two.
func.func @different_groups(%x: memref<2x3x?x64xf32>, %a: memref<2x64xf32>, %b: memref<2x3x64xf32>) {
  // expected-error @below {{expects one kind of groups or cycles that outputs are summed by, since the CPU takes the rows of one after the other, but output 0 is 'summed by group' and output 1 'summed by group'}}
  row.program ins(%x : memref<2x3x?x64xf32> by row)
      outs(%a : memref<2x64xf32> summed by group, %b : memref<2x3x64xf32> summed by group) {
  ^bb0(%xv: vector<64xf32>):
    row.yield %xv, %xv : vector<64xf32>, vector<64xf32>
  }
  return
}

// -----

func.func @scheduled_for_gpu(%x: memref<?x64xf32>, %y: memref<?x64xf32>) {
  // expected-error @below {{has a schedule for another kind of machine than 'cpu'}}
  row.program ins(%x : memref<?x64xf32> by row) outs(%y : memref<?x64xf32> by row)
      schedule(#row.gpu_schedule<threads_per_row = 32, rows_per_block = 1, vector = 2, parameters = late>) {
  ^bb0(%xv: vector<64xf32>):
    row.yield %xv : vector<64xf32>
  }
  return
}

// -----

func.func @no_partial(%x: memref<?x64xf32>, %y: memref<64xf32>) {
  row.program ins(%x : memref<?x64xf32> by row) outs(%y : memref<64xf32> summed)
      // expected-error @below {{expects 'partial' to be positive, but got 0}}
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1, partial = 0>) {
  ^bb0(%xv: vector<64xf32>):
    row.yield %xv : vector<64xf32>
  }
  return
}
