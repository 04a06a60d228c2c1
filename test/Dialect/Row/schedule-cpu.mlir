// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=64" | FileCheck %s --check-prefixes=CHECK,WIDE
// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=16" | FileCheck %s --check-prefixes=CHECK,NARROW

// CHECK-LABEL: func @long_row
// WIDE:        schedule(#row.cpu_schedule<vector = 16, accumulators = 4, grain = 32>)
// NARROW:      schedule(#row.cpu_schedule<vector = 4, accumulators = 4, grain = 32>)
func.func @long_row(%x: memref<?x1024xbf16>, %y: memref<?x1024xbf16>) {
  row.program ins(%x : memref<?x1024xbf16> by row) outs(%y : memref<?x1024xbf16> by row) {
  ^bb0(%xv: vector<1024xbf16>):
    row.yield %xv : vector<1024xbf16>
  }
  return
}

// A vector is not wider than a head, so that totals of heads stay apart.
// CHECK-LABEL: func @heads
// WIDE:        schedule(#row.cpu_schedule<vector = 8, accumulators = 1, grain = 683>)
// NARROW:      schedule(#row.cpu_schedule<vector = 4, accumulators = 2, grain = 683>)
func.func @heads(%x: memref<?x48xf32>, %y: memref<?x4xf32>) {
  row.program ins(%x : memref<?x48xf32> by row) outs(%y : memref<?x4xf32> by row) {
  ^bb0(%xv: vector<48xf32>):
    %zero = arith.constant dense<0.0> : vector<4xf32>
    %h = vector.shape_cast %xv : vector<48xf32> to vector<4x12xf32>
    %s = vector.multi_reduction <add>, %h, %zero [1] : vector<4x12xf32> to vector<4xf32>
    row.yield %s : vector<4xf32>
  }
  return
}

// CHECK-LABEL: func @one_column
// CHECK:       schedule(#row.cpu_schedule<vector = 1, accumulators = 1, grain = 32768>)
func.func @one_column(%x: memref<?x1xf32>, %y: memref<?x1xf32>) {
  row.program ins(%x : memref<?x1xf32> by row) outs(%y : memref<?x1xf32> by row) {
  ^bb0(%xv: vector<1xf32>):
    row.yield %xv : vector<1xf32>
  }
  return
}

// What is written by hand is kept.
// CHECK-LABEL: func @by_hand
// CHECK:       schedule(#row.cpu_schedule<vector = 2, accumulators = 8, grain = 1>)
func.func @by_hand(%x: memref<?x64xf32>, %y: memref<?x64xf32>) {
  row.program ins(%x : memref<?x64xf32> by row) outs(%y : memref<?x64xf32> by row)
      schedule(#row.cpu_schedule<vector = 2, accumulators = 8, grain = 1>) {
  ^bb0(%xv: vector<64xf32>):
    row.yield %xv : vector<64xf32>
  }
  return
}

// CHECK-LABEL: func @partial_by_hand
// CHECK:       schedule(#row.cpu_schedule<vector = 2, accumulators = 8, grain = 1, partial = 7>)
func.func @partial_by_hand(%x: memref<?x64xf32>, %y: memref<64xf32>) {
  row.program ins(%x : memref<?x64xf32> by row) outs(%y : memref<64xf32> summed)
      schedule(#row.cpu_schedule<vector = 2, accumulators = 8, grain = 1, partial = 7>) {
  ^bb0(%xv: vector<64xf32>):
    row.yield %xv : vector<64xf32>
  }
  return
}
