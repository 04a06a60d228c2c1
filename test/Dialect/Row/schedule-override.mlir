// RUN: seednorm-opt %s --row-schedule="target=gpu override='vector = 4, keep = shared, parameters = late'" | FileCheck %s
// RUN: not seednorm-opt %s --row-schedule="target=gpu override='width = 4'" 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not seednorm-opt %s --row-schedule="target=gpu override='vector = 3'" 2>&1 | FileCheck %s --check-prefix=FIELD
// RUN: not seednorm-opt %s --row-schedule="target=gpu override='dependent = maybe'" 2>&1 | FileCheck %s --check-prefix=FLAG
// RUN: not seednorm-opt %s --row-schedule="target=gpu cluster=8 override='cluster = 16, threads_per_row = 512'" 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not seednorm-opt %s --row-schedule="target=gpu cluster=1 override='cluster = 2'" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not seednorm-opt %s --row-schedule="target=gpu chip=sm_80 cluster=1 override='cluster = 2'" 2>&1 | FileCheck %s --check-prefix=CHIP
// RUN: not seednorm-opt %s --row-schedule="target=gpu chip=sm_80 dependent-launches=false override='dependent = true'" 2>&1 | FileCheck %s --check-prefix=DEPENDENT

// Fields by name replace what was chosen, or written by hand; a limit says so.

// CHECK-LABEL: func @chosen
// CHECK: #row.gpu_schedule<threads_per_row = 256, rows_per_block = 1, vector = 4, parameters = late, keep = shared>
// CHECK-SAME: row.reason = "overridden by vector = 4, keep = shared, parameters = late; before, a block holds a row of up to 8192 columns in registers"
// NAME: error: 'row.program' op has its schedule overridden by 'width = 4', which expects one of threads_per_row, {{.*}}, dependent, but got 'width'
// FIELD: has its schedule overridden by 'vector = 3', which expects 'vector' to be a power of two from 1 to 64, but got 3
// FLAG: which expects 'dependent' to be true or false, but got 'maybe'
// TARGET: has a schedule with clusters of 16 blocks, but the target has at most 8
// NONE: has a schedule with clusters of 2 blocks, but the target has none
// CHIP: has a schedule with clusters of 2 blocks, but sm_80 has none
// DEPENDENT: has a schedule with 'dependent', but on sm_80 no kernel starts before the one ahead of it ends
func.func @chosen(%x: memref<?x4096xbf16>, %y: memref<?x4096xbf16>) {
  row.program ins(%x : memref<?x4096xbf16> by row) outs(%y : memref<?x4096xbf16> by row) {
  ^bb0(%xv: vector<4096xbf16>):
    row.yield %xv : vector<4096xbf16>
  }
  return
}

// CHECK-LABEL: func @by_hand
// CHECK: #row.gpu_schedule<threads_per_row = 64, rows_per_block = 1, vector = 4, parameters = late, keep = shared>
func.func @by_hand(%x: memref<?x4096xbf16>, %y: memref<?x4096xbf16>) {
  row.program ins(%x : memref<?x4096xbf16> by row) outs(%y : memref<?x4096xbf16> by row)
      schedule(#row.gpu_schedule<threads_per_row = 64, rows_per_block = 1, vector = 2, parameters = early>) {
  ^bb0(%xv: vector<4096xbf16>):
    row.yield %xv : vector<4096xbf16>
  }
  return
}
