// RUN: seednorm-opt %s --row-schedule="target=cpu vector-bytes=64 vector-registers=32 first-cache-bytes=49152 first-cache-ways=12" | FileCheck %s

// Of rows side by side, a sweep has 24 registers for its sums.
// CHECK-LABEL: func @four_sums
// CHECK:       accumulators = 1, {{.*}} rows = 4>
// CHECK-LABEL: func @six_sums
// CHECK:       accumulators = 1, {{.*}} rows = 4>
// CHECK-LABEL: func @seven_sums
// CHECK-NOT:   rows =
// They have five operands of their own, and one more for a sum over rows.
// CHECK-LABEL: func @five_own
// CHECK:       rows = 4>
// CHECK-LABEL: func @six_own
// CHECK-NOT:   rows =
// CHECK-LABEL: func @six_own_and_sum
// CHECK:       rows = 4>
// CHECK-LABEL: func @seven_own_and_sum
// CHECK:       rows = 4, panel = 512>
// Groups that are shorter than a block fill none.
// CHECK-LABEL: func @groups_of_four
// CHECK:       rows = 4>
// CHECK-LABEL: func @groups_of_three
// CHECK:       rows = 4, panel = 512>
// CHECK-LABEL: func @groups_of_call
// CHECK:       rows = 4>
func.func @four_sums(%x: memref<?x8192xf32>, %p0: memref<8192xf32>, %p1: memref<8192xf32>, %p2: memref<8192xf32>, %p3: memref<8192xf32>, %y: memref<?x8192xf32>) {
  row.program ins(%x : memref<?x8192xf32> by row, %p0 : memref<8192xf32> shared, %p1 : memref<8192xf32> shared, %p2 : memref<8192xf32> shared, %p3 : memref<8192xf32> shared)
      outs(%y : memref<?x8192xf32> by row) {
  ^bb0(%xv: vector<8192xf32>, %v0: vector<8192xf32>, %v1: vector<8192xf32>, %v2: vector<8192xf32>, %v3: vector<8192xf32>):
    %m0 = arith.mulf %xv, %v0 : vector<8192xf32>
    %s0 = vector.reduction <add>, %m0 : vector<8192xf32> into f32
    %m1 = arith.mulf %xv, %v1 : vector<8192xf32>
    %s1 = vector.reduction <add>, %m1 : vector<8192xf32> into f32
    %m2 = arith.mulf %xv, %v2 : vector<8192xf32>
    %s2 = vector.reduction <add>, %m2 : vector<8192xf32> into f32
    %m3 = arith.mulf %xv, %v3 : vector<8192xf32>
    %s3 = vector.reduction <add>, %m3 : vector<8192xf32> into f32
    %t1 = arith.addf %s0, %s1 : f32
    %t2 = arith.addf %t1, %s2 : f32
    %t3 = arith.addf %t2, %s3 : f32
    %w = vector.broadcast %t3 : f32 to vector<8192xf32>
    %o = arith.mulf %xv, %w : vector<8192xf32>
    row.yield %o : vector<8192xf32>
  }
  return
}
func.func @six_sums(%x: memref<?x8192xf32>, %p0: memref<8192xf32>, %p1: memref<8192xf32>, %p2: memref<8192xf32>, %p3: memref<8192xf32>, %p4: memref<8192xf32>, %p5: memref<8192xf32>, %y: memref<?x8192xf32>) {
  row.program ins(%x : memref<?x8192xf32> by row, %p0 : memref<8192xf32> shared, %p1 : memref<8192xf32> shared, %p2 : memref<8192xf32> shared, %p3 : memref<8192xf32> shared, %p4 : memref<8192xf32> shared, %p5 : memref<8192xf32> shared)
      outs(%y : memref<?x8192xf32> by row) {
  ^bb0(%xv: vector<8192xf32>, %v0: vector<8192xf32>, %v1: vector<8192xf32>, %v2: vector<8192xf32>, %v3: vector<8192xf32>, %v4: vector<8192xf32>, %v5: vector<8192xf32>):
    %m0 = arith.mulf %xv, %v0 : vector<8192xf32>
    %s0 = vector.reduction <add>, %m0 : vector<8192xf32> into f32
    %m1 = arith.mulf %xv, %v1 : vector<8192xf32>
    %s1 = vector.reduction <add>, %m1 : vector<8192xf32> into f32
    %m2 = arith.mulf %xv, %v2 : vector<8192xf32>
    %s2 = vector.reduction <add>, %m2 : vector<8192xf32> into f32
    %m3 = arith.mulf %xv, %v3 : vector<8192xf32>
    %s3 = vector.reduction <add>, %m3 : vector<8192xf32> into f32
    %m4 = arith.mulf %xv, %v4 : vector<8192xf32>
    %s4 = vector.reduction <add>, %m4 : vector<8192xf32> into f32
    %m5 = arith.mulf %xv, %v5 : vector<8192xf32>
    %s5 = vector.reduction <add>, %m5 : vector<8192xf32> into f32
    %t1 = arith.addf %s0, %s1 : f32
    %t2 = arith.addf %t1, %s2 : f32
    %t3 = arith.addf %t2, %s3 : f32
    %t4 = arith.addf %t3, %s4 : f32
    %t5 = arith.addf %t4, %s5 : f32
    %w = vector.broadcast %t5 : f32 to vector<8192xf32>
    %o = arith.mulf %xv, %w : vector<8192xf32>
    row.yield %o : vector<8192xf32>
  }
  return
}
func.func @seven_sums(%x: memref<?x8192xf32>, %p0: memref<8192xf32>, %p1: memref<8192xf32>, %p2: memref<8192xf32>, %p3: memref<8192xf32>, %p4: memref<8192xf32>, %p5: memref<8192xf32>, %p6: memref<8192xf32>, %y: memref<?x8192xf32>) {
  row.program ins(%x : memref<?x8192xf32> by row, %p0 : memref<8192xf32> shared, %p1 : memref<8192xf32> shared, %p2 : memref<8192xf32> shared, %p3 : memref<8192xf32> shared, %p4 : memref<8192xf32> shared, %p5 : memref<8192xf32> shared, %p6 : memref<8192xf32> shared)
      outs(%y : memref<?x8192xf32> by row) {
  ^bb0(%xv: vector<8192xf32>, %v0: vector<8192xf32>, %v1: vector<8192xf32>, %v2: vector<8192xf32>, %v3: vector<8192xf32>, %v4: vector<8192xf32>, %v5: vector<8192xf32>, %v6: vector<8192xf32>):
    %m0 = arith.mulf %xv, %v0 : vector<8192xf32>
    %s0 = vector.reduction <add>, %m0 : vector<8192xf32> into f32
    %m1 = arith.mulf %xv, %v1 : vector<8192xf32>
    %s1 = vector.reduction <add>, %m1 : vector<8192xf32> into f32
    %m2 = arith.mulf %xv, %v2 : vector<8192xf32>
    %s2 = vector.reduction <add>, %m2 : vector<8192xf32> into f32
    %m3 = arith.mulf %xv, %v3 : vector<8192xf32>
    %s3 = vector.reduction <add>, %m3 : vector<8192xf32> into f32
    %m4 = arith.mulf %xv, %v4 : vector<8192xf32>
    %s4 = vector.reduction <add>, %m4 : vector<8192xf32> into f32
    %m5 = arith.mulf %xv, %v5 : vector<8192xf32>
    %s5 = vector.reduction <add>, %m5 : vector<8192xf32> into f32
    %m6 = arith.mulf %xv, %v6 : vector<8192xf32>
    %s6 = vector.reduction <add>, %m6 : vector<8192xf32> into f32
    %t1 = arith.addf %s0, %s1 : f32
    %t2 = arith.addf %t1, %s2 : f32
    %t3 = arith.addf %t2, %s3 : f32
    %t4 = arith.addf %t3, %s4 : f32
    %t5 = arith.addf %t4, %s5 : f32
    %t6 = arith.addf %t5, %s6 : f32
    %w = vector.broadcast %t6 : f32 to vector<8192xf32>
    %o = arith.mulf %xv, %w : vector<8192xf32>
    row.yield %o : vector<8192xf32>
  }
  return
}
func.func @five_own(%x0: memref<?x4096xbf16>, %x1: memref<?x4096xbf16>, %x2: memref<?x4096xbf16>, %x3: memref<?x4096xbf16>, %a: memref<4096xf32>, %b: memref<4096xf32>, %y: memref<?x4096xbf16>) {
  row.program ins(%x0 : memref<?x4096xbf16> by row, %x1 : memref<?x4096xbf16> by row, %x2 : memref<?x4096xbf16> by row, %x3 : memref<?x4096xbf16> by row, %a : memref<4096xf32> shared, %b : memref<4096xf32> shared)
      outs(%y : memref<?x4096xbf16> by row) {
  ^bb0(%v0: vector<4096xbf16>, %v1: vector<4096xbf16>, %v2: vector<4096xbf16>, %v3: vector<4096xbf16>, %av: vector<4096xf32>, %bv: vector<4096xf32>):
    %t1 = arith.addf %v0, %v1 : vector<4096xbf16>
    %t2 = arith.addf %t1, %v2 : vector<4096xbf16>
    %t3 = arith.addf %t2, %v3 : vector<4096xbf16>
    %w = arith.extf %t3 : vector<4096xbf16> to vector<4096xf32>
    %q = arith.mulf %w, %av : vector<4096xf32>
    %r = arith.addf %q, %bv : vector<4096xf32>
    %n = arith.truncf %r : vector<4096xf32> to vector<4096xbf16>
    row.yield %n : vector<4096xbf16>
  }
  return
}
func.func @six_own(%x0: memref<?x4096xbf16>, %x1: memref<?x4096xbf16>, %x2: memref<?x4096xbf16>, %x3: memref<?x4096xbf16>, %x4: memref<?x4096xbf16>, %a: memref<4096xf32>, %b: memref<4096xf32>, %y: memref<?x4096xbf16>) {
  row.program ins(%x0 : memref<?x4096xbf16> by row, %x1 : memref<?x4096xbf16> by row, %x2 : memref<?x4096xbf16> by row, %x3 : memref<?x4096xbf16> by row, %x4 : memref<?x4096xbf16> by row, %a : memref<4096xf32> shared, %b : memref<4096xf32> shared)
      outs(%y : memref<?x4096xbf16> by row) {
  ^bb0(%v0: vector<4096xbf16>, %v1: vector<4096xbf16>, %v2: vector<4096xbf16>, %v3: vector<4096xbf16>, %v4: vector<4096xbf16>, %av: vector<4096xf32>, %bv: vector<4096xf32>):
    %t1 = arith.addf %v0, %v1 : vector<4096xbf16>
    %t2 = arith.addf %t1, %v2 : vector<4096xbf16>
    %t3 = arith.addf %t2, %v3 : vector<4096xbf16>
    %t4 = arith.addf %t3, %v4 : vector<4096xbf16>
    %w = arith.extf %t4 : vector<4096xbf16> to vector<4096xf32>
    %q = arith.mulf %w, %av : vector<4096xf32>
    %r = arith.addf %q, %bv : vector<4096xf32>
    %n = arith.truncf %r : vector<4096xf32> to vector<4096xbf16>
    row.yield %n : vector<4096xbf16>
  }
  return
}
func.func @six_own_and_sum(%x0: memref<?x4096xbf16>, %x1: memref<?x4096xbf16>, %x2: memref<?x4096xbf16>, %x3: memref<?x4096xbf16>, %x4: memref<?x4096xbf16>, %a: memref<4096xf32>, %b: memref<4096xf32>, %y: memref<?x4096xbf16>, %s: memref<4096xf32>) {
  row.program ins(%x0 : memref<?x4096xbf16> by row, %x1 : memref<?x4096xbf16> by row, %x2 : memref<?x4096xbf16> by row, %x3 : memref<?x4096xbf16> by row, %x4 : memref<?x4096xbf16> by row, %a : memref<4096xf32> shared, %b : memref<4096xf32> shared)
      outs(%y : memref<?x4096xbf16> by row, %s : memref<4096xf32> summed) {
  ^bb0(%v0: vector<4096xbf16>, %v1: vector<4096xbf16>, %v2: vector<4096xbf16>, %v3: vector<4096xbf16>, %v4: vector<4096xbf16>, %av: vector<4096xf32>, %bv: vector<4096xf32>):
    %t1 = arith.addf %v0, %v1 : vector<4096xbf16>
    %t2 = arith.addf %t1, %v2 : vector<4096xbf16>
    %t3 = arith.addf %t2, %v3 : vector<4096xbf16>
    %t4 = arith.addf %t3, %v4 : vector<4096xbf16>
    %w = arith.extf %t4 : vector<4096xbf16> to vector<4096xf32>
    %q = arith.mulf %w, %av : vector<4096xf32>
    %r = arith.addf %q, %bv : vector<4096xf32>
    %n = arith.truncf %r : vector<4096xf32> to vector<4096xbf16>
    row.yield %n, %r : vector<4096xbf16>, vector<4096xf32>
  }
  return
}
func.func @seven_own_and_sum(%x0: memref<?x4096xbf16>, %x1: memref<?x4096xbf16>, %x2: memref<?x4096xbf16>, %x3: memref<?x4096xbf16>, %x4: memref<?x4096xbf16>, %x5: memref<?x4096xbf16>, %a: memref<4096xf32>, %b: memref<4096xf32>, %y: memref<?x4096xbf16>, %s: memref<4096xf32>) {
  row.program ins(%x0 : memref<?x4096xbf16> by row, %x1 : memref<?x4096xbf16> by row, %x2 : memref<?x4096xbf16> by row, %x3 : memref<?x4096xbf16> by row, %x4 : memref<?x4096xbf16> by row, %x5 : memref<?x4096xbf16> by row, %a : memref<4096xf32> shared, %b : memref<4096xf32> shared)
      outs(%y : memref<?x4096xbf16> by row, %s : memref<4096xf32> summed) {
  ^bb0(%v0: vector<4096xbf16>, %v1: vector<4096xbf16>, %v2: vector<4096xbf16>, %v3: vector<4096xbf16>, %v4: vector<4096xbf16>, %v5: vector<4096xbf16>, %av: vector<4096xf32>, %bv: vector<4096xf32>):
    %t1 = arith.addf %v0, %v1 : vector<4096xbf16>
    %t2 = arith.addf %t1, %v2 : vector<4096xbf16>
    %t3 = arith.addf %t2, %v3 : vector<4096xbf16>
    %t4 = arith.addf %t3, %v4 : vector<4096xbf16>
    %t5 = arith.addf %t4, %v5 : vector<4096xbf16>
    %w = arith.extf %t5 : vector<4096xbf16> to vector<4096xf32>
    %q = arith.mulf %w, %av : vector<4096xf32>
    %r = arith.addf %q, %bv : vector<4096xf32>
    %n = arith.truncf %r : vector<4096xf32> to vector<4096xbf16>
    row.yield %n, %r : vector<4096xbf16>, vector<4096xf32>
  }
  return
}
func.func @groups_of_four(%x: memref<?x4x4096xf32>, %d: memref<?x4x4096xf32>, %a: memref<4096xf32>, %b: memref<4096xf32>, %y: memref<?x4x4096xf32>, %s: memref<?x4096xf32>, %t: memref<?x4096xf32>) {
  row.program ins(%x : memref<?x4x4096xf32> by row, %d : memref<?x4x4096xf32> by row, %a : memref<4096xf32> shared, %b : memref<4096xf32> shared)
      outs(%y : memref<?x4x4096xf32> by row, %s : memref<?x4096xf32> summed by group 4, %t : memref<?x4096xf32> summed by group 4) {
  ^bb0(%xv: vector<4096xf32>, %dv: vector<4096xf32>, %av: vector<4096xf32>, %bv: vector<4096xf32>):
    %p = arith.mulf %xv, %dv : vector<4096xf32>
    %q = arith.mulf %p, %av : vector<4096xf32>
    %r = arith.addf %q, %bv : vector<4096xf32>
    row.yield %r, %p, %q : vector<4096xf32>, vector<4096xf32>, vector<4096xf32>
  }
  return
}
func.func @groups_of_three(%x: memref<?x3x4096xf32>, %d: memref<?x3x4096xf32>, %a: memref<4096xf32>, %b: memref<4096xf32>, %y: memref<?x3x4096xf32>, %s: memref<?x4096xf32>, %t: memref<?x4096xf32>) {
  row.program ins(%x : memref<?x3x4096xf32> by row, %d : memref<?x3x4096xf32> by row, %a : memref<4096xf32> shared, %b : memref<4096xf32> shared)
      outs(%y : memref<?x3x4096xf32> by row, %s : memref<?x4096xf32> summed by group 3, %t : memref<?x4096xf32> summed by group 3) {
  ^bb0(%xv: vector<4096xf32>, %dv: vector<4096xf32>, %av: vector<4096xf32>, %bv: vector<4096xf32>):
    %p = arith.mulf %xv, %dv : vector<4096xf32>
    %q = arith.mulf %p, %av : vector<4096xf32>
    %r = arith.addf %q, %bv : vector<4096xf32>
    row.yield %r, %p, %q : vector<4096xf32>, vector<4096xf32>, vector<4096xf32>
  }
  return
}
func.func @groups_of_call(%x: memref<?x?x4096xf32>, %d: memref<?x?x4096xf32>, %a: memref<4096xf32>, %b: memref<4096xf32>, %y: memref<?x?x4096xf32>, %s: memref<?x4096xf32>, %t: memref<?x4096xf32>) {
  row.program ins(%x : memref<?x?x4096xf32> by row, %d : memref<?x?x4096xf32> by row, %a : memref<4096xf32> shared, %b : memref<4096xf32> shared)
      outs(%y : memref<?x?x4096xf32> by row, %s : memref<?x4096xf32> summed by group, %t : memref<?x4096xf32> summed by group) {
  ^bb0(%xv: vector<4096xf32>, %dv: vector<4096xf32>, %av: vector<4096xf32>, %bv: vector<4096xf32>):
    %p = arith.mulf %xv, %dv : vector<4096xf32>
    %q = arith.mulf %p, %av : vector<4096xf32>
    %r = arith.addf %q, %bv : vector<4096xf32>
    row.yield %r, %p, %q : vector<4096xf32>, vector<4096xf32>, vector<4096xf32>
  }
  return
}
