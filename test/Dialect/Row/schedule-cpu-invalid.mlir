// RUN: seednorm-opt %s --row-schedule=target=cpu --split-input-file --verify-diagnostics

func.func @summed(%x: memref<?x64xf32>, %s: memref<64xf32>) {
  // expected-error @below {{has outputs taken summed, which are not supported by the CPU schedules; only outputs taken by row are}}
  row.program ins(%x : memref<?x64xf32> by row) outs(%s : memref<64xf32> summed) {
  ^bb0(%xv: vector<64xf32>):
    row.yield %xv : vector<64xf32>
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
