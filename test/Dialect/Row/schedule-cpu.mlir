// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=64 vector-registers=32" | FileCheck %s --check-prefixes=CHECK,WIDE
// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=16" | FileCheck %s --check-prefixes=CHECK,NARROW
// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=64 native-bfloat16 cache-bytes=1048576" | FileCheck %s --check-prefix=NATIVE
// RUN: seednorm-opt %s --row-schedule="target=cpu override='rows = 2, panel = 64, stream = 0'" | FileCheck %s --check-prefix=OVERRIDE

// Where rounding takes several instructions, two registers become one of bf16,
// unless they are wide.
// CHECK-LABEL: func @long_row
// WIDE:        schedule(#row.cpu_schedule<vector = 16, accumulators = 4, grain = 32, stream = 16777216>)
// NARROW:      schedule(#row.cpu_schedule<vector = 8, accumulators = 2, grain = 32, stream = 16777216>)
// NATIVE:      schedule(#row.cpu_schedule<vector = 16, accumulators = 4, grain = 32, stream = 524288>)
// OVERRIDE:    schedule(#row.cpu_schedule<vector = 16, accumulators = 2, grain = 32, rows = 2, panel = 64>)
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

// While a row is applied the next one is fetched: not a short one, and none of
// which two would fill a second-level cache.
// CHECK-LABEL: func @sums
// WIDE:        schedule(#row.cpu_schedule<vector = 16, accumulators = 4, grain = 32, prefetch = true, stream = 16777216>)
func.func @sums(%x: memref<?x1024xf32>, %y: memref<?x1024xf32>) {
  row.program ins(%x : memref<?x1024xf32> by row) outs(%y : memref<?x1024xf32> by row) {
  ^bb0(%xv: vector<1024xf32>):
    %s = vector.reduction <add>, %xv : vector<1024xf32> into f32
    %sv = vector.broadcast %s : f32 to vector<1024xf32>
    row.yield %sv : vector<1024xf32>
  }
  return
}

// CHECK-LABEL: func @sums_of_short_rows
// CHECK-NOT:   prefetch
// CHECK-LABEL: func @sums_of_very_long_rows
// CHECK-NOT:   prefetch
func.func @sums_of_short_rows(%x: memref<?x128xf32>, %y: memref<?xf32>) {
  row.program ins(%x : memref<?x128xf32> by row) outs(%y : memref<?xf32> by row) {
  ^bb0(%xv: vector<128xf32>):
    %s = vector.reduction <add>, %xv : vector<128xf32> into f32
    row.yield %s : f32
  }
  return
}
func.func @sums_of_very_long_rows(%x: memref<?x65536xf32>, %y: memref<?xf32>) {
  row.program ins(%x : memref<?x65536xf32> by row) outs(%y : memref<?xf32> by row) {
  ^bb0(%xv: vector<65536xf32>):
    %s = vector.reduction <add>, %xv : vector<65536xf32> into f32
    row.yield %s : f32
  }
  return
}

// Five sums have two accumulators each in 16 registers, and four in 32.
// CHECK-LABEL: func @many_sums
// WIDE:        accumulators = 4,
// NARROW:      accumulators = 2,
func.func @many_sums(%x: memref<?x1024xf32>, %y: memref<?xf32>) {
  row.program ins(%x : memref<?x1024xf32> by row) outs(%y : memref<?xf32> by row) {
  ^bb0(%x1: vector<1024xf32>):
    %x2 = arith.mulf %x1, %x1 : vector<1024xf32>
    %x3 = arith.mulf %x2, %x1 : vector<1024xf32>
    %x4 = arith.mulf %x3, %x1 : vector<1024xf32>
    %x5 = arith.mulf %x4, %x1 : vector<1024xf32>
    %s1 = vector.reduction <add>, %x1 : vector<1024xf32> into f32
    %s2 = vector.reduction <add>, %x2 : vector<1024xf32> into f32
    %s3 = vector.reduction <add>, %x3 : vector<1024xf32> into f32
    %s4 = vector.reduction <add>, %x4 : vector<1024xf32> into f32
    %s5 = vector.reduction <add>, %x5 : vector<1024xf32> into f32
    %a = arith.addf %s1, %s2 : f32
    %b = arith.addf %s3, %s4 : f32
    %c = arith.addf %a, %b : f32
    %d = arith.addf %c, %s5 : f32
    row.yield %d : f32
  }
  return
}
