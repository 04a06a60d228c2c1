// RUN: seednorm-opt %s --row-schedule --convert-row-to-gpu --canonicalize --cse | FileCheck %s

// A block holds the row: 16-byte loads, every sum of the level behind one
// barrier, the input kept in registers for the last stage. Two sums share their
// shuffles: each half of a warp takes one, and passes the other on. Rows are
// read once, parameters by all blocks: caches are for those.

// CHECK-LABEL: gpu.func @sums_rows0
// CHECK-SAME:    memref<2048xbf16> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly}
// CHECK-SAME:    memref<2048xf32> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly}
// CHECK-SAME:    memref<2048xbf16> {llvm.align = 16 : i64, llvm.noalias, llvm.writeonly}
// CHECK-SAME:    workgroup(%[[SHARED:.+]] : memref<8xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-SAME:    known_block_size = array<i32: 128, 1, 1>
// CHECK:         %[[BLOCK:.+]] = gpu.block_id x
// CHECK:         arith.muli %[[BLOCK]], %c2048
// CHECK-COUNT-2: vector.load {{.*}} {alignment = 16 : i64, nontemporal = true} : memref<2048xbf16, strided<[1], offset: ?>>, vector<8xbf16>
// CHECK-NOT:     vector.load {{.*}}vector<8xbf16>
// CHECK-NOT:     nontemporal
// CHECK:         %[[FIRST:.+]] = vector.reduction <add>
// CHECK:         %[[SECOND:.+]] = vector.reduction <add>
// CHECK:         %[[BIT:.+]] = arith.andi %[[LANE:.+]], %c16
// CHECK:         %[[UPPER:.+]] = arith.cmpi ne, %[[BIT]], %c0
// CHECK:         %[[KEPT:.+]] = arith.select %[[UPPER]], %[[SECOND]], %[[FIRST]]
// CHECK:         %[[PASSED:.+]] = arith.select %[[UPPER]], %[[FIRST]], %[[SECOND]]
// CHECK:         %[[OTHER:.+]], %{{.+}} = gpu.shuffle xor %[[PASSED]], %c16_i32
// CHECK:         arith.addf %[[KEPT]], %[[OTHER]]
// CHECK-COUNT-4: gpu.shuffle xor
// CHECK-NOT:     gpu.shuffle
// CHECK:         arith.remui %[[LANE]], %c16
// CHECK:         memref.store {{.*}}, %[[SHARED]]
// CHECK-NOT:     memref.store
// CHECK:         gpu.barrier
// CHECK-NOT:     gpu.barrier
// CHECK-COUNT-2: gpu.shuffle xor
// CHECK:         gpu.shuffle idx %[[TOTALS:.+]], %c0_i32
// CHECK:         gpu.shuffle idx %[[TOTALS]], %c16_i32
// CHECK-COUNT-2: vector.store {{.*}} {alignment = 16 : i64}
// CHECK:         gpu.return

func.func @sums(%x: memref<?x2048xbf16>, %b: memref<2048xf32>, %y: memref<?x2048xbf16>) {
  row.program ins(%x : memref<?x2048xbf16> by row, %b : memref<2048xf32> shared) outs(%y : memref<?x2048xbf16> by row) {
  ^bb0(%xv: vector<2048xbf16>, %bv: vector<2048xf32>):
    %zero = arith.constant 0.0 : f32
    %x32 = arith.extf %xv : vector<2048xbf16> to vector<2048xf32>
    %sum = vector.multi_reduction <add>, %x32, %zero [0] : vector<2048xf32> to f32
    %product = arith.mulf %x32, %bv : vector<2048xf32>
    %dot = vector.multi_reduction <add>, %product, %zero [0] : vector<2048xf32> to f32
    %both = arith.mulf %sum, %dot : f32
    %spread = vector.broadcast %both : f32 to vector<2048xf32>
    %y32 = arith.mulf %x32, %spread : vector<2048xf32>
    %y16 = arith.truncf %y32 : vector<2048xf32> to vector<2048xbf16>
    row.yield %y16 : vector<2048xbf16>
  }
  return
}

// Two levels, a maximum and a sum: a barrier each, memory of their own.
// CHECK-LABEL: gpu.func @softmax_rows0
// CHECK-SAME:    memref<16xf32, #gpu.address_space<workgroup>>
// CHECK:         arith.maximumf
// CHECK:         gpu.barrier
// CHECK:         math.exp
// CHECK:         gpu.barrier
// CHECK-NOT:     gpu.barrier
// CHECK:         gpu.return

// CHECK-LABEL: func @sums
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<?x2048xbf16>
// CHECK-DAG:     %[[ROWS:.+]] = memref.dim %[[X]], %c0
// CHECK:         %[[BLOCKS:.+]] = arith.maxui %[[ROWS]], %c1
// CHECK:         memref.reinterpret_cast %[[X]] to offset: [0], sizes: [2048], strides: [1]
// CHECK:         gpu.launch_func @kernels::@sums_rows0 blocks in (%[[BLOCKS]], %c1, %c1) threads in (%c128, %c1, %c1)
// CHECK-SAME:    %[[ROWS]] : index
func.func @softmax(%x: memref<?x2048xf32>, %y: memref<?x2048xf32>) {
  row.program ins(%x : memref<?x2048xf32> by row) outs(%y : memref<?x2048xf32> by row)
      schedule(#row.gpu_schedule<threads_per_row = 256, rows_per_block = 1, vector = 4, parameters = late>) {
  ^bb0(%xv: vector<2048xf32>):
    %lowest = arith.constant 0xFF800000 : f32
    %zero = arith.constant 0.0 : f32
    %max = vector.multi_reduction <maximumf>, %xv, %lowest [0] : vector<2048xf32> to f32
    %maxs = vector.broadcast %max : f32 to vector<2048xf32>
    %shifted = arith.subf %xv, %maxs : vector<2048xf32>
    %e = math.exp %shifted : vector<2048xf32>
    %sum = vector.multi_reduction <add>, %e, %zero [0] : vector<2048xf32> to f32
    %sums = vector.broadcast %sum : f32 to vector<2048xf32>
    %q = arith.divf %e, %sums : vector<2048xf32>
    row.yield %q : vector<2048xf32>
  }
  return
}
