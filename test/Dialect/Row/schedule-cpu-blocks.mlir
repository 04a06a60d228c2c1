// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=64 vector-registers=32 first-cache-bytes=49152 first-cache-ways=12" | FileCheck %s
// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=64 vector-registers=32" | FileCheck %s --check-prefix=ALONE
// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=32 first-cache-bytes=49152 first-cache-ways=12" | FileCheck %s --check-prefix=ALONE
// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=64 vector-registers=32 first-cache-bytes=49152 first-cache-ways=12 cache-bytes=0" | FileCheck %s --check-prefix=NO-STREAM

// Rows take each step side by side where what they have in common leaves less
// than a third of the first-level cache, unless four rows are more than 256 KiB
// or two shares of a thread, or they have more than five operands of their own,
// and one for each sum over rows, or functions are computed at their columns.
// Sums of rows have an accumulator less where registers are few, and rows stay
// alone where one is too many; likewise where a cache is not known.
// CHECK-LABEL: func @scaled_twice
// CHECK:       accumulators = 2, grain = 4, prefetch = true, stream = 16777216, rows = 4>
// CHECK-LABEL: func @scaled_wide
// CHECK:       accumulators = 2, grain = 4, prefetch = true, stream = 16777216, rows = 4>
// NO-STREAM-LABEL: func @scaled_twice
// NO-STREAM:   prefetch = true, rows = 4>
// CHECK-LABEL: func @scaled_short
// CHECK-NOT:   rows =
// CHECK-LABEL: func @scaled_once
// CHECK:       accumulators = 2, {{.*}} rows = 4>
// CHECK-LABEL: func @scaled_long
// CHECK-NOT:   rows =
// CHECK-LABEL: func @summed
// CHECK:       accumulators = 2, {{.*}} rows = 4>
// CHECK-LABEL: func @summed_long
// CHECK-NOT:   rows =
// CHECK-LABEL: func @three_sums
// CHECK:       accumulators = 2, {{.*}} rows = 4>
// CHECK-LABEL: func @two_thirds
// CHECK:       accumulators = 2, {{.*}} rows = 4>
// CHECK-LABEL: func @exponentials
// CHECK-NOT:   rows =
// CHECK-LABEL: func @roots
// CHECK:       accumulators = 2, {{.*}} rows = 4>
// ALONE-NOT:   rows =
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
func.func @scaled_short(%x: memref<?x3072xbf16>, %a: memref<3072xf32>, %b: memref<3072xf32>, %y: memref<?x3072xbf16>) {
  row.program ins(%x : memref<?x3072xbf16> by row, %a : memref<3072xf32> shared, %b : memref<3072xf32> shared)
      outs(%y : memref<?x3072xbf16> by row) {
  ^bb0(%xv: vector<3072xbf16>, %av: vector<3072xf32>, %bv: vector<3072xf32>):
    %wide = arith.extf %xv : vector<3072xbf16> to vector<3072xf32>
    %p = arith.mulf %wide, %av : vector<3072xf32>
    %s = vector.reduction <add>, %p : vector<3072xf32> into f32
    %sv = vector.broadcast %s : f32 to vector<3072xf32>
    %q = arith.mulf %sv, %bv : vector<3072xf32>
    %r = arith.truncf %q : vector<3072xf32> to vector<3072xbf16>
    row.yield %r : vector<3072xbf16>
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
func.func @three_sums(%x: memref<?x8192xf32>, %a: memref<8192xf32>, %b: memref<8192xf32>, %c: memref<8192xf32>, %y: memref<?x8192xf32>) {
  row.program ins(%x : memref<?x8192xf32> by row, %a : memref<8192xf32> shared, %b : memref<8192xf32> shared, %c : memref<8192xf32> shared)
      outs(%y : memref<?x8192xf32> by row) {
  ^bb0(%xv: vector<8192xf32>, %av: vector<8192xf32>, %bv: vector<8192xf32>, %cv: vector<8192xf32>):
    %pa = arith.mulf %xv, %av : vector<8192xf32>
    %sa = vector.reduction <add>, %pa : vector<8192xf32> into f32
    %pb = arith.mulf %xv, %bv : vector<8192xf32>
    %sb = vector.reduction <add>, %pb : vector<8192xf32> into f32
    %pc = arith.mulf %xv, %cv : vector<8192xf32>
    %sc = vector.reduction <add>, %pc : vector<8192xf32> into f32
    %tb = arith.addf %sb, %sa : f32
    %tc = arith.addf %sc, %tb : f32
    %sv = vector.broadcast %tc : f32 to vector<8192xf32>
    %o = arith.mulf %xv, %sv : vector<8192xf32>
    row.yield %o : vector<8192xf32>
  }
  return
}
func.func @two_thirds(%x: memref<?x4096xbf16>, %a: memref<4096xf32>, %b: memref<4096xf32>, %y: memref<?x4096xbf16>) {
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
func.func @exponentials(%x: memref<?x8192xf32>, %a: memref<8192xf32>, %b: memref<8192xf32>, %y: memref<?x8192xf32>) {
  row.program ins(%x : memref<?x8192xf32> by row, %a : memref<8192xf32> shared, %b : memref<8192xf32> shared)
      outs(%y : memref<?x8192xf32> by row) {
  ^bb0(%xv: vector<8192xf32>, %av: vector<8192xf32>, %bv: vector<8192xf32>):
    %p = arith.mulf %xv, %av : vector<8192xf32>
    %o = math.exp %p : vector<8192xf32>
    %q = arith.mulf %o, %bv : vector<8192xf32>
    row.yield %q : vector<8192xf32>
  }
  return
}
func.func @roots(%x: memref<?x8192xf32>, %a: memref<8192xf32>, %b: memref<8192xf32>, %y: memref<?x8192xf32>) {
  row.program ins(%x : memref<?x8192xf32> by row, %a : memref<8192xf32> shared, %b : memref<8192xf32> shared)
      outs(%y : memref<?x8192xf32> by row) {
  ^bb0(%xv: vector<8192xf32>, %av: vector<8192xf32>, %bv: vector<8192xf32>):
    %p = arith.mulf %xv, %av : vector<8192xf32>
    %o = math.sqrt %p : vector<8192xf32>
    %q = arith.mulf %o, %bv : vector<8192xf32>
    row.yield %q : vector<8192xf32>
  }
  return
}
