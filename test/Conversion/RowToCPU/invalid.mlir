// RUN: seednorm-opt %s --convert-row-to-cpu --split-input-file --verify-diagnostics

func.func @tensors(%x: tensor<?x8xf32>, %y: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // expected-error @below {{expects memrefs; bufferize before convert-row-to-cpu}}
  %0 = row.program ins(%x : tensor<?x8xf32> by row) outs(%y : tensor<?x8xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return %0 : tensor<?x8xf32>
}

// -----

func.func @no_schedule(%x: memref<?x8xf32>, %y: memref<?x8xf32>) {
  // expected-error @below {{expects a '#row.cpu_schedule'; run row-schedule{target=cpu} before convert-row-to-cpu}}
  row.program ins(%x : memref<?x8xf32> by row) outs(%y : memref<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return
}

// -----

func.func @gpu_schedule(%x: memref<?x64xf32>, %y: memref<?x64xf32>) {
  // expected-error @below {{expects a '#row.cpu_schedule'}}
  row.program ins(%x : memref<?x64xf32> by row) outs(%y : memref<?x64xf32> by row)
      schedule(#row.gpu_schedule<threads_per_row = 32, rows_per_block = 1, vector = 2, parameters = late>) {
  ^bb0(%xv: vector<64xf32>):
    row.yield %xv : vector<64xf32>
  }
  return
}

// -----

func.func @group_and_cycle(%x: memref<?x8xf32>, %g: memref<?x8xf32>, %c: memref<2x8xf32>) {
  // expected-error @below {{expects one kind of groups or cycles that outputs are summed by, since the CPU takes the rows of one after the other, but output 0 is 'summed by group 4' and output 1 'added by cycle 2'}}
  row.program ins(%x : memref<?x8xf32> by row)
      outs(%g : memref<?x8xf32> summed by group 4, %c : memref<2x8xf32> added by cycle 2)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv, %xv : vector<8xf32>, vector<8xf32>
  }
  return
}

// -----

func.func @gaps_in_row(%x: memref<?x8xf32, strided<[16, 2]>>, %y: memref<?x8xf32>) {
  // expected-error @below {{expects the slices of each operand to be dense, but 'memref<?x8xf32, strided<[16, 2]>>' leaves gaps in slices of 'vector<8xf32>'}}
  row.program ins(%x : memref<?x8xf32, strided<[16, 2]>> by row) outs(%y : memref<?x8xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return
}
