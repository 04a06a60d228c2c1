// RUN: seednorm-opt %s --row-schedule --convert-row-to-gpu --canonicalize --cse --split-input-file | FileCheck %s

// The warps of a block meet in its own shared memory, and its first warp sends one number
// to each block of the cluster, which knows how many bytes will arrive: one sum of 4 blocks.

// CHECK-LABEL: gpu.func @scaled_rows0
// CHECK:         nvvm.cluster.arrive.relaxed
// CHECK:         nvvm.mbarrier.arrive.expect_tx %{{.*}}, %c16_i32
// CHECK-NOT:     st.async
// CHECK:         memref.store %{{.*}}, %[[SLOTS:.+]][
// CHECK:         gpu.barrier
// CHECK:         nvvm.cluster.wait
// CHECK-NEXT:    %[[FIRST:.+]] = arith.cmpi ult, %{{.*}}, %c32
// CHECK-NEXT:    scf.if %[[FIRST]] {
// CHECK:           memref.load %[[SLOTS]][
// CHECK-COUNT-4:   gpu.shuffle
// CHECK-NOT:       gpu.shuffle
// CHECK:           st.async
// CHECK-NOT:       st.async
// CHECK:         nvvm.mbarrier.try_wait
// CHECK:         memref.load %[[SLOTS]][
// CHECK-COUNT-2: gpu.shuffle
// CHECK-NOT:     gpu.shuffle
// CHECK:         gpu.return
func.func @scaled(%x: memref<?x65536xbf16>, %y: memref<?x65536xbf16>) {
  row.program ins(%x : memref<?x65536xbf16> by row) outs(%y : memref<?x65536xbf16> by row)
      schedule(#row.gpu_schedule<threads_per_row = 2048, rows_per_block = 1, vector = 8, parameters = late, keep = shared, cluster = 4>) {
  ^bb0(%v: vector<65536xbf16>):
    %zero = arith.constant 0.0 : f32
    %x32 = arith.extf %v : vector<65536xbf16> to vector<65536xf32>
    %sum = vector.multi_reduction <add>, %x32, %zero [0] : vector<65536xf32> to f32
    %sums = vector.broadcast %sum : f32 to vector<65536xf32>
    %p = arith.mulf %x32, %sums : vector<65536xf32>
    %y16 = arith.truncf %p : vector<65536xf32> to vector<65536xbf16>
    row.yield %y16 : vector<65536xbf16>
  }
  return
}
