// A schedule that is given computes what the chosen one does; rows kept in
// shared memory are summed in another order, so the bits need not agree.

// RUN: seednorm-run %s --target=emulated:sm_90a --random --rows=3 --compare-with=decompose --schedule="keep = shared, threads_per_row = 128, parameters = late" | FileCheck %s
// CHECK: result0: max abs error

// RUN: not seednorm-run %s --target=emulated:sm_80 --random --schedule="cluster = 2, threads_per_row = 128, rows_per_block = 1" 2>&1 | FileCheck %s --check-prefix=LIMIT
// LIMIT: has a schedule with clusters of 2 blocks, but sm_80 has none

// RUN: not seednorm-run %s --random --schedule="warps = 4" 2>&1 | FileCheck %s --check-prefix=CPU
// CPU: has its schedule overridden by 'warps = 4', which expects one of vector, accumulators, grain, online, partial, prefetch, stream, rows, panel, but got 'warps'

// Rows that go through the columns together have the same sums.
// RUN: seednorm-run %s --random --rows=7 --compare-with=decompose --schedule="rows = 4, panel = 1024, stream = 1" | FileCheck %s

func.func @main(%x: tensor<?x4096xf32>, %gamma: tensor<4096xf32>)
    -> tensor<?x4096xf32> {
  %y = norm.rms_norm %x, %gamma eps 1.0e-6
      : tensor<?x4096xf32>, tensor<4096xf32>
  return %y : tensor<?x4096xf32>
}
