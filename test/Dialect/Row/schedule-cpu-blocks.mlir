// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=64 vector-registers=32 first-cache-bytes=49152 first-cache-ways=12" | FileCheck %s
// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=64 vector-registers=32 first-cache-bytes=49152 first-cache-ways=2" | FileCheck %s --check-prefix=FEW-WAYS
// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=32 first-cache-bytes=49152 first-cache-ways=12" | FileCheck %s --check-prefix=FEW-WAYS
// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=64 vector-registers=32 first-cache-bytes=49152 first-cache-ways=12 cache-bytes=0" | FileCheck %s --check-prefix=NO-STREAM

// Rows go through the columns together where what they have in common has no
// place in the first-level cache, and is more than what a row has of its own,
// unless four rows are more than 256 KiB or two shares of a thread. Where a step
// has few bytes of the result, more are written past the caches together, from
// panels that are as long.
// CHECK-LABEL: func @scaled_twice
// CHECK:       grain = 4, prefetch = true, stream = 16777216, rows = 4, panel = 256, staged = 256>
// CHECK-LABEL: func @scaled_wide
// CHECK:       grain = 4, prefetch = true, stream = 16777216, rows = 4, panel = 4096>
// NO-STREAM-LABEL: func @scaled_twice
// NO-STREAM:   rows = 4, panel = 4096>
// CHECK-LABEL: func @scaled_short
// CHECK-NOT:   panel
// CHECK-LABEL: func @scaled_once
// CHECK-NOT:   panel
// CHECK-LABEL: func @scaled_long
// CHECK-NOT:   panel
// CHECK-LABEL: func @summed
// CHECK:       rows = 4, panel = 512>
// CHECK-LABEL: func @summed_long
// CHECK-NOT:   panel
// FEW-WAYS-NOT: panel
func.func @scaled_twice(%x: memref<?x8192xbf16>, %a: memref<8192xf32>, %b: memref<8192xf32>, %y: memref<?x8192xbf16>) {
  row.program ins(%x : memref<?x8192xbf16> by row, %a : memref<8192xf32> shared, %b : memref<8192xf32> shared)
      outs(%y : memref<?x8192xbf16> by row) {
  ^bb0(%xv: vector<8192xbf16>, %av: vector<8192xf32>, %bv: vector<8192xf32>):
    %wide = arith.extf %xv : vector<8192xbf16> to vector<8192xf32>
    %p = arith.mulf %wide, %av : vector<8192xf32>
    %s = vector.reduction <add>, %p : vector<8192xf32> into f32
    %sv = vector.broadcast %s : f32 to vector<8192xf32>
    %q = arith.mulf %sv, %bv : vector<8192xf32>
    %r = arith.truncf %q : vector<8192xf32> to vector<8192xbf16>
    row.yield %r : vector<8192xbf16>
  }
  return
}
func.func @scaled_wide(%x: memref<?x8192xf32>, %a: memref<8192xf32>, %b: memref<8192xf32>, %c: memref<8192xf32>, %y: memref<?x8192xf32>) {
  row.program ins(%x : memref<?x8192xf32> by row, %a : memref<8192xf32> shared, %b : memref<8192xf32> shared, %c : memref<8192xf32> shared)
      outs(%y : memref<?x8192xf32> by row) {
  ^bb0(%xv: vector<8192xf32>, %av: vector<8192xf32>, %bv: vector<8192xf32>, %cv: vector<8192xf32>):
    %p = arith.mulf %xv, %av : vector<8192xf32>
    %s = vector.reduction <add>, %p : vector<8192xf32> into f32
    %sv = vector.broadcast %s : f32 to vector<8192xf32>
    %q = arith.mulf %sv, %bv : vector<8192xf32>
    %r = arith.addf %q, %cv : vector<8192xf32>
    row.yield %r : vector<8192xf32>
  }
  return
}
func.func @scaled_short(%x: memref<?x4096xbf16>, %a: memref<4096xf32>, %b: memref<4096xf32>, %y: memref<?x4096xbf16>) {
  row.program ins(%x : memref<?x4096xbf16> by row, %a : memref<4096xf32> shared, %b : memref<4096xf32> shared)
      outs(%y : memref<?x4096xbf16> by row) {
  ^bb0(%xv: vector<4096xbf16>, %av: vector<4096xf32>, %bv: vector<4096xf32>):
    %wide = arith.extf %xv : vector<4096xbf16> to vector<4096xf32>
    %p = arith.mulf %wide, %av : vector<4096xf32>
    %s = vector.reduction <add>, %p : vector<4096xf32> into f32
    %sv = vector.broadcast %s : f32 to vector<4096xf32>
    %q = arith.mulf %sv, %bv : vector<4096xf32>
    %r = arith.truncf %q : vector<4096xf32> to vector<4096xbf16>
    row.yield %r : vector<4096xbf16>
  }
  return
}
func.func @scaled_once(%x: memref<?x16384xf32>, %a: memref<16384xf32>, %y: memref<?x16384xf32>) {
  row.program ins(%x : memref<?x16384xf32> by row, %a : memref<16384xf32> shared)
      outs(%y : memref<?x16384xf32> by row) {
  ^bb0(%xv: vector<16384xf32>, %av: vector<16384xf32>):
    %s = vector.reduction <add>, %xv : vector<16384xf32> into f32
    %sv = vector.broadcast %s : f32 to vector<16384xf32>
    %q = arith.mulf %sv, %av : vector<16384xf32>
    row.yield %q : vector<16384xf32>
  }
  return
}
func.func @scaled_long(%x: memref<?x32768xbf16>, %a: memref<32768xf32>, %b: memref<32768xf32>, %y: memref<?x32768xbf16>) {
  row.program ins(%x : memref<?x32768xbf16> by row, %a : memref<32768xf32> shared, %b : memref<32768xf32> shared)
      outs(%y : memref<?x32768xbf16> by row) {
  ^bb0(%xv: vector<32768xbf16>, %av: vector<32768xf32>, %bv: vector<32768xf32>):
    %wide = arith.extf %xv : vector<32768xbf16> to vector<32768xf32>
    %p = arith.mulf %wide, %av : vector<32768xf32>
    %s = vector.reduction <add>, %p : vector<32768xf32> into f32
    %sv = vector.broadcast %s : f32 to vector<32768xf32>
    %q = arith.mulf %sv, %bv : vector<32768xf32>
    %r = arith.truncf %q : vector<32768xf32> to vector<32768xbf16>
    row.yield %r : vector<32768xbf16>
  }
  return
}
func.func @summed(%x: memref<?x8192xbf16>, %a: memref<8192xf32>, %y: memref<8192xf32>) {
  row.program ins(%x : memref<?x8192xbf16> by row, %a : memref<8192xf32> shared) outs(%y : memref<8192xf32> summed) {
  ^bb0(%xv: vector<8192xbf16>, %av: vector<8192xf32>):
    %wide = arith.extf %xv : vector<8192xbf16> to vector<8192xf32>
    %p = arith.mulf %wide, %av : vector<8192xf32>
    row.yield %p : vector<8192xf32>
  }
  return
}
func.func @summed_long(%x: memref<?x32768xf32>, %a: memref<32768xf32>, %y: memref<32768xf32>) {
  row.program ins(%x : memref<?x32768xf32> by row, %a : memref<32768xf32> shared) outs(%y : memref<32768xf32> summed) {
  ^bb0(%xv: vector<32768xf32>, %av: vector<32768xf32>):
    %p = arith.mulf %xv, %av : vector<32768xf32>
    row.yield %p : vector<32768xf32>
  }
  return
}
